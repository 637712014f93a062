import { expect, test } from "vitest";
import { before, coverage, painted, planned, wrongIn } from "./rotation";
import type { RosterRow } from "./types";

const EARLY = 1;
const LATE = 2;
const row = (person: number, ...shifts: (number | null)[]): RosterRow => ({ person, name: `${person}`, outsourced: false, cells: shifts.map((shift, n) => ({ day: `2026-11-0${n + 2}`, shift })) });

test("four_agents_take_early_and_late_in_turn_and_change_after_a_week", () => {
  const cells = planned({ from: "2026-11-02", to: "2026-11-15", people: [10, 11, 12, 13], shifts: [EARLY, LATE], every_days: 7 });
  const on = (person: number, day: string): number | null | undefined => cells.find((cell) => cell.person === person && cell.day === day)?.shift;
  expect(cells).toHaveLength(4 * 14);
  expect([10, 11, 12, 13].map((one) => on(one, "2026-11-02"))).toEqual([EARLY, LATE, EARLY, LATE]);
  expect([10, 11, 12, 13].map((one) => on(one, "2026-11-08"))).toEqual([EARLY, LATE, EARLY, LATE]);
  expect([10, 11, 12, 13].map((one) => on(one, "2026-11-09"))).toEqual([LATE, EARLY, LATE, EARLY]);
});

test("a_day_off_is_a_turn_of_the_rotation", () => {
  const cells = planned({ from: "2026-02-27", to: "2026-03-02", people: [10], shifts: [EARLY, LATE, null], every_days: 1 });
  expect(cells.map((cell) => [cell.day, cell.shift])).toEqual([["2026-02-27", EARLY], ["2026-02-28", LATE], ["2026-03-01", null], ["2026-03-02", EARLY]]);
});

test("a_plan_that_cannot_be_carried_out_says_why", () => {
  const plan = { from: "2026-11-02", to: "2026-11-08", people: [10], shifts: [EARLY], every_days: 7 };
  expect(wrongIn(plan)).toBeNull();
  expect(wrongIn({ ...plan, people: [] })).toBe("people");
  expect(wrongIn({ ...plan, shifts: [] })).toBe("shifts");
  expect(wrongIn({ ...plan, from: "2026-02-30" })).toBe("from");
  expect(wrongIn({ ...plan, to: "2026-11-01" })).toBe("range");
  expect(wrongIn({ ...plan, every_days: 0 })).toBe("every");
  expect(wrongIn({ ...plan, to: "2027-10-01", people: Array.from({ length: 20 }, (_, n) => n) })).toBe("most");
});

test("a_drag_paints_the_rectangle_and_leaves_out_what_stands_so_already", () => {
  const rows = [row(10, EARLY, null, null), row(11, null, LATE, null), row(12, null, null, null)];
  const cells = painted(rows, { row: 1, col: 1 }, { row: 0, col: 0 }, EARLY);
  expect(cells).toEqual([
    { person: 10, day: "2026-11-03", shift: EARLY },
    { person: 11, day: "2026-11-02", shift: EARLY },
    { person: 11, day: "2026-11-03", shift: EARLY },
  ]);
  expect(before(rows, cells).map((cell) => cell.shift)).toEqual([null, null, LATE]);
});

test("the_foot_of_the_grid_counts_who_works_when", () => {
  const rows = [row(10, EARLY, LATE), row(11, EARLY, null), row(12, LATE, null)];
  expect([...coverage(rows, 0)]).toEqual([[EARLY, 2], [LATE, 1]]);
  expect([...coverage(rows, 1)]).toEqual([[LATE, 1]]);
});
