import { expect, test } from "vitest";
import { confirms, counted } from "./privacy";

test("figures_that_are_nothing_are_not_shown_and_the_rest_stand_in_their_order", () => {
  expect(counted({ files: 2, orders: 1, tags: 0, unheard_of: 9 })).toEqual([{ key: "orders", n: 1 }, { key: "files", n: 2 }]);
});

test("only_the_whole_name_or_number_confirms_an_erasure", () => {
  expect(confirms(" 青柠 ", "青柠", 7)).toBe(true);
  expect(confirms("7", "青柠", 7)).toBe(true);
  for (const slip of ["", "青", "07", "青柠7"]) expect(confirms(slip, "青柠", 7)).toBe(false);
});
