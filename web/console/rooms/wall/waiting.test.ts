// Who waits on the wall: taking from the queue asks for room in one's own hands, taking over does not.
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createMemoryHistory, createRouter } from "vue-router";
import { afterEach, beforeEach, expect, test } from "vitest";
import { conversation } from "@api/samples";
import type { Conversation } from "@api/types";
import { desk } from "@shell/desk";
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
