// After handing a talk on: it is said to whom it went, and the next of one's own is there to be answered.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createMemoryHistory, createRouter, type Router } from "vue-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conversation } from "@api/samples";
import type { Conversation } from "@api/types";
import { toasts } from "@ui/toast";
import { queries } from "@shell/cache";
import { desk } from "@shell/desk";
import { useSession, type Me } from "@shell/session";
import { i18n } from "../../i18n";
import { nextMine } from "./order";
import Page from "./Page.vue";

const buyer = (name: string): Conversation["customer"] => ({ id: 8, name, level: 0, vip: false, known: true, blocked: false });
const here = conversation({ id: 1, customer: buyer("青柠") });
let router: Router;
let wrapper: VueWrapper;

beforeEach(() => {
  queries.clear();
  setActivePinia(createPinia());
  toasts.splice(0);
  desk.stop();
  desk.person = 12;
  useSession().me = { person: { id: 12, name: "小满", send_key: "enter" }, permissions: ["reception.talk"], shops: [{ id: 3, name: "一店" }], csrf: "t" } as unknown as Me;
  vi.stubGlobal("matchMedia", (query: string) => ({ matches: query.startsWith("(min-width"), addEventListener: () => undefined, removeEventListener: () => undefined }));
  vi.stubGlobal("fetch", async (input: string | Request) => {
    const url = input instanceof Request ? input.url : input;
    const answer = url.includes("/transfer") ? { ...here, rev: 9, agent: 15, agent_name: "谷雨" } : url.includes("/conversations?") ? { items: [], next: null } : [];
    return new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
  });
  desk.takePresences([{ person: 15, name: "谷雨", state: "online", reason: null, load: null, capacity: 3 }]);
});
afterEach(() => {
  wrapper?.unmount();
  document.body.innerHTML = "";
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});
async function transfer(...others: Conversation[]): Promise<void> {
  desk.takeConversations([here, ...others]);
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: { template: "<p/>" } }, { path: "/reception/:id?", name: "reception", component: Page }] });
  await router.push("/reception/1");
  wrapper = mount({ template: "<RouterView />" }, { global: { plugins: [i18n, router, ElementPlus, [VueQueryPlugin, { queryClient: queries }]], stubs: { SidePanel: true, ConversationList: true, Thread: true } }, attachTo: document.body });
  await flushPromises();
  await wrapper.get("[aria-label^=转移]").trigger("click");
  await vi.waitUntil(() => document.querySelector(".choices input"));
  document.querySelector<HTMLInputElement>(".choices input")!.click();
  const note = document.querySelector<HTMLTextAreaElement>(".el-dialog textarea")!;
  note.value = "要开票";
  note.dispatchEvent(new Event("input"));
  await flushPromises();
  [...document.querySelectorAll<HTMLButtonElement>(".el-dialog button")].find((one) => one.textContent?.trim() === "转移")!.click();
  await flushPromises();
  await flushPromises();
}

test("after_ones_own_transfer_the_longest_wait_is_open_with_the_cursor_in_its_box", async () => {
  await transfer(conversation({ id: 2, customer: buyer("白茶") }), conversation({ id: 3, customer: buyer("红豆"), waiting_since: 5 }));
  expect(toasts.map((one) => one.text)).toEqual(["青柠 已转给 谷雨"]);
  await vi.waitUntil(() => router.currentRoute.value.params["id"] === "3");
  await flushPromises();
  expect(wrapper.get("h2").text()).toBe("红豆");
  expect(document.activeElement).toBe(wrapper.get(".composer textarea").element);
});

test("after_the_last_talk_of_ones_own_nothing_says_that_somebody_took_it", async () => {
  await transfer();
  await vi.waitUntil(() => !router.currentRoute.value.params["id"]);
  await flushPromises();
  expect(wrapper.text()).toContain("选一个会话开始接待");
});

test("one_goes_on_to_who_waits_and_else_to_who_spoke_last", () => {
  const last = (at: number) => ({ from: "buyer" as const, kind: "text" as const, text: "", at });
  const all = [conversation({ id: 1, last: last(900) }), conversation({ id: 2, last: last(300) }), conversation({ id: 3, last: last(700) }), conversation({ id: 4, agent: 5, waiting_since: 1 }), conversation({ id: 5, state: "closed", last: last(999) })];
  expect(nextMine(all, 12, 1)?.id).toBe(3);
  expect(nextMine([...all, conversation({ id: 6, waiting_since: 9, last: last(1) })], 12, 1)?.id).toBe(6);
  expect(nextMine(all.slice(3), 12, 1)).toBeNull();
});
