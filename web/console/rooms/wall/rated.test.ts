import { expect, test } from "vitest";
import { rated } from "./queries";

test("who_rated_is_counted_of_those_who_were_asked", () => {
  expect(rated({ invited: 40, ratings: 13 })).toBe(0.325);
  expect(rated({ invited: 5, ratings: 0 })).toBe(0);
  expect(rated({ invited: 0, ratings: 0 })).toBeNull();
});
