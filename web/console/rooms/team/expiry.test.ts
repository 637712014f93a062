import { expect, test } from "vitest";
import { dateText, endOfDay, missing, stateOf, worst } from "./expiry";

const DAY = 86_400_000;
const NOW = 1_795_000_000_000;

test("a_paper_warns_thirty_days_before_it_ends", () => {
  expect(stateOf(null, NOW)).toBe("ok");
  expect(stateOf(NOW + 31 * DAY, NOW)).toBe("ok");
  expect(stateOf(NOW + 30 * DAY, NOW)).toBe("expiring");
  expect(stateOf(NOW, NOW)).toBe("expired");
});

test("a_shop_shows_its_worst_paper_and_what_is_missing", () => {
  expect(worst([])).toBeNull();
  expect(worst([{ state: "ok" }, { state: "expired" }, { state: "expiring" }])).toBe("expired");
  expect(missing(["licence", "tax"], [{ kind: "tax" }])).toEqual(["licence"]);
});

test("what_is_valid_until_a_day_is_valid_on_that_day", () => {
  const end = endOfDay(new Date(2026, 11, 31).getTime());
  expect(dateText(end)).toBe("2026-12-31");
  expect(stateOf(end, new Date(2026, 11, 31, 23).getTime())).toBe("expiring");
});
