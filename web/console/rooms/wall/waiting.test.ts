// Who waits on the wall: every last message has words, as in the list of talks. Taking from the queue asks for room in one's own hands, taking over does not.
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createMemoryHistory, createRouter } from "vue-router";
import { afterEach, beforeEach, expect, test } from "vitest";
import { conversation } from "@api/samples";
import { Problem } from "@api/problem";
import type { Conversation } from "@api/types";
import { desk } from "@shell/desk";
import { lastLine } from "@shell/lastLine";
import { useSession, type Me } from "@shell/session";
import { i18n } from "../../i18n";
import Waiting from "./parts/Waiting.vue";

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: { template: "<p/>" } }, { path: "/reception/:id?", name: "reception", component: { template: "<p/>" } }] });
let wrapper: VueWrapper;

beforeEach(() => {
  setActivePinia(createPinia());
  desk.stop();
  desk.person = 1;
  useSession().me = { person: { id: 1 }, permissions: ["reception.supervise"], shops: [], csrf: "t" } as unknown as Me;
});
afterEach(() => wrapper.unmount());
function show(...waiting: Conversation[]): void {
  wrapper = mount(Waiting, { props: { waiting }, global: { plugins: [i18n, router, ElementPlus] } });
}
const waits = (more: Partial<Conversation>): Conversation => conversation({ waiting_since: 1_790_000_000_000, ...more });

test("full_hands_take_over_but_do_not_claim", async () => {
  desk.takeCounts({ mine: 2, queue: 1, all: 9, waiting: 0 });
  desk.takePresences([{ person: 1, name: "掌柜", state: "online", reason: null, load: null, capacity: 2 }]);
  show(waits({ id: 1, state: "queued", agent: null }), waits({ id: 2 }));
  const grey = (): boolean[] => wrapper.findAll("button").map((one) => one.attributes("disabled") !== undefined);
  expect(grey()).toEqual([true, false]);
  expect(wrapper.get(".full").text()).toContain("你手上已有 2 个会话");
  desk.takeCounts({ mine: 1, queue: 1, all: 9, waiting: 0 });
  await flushPromises();
  expect(grey()).toEqual([false, false]);
  expect(wrapper.find(".full").exists()).toBe(false);
});

test("a_last_message_without_words_is_told_by_its_kind", () => {
  const last = (kind: "voice" | "product" | "file") => waits({ id: kind.length, state: "queued", agent: null, agent_name: null, last: { from: "buyer", kind, text: "", at: 1 } });
  const all = [last("voice"), last("product"), last("file")];
  show(...all, waits({ id: 50, last: { from: "buyer", kind: "order", text: "", at: 1 } }), waits({ id: 51, last: { from: "buyer", kind: "image", text: "", at: 1 } }), waits({ id: 52, last: null }));
  const lines = wrapper.findAll("li .meta").map((one) => one.text());
  expect(lines).toEqual(["未分配 · 售前 · [语音]", "未分配 · 售前 · [商品]", "未分配 · 售前 · [文件]", "小满 · 售前 · [订单]", "小满 · 售前 · [图片]", "小满 · 售前"]);
  for (const [n, c] of all.entries()) expect(lines[n]).toContain(lastLine(c, 1, i18n.global.t as Parameters<typeof lastLine>[2]));
});

test("nobody_is_said_to_wait_only_when_those_who_wait_were_read", async () => {
  wrapper = mount(Waiting, { props: { waiting: [], missed: new Problem("network") }, global: { plugins: [i18n, router, ElementPlus] } });
  expect(wrapper.text()).not.toContain(i18n.global.t("wall.noBuyers"));
  await wrapper.get('[role="alert"] button').trigger("click");
  expect(wrapper.emitted("retry")).toHaveLength(1);
  await wrapper.setProps({ missed: null });
  expect(wrapper.text()).toContain(i18n.global.t("wall.noBuyers"));
});
