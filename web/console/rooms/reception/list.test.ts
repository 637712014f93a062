// The list: what each card says of how far a talk has come, of how its buyer bargains and of who looks.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { computed, reactive, ref } from "vue";
import { createI18n } from "vue-i18n";
import { createMemoryHistory, createRouter } from "vue-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conversation } from "@api/samples";
import type { Conversation, Viewer } from "@api/types";
import { queries } from "@shell/cache";
import { desk } from "@shell/desk";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import type { Deeds } from "./deeds";
import type { List } from "./list";
import ConversationList from "./parts/ConversationList.vue";
import words from "./words";

const step = (key: string, zh: string) => ({ key, zh, en: key });
const sale = { key: "sale", title: { zh: "售前七步", en: "Sale" }, steps: [step("hello", "欢迎语"), step("talk", "对话"), step("bargain", "议价")] };
const own = { key: "own", title: { zh: "本店", en: "Own" }, steps: [step("own1", "量尺寸")] };
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: { template: "<p/>" } }, { path: "/reception/:id?", name: "reception", component: { template: "<p/>" } }] });
let looking: Record<number, Viewer[]>;
let wrapper: VueWrapper;
const picked: number[] = [];

beforeEach(() => {
  looking = {};
  queries.clear();
  setActivePinia(createPinia());
  desk.stop();
  desk.person = 12;
  useSession().me = { person: { id: 12 }, permissions: ["reception.talk"], shops: [{ id: 3, name: "一店" }, { id: 4, name: "二店" }], csrf: "t" } as unknown as Me;
  vi.spyOn(desk, "viewers").mockImplementation((id) => looking[id] ?? []);
  // rows are drawn by height, which a page that is not laid out has none of
  for (const side of ["clientWidth", "clientHeight"] as const) vi.spyOn(HTMLElement.prototype, side, "get").mockReturnValue(600);
  vi.stubGlobal("fetch", async (input: string | Request) => {
    const url = new URL(input instanceof Request ? input.url : input, "http://x");
    const body = url.pathname.endsWith("/templates") ? [sale, ...(url.searchParams.get("shop") === "4" ? [own] : [])] : [];
    return new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
  });
});
afterEach(() => {
  wrapper.unmount();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});
async function show(...talks: Conversation[]): Promise<string[]> {
  const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
  const list = { tab: ref("all"), which: ref("open"), stage: ref(null), rows: computed(() => talks), pages: reactive({ next: null, done: true, loading: false, loaded: true, problem: null }), selected: reactive(new Set<number>()), more: async () => undefined, select: () => undefined, pick: (id: number) => void picked.push(id) } as unknown as List;
  wrapper = mount(ConversationList, { props: { list, deeds: { menu: () => [] } as unknown as Deeds, current: null }, global: { plugins: [i18n, router, [VueQueryPlugin, { queryClient: queries }]] }, attachTo: document.body });
  await flushPromises();
  await flushPromises();
  return wrapper.findAll(".card .three").map((one) => one.text().replace(/\s+/g, " "));
}

test("a_card_says_stage_and_step_of_its_own_shops_template", async () => {
  const [bargains, done, measures, unknown] = await show(
    conversation({ id: 1, template: "sale", step: 2 }),
    conversation({ id: 2, template: "sale", step: 3, stage: "after" }),
    conversation({ id: 3, template: "own", step: 0, shop: 4, stage: "in" }),
    conversation({ id: 4, template: "own", step: 0 }),
  );
  expect(bargains).toMatch(/^售前 ?议价 ?一店/);
  expect(done).toMatch(/^售后 ?步骤已走完/);
  expect(measures).toMatch(/^售中 ?量尺寸 ?二店/);
  expect(unknown).toMatch(/^售前 ?一店/);
});

test("a_card_says_how_its_buyer_bargains", async () => {
  const [greedy, comfort, none] = await show(conversation({ id: 1, bargain: "greedy" }), conversation({ id: 2, bargain: "comfort" }), conversation({ id: 3 }));
  expect(greedy).toContain("贪便宜");
  expect(comfort).toContain("求安慰");
  expect(none).not.toMatch(/贪便宜|求安慰/);
  expect(wrapper.get(".bargain").attributes("title")).toBe("爱贪小便宜");
});

test("a_card_says_who_else_looks_beside_whose_it_is", async () => {
  const viewer = (person: number, name: string): Viewer => ({ person, name, typing: false });
  looking = { 1: [viewer(12, "小满"), viewer(13, "谷雨"), viewer(14, "芒种")], 2: [viewer(12, "小满")] };
  await show(conversation({ id: 1, agent: 14, agent_name: "芒种" }), conversation({ id: 2 }));
  const cards = wrapper.findAll(".card");
  expect(cards[0]!.get(".looking").text()).toBe("谷雨");
  expect(cards[0]!.get(".looking").attributes("title")).toBe("谷雨 正在看");
  expect(cards[0]!.get(".agent").text()).toBe("芒种");
  expect(cards[1]!.find(".looking").exists()).toBe(false);
});

test("a_talk_is_chosen_from_its_menu_too_as_a_finger_rests_on_no_avatar", async () => {
  picked.length = 0;
  await show(conversation({ id: 1 }), conversation({ id: 2, customer: { ...conversation().customer, name: "柠檬叶子" } }));
  await wrapper.findAll(".card")[1]!.trigger("contextmenu");
  const item = [...document.querySelectorAll<HTMLElement>("[role=menuitem]")].find((one) => one.textContent?.includes("选择 柠檬叶子"));
  item!.click();
  expect(picked).toEqual([2]);
});
