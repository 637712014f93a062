import { expect, test } from "vitest";
import { clock, dayOf, dayWords, daysFrom, isDay, minutesOf, monday, plusDays, weekday, weekdayWord } from "./days";

test("weeks_begin_on_monday_also_across_years", () => {
  expect(monday("2026-11-21")).toBe("2026-11-16");
  expect(monday("2026-11-16")).toBe("2026-11-16");
  expect(monday("2027-01-01")).toBe("2026-12-28");
  expect(weekday("2026-11-22")).toBe(6);
  expect([weekdayWord("2026-11-22", true), weekdayWord("2026-11-22", false)]).toEqual(["日", "Sun"]);
});

test("days_are_counted_without_time_zones", () => {
  expect(plusDays("2026-03-28", 2)).toBe("2026-03-30");
  expect(daysFrom("2028-02-27", "2028-03-01")).toEqual(["2028-02-27", "2028-02-28", "2028-02-29", "2028-03-01"]);
  expect(daysFrom("2026-11-02", "2026-11-01")).toEqual([]);
  expect(dayOf(new Date(2026, 10, 21, 0, 30).getTime())).toBe("2026-11-21");
  expect(["2026-02-30", "2026-2-3", "", "x"].map(isDay)).toEqual([false, false, false, false]);
  expect(dayWords("2026-11-03", true)).toBe("11月3日");
});

test("a_time_may_be_typed_short", () => {
  expect(["8", "830", "8:30", "08：30", "24:00", "0"].map(minutesOf)).toEqual([480, 510, 510, 510, 1440, 0]);
  expect(["", "25", "24:01", "8:60", "abc", "-1"].map(minutesOf)).toEqual([null, null, null, null, null, null]);
  expect([0, 510, 1440].map(clock)).toEqual(["00:00", "08:30", "24:00"]);
});
