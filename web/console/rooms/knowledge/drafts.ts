// What is edited of a script, an FAQ entry or a policy. Pure.
import type { Faq, FaqDraft, Policy, PolicyDraft, Script, ScriptDraft } from "@api/knowledge";

/** The categories that ship with words; a shop may write its own. */
export const SCRIPT_CATEGORIES = ["greeting", "bargaining", "inquiry", "farewell", "stock", "payment", "parcels", "after-sale", "reviews", "complaint", "order", "campaign"] as const;
export const FAQ_CATEGORIES = ["product", "choice", "size", "colour", "material", "origin", "dates", "authentic", "stock", "price", "payment", "invoice", "shipping", "returns", "warranty", "care", "campaign", "membership", "service", "other"] as const;
export const POLICY_CATEGORIES = ["returns", "shipping", "freight", "price", "invoice", "warranty", "after-sale", "complaint", "reviews", "privacy", "special", "other"] as const;
export { PLATFORMS } from "@api/platforms";

export function scriptDraft(one: Script | null, shop: number | null, mayShare: boolean): ScriptDraft {
  if (!one) return { shop, scope: mayShare ? "shop" : "personal", group: null, code: "", title: "", title_en: "", category: "", stage: "any", bargain: null, step: null, text: "", text_en: "", status: "published", valid_from: null, valid_until: null, campaign: null };
  const { scope, group, code, title, title_en, category, stage, bargain, step, text, text_en, status, valid_from, valid_until, campaign } = one;
  return { shop: one.shop || null, scope, group, code, title, title_en, category, stage, bargain, step, text, text_en, status, valid_from, valid_until, campaign };
}
export function faqDraft(one: Faq | null, shop: number | null): FaqDraft {
  if (!one) return { shop, category: "", intent: "", question: "", question_en: "", similar: [], answer: "", answer_en: "", products: [], owner: null, status: "published", valid_from: null, valid_until: null, campaign: null };
  const { category, intent, question, question_en, answer, answer_en, products, owner, valid_from, valid_until, campaign } = one;
  return { shop: one.shop || null, category, intent, question, question_en, similar: one.similar.map((held) => held.text), answer, answer_en, products: [...products], owner, status: one.status === "proposed" ? "draft" : one.status, valid_from, valid_until, campaign };
}
export function policyDraft(one: Policy | null, shop: number | null): PolicyDraft {
  if (!one) return { shop, category: "", platform: "", title: "", title_en: "", text: "", text_en: "", status: "published", valid_from: null, valid_until: null, campaign: null };
  const { category, platform, title, title_en, text, text_en, status, valid_from, valid_until, campaign } = one;
  return { shop: one.shop || null, category, platform, title, title_en, text, text_en, status, valid_from, valid_until, campaign };
}
/** Only a complaint has steps, only bargaining has a kind. */
export function fitting(draft: ScriptDraft): ScriptDraft {
  return { ...draft, code: draft.code.trim().replace(/^\//, ""), bargain: draft.category === "bargaining" ? draft.bargain : null, step: draft.category === "complaint" ? draft.step : null, group: draft.scope === "group" ? draft.group : null };
}
