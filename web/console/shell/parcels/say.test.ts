import { expect, test } from "vitest";
import { daysOf, stopText, surchargeText, transitText } from "./say";

test("the_way_is_said_in_the_buyers_language", () => {
  expect(transitText("韵达快递", daysOf(2, 3), "浙江")).toBe("韵达快递发到浙江一般 2–3 天到。");
  expect(transitText("EMS", daysOf(5, 5), "新疆", "en")).toBe("EMS usually takes 5 days to 新疆.");
});

test("a_stop_area_is_told_in_the_shops_words_with_who_goes_there", () => {
  expect(stopText("因大雪暂停收件。", "顺丰速运", "新疆", ["EMS", "邮政包裹"])).toBe("因大雪暂停收件。可以改发EMS、邮政包裹，您看可以吗？");
  expect(stopText(" ", "顺丰速运", "新疆", [])).toBe("顺丰速运暂时不发新疆。");
  expect(stopText("", "SF", "新疆", ["EMS"], "en")).toBe("SF does not deliver to 新疆 at present. We can send it with EMS. Is that all right?");
});

test("a_surcharge_names_its_amount_and_where_to_pay_it", () => {
  expect(surchargeText("顺丰速运", 1_200, "https://shop.example/pay")).toBe("发顺丰速运需要补差价 12 元，请在这里补：https://shop.example/pay");
  expect(surchargeText("顺丰速运", 1_250, "")).toBe("发顺丰速运需要补差价 12.5 元。");
  expect(surchargeText("SF", 1_200, "", "en")).toBe("Sending it with SF costs ¥12 more.");
});
