import { expect, test } from "vitest";
import { message } from "@api/samples";
import type { Message } from "@api/types";
import { proposalOf } from "./proposal";
import { endedOf, lastProduct, lastQuestion, lookedAt, toldOf } from "./talk";

const buyer = (seq: number, text: string): Message => message({ seq, body: { text } });
const agent = (seq: number, text: string): Message => message({ seq, from: "agent", person: 12, body: { text } });
const card = (seq: number, product: number): Message => message({ seq, kind: "product", body: { product, sku: null, title: "", spec: null, price_fen: 1, picture: null } } as Partial<Message>);

test("the_last_question_is_what_the_buyer_wrote_in_one_go", () => {
  expect(lastQuestion([buyer(1, "在吗"), agent(2, "在的"), buyer(3, "这件"), buyer(4, "有 L 吗")])).toEqual({ text: "这件 有 L 吗", seq: 4 });
  expect(lastQuestion([buyer(1, "有货吗"), agent(2, "有的"), card(3, 5)])).toEqual({ text: "有货吗", seq: 1 });
  expect(lastQuestion([agent(1, "您好")])).toEqual({ text: "", seq: 0 });
});

test("a_note_and_an_automatic_message_do_not_part_a_question", () => {
  const note = message({ seq: 2, from: "agent", kind: "note", body: { text: "注意", mentions: [], whisper: false } } as Partial<Message>);
  const auto = message({ seq: 3, from: "auto", body: { text: "请稍等" } });
  expect(lastQuestion([buyer(1, "这件"), note, auto, buyer(4, "有货吗")]).text).toBe("这件 有货吗");
});

test("the_product_shown_last_is_the_one_in_question", () => {
  expect(lastProduct([card(1, 5), buyer(2, "好看"), card(3, 6), agent(4, "是的")])).toEqual({ product: 6, sku: null });
  expect(lastProduct([buyer(1, "在吗")])).toBeNull();
});

test("the_page_the_buyer_turned_to_counts_until_a_card_comes_after_it", () => {
  const page = (since: number, product: number | null = 8) => ({ url: "https://shop.example/8", title: "被子", product, since });
  const run = [buyer(1, "在吗"), card(2, 5), buyer(3, "这个呢")];
  expect(lookedAt({ run, page: null })).toEqual({ product: 5, sku: null });
  expect(lookedAt({ run, page: page(3) })).toEqual({ product: 8, sku: null });
  expect(lookedAt({ run: [...run, card(4, 6)], page: page(3) })).toEqual({ product: 6, sku: null });
  expect(lookedAt({ run, page: page(3, null) })).toEqual({ product: 5, sku: null });
  expect(lookedAt({ run: [], page: page(0) })).toEqual({ product: 8, sku: null });
});

test("a_proposal_takes_the_question_with_its_answer_from_either_end", () => {
  const run = [buyer(1, "能机洗吗"), message({ seq: 2, from: "auto", body: { text: "稍等" } }), agent(3, "建议手洗")];
  expect(proposalOf(run, 1)).toEqual({ question: "能机洗吗", answer: "建议手洗", seq: 1 });
  expect(proposalOf(run, 3)).toEqual({ question: "能机洗吗", answer: "建议手洗", seq: 1 });
  expect(proposalOf([agent(3, "您好")], 3)).toEqual({ question: "", answer: "您好", seq: null });
});

test("a_second_script_does_not_make_the_price_of_the_first_look_changed", () => {
  const first = { lang: null, product: 5, sku: null, total_fen: null, items: [], values: { price: "199", stock: "5" } };
  const second = { lang: null, product: 6, sku: 61, total_fen: 9_900, items: [], values: { price: "89", missing: "12" } };
  expect(toldOf([first, second], "四件套 199 元，还有 5 件。被子 89 元，还差 12 元")).toEqual(second);
  expect(toldOf([first, second], "四件套 199 元，还有 5 件")).toEqual(first);
  expect(toldOf([first, second], "好的")).toBeNull();
});

test("of_two_prices_of_one_product_the_older_is_looked_at_again", () => {
  const of = (values: Record<string, string>) => ({ lang: null, product: 5, sku: null, total_fen: null, items: [], values });
  expect(toldOf([of({ price: "199" }), of({ price: "189", stock: "12" })], "199 元；现在 189 元，还有 12 件")?.values).toEqual({ price: "199", stock: "12" });
  expect(toldOf([of({ price: "199" }), of({ price: "189" })], "现在 189 元")?.values).toEqual({ price: "189" });
});

test("a_number_stands_in_a_text_only_as_a_whole", () => {
  const of = (stock: string) => [{ lang: null, product: 5, sku: null, total_fen: null, items: [], values: { stock } }];
  expect([toldOf(of("5"), "15 天"), toldOf(of("5"), "5.5 元"), toldOf(of("5"), "还有5件")?.values, toldOf(of("1.50"), "共 1.50。")?.values]).toEqual([null, null, { stock: "5" }, { stock: "1.50" }]);
});

test("what_ended_is_said_while_a_sentence_of_it_still_stands_in_the_box", () => {
  const all = [{ text: "双十一满 299 减 40。今晚截止哦！", until: 1_000 }, { text: "亲，在的", until: 500 }];
  expect(endedOf(all, "双十一满 299 减 40。今晚截止哦！", 999)).toBeNull();
  expect(endedOf(all, "双十一满 299 减 40。今晚截止哦！", 1_000)).toBe(1_000);
  expect(endedOf(all, "您好，双十一满 299 减 40，快下单", 1_000)).toBe(1_000);
  expect(endedOf(all, "亲，在的，双十一满 299 减 40", 1_000)).toBe(500);
  expect(endedOf(all, "活动结束了，抱歉", 1_000)).toBeNull();
});
