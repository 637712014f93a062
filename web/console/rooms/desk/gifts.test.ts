import { expect, test } from "vitest";
import type { GiftRule } from "@api/deskLists";
import { emptyStep, giftDraft, giftForm, whole } from "./gifts";

const rule: GiftRule = { id: 3, shop: 2, name: "满 99 送枕巾", priority: 10, on: true, from: new Date(2026, 10, 1).getTime(), until: new Date(2026, 10, 12).getTime(), steps: [{ min_fen: 9900, gifts: [{ sku: 7, quantity: 1 }] }, { min_fen: 19900, min_pieces: 2, gifts: [{ sku: 7, quantity: 2 }] }], codes: ["A1", "A2"], times: false, once_per_buyer: true, limit: 100, given: 4 };

test("a gift rule goes into its form and comes out as it was", () => {
  const { id: _id, given: _given, ...draft } = rule;
  expect(giftDraft(giftForm(rule, 1, () => "枕巾"))).toEqual(draft);
});
test("a rule is whole when each step asks for something and gives something", () => {
  const form = giftForm(null, 10, () => "");
  expect(whole({ ...form, name: "x" })).toBe(false);
  const step = { ...emptyStep(), yuan: 99, gifts: [{ sku: 7, named: "", quantity: 1 }] };
  expect(whole({ ...form, name: "x", steps: [step] })).toBe(true);
  expect(whole({ ...form, name: "x", steps: [step, emptyStep()] })).toBe(false);
});
