import { expect, test } from "vitest";
import { copyDay, holiday, readCalendar, standing, wall, withHours, writeCalendar, wrongHours, wrongIn, wrongSpecial, type Calendar } from "./calendar";

const day = [{ from: 540, to: 720 }, { from: 780, to: 1080 }];
const value = {
  zone: "Asia/Shanghai",
  week: [day, day, day, day, day, [{ from: 600, to: 1440 }], []],
  special: [{ date: "2027-02-06", name: "春节", hours: [] }, { date: "2027-02-14", name: "调休", hours: day }],
};
const shop = (): Calendar => readCalendar(value);

test("business_hours_come_back_as_they_were", () => {
  expect(writeCalendar(shop())).toEqual(value);
  const empty = { zone: "UTC", week: [[], [], [], [], [], [], []], special: [] };
  expect(readCalendar(empty).always).toBe(true);
  expect(writeCalendar(readCalendar(empty))).toEqual(empty);
});

test("intervals_are_sorted_and_special_days_put_in_order_when_written", () => {
  const one = shop();
  one.week[6] = [{ from: 900, to: 1000 }, { from: 100, to: 200 }];
  one.special.reverse();
  expect(writeCalendar(one).week[6]).toEqual([{ from: 100, to: 200 }, { from: 900, to: 1000 }]);
  expect(writeCalendar(one).special.map((s) => s.date)).toEqual(["2027-02-06", "2027-02-14"]);
});

test("always_open_writes_an_empty_week_and_keeps_the_hours_for_a_change_of_mind", () => {
  const one = { ...shop(), always: true };
  expect(writeCalendar(one).week.flat()).toEqual([]);
  expect(one.week[0]).toEqual(day);
});

test("a_week_without_hours_is_a_fault_because_it_would_mean_always_open", () => {
  const one = shop();
  one.week = one.week.map(() => []);
  expect(wrongIn(one)).toBe("nothing");
  expect(wrongIn({ ...one, always: true })).toBeNull();
});

test("faults_in_hours_are_named", () => {
  expect(wrongHours(day)).toBeNull();
  expect(wrongHours([{ from: null, to: 10 }])).toBe("time");
  expect(wrongHours([{ from: 10, to: 1441 }])).toBe("time");
  expect(wrongHours([{ from: 600, to: 600 }])).toBe("order");
  expect(wrongHours([{ from: 700, to: 900 }, { from: 540, to: 720 }])).toBe("overlap");
  expect(wrongSpecial([{ date: "", name: "", hours: [] }], 0)).toBe("date");
  const twice = [{ date: "2027-02-06", name: "a", hours: [] }, { date: "2027-02-06", name: "b", hours: [] }];
  expect(wrongSpecial(twice, 1)).toBe("twice");
});

test("a_drawn_stretch_grows_into_what_it_touches", () => {
  expect(withHours(day, 720, 780)).toEqual([{ from: 540, to: 1080 }]);
  expect(withHours(day, 60, 120)).toEqual([{ from: 60, to: 120 }, ...day]);
  expect(withHours(day, 600, 600)).toEqual(day);
  expect(copyDay(shop().week, 5, [6])[6]).toEqual([{ from: 600, to: 1440 }]);
});

test("the_shop_says_whether_it_is_open_and_until_when", () => {
  const one = shop();
  expect(standing(one, "2026-11-23", 600)).toEqual({ open: true, until: { day: "2026-11-23", minute: 720 } });
  expect(standing(one, "2026-11-23", 720)).toEqual({ open: false, until: { day: "2026-11-23", minute: 780 } });
  expect(standing(one, "2026-11-28", 1439)).toEqual({ open: true, until: { day: "2026-11-29", minute: 0 } });
  expect(standing(one, "2026-11-29", 700)).toEqual({ open: false, until: { day: "2026-11-30", minute: 540 } });
  expect(standing(one, "2027-02-06", 700).open).toBe(false);
  expect(standing(readCalendar({}), "2026-11-23", 600)).toEqual({ open: true, until: null });
});

test("the_wall_clock_is_that_of_the_zone", () => {
  const at = Date.UTC(2026, 10, 21, 16, 5);
  expect(wall("Asia/Shanghai", at)).toEqual({ day: "2026-11-22", minute: 5 });
  expect(wall("America/New_York", at)).toEqual({ day: "2026-11-21", minute: 665 });
  expect(holiday("2027-02-05", "2027-02-07")).toEqual(["2027-02-05", "2027-02-06", "2027-02-07"]);
});
