// What the order panel tells of an order: the answer to a price that was asked for, also a refusal, and the way.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Ask, DeskParcel } from "@api/desk";
import { conversation } from "@api/samples";
import { queries } from "@shell/cache";
import { desk } from "@shell/desk";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import OrderDesk from "./parts/OrderDesk.vue";
import type { Order } from "./queries";
import words from "./words";

const by = { id: 2, name: "周砚秋" };
const ask = (id: number, more: Partial<Ask>): Ask => ({ id, order: 9, shop: 3, kind: "price", text: "", flag: null, courier: null, hard: false, sku: null, sku_code: null, quantity: null, fen: 5_000, until: null, address: null, state: "open", by: { id: 1, name: "小满" }, at: 1, conversation: null, decided: null, ...more });
const order = (more: Partial<Order> = {}): Order => ({ id: 9, number: "T9", status: "unpaid", pay_status: "unpaid", courier: null, delivery: "韵达快递", address_masked: "浙江省杭州市****", province: "浙江", ...more }) as Order;
const json = (body: unknown): Response => new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
let standing: Ask[];
let parcels: DeskParcel[];
let all: Ask[];
let wrapper: VueWrapper;
const courier = (code: string, name: string) => ({ code, name, on: true, surcharge_fen: 0, surcharge_url: "", query_url: "" });
const HOUR = 3_600_000;
const parcel = (more: Partial<DeskParcel>): DeskParcel => ({ id: 5, shop: 3, state: "held", holds: [], courier: "SF", courier_name: "顺丰速运", waybill: null, province: "新疆", address_masked: "新疆****", promise_at: Date.now(), promise_late: false, elsewhere: false, due_at: null, arrived_at: null, trace: null, stop: null, ...more }) as DeskParcel;

beforeEach(() => {
  [standing, all] = [[], []];
  parcels = [];
  queries.clear();
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: ["orders.see", "reception.talk"], shops: [], csrf: "t" } as unknown as Me;
  vi.stubGlobal("fetch", async (input: string) => {
    const url = new URL(input, "http://x");
    if (url.pathname.endsWith("/asks")) return json(url.searchParams.get("all") ? all : standing);
    if (url.pathname.endsWith("/couriers")) return json([courier("YUNDA", "韵达快递"), courier("EMS", "EMS"), courier("SF", "顺丰速运")]);
    if (url.pathname.endsWith("/parcels")) return json(parcels);
    if (url.pathname.endsWith("/transit/answer")) return json({ id: 0, courier: url.searchParams.get("courier"), region: "浙江", min_days: 2, max_days: 3 });
    return json([]);
  });
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
});
async function show(one: Order): Promise<void> {
  const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
  wrapper = mount(OrderDesk, { props: { order: one, tongue: "zh" }, global: { plugins: [i18n, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] } });
  await flushPromises();
  await flushPromises();
}

test("a_price_that_was_refused_is_told_to_the_agent_with_the_reason", async () => {
  all = [ask(2, { state: "refused", decided: { by, at: 2, note: "已经是最低价" } }), ask(1, { state: "withdrawn" })];
  await show(order());
  expect(wrapper.text()).toContain("未同意");
  expect(wrapper.text()).toContain("周砚秋");
  expect(wrapper.text()).toContain("已经是最低价");
  expect(wrapper.findAll(".ask")).toHaveLength(1);
});

test("a_price_that_was_granted_stands_and_is_said_once", async () => {
  standing = all = [ask(2, { state: "done", decided: { by, at: 2, note: "" } })];
  await show(order());
  expect(wrapper.text()).toContain("已同意");
  expect(wrapper.findAll(".ask")).toHaveLength(1);
});

test("a_price_that_waits_says_until_when_the_buyer_was_promised_an_answer", async () => {
  desk.takeConversations([conversation({ id: 77, promise_at: Date.now() + 120_000 })]);
  standing = all = [ask(2, { conversation: 77 })];
  await show(order());
  expect(wrapper.get(".ask .due").text()).toMatch(/^答应买家 .+ 前答复$/);
  desk.takeConversations([conversation({ id: 77, rev: 1_000, promise_at: Date.now() - 1_000 })]);
  await vi.waitFor(() => expect(wrapper.get(".ask .due.late").text()).toContain("已经过了"));
  desk.takeConversations([conversation({ id: 77, rev: 1_001, promise_at: null })]);
  await vi.waitFor(() => expect(wrapper.find(".ask .due").exists()).toBe(false));
  desk.stop();
});

test("a_parcel_the_desk_does_not_know_is_told_by_its_order", async () => {
  await show(order({ status: "done", courier: "圆通速递", waybill: "YT7788" }));
  expect(wrapper.get(".sent").text()).toBe("物流 圆通速递 YT7788");
});

test("a_parcel_of_the_desk_is_told_once", async () => {
  parcels = [parcel({ state: "shipped", waybill: "SF1" })];
  await show(order({ status: "shipped", courier: "顺丰速运", waybill: "SF1" }));
  expect(wrapper.find(".sent").exists()).toBe(false);
  expect(wrapper.text().split("SF1")).toHaveLength(2);
});

test("the_way_is_put_into_the_reply_as_the_buyer_reads_it", async () => {
  await show(order());
  expect(wrapper.text()).toContain("约 2–3 天到浙江");
  await wrapper.findAll("button").find((one) => one.text() === "填入回复")!.trigger("click");
  expect(wrapper.emitted("put")).toEqual([["韵达快递发到浙江一般 2–3 天到。"]]);
});

test("nothing_is_said_of_the_way_of_what_has_come", async () => {
  await show(order({ status: "received", pay_status: "paid" }));
  expect(wrapper.text()).not.toContain("天到浙江");
});

test("a_courier_is_offered_that_goes_where_another_does_not", async () => {
  const hold = { id: 1, reason: "stop_area", text: "因大雪暂停收件", at: 1, by: null, rule: null, until: null, blocking: true, told: null };
  parcels = [parcel({ holds: [hold], stop: { region: "新疆", until: null, note: "因大雪暂停收件", others: ["EMS"] } })];
  await show(order());
  const stop = wrapper.get(".stop");
  expect(stop.text()).toContain("因大雪暂停收件");
  expect(stop.get(".others").text()).toContain("EMS");
  expect(stop.text()).not.toContain("韵达快递");
  await stop.findAll("button").find((one) => one.text() === "填入回复")!.trigger("click");
  expect(wrapper.emitted("put")).toEqual([["因大雪暂停收件。可以改发EMS，您看可以吗？"]]);
});

test("when_a_parcel_should_come_stands_beside_the_talk", async () => {
  parcels = [parcel({ state: "shipped", elsewhere: true, waybill: "SF1", due_at: Date.now() - HOUR, trace: { at: Date.now() - 2 * HOUR, words: "已到达乌鲁木齐" } })];
  await show(order({ status: "shipped", pay_status: "paid" }));
  const way = wrapper.get(".parcel .way");
  expect(way.text()).toContain("在别处发货");
  expect(way.get(".late").text()).toMatch(/^预计 .+ 前到$/);
  expect(way.text()).toContain("已到达乌鲁木齐");
});
