// The listing check on a phone: each task is a block of lines with everything in it, and the weeks fit beside their names.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { queries } from "@shell/cache";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import ListingPage from "./ListingPage.vue";
import words from "./words";

let wrapper: VueWrapper;
const task = (id: number, item: string) => ({ id, product: 7, product_title: "加绒卫衣", item, reason: "sections_missing", note: "", state: "open", source: "raised", conversation: 5, owner: null, owner_name: null, opened_at: 1, opened_by_name: "小满", done_at: null, done_by_name: null, done_note: "" });
beforeEach(async () => {
  queries.clear();
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: ["knowledge.edit"], shops: [] } as unknown as Me;
  const weeks = Array.from({ length: 8 }, (_, n) => ({ from: 0, to: 1_790_000_000_000 + n * 604_800_000, opened: n, closed: 0, open: n }));
  vi.stubGlobal("fetch", async (input: Request | string) => {
    const path = new URL(typeof input === "string" ? input : input.url, "http://x").pathname;
    const answer = path.endsWith("/weeks") ? weeks : path.endsWith("/listing/tasks") ? { items: [task(1, "facts"), task(2, "sizes")], next: null } : path.endsWith("/people") ? { items: [], next: null } : [];
    return new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
  });
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: ListingPage }, { path: "/p/:product", name: "knowledge-product", component: { template: "<p />" } }, { path: "/t/:id", name: "reception", component: { template: "<p />" } }] });
  await router.push("/");
  const i18n = createI18n({ legacy: false, locale: "zh-CN", missingWarn: false, messages: { "zh-CN": { shell: shell["zh-CN"], knowledge: words["zh-CN"] } } });
  wrapper = mount(RouterView, { global: { plugins: [i18n, router, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] } });
  await flushPromises();
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
});

test("on_a_phone_nothing_of_a_task_is_cut_off", () => {
  const table = wrapper.findAll("table.list").at(-1)!;
  expect(table.classes()).toContain("stack");
  expect(table.findAll("tbody td.wide"), "nothing of a row goes").toHaveLength(0);
  const [first, second] = table.findAll("tbody tr");
  expect(first!.get("td.top").text()).toBe("加绒卫衣");
  expect(second!.get("td.top").text(), "a product is named once").toBe("");
  expect(first!.get("td.by").text()).toContain("小满");
  expect(first!.get("td.by a").attributes("href")).toBe("/t/5");
});

test("a_phone_shows_the_last_weeks", () => {
  const heads = wrapper.findAll(".weeks thead th.num");
  expect(heads.map((one) => one.classes().includes("wide"))).toEqual([true, true, true, true, false, false, false, false]);
});
