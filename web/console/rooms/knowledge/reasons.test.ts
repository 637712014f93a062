import { mount } from "@vue/test-utils";
import { expect, test } from "vitest";
import { defineComponent, h } from "vue";
import { createI18n } from "vue-i18n";
import shell from "@shell/words";
import { useKnowWords } from "@shell/knowledge/worded";
import { useReasons } from "./reasons";
import words from "./words";

const i18n = (locale: "zh-CN" | "en") => createI18n({ legacy: false, locale, messages: { "zh-CN": { shell: shell["zh-CN"], knowledge: words["zh-CN"] }, en: { shell: shell.en, knowledge: words.en } } });
function within<T>(locale: "zh-CN" | "en", run: () => T): T {
  let got!: T;
  mount(defineComponent(() => ((got = run()), () => h("i"))), { global: { plugins: [i18n(locale)] } });
  return got;
}

test("what_is_missing_of_a_product_is_named_in_the_readers_words", () => {
  expect(within("zh-CN", useReasons)("sections_missing", "features, advantages")).toBe("资料没填全：特点、优势");
  expect(within("en", useReasons)("sections_missing", "advantages")).toBe("facts not all filled in: Advantages");
  expect(within("zh-CN", useReasons)("picture_small", "640×480")).toBe("主图太小：640×480");
});

test("a_text_is_shown_with_its_blanks_called_by_their_names", () => {
  expect(within("zh-CN", useKnowWords).legible("您好，我是{agent}，{nothing}")).toBe("您好，我是〔客服名〕，{nothing}");
});

test("every_category_that_ships_has_its_name_in_both_languages", () => {
  const ships = ["authentic", "campaign", "care", "choice", "colour", "dates", "invoice", "material", "membership", "origin", "payment", "price", "returns", "service", "shipping", "size", "stock", "warranty", "product", "freight", "privacy", "special", "complaint", "reviews", "after-sale", "greeting", "bargaining", "farewell", "inquiry", "order", "parcels"];
  for (const locale of ["zh-CN", "en"] as const) {
    const worded = within(locale, useKnowWords);
    expect(ships.filter((key) => worded.category(key) === key)).toEqual([]);
  }
});
