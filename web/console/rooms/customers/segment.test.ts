import { expect, test } from "vitest";
import { blank, draftOf, regionChoices, regionOf, ruleOf } from "./segment";

const skus = new Map([[1, [11, 12]], [2, [21]]]);
const skusOf = (product: number): number[] => skus.get(product) ?? [];
const productOf = (sku: number): number | undefined => [...skus].find(([, all]) => all.includes(sku))?.[0];

test("what_is_typed_becomes_a_rule_and_comes_back", () => {
  const draft = { ...blank(), recency: { min: null, max: 30 }, spent: { min: 99.9, max: null }, vip: "no" as const, products: [1, 2], regions: ["浙江", "浙江/杭州"] };
  const rule = ruleOf(draft, skusOf);
  expect(rule).toMatchObject({ recency_days: { min: null, max: 30 }, orders: null, spent_fen: { min: 9990, max: null }, vip: false, skus: [11, 12, 21], regions: [{ province: "浙江", city: null }, { province: "浙江", city: "杭州" }] });
  expect(draftOf(rule, productOf)).toEqual(draft);
});

test("an_empty_form_asks_nothing", () => {
  expect(Object.values(ruleOf(blank(), skusOf)).every((part) => part === null || (Array.isArray(part) && part.length === 0))).toBe(true);
});

test("provinces_come_before_their_cities", () => {
  const choices = regionChoices([{ province: "上海", city: "", customers: 1 }, { province: "浙江", city: "宁波", customers: 2 }, { province: "浙江", city: "杭州", customers: 3 }]);
  expect(choices.map((one) => one.value)).toEqual(["上海", "浙江", "浙江/宁波", "浙江/杭州"]);
  expect(regionOf("上海")).toEqual({ province: "上海", city: null });
});
