import { expect, test } from "vitest";
import { monthBefore, percent, tint } from "./report";

test("months_go_back_over_the_year", () => {
  expect(monthBefore("2026-11", 11)).toBe("2025-12");
  expect(monthBefore("2026-01", 1)).toBe("2025-12");
  expect(monthBefore("2026-12", 0)).toBe("2026-12");
});

test("shares_of_nothing_are_a_dash", () => {
  expect([percent(1, 0), percent(1, 8)]).toEqual(["—", "12.5%"]);
  expect([tint(0, 9), tint(1, 0)]).toEqual([undefined, undefined]);
  expect(tint(9, 9)).toContain("60%");
});
