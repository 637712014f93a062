import { beforeEach, expect, test } from "vitest";
import { createI18n } from "vue-i18n";
import { conversation } from "@api/samples";
import type { Alarm } from "@api/types";
import { placeOfAlarm, wordAlarm } from "./attention";
import { desk } from "./desk";
import words from "./words";

const { t } = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: words["zh-CN"] } } }).global;
const said = (alarm: Alarm) => wordAlarm(t as Parameters<typeof wordAlarm>[0], alarm);

beforeEach(() => desk.stop());

test("an_alarm_about_a_talk_names_the_buyer_also_when_the_talk_is_not_held", () => {
  expect(said({ alarm: "breach", conversation: 7, name: "青柠", at: 1 })).toEqual({ title: "青柠 已超时", more: "" });
  expect(said({ alarm: "breach", conversation: 7, at: 1 }).title).toBe("买家 已超时");
});

test("a_notice_on_the_desktop_says_what_the_buyer_said_last", () => {
  desk.takeConversations([conversation({ id: 7 })]);
  expect(said({ alarm: "warn", conversation: 7, name: "青柠", at: 1 }).more).toBe("在吗");
  desk.takeConversations([conversation({ id: 7, rev: 2, last: { from: "buyer", kind: "voice", text: "", at: 2 } })]);
  expect(said({ alarm: "warn", conversation: 7, name: "青柠", at: 3 }).more).toBe("[语音]");
});

test("a_paper_is_told_by_its_shop_and_leads_there", () => {
  const paper: Alarm = { alarm: "paper", shop: 3, text: "布谷家居", paper: "licence", state: "expiring", at: 1 };
  expect(said(paper)).toEqual({ title: "证照即将到期", more: "布谷家居" });
  expect(said({ ...paper, state: "expired" }).title).toBe("证照已过期");
  expect(placeOfAlarm(paper)).toEqual({ name: "team-shop", params: { id: 3 } });
  expect(placeOfAlarm({ alarm: "warn", conversation: 7, at: 1 })).toEqual({ name: "reception", params: { id: 7 } });
});

test("a_promise_about_to_break_names_its_order_and_leads_to_the_list", () => {
  const near: Alarm = { alarm: "promise_near", shop: 3, parcel: 9, text: "T1", at: Date.now() + 3_600_000 };
  expect(said(near).title).toBe("订单 T1 快要过发货时限");
  expect(said(near).more).toContain("发出");
  expect(placeOfAlarm(near)).toEqual({ name: "desk-follow", params: { view: "breaking" } });
});

test("a_price_to_be_decided_soon_names_its_order_and_leads_to_the_requests", () => {
  const near: Alarm = { alarm: "price_near", shop: 3, ask: 9, text: "T1", at: Date.now() + 60_000 };
  expect(said(near).title).toBe("订单 T1 的改价等您定");
  expect(said(near).more).toContain("答应买家");
  expect(placeOfAlarm(near)).toEqual({ name: "desk-follow", params: { view: "requests" } });
  const broken: Alarm = { alarm: "promise_price", conversation: 7, name: "青柠", at: 1 };
  expect(said(broken).title).toBe("答应 青柠 的时间到了，改价还没有答复");
  expect(placeOfAlarm(broken)).toEqual({ name: "reception", params: { id: 7 } });
});
