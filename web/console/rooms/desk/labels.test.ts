import { expect, test } from "vitest";
import { bearsWishes } from "./labels";

test("a label without a field for promises says that a sheet comes out behind it", () => {
  expect(bearsWishes('width_mm = 100\n[[field]]\nshows = "wishes"\nx_mm = 1')).toBe(true);
  expect(bearsWishes("[[field]]\n  shows='wishes'")).toBe(true);
  expect(bearsWishes('[[field]]\nshows = "goods"\n# shows = "wishes"\n')).toBe(false);
  expect(bearsWishes('[[field]]\nshows = "text"\ntext = "wishes"')).toBe(false);
});
