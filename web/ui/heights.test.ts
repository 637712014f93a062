import { expect, test } from "vitest";
import { Heights } from "./heights";

test("sums_and_places_agree_with_plain_addition_whatever_is_measured", () => {
  let s = 7;
  const random = (): number => ((s = (s * 1103515245 + 12345) % 2147483648) / 2147483648);
  const heights = new Heights(60);
  const plain = new Array<number>(900).fill(60);
  heights.ensure(100);
  for (let n = 0; n < 3_000; n++) {
    const row = Math.floor(random() * plain.length);
    const h = Math.floor(random() * 200);
    expect(heights.set(row, h)).toBe(h - plain[row]!);
    plain[row] = h;
    const upto = Math.floor(random() * plain.length);
    const sum = plain.slice(0, upto).reduce((a, b) => a + b, 0);
    expect(heights.before(upto)).toBe(sum);
    if (plain[upto]! > 0) {
      expect(heights.at(sum)).toBe(upto);
      expect(heights.at(sum + plain[upto]! - 1)).toBe(upto);
    }
  }
});

test("room_grows_and_keeps_what_was_measured", () => {
  const heights = new Heights(10);
  heights.set(3, 50);
  heights.ensure(70_000);
  expect(heights.before(70_000)).toBe(70_000 * 10 + 40);
  expect(heights.before(200_000)).toBe(200_000 * 10 + 40);
});
