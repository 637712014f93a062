// The companion page against a stand-in: what looks like a question may be a name all the same.
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createI18n } from "vue-i18n";
import { locale } from "@ui/locale";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import Page from "./Page.vue";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], companion: words["zh-CN"] } } });
const faq = { id: 7, question: "什么时候发货", answer: "今天发出。", answer_en: "", category: "shipping", score: 0.9, confident: true, why: "question", variables: [] };
let confident: boolean;
let buyers: string[];
let searched: string[];
let questions: string[];
let chosen: unknown[];
let wrapper: VueWrapper;

beforeEach(async () => {
  setActivePinia(createPinia());
  useSession().me = { person: { id: 12, name: "小满" }, permissions: ["reception.talk"], shops: [{ id: 3, name: "云朵家纺" }] } as unknown as Me;
  locale.value = "zh-CN";
  localStorage.clear();
  confident = false;
  buyers = ["什么鱼", "jd_5f0c2a7be91d3a84"];
  searched = [];
  questions = [];
  chosen = [];
  vi.stubGlobal("fetch", vi.fn(async (to: string | Request, init?: RequestInit) => {
    const url = new URL(typeof to === "string" ? to : to.url, "http://x");
    const q = url.searchParams.get("q") ?? "";
    if (url.pathname.endsWith("/search")) {
      searched.push(q);
      return json({ items: buyers.filter((one) => one === q).map((one, n) => ({ kind: "customer", id: 80 + n, title: one, snippet: "", seq: null, at: 1 })), next: null });
    }
    if (url.pathname.endsWith("/answers")) {
      if (q) questions.push(q);
      return json({ ready: true, confident: q !== "" && confident, faq: confident ? [faq] : [], scripts: [], policies: [], bargain: null });
    }
    if (url.pathname.endsWith("/answers/picked")) chosen.push(typeof to === "string" ? JSON.parse(String(init?.body)) : await to.json());
    if (url.pathname.endsWith("/replies/check")) return json({ send: "free", findings: [] });
    if (/\/customers\/\d+$/.test(url.pathname)) return json({ id: 80, name: "什么鱼", vip: false, level: 1, orders: 0, spent_fen: 0, note: "" });
    if (/\/orders|\/main-push|\/campaigns/.test(url.pathname)) return json([]);
    if (url.pathname.endsWith("/tone")) return json({ tone: "", address: "亲", emoji: true });
    return json({ items: [], next: null });
  }));
  wrapper = mount(Page, { global: { plugins: [i18n, [VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) }]] }, attachTo: document.body });
  await flushPromises();
});
afterEach(async () => {
  wrapper.unmount();
  document.body.innerHTML = "";
  await flushPromises();
  vi.unstubAllGlobals();
});
const json = (body: unknown): Response => new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
async function paste(text: string): Promise<void> {
  const field = wrapper.get(".ask textarea");
  await field.setValue(text);
  await field.trigger("keydown", { key: "Enter" });
  for (let turn = 0; turn < 6; turn++) await flushPromises();
}
const hits = (): string[] => wrapper.findAll(".hits li .grow").map((one) => one.text());

test("a_default_nick_longer_than_a_question_finds_its_buyer", async () => {
  await paste("jd_5f0c2a7be91d3a84");
  expect(searched).toEqual(["jd_5f0c2a7be91d3a84"]);
  expect(questions).toEqual([]);
  expect(wrapper.find(".card").exists()).toBe(true);
});

test("a_question_nothing_answers_for_sure_offers_the_buyer_of_that_name", async () => {
  await paste("什么鱼");
  expect(questions).toEqual(["什么鱼"]);
  expect(hits()).toEqual(["什么鱼"]);
  await wrapper.get(".hits li button").trigger("click");
  for (let turn = 0; turn < 6; turn++) await flushPromises();
  expect(wrapper.find(".hits").exists()).toBe(false);
  expect(wrapper.get(".card").text()).toContain("什么鱼");
});

test("a_question_that_is_answered_looks_for_nobody_and_one_without_such_a_buyer_says_nothing_of_it", async () => {
  await paste("什么时候开始");
  expect(searched).toEqual(["什么时候开始"]);
  expect(wrapper.find(".hits").exists()).toBe(false);
  confident = true;
  await paste("什么时候发货");
  expect(searched).toEqual(["什么时候开始"]);
  expect(wrapper.text()).toContain("今天发出。");
});

test("a_question_whose_answer_is_copied_is_told_with_its_shop", async () => {
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText: vi.fn(async () => undefined) } });
  confident = true;
  await paste("几号能发出来");
  expect(chosen).toEqual([]);
  await wrapper.get(".answers button.put").trigger("click");
  await vi.waitFor(() => expect(chosen).toEqual([{ q: "几号能发出来", kind: "faq", id: 7, elsewhere: 3 }]));
});
