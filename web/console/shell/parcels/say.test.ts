import { expect, test } from "vitest";
import { daysOf, lateText, pickupText, stoppedText, stopText, surchargeText, transitText, troubleText, type ToldParcel } from "./say";

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

const late: ToldParcel = { number: "T1", courier: "韵达快递", waybill: "YD8800001", due: "11月25日 18:00", trace: "已到达杭州转运中心", traceAt: "昨天 10:20" };

test("a_late_parcel_is_told_with_its_courier_its_last_trace_and_when_it_should_have_come", () => {
  expect(lateText(late)).toBe("您好，您的订单 T1（韵达快递，单号 YD8800001），原本预计 11月25日 18:00 前送到，现在还没有送到，让您久等了，很抱歉。快递最近的记录（昨天 10:20）：已到达杭州转运中心。我们已经在向快递催查，有消息就告诉您。");
  expect(lateText({ ...late, courier: "", waybill: "", due: "", trace: "" }, "en")).toBe("Hello, your order T1 has not reached you yet. We are sorry for the wait. We are asking the courier and will tell you what they say.");
});

test("a_trouble_is_told_in_words_for_buyers_and_a_stop_with_the_order", () => {
  expect(troubleText({ ...late, trace: "" }, "快递员联系不上收件人")).toContain("在路上遇到了问题：快递员联系不上收件人。预计送达时间是 11月25日 18:00，可能会晚一些。");
  expect(troubleText(late, "it may be lost", "en")).toContain("The courier's last word (昨天 10:20): 已到达杭州转运中心.");
  expect(stoppedText("T1", "顺丰速运暂时不发新疆。")).toBe("您好，关于您的订单 T1：顺丰速运暂时不发新疆。");
});

test("a_courier_is_told_when_to_come_for_how_much", () => {
  const ask = { courier: "韵达快递", when: "14:00 – 16:00", parcels: 12, kg: "8.4", unweighed: 0, note: "后门" };
  expect(pickupText(ask)).toBe("您好，请韵达快递 14:00 – 16:00 来取件，共 12 件，约 8.4 公斤。备注：后门");
  expect(pickupText({ ...ask, kg: "", note: "" }, "en")).toBe("Hello, please have 韵达快递 collect 12 parcels, 14:00 – 16:00.");
  expect(pickupText({ ...ask, unweighed: 2 })).toContain("约 8.4 公斤（另有 2 件没有称重）");
});
