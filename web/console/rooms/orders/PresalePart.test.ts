// Deposit and balance on the order's page: what the server says is shown, and paying the balance is one click.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { createMemoryHistory, createRouter } from "vue-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Order } from "@api/orders";
import { queries } from "@shell/cache";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import PresalePart from "./parts/PresalePart.vue";
import type { Presale } from "./presale";
import words from "./words";

const HOUR = 3_600_000;
const presale: Presale = { order: 9, deposit_fen: 2_000, balance_fen: 8_900, balance_from: null, balance_until: Date.now() + HOUR, balance_paid_at: null, deposit_paid_at: null, said_at: 0 };
const order = (more: Partial<Order> = {}): Order => ({ id: 9, number: "T9", total_fen: 10_900, order_status: "open", pay_status: "paid", ship_status: "none", presale, ...more }) as Order;
const json = (body: unknown): Response => new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
let put: unknown[];
let wrapper: VueWrapper;

function show(one: Order, edits = true): void {
  const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], orders: words["zh-CN"] } } });
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/orders/audit/:parcel?", name: "desk-audit", component: { template: "<p/>" } }] });
  wrapper = mount(PresalePart, { props: { order: one, edits }, global: { plugins: [i18n, router, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] } });
}
beforeEach(() => {
  put = [];
  queries.clear();
  localStorage.clear();
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: ["orders.see", "orders.edit"], shops: [], csrf: "t" } as unknown as Me;
  vi.stubGlobal("fetch", async (input: string | Request) => {
    if (typeof input === "string") return json([{ id: 5, state: "held", holds: [{ reason: "balance" }] }]);
    put.push(await input.json());
    return json({ ...presale, ...(put.at(-1) as object) });
  });
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
});

test("deposit_balance_and_what_is_held_stand_on_the_order", async () => {
  show(order());
  await flushPromises();
  expect(wrapper.text()).toContain("¥20.00");
  expect(wrapper.text()).toContain("¥89.00");
  expect(wrapper.text()).toContain("待付");
  expect(wrapper.text()).toContain("尾款未付，包裹挂起不发");
});

test("the_balance_is_paid_with_one_click_and_nothing_else_changes", async () => {
  show(order());
  await flushPromises();
  await wrapper.findAll("button").find((one) => one.text() === "尾款已付")!.trigger("click");
  await flushPromises();
  const { order: _order, deposit_paid_at: _paid, said_at: _said, ...rest } = presale;
  expect(put).toEqual([{ ...rest, balance_paid_at: expect.any(Number) }]);
});

test("who_may_not_change_orders_reads_only_and_sees_nothing_where_nothing_was_written", async () => {
  show(order(), false);
  await flushPromises();
  expect(wrapper.text()).toContain("¥89.00");
  expect(wrapper.text()).not.toContain("尾款已付");
  wrapper.unmount();
  show(order({ presale: null }), false);
  expect(wrapper.text()).toBe("");
});
