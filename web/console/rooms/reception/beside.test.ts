// What stands beside the talk, used as an agent uses it: a key puts an answer into the box, six steps soothe, a click
// sends a card; and what each of it leaves behind on the server.
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Component } from "vue";
import { createI18n } from "vue-i18n";
import type { Answers, FaqHit, Script } from "@api/knowledge";
import { conversation, message } from "@api/samples";
import type { Message, SendAsk } from "@api/types";
import { locale } from "@ui/locale";
import { desk } from "@shell/desk";
import { pressed } from "@shell/keys";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import AnswersPart from "./parts/AnswersPart.vue";
import ProductDialog from "./parts/ProductDialog.vue";
import ProductPart from "./parts/ProductPart.vue";
import SoothePart from "./parts/SoothePart.vue";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
const faq: FaqHit = { id: 7, question: "能机洗吗", answer: "可以，用冷水轻柔模式。", answer_en: "", category: "care", score: 0.9, confident: true, why: "question", variables: [] };
const answers: Answers = { ready: true, confident: true, faq: [faq], scripts: [], policies: [], bargain: null };
const script = (step: number): Partial<Script> => ({ id: 100 + step, code: "", title: "", text: `第 ${step} 步的话`, text_en: "", variables: [], category: "complaint", stage: "any", step, uses: 0 });
const sku = { sku: 51, code: "S4-180", spec: "180cm", price_fen: 9_900, sellable: 5, state: "in_stock", active: true, coming: [], preorder: null };
const product = { id: 5, code: "S4", title: "四件套", picture: null, url: null, price_fen: 9_900, selling_points: [], active: true, shops: null, skus: [{ id: 51, spec: "180cm", price_fen: 9_900, sellable: 5, active: true }] };
const facts = { product: 5, rev: 1, category: "", features: [], advantages: [], origin: "", made_at: null, shelf_life_days: null, tests: [], picture_note: "", defects: "", competitor_note: "", size_table: null };
const card = { product: 5, sku: null, title: "四件套", spec: null, price_fen: 9_900, picture: null };
const guiding = { zh: "您的床多宽？", en: "How wide is the bed?" };
const brief = { product, facts, stock: [sku], batches: [], certificates: [], warranty: [], relations: [], campaigns: [], main_push: null, alternatives: [], guide: { category: "bedding", title: { zh: "床品", en: "Bedding" }, questions: [guiding], builtin: true }, card };
let sent: Omit<SendAsk, "client_id">[];
let posted: { path: string; body: unknown }[];
let wrapper: VueWrapper;
let next = 5_000;

beforeEach(() => {
  setActivePinia(createPinia());
  useSession().me = { person: { id: 12, name: "小满" }, permissions: [], shops: [] } as unknown as Me;
  locale.value = "zh-CN";
  localStorage.clear();
  desk.person = 12;
  sent = [];
  posted = [];
  vi.spyOn(desk, "send").mockImplementation((ask) => (sent.push(ask), "c"));
  const got: [RegExp, unknown][] = [
    [/\/answers\?/, answers],
    [/\/scripts\?/, { items: [1, 2, 3, 4, 5, 6].map(script), next: null }],
    [/\/brief/, brief],
    [/\/stock\/doubted/, []],
    [/\/campaigns\/next|\/main-push|\/guides/, []],
    [/\/orders/, { items: [], next: null }],
    [/\/products\/5$/, product],
    [/\/products\?/, { items: [product], next: null }],
    [/\/tone/, { tone: "", address: "亲", emoji: true }],
  ];
  vi.stubGlobal("fetch", vi.fn(async (to: string | Request, init?: RequestInit) => {
    const url = typeof to === "string" ? to : to.url;
    const path = url.replace(/^.*\/api\/v1/, "");
    if (init?.method === "POST" && !path.endsWith("/render")) {
      posted.push({ path, body: init.body ? JSON.parse(String(init.body)) : null });
      return new Response(null, { status: 204 });
    }
    if (init?.method === "POST") return new Response(JSON.stringify({ text: "", missing: [], version: 1, until: null, filled: {} }), { headers: { "content-type": "application/json" } });
    return new Response(JSON.stringify(got.find(([fits]) => fits.test(url))?.[1] ?? { items: [], next: null }), { headers: { "content-type": "application/json" } });
  }));
  document.addEventListener("keydown", pressed);
});
afterEach(async () => {
  document.removeEventListener("keydown", pressed);
  wrapper.unmount();
  document.body.innerHTML = "";
  await flushPromises();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});
/** One part beside a talk of which `run` was said. */
async function put(part: Component, run: Message[] = [], complaint = false): Promise<number> {
  const one = conversation({ id: next++, agent: 12, state: "open", complaint });
  vi.spyOn(desk, "thread").mockReturnValue({ run } as unknown as ReturnType<typeof desk.thread>);
  wrapper = mount(part, { props: { conversation: one }, global: { plugins: [i18n, [VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) }]] }, attachTo: document.body });
  await flushPromises();
  return one.id;
}
const asked = (seq: number, text: string): Message => message({ seq, body: { text } });
const shown = (seq: number): Message => message({ seq, kind: "product", body: card } as Partial<Message>);
const button = (name: string): HTMLButtonElement => [...document.querySelectorAll("button")].find((one) => (one.getAttribute("aria-label") ?? one.textContent ?? "").trim() === name)!;
async function click(name: string): Promise<void> {
  button(name).click();
  await flushPromises();
}
const altOne = (): boolean => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "1", code: "Digit1", altKey: true, bubbles: true, cancelable: true }));
const ofPath = (path: string): unknown[] => posted.filter((one) => one.path === path).map((one) => one.body);

test("alt_1_puts_the_first_answer_into_the_box_and_the_question_it_answered_is_told", async () => {
  const id = await put(AnswersPart, [asked(3, "这个能机洗吗")]);
  expect(wrapper.text()).toContain("买家问：这个能机洗吗");
  altOne();
  await flushPromises();
  expect(wrapper.emitted("put")).toEqual([["可以，用冷水轻柔模式。"]]);
  expect(ofPath("/faq/7/used")).toEqual([{ conversation: id, seq: 3 }]);
  expect(ofPath("/answers/picked")).toEqual([]);
});

test("an_answer_found_by_other_words_is_one_use_and_keeps_the_buyers_own_question_too", async () => {
  const id = await put(AnswersPart, [asked(3, "放洗衣机里没事吧")]);
  await wrapper.get("input").setValue("机洗");
  await flushPromises();
  altOne();
  await flushPromises();
  expect(ofPath("/answers/picked")).toEqual([{ q: "机洗", kind: "faq", id: 7 }]);
  // A use that says whether it helped is no second use.
  expect(ofPath("/faq/7/used")).toEqual([{ conversation: id, seq: 3, helped: true }]);
});

test("words_typed_while_the_buyer_asked_nothing_are_a_pick_alone", async () => {
  await put(AnswersPart);
  await wrapper.get("input").setValue("机洗");
  await flushPromises();
  altOne();
  await flushPromises();
  expect(ofPath("/answers/picked")).toHaveLength(1);
  expect(ofPath("/faq/7/used")).toEqual([]);
});

test("a_complaint_is_soothed_in_six_steps_each_with_its_script", async () => {
  await put(SoothePart, [], true);
  expect(wrapper.findAll("li b").map((one) => one.text())).toEqual(["安抚", "查明原因", "表明立场", "全力解决", "真诚道歉", "感谢理解"]);
  expect(wrapper.findAll("li").map((one) => one.get("button").text())).toEqual([1, 2, 3, 4, 5, 6].map((step) => `第 ${step} 步的话`));
  await wrapper.findAll("li button")[3]!.trigger("click");
  await flushPromises();
  expect(wrapper.emitted("put")).toEqual([["第 4 步的话"]]);
  expect(posted).toEqual([{ path: "/scripts/104/used", body: null }]);
});

test("without_a_complaint_no_step_is_drawn", async () => {
  await put(SoothePart);
  expect(wrapper.find("li").exists()).toBe(false);
});

test("one_click_sends_the_card_of_the_product_looked_at_and_keeps_it_as_recommended", async () => {
  const id = await put(ProductPart, [shown(1)]);
  await click("发商品卡");
  expect(sent).toEqual([{ conversation: id, kind: "product", body: card }]);
  expect(ofPath("/recommendations")).toEqual([{ shop: 3, conversation: id, customer: 8, product: 5, sku: null, kind: "other" }]);
});

test("a_line_of_the_stock_sends_the_card_of_its_sku", async () => {
  const id = await put(ProductPart, [shown(1)]);
  await click("发卡 180cm");
  expect(sent).toMatchObject([{ body: { product: 5, sku: 51, spec: "180cm" } }]);
  expect(ofPath("/recommendations")).toMatchObject([{ conversation: id, sku: 51, kind: "other" }]);
});

test("after_a_guiding_question_its_answer_led_to_the_product", async () => {
  await put(ProductPart, [shown(1)]);
  await click("您的床多宽？");
  await click("发商品卡");
  expect(wrapper.emitted("put")).toEqual([["您的床多宽？"]]);
  expect(ofPath("/recommendations")).toMatchObject([{ product: 5, kind: "guide" }]);
});

test("a_product_found_from_the_box_is_kept_as_recommended_too", async () => {
  const id = await put(ProductDialog);
  await click("四件套");
  expect(sent).toMatchObject([{ conversation: id, kind: "product", body: { product: 5, sku: 51, price_fen: 9_900 } }]);
  expect(ofPath("/recommendations")).toEqual([{ shop: 3, conversation: id, customer: 8, product: 5, sku: 51, kind: "other" }]);
  expect(wrapper.emitted("close")).toHaveLength(1);
});
