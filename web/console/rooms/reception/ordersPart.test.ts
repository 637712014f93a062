// The history of a buyer's orders beside the talk: how many there are, and the older ones on asking.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conversation } from "@api/samples";
import { queries } from "@shell/cache";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import OrdersPart from "./parts/OrdersPart.vue";
import type { Order } from "./queries";
import words from "./words";

const order = (id: number): Order => ({ id, number: `T${id}`, status: "done", pay_status: "paid", courier: null, waybill: null, delivery: null, address_masked: null, receiver_masked: null, phone_masked: null, province: null, remark: null, placed_at: 1, total_fen: 100, shop: 3, lines: [{ id, title: "杯子", spec: null, quantity: 1, price_fen: 100 }] }) as unknown as Order;
const json = (body: unknown): Response => new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
let all: Order[];
let wrapper: VueWrapper;

beforeEach(() => {
  queries.clear();
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: ["orders.see"], shops: [], csrf: "t" } as unknown as Me;
  vi.stubGlobal("fetch", async (input: string | Request) => {
    const url = new URL(input instanceof Request ? input.url : input, "http://x");
    if (!/customers\/\d+\/orders$/.test(url.pathname)) return json([]);
    const from = Number(url.searchParams.get("cursor") ?? 0);
    return json({ items: all.slice(from, from + 50), next: all.length > from + 50 ? String(from + 50) : null });
  });
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
});
async function show(): Promise<void> {
  const i18n = createI18n({ legacy: false, locale: "zh-CN", missingWarn: false, messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
  wrapper = mount(OrdersPart, { props: { conversation: conversation({}) }, global: { plugins: [i18n, ElementPlus, [VueQueryPlugin, { queryClient: queries }]], stubs: { OrderDesk: true } } });
  await flushPromises();
  await flushPromises();
}

test("older_orders_come_on_asking_and_the_count_says_that_there_are_more", async () => {
  all = Array.from({ length: 60 }, (_, n) => order(n + 1));
  await show();
  expect(wrapper.get(".count").text()).toBe("50+");
  expect(wrapper.findAll("li")).toHaveLength(50);
  await wrapper.get(".more button").trigger("click");
  await flushPromises();
  await flushPromises();
  expect(wrapper.get(".count").text()).toBe("60");
  expect(wrapper.findAll("li")).toHaveLength(60);
  expect(wrapper.find(".more").exists()).toBe(false);
});

test("a_few_orders_are_counted_as_they_are", async () => {
  all = [order(1), order(2)];
  await show();
  expect(wrapper.get(".count").text()).toBe("2");
  expect(wrapper.find(".more").exists()).toBe(false);
});
