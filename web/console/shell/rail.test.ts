import { expect, test } from "vitest";
import { onPhone, railEntries } from "./rail";

const names = (list: readonly { route: string }[]): string[] => list.map((one) => one.route);

test("everything_one_may_open_is_reached_on_a_phone", () => {
  for (let held = 1; held <= railEntries.length; held++) {
    const open = railEntries.slice(0, held);
    const { bar, more } = onPhone(open);
    expect(bar.length + (more.length ? 1 : 0)).toBeLessThanOrEqual(5);
    expect([...names(bar), ...names(more)].sort()).toEqual(names(open).sort());
  }
});

test("the_bar_keeps_the_order_of_the_rail_and_what_is_used_all_day", () => {
  const { bar, more } = onPhone(railEntries);
  expect(names(bar)).toEqual(["reception", "wall", "orders", "knowledge"]);
  expect(names(more)).toEqual(["customers", "team", "audit", "settings"]);
  // an auditor without reception has few places, and needs no More
  expect(onPhone(railEntries.filter((one) => ["orders", "customers", "settings"].includes(one.route))).more).toEqual([]);
});
