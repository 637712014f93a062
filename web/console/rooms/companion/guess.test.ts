import { expect, test } from "vitest";
import { guess, orderNumber } from "./guess";

test.each([
  ["202611210087", "order"], ["订单编号：202611210087", "order"], ["order 202611210087", "order"], ["2026 1121 0087 33", "order"], ["TB-3921008812", "order"],
  ["165 穿什么码", "question"], ["有货吗", "question"], ["能不能便宜点", "question"], ["When will it ship", "question"], ["我昨天买的那件羽绒服颜色和图片不一样", "question"],
  ["tb3921_小鱼", "name"], ["青柠", "name"], ["南方有嘉木", "name"], ["12345", "name"], ["  ", "nothing"],
])("%s is taken for %s", (pasted, taken) => {
  expect(guess(pasted)).toBe(taken);
});

test("an_order_number_is_asked_without_what_was_copied_along", () => {
  expect(orderNumber(" 2026-1121 0087 ")).toBe("202611210087");
  expect(orderNumber("订单 202611210087")).toBe("202611210087");
});
