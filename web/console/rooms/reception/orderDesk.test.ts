// What the order panel tells of an order: the answer to a price that was asked for, also a refusal, and the way.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Ask } from "@api/desk";
import { queries } from "@shell/cache";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import OrderDesk from "./parts/OrderDesk.vue";
import type { Order } from "./queries";
import words from "./words";

const by = { id: 2, name: "周砚秋" };
const ask = (id: number, more: Partial<Ask>): Ask => ({ id, order: 9, shop: 3, kind: "price", text: "", flag: null, courier: null, hard: false, sku: null, sku_code: null, quantity: null, fen: 5_000, until: null, address: null, state: "open", by: { id: 1, name: "小满" }, at: 1, conversation: null, decided: null, ...more });
const order = (more: Partial<Order> = {}): Order => ({ id: 9, number: "T9", status: "unpaid", pay_status: "unpaid", courier: null, delivery: "韵达快递", address_masked: "浙江省杭州市****", ...more }) as Order;
const json = (body: unknown): Response => new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
let standing: Ask[];
let all: Ask[];
let wrapper: VueWrapper;

beforeEach(() => {
  [standing, all] = [[], []];
  queries.clear();
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: ["orders.see", "reception.talk"], shops: [], csrf: "t" } as unknown as Me;
  vi.stubGlobal("fetch", async (input: string) => {
    const url = new URL(input, "http://x");
    if (url.pathname.endsWith("/asks")) return json(url.searchParams.get("all") ? all : standing);
    if (url.pathname.endsWith("/couriers")) return json([{ code: "YUNDA", name: "韵达快递", on: true, surcharge_fen: 0, surcharge_url: "", query_url: "" }]);
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
