// Prices that were asked for: what they mean beside what is to be paid, and which of them is decided first.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { afterEach, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import type { Ask } from "@api/desk";
import { queries } from "@shell/cache";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import RequestsPart from "./parts/RequestsPart.vue";
import { compared, urgentFirst } from "./requests";
import words from "./words";

afterEach(() => vi.unstubAllGlobals());
const ask = (id: number): Ask => ({ id, order: 90 + id, shop: 3, kind: "price", text: `申请${id}`, flag: null, courier: null, hard: false, sku: null, sku_code: null, quantity: null, fen: 5_000, until: null, address: null, state: "open", by: { id: 1, name: "小满" }, at: 1, conversation: 7, decided: null });

const order = { total_fen: 59_900, pay_status: "unpaid", order_status: "open" } as const;

test("a_price_that_is_asked_for_is_said_beside_what_is_to_be_paid_now", () => {
  expect(compared(58_000, order)).toEqual({ key: "less", fen: 1_900, percent: "3.2", why: null });
  expect(compared(59_900, order)).toMatchObject({ key: "same", fen: 0, percent: "0" });
  expect(compared(60_000, order)).toMatchObject({ key: "more", fen: 100 });
  expect(compared(0, { ...order, total_fen: 0 })).toMatchObject({ key: "same", percent: "0" });
});

test("what_was_paid_or_closed_meanwhile_is_granted_no_more", () => {
  expect(compared(58_000, { ...order, pay_status: "paid" }).why).toBe("paidAlready");
  expect(compared(58_000, { ...order, order_status: "closed" }).why).toBe("gone");
  expect(compared(58_000, { ...order, pay_status: "refunded" }).why).toBe("gone");
});

test("what_a_buyer_was_promised_stands_first_the_most_urgent_on_top", () => {
  const [one, two, three] = [ask(1), ask(2), ask(3)];
  const rows = urgentFirst([three, two, one], [{ due: 5, ask: one }, { due: 9, ask: three }]);
  expect(rows.map((row) => [row.ask.id, row.due])).toEqual([[1, 5], [3, 9], [2, null]]);
  expect(urgentFirst([], [{ due: 5, ask: one }])).toHaveLength(1);
});

test("a_price_counts_down_to_what_the_buyer_was_promised_and_says_when_that_is_past", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
  const now = Date.now();
  queries.clear();
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: ["orders.see", "orders.edit"], shops: [], csrf: "t" } as unknown as Me;
  vi.stubGlobal("fetch", async (input: string | Request) => {
    const { pathname } = new URL(typeof input === "string" ? input : input.url, "http://x");
    const order = { id: 91, number: "T91", lines: [], total_fen: 6_000, pay_status: "unpaid", order_status: "open" };
    const body = pathname.endsWith("/asks/promised") ? [{ due: now + 65_000, ask: ask(1) }] : pathname.endsWith("/asks") ? { items: [ask(2), ask(1)], next: null } : order;
    return new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
  });
  const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], desk: words["zh-CN"] } } });
  const router = createRouter({ history: createMemoryHistory(), routes: ["orders-list", "reception"].map((name) => ({ name, path: `/${name}/:id?`, component: { template: "<i />" } })) });
  const wrapper = mount(RequestsPart, { global: { plugins: [i18n, router, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] } });
  await vi.waitFor(() => expect(wrapper.findAll("tbody .chip")).toHaveLength(1));
  expect(wrapper.findAll("tbody .said").map((one) => one.text())).toEqual(["申请1", "申请2"]);
  const chip = () => wrapper.get("tbody tr .chip");
  expect([chip().classes("near"), chip().text()]).toEqual([true, expect.stringMatching(/^答应买家 .+ 前答复，还剩 1:0\d$/)]);
  vi.advanceTimersByTime(70_000);
  await flushPromises();
  expect([chip().classes("late"), chip().text()]).toEqual([true, expect.stringMatching(/前答复，已超 0:0\d$/)]);
  wrapper.unmount();
  vi.useRealTimers();
});
