import { expect, test } from "vitest";
import { readLimits, writeLimits, wrongIn } from "./limits";

test("limits_of_roles_are_read_written_and_bounded_as_the_server_bounds_them", () => {
  const value = [{ role: 7, give: 20, discount: 10 }];
  expect(writeLimits(readLimits(value))).toEqual(value);
  expect(readLimits(undefined)).toEqual([]);
  const limit = (give: string, discount: string) => wrongIn({ role: 7, give, discount });
  expect([limit("0", "0"), limit("100000", "90")]).toEqual([null, null]);
  expect([limit("100001", "0"), limit("", "0"), limit("-1", "0"), limit("1.5", "0")]).toEqual(["give", "give", "give", "give"]);
  expect([limit("1", "91"), limit("1", "九")]).toEqual(["discount", "discount"]);
});
