import { createI18n } from "vue-i18n";
import { expect, test } from "vitest";
import { message } from "@api/samples";
import type { MessageOf } from "@api/types";
import { visible } from "./rows";
import { wordEvent } from "./system";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { reception: words["zh-CN"] }, en: { reception: words.en } } });
const { t, te } = i18n.global;
const say = (body: Record<string, unknown>): { line: string; said: string } => wordEvent(message({ kind: "system", from: "system", body: body as { event: string } }) as MessageOf<"system">, (key, named) => t(key, named ?? {}), (key) => te(key));

test("events_become_sentences", () => {
  expect(say({ event: "assigned", to: 1, name: "小满" }).line).toBe("由 小满 接待");
  expect(say({ event: "transferred", from: 1, from_name: "小满", to: 2, name: "谷雨", note: "要换 L 码" })).toEqual({ line: "小满 转给 谷雨", said: "备注：要换 L 码" });
  expect(say({ event: "transferred", from_name: "小满", group: 1, group_name: "售后组", note: "退款" }).line).toBe("小满 转给 售后组");
  expect(say({ event: "requeued", why: "vanished" }).line).toBe("会话回到排队：客服已离线");
  expect(say({ event: "requeued", why: "released", note: "我要下班了" }).said).toBe("备注：我要下班了");
  expect(say({ event: "closed", by: "buyer" }).line).toBe("买家结束了会话");
  expect(say({ event: "closed", by: 12, name: "小满", reason: "买家稍后付款" })).toEqual({ line: "小满 关闭了会话", said: "原因：买家稍后付款" });
  expect(say({ event: "stage", from: "pre", to: "after" }).line).toBe("阶段由售前改为售后");
  expect(say({ event: "rated", score: 5, comment: "很耐心" })).toEqual({ line: "买家评价 5 分", said: "“很耐心”" });
  expect(say({ event: "something_newer" }).line).toBe("系统消息");
});

test("events_that_only_keep_the_book_are_not_drawn", () => {
  for (const event of ["undone", "recalled", "rules", "hours"]) expect(visible(message({ kind: "system", from: "system", body: { event } }))).toBe(false);
  expect(visible(message({ kind: "system", from: "system", body: { event: "assigned" } }))).toBe(true);
  expect(visible(message({ state: "undone" }))).toBe(false);
});
