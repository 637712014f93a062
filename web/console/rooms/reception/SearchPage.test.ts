import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { createMemoryHistory, createRouter } from "vue-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { queries } from "@shell/cache";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import SearchPage from "./SearchPage.vue";
import words from "./words";

const hit = { kind: "message", id: 7, seq: 3, title: "青柠", snippet: "蝴蝶结", at: 1_790_000_000_000, shop: 3 };
let pages: Record<string, { items: unknown[]; next: string | null }>;
let wrapper: VueWrapper;

beforeEach(() => {
  queries.clear();
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: [], shops: [], csrf: "t" } as unknown as Me;
  vi.stubGlobal("fetch", async (input: string | Request) => {
    const url = new URL(input instanceof Request ? input.url : input, "http://x");
    return new Response(JSON.stringify(pages[url.searchParams.get("cursor") ?? ""]), { headers: { "content-type": "application/json" } });
  });
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
});
async function show(): Promise<void> {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/search", name: "search", component: SearchPage }] });
  await router.push("/search?q=蝴蝶结");
  const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
  wrapper = mount(SearchPage, { global: { plugins: [i18n, router, [VueQueryPlugin, { queryClient: queries }]] } });
  await flushPromises();
  await flushPromises();
}
const more = () => wrapper.findAll("button").find((one) => one.text() === "再看一些");

test("a_page_that_held_nothing_offers_the_next_one", async () => {
  pages = { "": { items: [], next: "c1" }, c1: { items: [hit], next: null } };
  await show();
  expect(wrapper.text()).toContain("看过的部分里没有“蝴蝶结”");
  expect(wrapper.text()).not.toContain("没有找到");
  await more()!.trigger("click");
  await flushPromises();
  expect(wrapper.findAll("li").map((one) => one.text())).toEqual([expect.stringContaining("青柠")]);
  expect(more()).toBeUndefined();
});

test("nothing_is_found_only_when_the_last_page_was_read", async () => {
  pages = { "": { items: [], next: "c1" }, c1: { items: [], next: null } };
  await show();
  await more()!.trigger("click");
  await flushPromises();
  expect(wrapper.text()).toContain("没有找到“蝴蝶结”");
  expect(more()).toBeUndefined();
});
