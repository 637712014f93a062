// Full hands: what would be refused is grey and says why, and a refusal that comes all the same is about oneself.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { computed, reactive, ref, type Component } from "vue";
import { createI18n } from "vue-i18n";
import { createMemoryHistory, createRouter } from "vue-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conversation } from "@api/samples";
import { toasts } from "@ui/toast";
import { queries } from "@shell/cache";
import { desk } from "@shell/desk";
import { useMoreRoom } from "@shell/hands";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import { useDeeds, type Deeds } from "./deeds";
import type { List } from "./list";
import BulkBar from "./parts/BulkBar.vue";
import ComposerGate from "./parts/ComposerGate.vue";
import ConversationList from "./parts/ConversationList.vue";
import words from "./words";

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: { template: "<p/>" } }, { path: "/reception/:id?", name: "reception", component: { template: "<p/>" } }] });
const WHY = "你手上已有 8 个会话，已满；先关闭或转出一个，再接";
const queued = conversation({ id: 2, state: "queued", agent: null, agent_name: null });
let wrapper: VueWrapper;

function hold(mine: number, capacity = 8): void {
  desk.takeCounts({ mine, queue: 3, all: 20, waiting: 0 });
  desk.takePresences([{ person: 12, name: "小满", state: "online", reason: null, load: null, capacity }]);
}
beforeEach(() => {
  queries.clear();
  setActivePinia(createPinia());
  desk.stop();
  desk.person = 12;
  useSession().me = { person: { id: 12 }, permissions: ["reception.talk"], shops: [{ id: 3, name: "一店" }], csrf: "t" } as unknown as Me;
  toasts.splice(0);
});
afterEach(() => {
  wrapper.unmount();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});
function show(what: Component, props: Record<string, unknown>): void {
  const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
  wrapper = mount(what, { props, global: { plugins: [i18n, router, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] }, attachTo: document.body });
}
const list = (chosen: number[] = []): List => ({ tab: ref("queue"), which: ref("open"), stage: ref(null), rows: computed(() => [queued]), pages: reactive({ next: null, done: true, loading: false, loaded: true, problem: null }), selected: reactive(new Set(chosen)), more: async () => undefined, select: () => undefined, pick: () => undefined }) as unknown as List;
const button = (text: string) => wrapper.findAll("button").find((one) => one.text() === text)!;

test("the_next_in_the_queue_is_grey_with_the_reason_while_ones_hands_are_full", async () => {
  vi.stubGlobal("fetch", async () => new Response("[]", { headers: { "content-type": "application/json" } }));
  hold(8);
  show(ConversationList, { list: list(), deeds: { menu: () => [] } as unknown as Deeds, current: null });
  expect(button("接下一位").attributes("disabled")).toBeDefined();
  expect(button("接下一位").attributes("title")).toBe(WHY);
  expect(wrapper.get(".next p").text()).toBe(WHY);
  hold(7);
  await flushPromises();
  expect(button("接下一位").attributes("disabled")).toBeUndefined();
  expect(wrapper.find(".next p").exists()).toBe(false);
});

test("a_talk_in_the_queue_and_a_closed_one_say_under_their_grey_button_why_they_cannot_be_taken", async () => {
  hold(8);
  show(ComposerGate, { conversation: queued });
  expect(button("接入").attributes("disabled")).toBeDefined();
  expect(wrapper.get(".full").text()).toBe(WHY);
  await wrapper.setProps({ conversation: conversation({ state: "closed" }) });
  expect(button("重新打开").attributes("title")).toBe(WHY);
  hold(0, 0);
  await flushPromises();
  expect(wrapper.get(".full").text()).toBe("你的接待上限是 0，不能接买家；请主管在“人员”里调高");
  hold(3);
  await flushPromises();
  expect(button("重新打开").attributes("disabled")).toBeUndefined();
});

test("several_chosen_ones_cannot_be_taken_either", () => {
  vi.spyOn(desk, "conversation").mockReturnValue(queued);
  hold(9);
  show(BulkBar, { list: list([2]) });
  expect(button("接入").attributes("disabled")).toBeDefined();
  expect(wrapper.text()).toContain("你手上已有 9 个会话，已满");
});

test("the_menu_of_a_talk_marks_what_full_hands_cannot_take", () => {
  hold(8);
  let deeds!: Deeds;
  show({ setup: () => ((deeds = useDeeds(() => undefined)), () => null) }, {});
  const claim = () => deeds.menu(queued).find((one) => one.key === "claim");
  expect(claim()).toMatchObject({ off: true, why: WHY, hint: "已满" });
  hold(2);
  expect(claim()!.off).toBeUndefined();
});

test("a_refusal_that_comes_all_the_same_is_worded_for_oneself", async () => {
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ code: "agent_full", detail: "They have as many…", capacity: 8 }), { status: 409, headers: { "content-type": "application/problem+json" } }));
  hold(6, 10);
  let deeds!: Deeds;
  show({ setup: () => ((deeds = useDeeds(() => undefined)), () => null) }, {});
  deeds.choose("claim", queued);
  await flushPromises();
  expect(toasts.map((one) => one.text)).toEqual([WHY]);
});

test("who_is_full_hears_of_more_room_without_a_frame", async () => {
  vi.useFakeTimers();
  let capacity = 8;
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ items: [{ id: 12, name: "小满", capacity, disabled: false, presence: { state: "online", reason: null } }], next: null }), { headers: { "content-type": "application/json" } }));
  hold(8);
  show({ setup: () => (useMoreRoom(() => true), () => null) }, {});
  await vi.advanceTimersByTimeAsync(100);
  capacity = 12;
  await vi.advanceTimersByTimeAsync(31_000);
  expect(desk.presences()[0]!.capacity).toBe(12);
});
