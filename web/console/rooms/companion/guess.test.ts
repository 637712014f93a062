import { expect, test } from "vitest";
import { guess, maybeName, orderNumber } from "./guess";

test.each([
  ["202611210087", "order"], ["订单编号：202611210087", "order"], ["order 202611210087", "order"], ["2026 1121 0087 33", "order"], ["TB-3921008812", "order"],
  ["165 穿什么码", "question"], ["有货吗", "question"], ["能不能便宜点", "question"], ["When will it ship", "question"], ["我昨天买的那件羽绒服颜色和图片不一样", "question"],
  ["会不会掉色", "question"], ["在吗在吗", "question"], ["这个怎么洗呢", "question"], ["which colour", "question"], ["I want a refund please", "question"], ["你好，青柠", "question"],
  ["jd_5f0c2a7be91d3a84", "name"], ["jd_whatabc0123456789", "name"], ["Sunny.Zhang_1990", "name"], ["t***8", "name"], ["么么哒", "name"], ["哪吒闹海", "name"], ["小呢子大衣店", "name"], ["jd_小鱼在天上飞2021abc", "name"],
  ["tb3921_小鱼", "name"], ["青柠", "name"], ["南方有嘉木", "name"], ["12345", "name"], ["  ", "nothing"],
])("%s is taken for %s", (pasted, taken) => {
  expect(guess(pasted)).toBe(taken);
});

test("an_order_number_is_asked_without_what_was_copied_along", () => {
  expect(orderNumber(" 2026-1121 0087 ")).toBe("202611210087");
  expect(orderNumber("订单 202611210087")).toBe("202611210087");
});

test("what_looks_like_a_question_may_be_a_nick_unless_it_is_long_or_a_sentence", () => {
  expect(["什么鱼", "How about no", "多少人的梦"].map(maybeName)).toEqual([true, true, true]);
  expect(["有货吗？", "我昨天买的，还没到", "哪".repeat(41)].map(maybeName)).toEqual([false, false, false]);
});
