import { effectScope, nextTick, ref } from "vue";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Offer, SizeTable, Warranty } from "@api/goods";
import type { Answers, Checked, FaqHit, Finding, ScriptHit } from "@api/knowledge";
import { marked, paramsOf, useCheck } from "./check";
import { basketOf, cartOf, pieceOf, piecesOf, priceOf, unpaidOf } from "./basket";
import { cardOf, pushGood } from "./brief/good";
import { fillable, keyed, numbered } from "./choices";
import { filled, holes, orderFacts, tongueOf } from "./fill";
import { cardText, differenceText, linkText, monthsText, nextText, sizeText, warrantyText } from "./say";

const finding = (from: number, to: number, more: Partial<Finding> = {}): Finding => ({ rule: "absolute", level: "confirm", from, to, hint: "absolute", params: {}, replacement: null, ...more });
const answered = (body: unknown): Promise<Response> => Promise.resolve(new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } }));

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("only_known_variables_are_blanks", () => {
  expect(holes("{agent}：{nothing} {order}").map((one) => [one.name, one.from])).toEqual([["agent", 0], ["order", 18]]);
  expect(holes("{ agent } {AGENT} {}")).toEqual([]);
});

test("english_is_answered_in_english_and_a_model_number_in_chinese_is_not", () => {
  expect(tongueOf("Do you have it in L?")).toBe("en");
  expect(tongueOf("这个 iPhone 壳有吗")).toBe("zh");
  expect(tongueOf("165/55")).toBe("zh");
});

test("a_text_without_variables_is_there_without_asking", async () => {
  vi.stubGlobal("fetch", vi.fn());
  const one = { id: 1, text: "有的", text_en: "Yes", variables: [] };
  expect((await filled("scripts", one, { shop: 3, lang: "en" })).text).toBe("Yes");
  expect((await filled("scripts", { ...one, text_en: "" }, { shop: 3, lang: "en" })).text).toBe("有的");
  expect(fetch).not.toHaveBeenCalled();
});

test("the_check_asks_a_moment_after_the_last_key_and_throws_late_answers_away", async () => {
  const answers: ((checked: Checked) => void)[] = [];
  vi.stubGlobal("fetch", vi.fn(() => new Promise<Response>((done) => answers.push((checked) => void answered(checked).then(done)))));
  const text = ref("");
  const scope = effectScope();
  const check = scope.run(() => useCheck(text, { shop: 3, buyer: "" }))!;
  text.value = "全网最";
  await nextTick();
  text.value = "全网最低";
  await vi.advanceTimersByTimeAsync(260);
  expect(answers.length).toBe(1);
  text.value = "全网最低价";
  await vi.advanceTimersByTimeAsync(260);
  answers[0]!({ send: "block", findings: [finding(0, 4, { level: "block" })] });
  await vi.advanceTimersByTimeAsync(10);
  expect(check.verdict.value).toBeNull();
  answers[1]!({ send: "confirm", findings: [finding(0, 5)] });
  await vi.advanceTimersByTimeAsync(10);
  expect(check.verdict.value).toBe("confirm");
  expect(check.findings.value).toHaveLength(1);
  text.value = "好的";
  await nextTick();
  expect(check.verdict.value).toBeNull();
  expect(check.findings.value).toEqual([]);
  scope.stop();
});

test("who_copies_waits_for_what_the_check_says_of_exactly_this_text", async () => {
  vi.stubGlobal("fetch", vi.fn((_: string, init: RequestInit) => answered({ send: String(init.body).includes("微信") ? "block" : "free", findings: [] })));
  const text = ref("好的");
  const scope = effectScope();
  const check = scope.run(() => useCheck(text, { shop: 3, buyer: "" }))!;
  text.value = "加我微信";
  await nextTick();
  expect(await check.settled()).toBe("block");
  expect(check.verdict.value).toBe("block");
  expect(await check.settled()).toBe("block");
  expect(fetch).toHaveBeenCalledTimes(1);
  vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new TypeError("offline"))));
  text.value = "好";
  await nextTick();
  await expect(check.settled()).rejects.toThrow();
  scope.stop();
});

test("findings_stay_marked_while_one_writes_on_behind_them", async () => {
  vi.stubGlobal("fetch", vi.fn(() => answered({ send: "confirm", findings: [finding(0, 4)] })));
  const text = ref("全网最低");
  const scope = effectScope();
  const check = scope.run(() => useCheck(text, { shop: 3, buyer: "" }))!;
  await vi.advanceTimersByTimeAsync(260);
  text.value = "全网最低，真的";
  await nextTick();
  expect(check.findings.value).toHaveLength(1);
  scope.stop();
});

test("marks_that_lie_on_each_other_show_the_graver_and_lose_no_letter", () => {
  const pieces = marked("加我微信好吗", [finding(0, 4, { level: "block" }), finding(0, 6, { level: "hint" })]);
  expect(pieces.map((one) => one.text).join("")).toBe("加我微信好吗");
  expect(pieces.map((one) => one.level)).toEqual(["block", "hint"]);
  expect(marked("短", [finding(0, 9)]).map((one) => one.text)).toEqual(["短"]);
});

test("money_of_a_finding_is_worded", () => {
  expect(paramsOf(finding(0, 1, { params: { fen: 5_000, most_fen: 0 } }))).toMatchObject({ money: "¥50.00", most: "¥0.00", word: "" });
});

test("sizes_are_said_with_how_they_are_measured", () => {
  const table: SizeTable = { unit: "cm", columns: [{ name: "衣长", method: "从领子量", tolerance: 1 }, { name: "胸围", method: "", tolerance: 1 }], rows: [{ size: "M", values: ["88", "102"] }], note: "" };
  expect(sizeText(table)).toBe("尺码表（单位 cm）\nM：衣长 88，胸围 102\n量法：衣长（从领子量）、胸围\n手工测量允许误差 ±1 cm。");
  expect(sizeText(table, "en")).toContain("M: 衣长 88");
});

test("warranty_offers_and_differences_are_said_as_people_say_them", () => {
  const part: Warranty = { id: 1, product: 5, part: "电池", months: 24, scope: "鼓包", chargeable: "进水", prices: [{ item: "更换", fen: 9_900 }] };
  expect(warrantyText(part)).toBe("电池保修 2 年。免费维修：鼓包。需要收费：进水。更换 99 元。");
  expect(monthsText(18)).toBe("18 个月");
  expect(monthsText(0, "en")).toBe("no warranty");
  const offer = { campaign: 1, note: "", covers: true, favourite: false, title: "", kind: "full_reduction", text: "", coupon: "", ends_at: 0, counted_fen: 0, off_fen: 0, gift: null, free_freight: false, price_fen: null, next: { threshold_fen: 29_900, missing_fen: 1_200, off_fen: 4_000, gift: null, free_freight: false, add: [] } } satisfies Offer;
  expect(nextText(offer)).toBe("再买 12 元，满 299 元减 40 元");
  expect(nextText({ ...offer, next: null })).toBeNull();
  expect(differenceText(20_000)).toBe("+200 元");
  expect(differenceText(-3_000)).toBe("便宜 30 元");
});

test("a_link_is_handed_over_only_where_there_is_one", () => {
  expect(linkText("四件套", "https://shop.example/i/5")).toBe("我把链接发给您：https://shop.example/i/5");
  expect(linkText("Set", " https://shop.example/i/5 ", "en")).toBe("Here is the link to Set: https://shop.example/i/5");
  expect([linkText("四件套", null), linkText("四件套", "javascript:alert(1)"), linkText("四件套", "货号 5")]).toEqual([null, null, null]);
  expect(cardText("四件套", "¥99.00", "https://shop.example/i/5")).toBe("【四件套】\n¥99.00\nhttps://shop.example/i/5");
  expect(cardText("四件套", "¥99.00", null)).toBe("【四件套】\n¥99.00");
});

test("answers_are_numbered_in_the_order_in_which_their_keys_count", () => {
  const faq = { id: 1, question: "问", answer: "答", answer_en: "", category: "", score: 1, confident: true, why: "question", variables: [] } satisfies FaqHit;
  const script = { id: 9, code: "", title: "", text: "{agent}", text_en: "", category: "", stage: "any", bargain: "flat", step: null, score: 1, why: "bargain", variables: ["agent"] } satisfies ScriptHit;
  const answers: Answers = { ready: true, confident: true, faq: [faq, { ...faq, id: 2 }, { ...faq, id: 3 }, { ...faq, id: 4 }], scripts: [script], policies: [], bargain: null };
  expect(numbered(answers).map((one) => `${one.kind}${one.hit.id}`)).toEqual(["faq1", "faq2", "faq3", "script9"]);
  expect(numbered({ ...answers, confident: false, bargain: "flat" })[0]?.kind).toBe("script");
  const faint = { ...answers, confident: false, faq: [{ ...faq, score: 0.2, confident: false }] };
  expect([keyed(faint, 0), keyed(faint, 1)?.kind, keyed(answers, 0)?.kind, keyed(answers, 9)]).toEqual([null, "script", "faq", null]);
  expect(fillable(numbered(answers)[0]!)).toEqual({ noun: "faq", one: { id: 1, text: "答", text_en: "", variables: [] } });
});

test("campaigns_are_counted_from_the_unpaid_order_of_this_shop_else_from_the_pieces_looked_at", () => {
  const order = (id: number, more: object = {}) => ({ id, number: `N${id}`, shop: 3, status: "unpaid", total_fen: 28_700, placed_at: id * 1_000, lines: [{ sku: 7, quantity: 2, price_fen: 4_000 }, { sku: 9, quantity: 1, price_fen: 4_900 }], ...more });
  const orders = [order(1), order(2, { total_fen: 10_900, post_fen: 1_000 }), order(3, { status: "paid" }), order(4, { shop: 5 })];
  expect(unpaidOf(orders, 3)?.id).toBe(2);
  expect(basketOf(orders, 3, { sku: 7, fen: 5_000 }, 3)).toEqual({ from: "order", number: "N2", quantity: 0, fen: 12_900, items: "7:2,9:1" });
  expect(basketOf([order(3, { status: "paid" })], 3, { sku: 7, fen: 5_000 }, 3)).toEqual({ from: "product", number: "", quantity: 3, fen: 15_000, items: "7:3" });
  expect(basketOf([], 3, null, 3)).toBeNull();
  const product = { price_fen: 4_000, skus: [{ id: 7, price_fen: 6_000, active: true }, { id: 8, price_fen: 4_000, active: false }, { id: 9, price_fen: 4_000, active: true }] };
  expect([pieceOf(product, 7), pieceOf(product, null), pieceOf({ ...product, price_fen: null }, null)]).toEqual([{ sku: 7, fen: 6_000 }, { sku: 9, fen: 4_000 }, null]);
  expect(priceOf(product, null)).toBe(4_000);
});

test("a_cart_with_a_piece_the_catalogue_has_not_is_counted_by_its_sum", () => {
  const order = { id: 1, number: "N1", shop: 3, status: "unpaid", total_fen: 28_700, post_fen: 800, placed_at: 1, lines: [{ sku: 7, quantity: 2, price_fen: 0 }, { sku: null, quantity: 1, price_fen: 0 }] };
  expect(cartOf(basketOf([order], 3, null, 1))).toEqual({ total_fen: 27_900, items: null });
  expect(cartOf(basketOf([{ ...order, lines: [] }], 3, null, 1)).items).toBeNull();
  expect(cartOf(basketOf([{ ...order, lines: Array.from({ length: 51 }, () => ({ sku: 7, quantity: 1, price_fen: 1 })) }], 3, null, 1)).items).toBeNull();
  expect(cartOf(null)).toEqual({ total_fen: 0, items: null });
});

test("an_order_fills_its_number_its_courier_and_its_waybills", () => {
  expect(orderFacts({ number: "N1", courier: "中通快递", waybill: "758;759" })).toEqual({ order: "N1", courier: "中通快递", waybill: "758、759" });
  expect(orderFacts({ number: "N1", courier: null, waybill: null })).toEqual({ order: "N1" });
  expect(orderFacts({ number: "N1", courier: null, waybill: Array.from({ length: 40 }, () => "75812345").join(";") })).toEqual({ order: "N1" });
  expect(orderFacts(undefined)).toEqual({});
});

test("what_a_text_was_filled_with_is_what_the_server_says_it_is_about", async () => {
  const about = { lang: "en", product: 5, sku: null, total_fen: 28_700, items: [{ sku: 7, quantity: 1 }], values: { missing: "99.50" } };
  const asked: unknown[] = [];
  vi.stubGlobal("fetch", vi.fn((_: string, init: RequestInit) => (asked.push(JSON.parse(String(init.body))), answered({ text: "还差99.50元", filled: about }))));
  const one = { id: 1, text: "还差{missing}元", text_en: "", variables: ["missing"] };
  const basket = { from: "order", number: "N1", quantity: 0, fen: 28_700, items: "7:1,9:2" } as const;
  expect(piecesOf(basket)).toEqual([{ sku: 7, quantity: 1 }, { sku: 9, quantity: 2 }]);
  expect([piecesOf(null), piecesOf({ ...basket, items: null })]).toEqual([[], []]);
  expect(await filled("scripts", one, { shop: 3, items: piecesOf(basket) })).toEqual({ text: "还差99.50元", filled: about });
  expect(asked).toMatchObject([{ items: [{ sku: 7, quantity: 1 }, { sku: 9, quantity: 2 }] }]);
});

test("what_has_no_price_has_no_card", () => {
  const push = { id: 1, shop: 3, product: 5, title: "四件套", picture: null, price_fen: null, sellable: 0, starts_at: 0, ends_at: 1, position: 0, note: "", state: "running" } as const;
  expect(cardOf(pushGood(push, ""))).toBeNull();
  expect(cardOf(pushGood({ ...push, price_fen: 19_900 }, ""))).toEqual({ product: 5, sku: null, title: "四件套", spec: null, price_fen: 19_900, picture: null });
});
