import { expect, test } from "vitest";
import { MANNERS_DAYS, mannersFrom } from "./queries";

test("manners_are_asked_for_whole_days_with_today", () => {
  const now = new Date(2026, 2, 1, 15, 30);
  expect(MANNERS_DAYS.map((days) => new Date(mannersFrom(days, now)).toDateString())).toEqual(["Sun Mar 01 2026", "Mon Feb 23 2026", "Sat Jan 31 2026"]);
  // Until tomorrow begins.
  expect(mannersFrom(0, now)).toBe(new Date(2026, 2, 2).getTime());
});
