import { expect, test } from "vitest";
import { dayAndTime, dayLine, exact, heat, lasting, running, spoken } from "./time";

const now = new Date(2026, 10, 21, 21, 4, 0).getTime();
const at = (...parts: [number, number, number, number, number]): number => new Date(...parts).getTime();

test("times_read_as_people_say_them", () => {
  expect(spoken(now - 30_000, now, "zh-CN")).toBe("刚刚");
  expect(spoken(now - 3 * 60_000, now, "zh-CN")).toBe("3 分钟前");
  expect(spoken(now - 3 * 60_000, now, "en")).toBe("3 min ago");
  expect(spoken(at(2026, 10, 21, 9, 5), now, "zh-CN")).toBe("09:05");
  expect(spoken(at(2026, 10, 20, 21, 4), now, "zh-CN")).toBe("昨天 21:04");
  expect(spoken(at(2026, 2, 3, 8, 0), now, "zh-CN")).toBe("3月3日 08:00");
  expect(spoken(at(2026, 2, 3, 8, 0), now, "en")).toBe("3 Mar 08:00");
  expect(spoken(at(2025, 10, 3, 8, 0), now, "zh-CN")).toBe("2025-11-03");
});

test("things_ahead_are_named_by_their_day", () => {
  expect(dayAndTime(at(2026, 10, 22, 9, 30), now, "zh-CN")).toBe("明天 09:30");
  expect(dayAndTime(at(2026, 10, 24, 10, 0), now, "zh-CN")).toBe("11月24日 10:00");
});

test("days_are_named_across_midnight_and_new_year", () => {
  const newYear = at(2027, 0, 1, 0, 10);
  expect(dayLine(at(2026, 11, 31, 23, 59), newYear, "zh-CN")).toBe("昨天");
  expect(dayLine(at(2026, 11, 30, 12, 0), newYear, "zh-CN")).toBe("2026年12月30日 星期三");
  expect(dayLine(newYear, newYear, "en")).toBe("Today");
});

test("a_clock_is_grey_then_amber_then_red_at_its_very_limits", () => {
  const warn = now + 10_000;
  const breach = now + 30_000;
  expect(heat(warn - 1, warn, breach)).toBe("calm");
  expect(heat(warn, warn, breach)).toBe("near");
  expect(heat(breach - 1, warn, breach)).toBe("near");
  expect(heat(breach, warn, breach)).toBe("late");
  expect(heat(breach, null, null)).toBe("calm");
  expect(heat(now, null, now)).toBe("late");
});

test("lengths_of_time_count_up_and_read_well", () => {
  expect([0, 9_999, 60_000, 3_723_000, -5].map(running)).toEqual(["0:00", "0:09", "1:00", "1:02:03", "0:00"]);
  expect([8_000, 125_000, 120_000, 4_800_000].map(lasting)).toEqual(["8 秒", "2 分 5 秒", "2 分钟", "1 小时 20 分"]);
  expect(exact(now)).toBe("2026-11-21 21:04:00");
});
