// Ctrl+K finds products and scripts too, after people, messages and orders.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { queries } from "./cache";
import Palette from "./Palette.vue";
import { useSession, type Me } from "./session";
import words from "./words";

let wrapper: VueWrapper;
let asked: string[];
let away: boolean;
const page = { template: "<p />" };
const router = () => createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: Palette }, { path: "/knowledge/products/:product", name: "knowledge-product", component: page }, { path: "/knowledge/scripts", name: "knowledge-scripts", component: page }] });
let to: ReturnType<typeof router>;

beforeEach(async () => {
  queries.clear();
  asked = [];
  away = false;
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: [], shops: [] } as unknown as Me;
  vi.stubGlobal("fetch", async (input: Request | string) => {
    const url = new URL(typeof input === "string" ? input : input.url, "http://x");
    const path = url.pathname.replace("/api/v1", "");
    if (path === "/search" && away) return new Response(JSON.stringify({ code: "internal" }), { status: 500, headers: { "content-type": "application/problem+json" } });
    asked.push(`${path}?q=${url.searchParams.get("q") ?? ""}`);
    const items: Record<string, object[]> = {
      "/search": [{ kind: "order", id: 4, title: "T2611 羽绒服", snippet: "", at: null, seq: null }, { kind: "customer", id: 8, title: "羽绒青柠", snippet: "", at: null, seq: null }],
      "/products": [{ id: 7, title: "轻盈鹅绒羽绒服", code: "YRF" }],
      "/scripts": [{ id: 3, title: "羽绒服洗护", code: "xh" }],
    };
    return new Response(JSON.stringify({ items: items[path] ?? [], next: null }), { headers: { "content-type": "application/json" } });
  });
  to = router();
  await to.push("/");
  wrapper = mount(RouterView, { global: { plugins: [createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: words["zh-CN"] } } }), to, [VueQueryPlugin, { queryClient: queries }]], stubs: { teleport: true } }, attachTo: document.body });
  await flushPromises();
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
});
async function type(text: string): Promise<void> {
  await wrapper.get("input").setValue(text);
  await new Promise((done) => setTimeout(done, 200));
  await flushPromises();
}
const groups = (): string[] => wrapper.findAll("li.group").map((one) => one.text());

test("products_and_scripts_come_after_customers_and_orders", async () => {
  await type("羽绒");
  expect(groups()).toEqual(["客户", "订单", "商品", "话术"]);
  expect(asked).toContain("/products?q=羽绒");
  await wrapper.findAll("li[role=option]").find((one) => one.text().includes("轻盈鹅绒羽绒服"))!.trigger("click");
  await flushPromises();
  expect(to.currentRoute.value.fullPath).toBe("/knowledge/products/7");
});

test("a_script_leads_to_its_list_with_its_code", async () => {
  await type("羽绒");
  await wrapper.findAll("li[role=option]").find((one) => one.text().includes("羽绒服洗护"))!.trigger("click");
  await flushPromises();
  expect(to.currentRoute.value).toMatchObject({ name: "knowledge-scripts", query: { q: "xh" } });
});

test("one_letter_asks_for_nothing", async () => {
  await type("y");
  expect(asked).toEqual([]);
  expect(groups()).toEqual([]);
});

test("a_search_that_failed_says_so_and_is_made_again_with_enter", async () => {
  away = true;
  await type("羽绒");
  const line = wrapper.findAll("li[role=option]").find((one) => one.text().includes("服务器出错了"));
  expect(line).toBeDefined();
  expect(groups()).toEqual(["商品", "话术"]);
  away = false;
  await line!.trigger("click");
  await flushPromises();
  expect(groups()).toEqual(["客户", "订单", "商品", "话术"]);
  expect(wrapper.text()).not.toContain("服务器出错了");
});
