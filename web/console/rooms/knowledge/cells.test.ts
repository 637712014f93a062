// Rows of the sheets and back: what is not touched stays, and a slip is told at its cell.
import { expect, test } from "vitest";
import type { ProductRow } from "@api/goods";
import type { Faq, Policy, Script } from "@api/knowledge";
import { faqCells, faqFromCells, policyCells, policyFromCells, productCells, productFromCells, scriptCells, scriptFromCells } from "./cells";
import { faqDraft, policyDraft, scriptDraft } from "./drafts";

const at = (y: number, m: number, d: number, h = 0, min = 0, s = 0): number => new Date(y, m - 1, d, h, min, s).getTime();
const entry = { id: 1, shop: 0, question: "几天到", question_en: "", similar: [{ id: 2, text: "多久到" }], category: "shipping", intent: "eta", answer: "两天", answer_en: "", products: [7], owner: 5, status: "published", valid_from: at(2026, 11, 1, 9, 30, 12), valid_until: null, campaign: 3, version: 2 } as unknown as Faq;
const script = { id: 1, shop: 0, scope: "shop", group: null, code: "yj", title: "议价", title_en: "", category: "bargaining", stage: "any", bargain: "gift", step: null, text: "送您一个赠品", text_en: "", status: "draft", valid_from: null, valid_until: null, campaign: null } as unknown as Script;
const policy = { id: 1, shop: 0, title: "退换", title_en: "", text: "七天", text_en: "", category: "returns", platform: "", status: "published", valid_from: null, valid_until: null, campaign: null } as unknown as Policy;
const row = {
  product: { id: 9, code: "SJ01", title: "四件套", picture: null, url: null, selling_points: ["磨毛；厚"], skus: [{ active: true, price_fen: 9900, sellable: 3 }, { active: true, price_fen: 12800, sellable: 4 }, { active: false, price_fen: 100, sellable: 9 }] },
  facts: { product: 9, rev: 4, category: "bedding", features: ["可机洗"], advantages: [], origin: "南通", made_at: at(2026, 10, 1), shelf_life_days: null, tests: [], picture_note: "", defects: "", competitor_note: "", size_table: null, changed_at: null, changed_by: null },
} as unknown as ProductRow;
const fault = (deed: () => unknown): string => {
  try {
    deed();
  } catch (error) {
    const { code, field } = error as { code: string; field: string | null };
    return `${field} ${code}`;
  }
  return "";
};

test("rows_nobody_touched_come_back_as_they_were", () => {
  expect(faqFromCells(faqCells(entry), faqDraft(entry, null))).toEqual(faqDraft(entry, null));
  expect(scriptFromCells(scriptCells(script), scriptDraft(script, null, true))).toEqual(scriptDraft(script, null, true));
  expect(policyFromCells(policyCells(policy), policyDraft(policy, null))).toEqual(policyDraft(policy, null));
  expect(productFromCells(productCells(row), row)).toEqual({});
});

test("status_owner_campaign_and_dates_are_read_from_cells", () => {
  const cells = { ...faqCells(entry), status: "retired", owner: "", campaign: "8", valid_from: "2026-11-22", valid_until: "2026/12/1", intent: "eta2" };
  expect(faqFromCells(cells, faqDraft(entry, null))).toMatchObject({ status: "retired", owner: null, campaign: 8, valid_from: at(2026, 11, 22), valid_until: at(2026, 12, 2), intent: "eta2", products: [7] });
  expect(policyFromCells({ ...policyCells(policy), platform: "jd", valid_until: "2026-12-01 18:30" }, policyDraft(policy, null))).toMatchObject({ platform: "jd", valid_until: at(2026, 12, 1, 18, 30) });
  expect(scriptFromCells({ ...scriptCells(script), category: "complaint", bargain: "", step: "3" }, scriptDraft(script, null, true))).toMatchObject({ bargain: null, step: 3 });
});

test("a_slip_names_its_cell", () => {
  const faq = (more: object): string => fault(() => faqFromCells({ ...faqCells(entry), ...more }, faqDraft(entry, null)));
  for (const slip of ["2026-02-30", "明天", "2026-11-22 25:00", "22"]) expect(faq({ valid_until: slip })).toBe("valid_until date");
  expect(faq({ status: "在用" })).toBe("status choice_unknown");
  expect(faq({ owner: "林主管" })).toBe("owner choice_unknown");
  expect(fault(() => scriptFromCells({ ...scriptCells(script), category: "greeting" }, scriptDraft(script, null, true)))).toBe("bargain bargain_unfit");
  expect(fault(() => productFromCells({ ...productCells(row), shelf_life_days: "一年" }, row))).toBe("shelf_life_days out_of_range");
});

test("of_a_product_only_what_was_touched_is_sent", () => {
  const cells = productCells(row);
  expect([cells["price"], cells["stock"]]).toEqual(["¥99.00 – ¥128.00", "7"]);
  expect(productFromCells({ ...cells, title: "磨毛四件套" }, row)).toEqual({ basics: { title: "磨毛四件套" } });
  expect(productFromCells({ ...cells, features: "可机洗\n 可烘干 \n", shelf_life_days: "365" }, row)).toEqual({ facts: { rev: 4, features: ["可机洗", "可烘干"], shelf_life_days: 365 } });
  expect(productFromCells({ ...cells, selling_points: "", made_at: "" }, row)).toEqual({ basics: { selling_points: [] }, facts: { rev: 4, made_at: null } });
});
