import { expect, test } from "vitest";
import { belongs, clean, following, queryOf, soft, stepped } from "./audit";
import { hold, parcel } from "./samples";
import { tidy, wordsOf } from "./when";

test("clean_is_what_has_all_seven_checks_and_no_hold", () => {
  const failing = parcel(1).checks.map((check, n) => (n === 6 ? { ...check, state: "fail" as const, why: "phone" } : check));
  expect(clean(parcel(1))).toBe(true);
  expect(clean(parcel(1, { checks: failing }))).toBe(false);
  expect(clean(parcel(1, { checks: failing.map((check) => (check.state === "fail" ? { ...check, state: "by_hand" as const } : check)) }))).toBe(true);
  expect(clean(parcel(1, { holds: [hold("merge")] }))).toBe(false);
  expect(clean(parcel(1, { state: "passed" }))).toBe(false);
});

test("a_hold_of_a_refund_is_not_a_persons_to_end", () => {
  expect(soft(parcel(1, { holds: [hold("refund", true), hold("remark")] })).map((one) => one.reason)).toEqual(["remark"]);
});

test("one_steps_within_the_list_and_the_next_takes_the_place_of_what_left", () => {
  const rows = [{ id: 4 }, { id: 7 }, { id: 9 }];
  expect(stepped(rows, null, 1)).toBe(4);
  expect(stepped(rows, 9, 1)).toBe(9);
  expect(stepped(rows, 7, -1)).toBe(4);
  expect(stepped([], 7, 1)).toBeNull();
  expect(following(rows, 7)).toBe(9);
  expect(following(rows, 9)).toBe(7);
  expect(following([{ id: 4 }], 4)).toBeNull();
});

test("late_and_urgent_look_at_everything_that_has_not_left", () => {
  expect(queryOf("late")).toEqual({ state: "waiting,held,passed,printed,packed", late: true });
  expect(belongs("late", "packed")).toBe(true);
  expect(belongs("late", "shipped")).toBe(false);
  expect(belongs("waiting", "held")).toBe(false);
});

test("a_condition_that_says_nothing_is_left_out_of_a_rule", () => {
  expect(tidy({ pieces: {}, codes: [], regions: ["浙江"], buyer_note: false, hours: { from: "09:00", to: "18:00" }, total_fen: { min: 100 } })).toEqual({ regions: ["浙江"], buyer_note: false, hours: { from: "09:00", to: "18:00" }, total_fen: { min: 100 } });
  expect(wordsOf("浙江，广东深圳、浙江  新疆")).toEqual(["浙江", "广东深圳", "新疆"]);
});
