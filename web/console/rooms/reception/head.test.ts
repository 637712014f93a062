// The head of a thread on a phone: what it has no room for stands in a line below and in the menu.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { defineComponent, h } from "vue";
import { createI18n } from "vue-i18n";
import { createMemoryHistory, createRouter } from "vue-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conversation } from "@api/samples";
import type { Conversation } from "@api/types";
import { queries } from "@shell/cache";
import { desk } from "@shell/desk";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import { useDeeds } from "./deeds";
import ThreadHead from "./parts/ThreadHead.vue";
import words from "./words";

const template = { key: "sale", title: { zh: "七步", en: "Seven" }, steps: ["欢迎语", "对话", "议价"].map((zh, n) => ({ key: `s${n}`, zh, en: zh })) };
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: { template: "<p/>" } }, { path: "/reception/:id?", name: "reception", component: { template: "<p/>" } }] });
let posted: [string, unknown][];
let wrapper: VueWrapper;

beforeEach(() => {
  posted = [];
  queries.clear();
  setActivePinia(createPinia());
  desk.stop();
  desk.person = 12;
  useSession().me = { person: { id: 12 }, permissions: ["reception.talk"], shops: [{ id: 3, name: "一店" }], csrf: "t" } as unknown as Me;
  vi.stubGlobal("fetch", async (input: string | Request, init?: RequestInit) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input, "http://x");
    const body = input instanceof Request ? await input.text() : String(init?.body ?? "");
    if (body) posted.push([pathname.split("/").at(-1)!, JSON.parse(body)]);
    return new Response(JSON.stringify(pathname.endsWith("/templates") ? [template] : {}), { headers: { "content-type": "application/json" } });
  });
});
afterEach(() => {
  wrapper.unmount();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});
async function show(more: Partial<Conversation>, phone = true): Promise<void> {
  vi.stubGlobal("matchMedia", (query: string) => ({ matches: phone && query === "(max-width: 767px)", addEventListener: () => undefined, removeEventListener: () => undefined }));
  const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
  const Host = defineComponent(() => {
    const deeds = useDeeds(() => undefined);
    return () => h(ThreadHead, { conversation: conversation({ template: "sale", step: 1, ...more }), deeds, panel: false });
  });
  wrapper = mount(Host, { global: { plugins: [i18n, router, [VueQueryPlugin, { queryClient: queries }]] }, attachTo: document.body });
  await flushPromises();
  await flushPromises();
}
const items = () => wrapper.findAll("[role=menuitem]");
async function menu(): Promise<string[]> {
  await wrapper.get("[aria-haspopup=menu]").trigger("click");
  return items().map((one) => one.text());
}
async function choose(text: string): Promise<void> {
  await menu();
  await items().find((one) => one.text() === text)!.trigger("click");
  await flushPromises();
}

test("on_a_phone_the_menu_changes_stage_and_step", async () => {
  await show({ stage: "pre" });
  expect(await menu()).toEqual(expect.arrayContaining(["✓ 阶段：售前", "阶段：售中", "阶段：售后", "前进一步", "退回一步"]));
  await choose("阶段：售后");
  await choose("前进一步");
  await choose("退回一步");
  expect(posted).toEqual([["stage", { stage: "after" }], ["step", { step: 2 }], ["step", { step: 0 }]]);
});

test("the_menu_of_a_phone_goes_no_further_than_the_template_and_changes_no_talk_of_others", async () => {
  await show({ step: 3 });
  expect(await menu()).not.toContain("前进一步");
  wrapper.unmount();
  await show({ step: 0 });
  expect(await menu()).not.toContain("退回一步");
  wrapper.unmount();
  await show({ agent: 13 });
  expect((await menu()).filter((one) => /阶段|一步/.test(one))).toEqual([]);
});

test("where_the_head_has_room_the_menu_says_nothing_twice", async () => {
  await show({}, false);
  expect((await menu()).filter((one) => /阶段|一步/.test(one))).toEqual([]);
});

test("on_a_phone_promise_bargaining_stage_and_who_looks_stand_below_the_name", async () => {
  vi.spyOn(desk, "viewers").mockReturnValue([{ person: 12, name: "小满", typing: false }, { person: 13, name: "谷雨", typing: false }]);
  await show({ bargain: "comfort", promise_at: Date.now() - 1_000, agent: 14, agent_name: "芒种" });
  const under = wrapper.get(".under");
  for (const part of ["售前", "由 芒种 接待", "需要心理安慰", "前回复", "谷雨 也在看"]) expect(under.text()).toContain(part);
  expect(under.get(".late").text()).toContain("答应");
});

test("in_a_narrow_head_promise_and_bargaining_stand_below_the_name_and_only_where_there_is_one", async () => {
  await show({}, false);
  expect(wrapper.get(".under").classes()).not.toContain("says");
  wrapper.unmount();
  await show({ promise_at: Date.now() + 60_000 }, false);
  expect(wrapper.get(".under").classes()).toContain("says");
  // What is hidden of the first line is what the second says.
  const style = readFileSync(join(import.meta.dirname, "parts/ThreadHead.vue"), "utf8").split("<style")[1]!;
  expect(/@container \(max-width: 640px\) \{[^@]*\.main \.looking, \.main \.due, \.main \.bargain[^@]*\.under\.says \{ display: flex/.test(style)).toBe(true);
});

test("between_two_panes_where_the_head_has_no_room_for_the_stage_the_menu_has_it", async () => {
  const width = vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(336);
  await show({ stage: "pre" }, false);
  expect(await menu()).toContain("✓ 阶段：售前");
  wrapper.unmount();
  width.mockReturnValue(592);
  await show({ stage: "pre" }, false);
  expect((await menu()).filter((one) => /阶段/.test(one))).toEqual([]);
});
