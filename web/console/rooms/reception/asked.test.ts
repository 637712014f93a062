// The answers beside a talk follow what the buyer asks, over the socket as it speaks: in a talk that was just opened, in
// one that nobody has claimed, and while one writes an answer.
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createI18n } from "vue-i18n";
import type { Answers } from "@api/knowledge";
import { conversation, message } from "@api/samples";
import type { Conversation, Message } from "@api/types";
import { locale } from "@ui/locale";
import { desk } from "@shell/desk";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import AnswersPart from "./parts/AnswersPart.vue";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
const answersTo = (q: string): Answers => ({ ready: true, confident: true, faq: q ? [{ id: 7, question: q, answer: `答：${q}`, answer_en: "", category: "care", score: 0.9, confident: true, why: "question", variables: [] }] : [], scripts: [], policies: [], bargain: null });
let talk: Conversation;
let said: Message[];
let socket: FakeSocket;
let wrapper: VueWrapper;

const opened = (one: FakeSocket): void => {
  socket = one;
};

class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor() {
    opened(this);
    queueMicrotask(() => this.onopen?.());
  }
  push(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  close(): void {
    this.onclose?.();
  }
  send(text: string): void {
    const ask = JSON.parse(text) as { id: number; do: string };
    const hello = { person: 12, name: "小满", cursor: "c", resync: false, changed: [], presence: { state: "online", reason: null } };
    const ok = ask.do === "hello" ? hello : ask.do === "open" ? { conversation: talk, messages: said, viewers: [], draft: null, page: null } : {};
    queueMicrotask(() => this.push({ re: ask.id, ok }));
  }
}

beforeEach(() => {
  setActivePinia(createPinia());
  useSession().me = { person: { id: 12, name: "小满" }, permissions: [], shops: [] } as unknown as Me;
  locale.value = "zh-CN";
  localStorage.clear();
  sessionStorage.clear();
  said = [message({ seq: 1, body: { text: "有被套吗" } })];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("fetch", vi.fn(async (to: string | Request) => {
    const url = new URL(typeof to === "string" ? to : to.url, location.href);
    const body = url.pathname.endsWith("/answers") ? answersTo(url.searchParams.get("q") ?? "") : url.pathname.endsWith("/tone") ? { tone: "", address: "亲", emoji: true } : { items: [], next: null };
    return new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
  }));
});
afterEach(async () => {
  wrapper.unmount();
  desk.stop();
  await flushPromises();
  vi.unstubAllGlobals();
});

/** The panel as the page draws it: before the thread was read. */
async function beside(of: Partial<Conversation>): Promise<void> {
  talk = conversation({ id: 1, last_seq: 1, ...of });
  desk.start(12);
  await flushPromises();
  wrapper = mount(AnswersPart, { props: { conversation: talk }, global: { plugins: [i18n, [VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) }]] }, attachTo: document.body });
  await flushPromises();
  await desk.open(1);
  await settle();
}
async function settle(): Promise<void> {
  for (let n = 0; n < 3; n++) await flushPromises();
}
async function comes(one: Partial<Message>): Promise<void> {
  const made = message({ seq: said.length + 1, ...one } as Partial<Message>);
  said.push(made);
  talk = { ...talk, rev: talk.rev + 1, last_seq: said.length };
  socket.push({ on: "message", message: made, conversation: talk });
  await settle();
  await wrapper.setProps({ conversation: talk });
  await settle();
}

test("the_answers_follow_the_buyers_last_question_while_the_talk_is_open", async () => {
  await beside({ agent: 12, state: "open" });
  expect(wrapper.text()).toContain("买家问：有被套吗");
  await comes({ from: "agent", person: 12, body: { text: "有的" } });
  await comes({ body: { text: "四件套包含被芯吗" } });
  expect(wrapper.text()).toContain("买家问：四件套包含被芯吗");
  expect(wrapper.text()).toContain("答：四件套包含被芯吗");
  await comes({ from: "agent", person: 12, body: { text: "不包含的" } });
  await comes({ body: { text: "乳胶枕选多高的" } });
  expect(wrapper.text()).toContain("答：乳胶枕选多高的");
  expect(wrapper.text()).not.toContain("被芯");
});

test("a_talk_nobody_has_claimed_has_its_answers_too", async () => {
  await beside({ agent: null, agent_name: null, state: "queued" });
  expect(wrapper.text()).toContain("买家问：有被套吗");
  expect(wrapper.text()).toContain("答：有被套吗");
});
