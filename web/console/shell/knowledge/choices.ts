// The answers as one list to choose from, in the order in which their keys count. Draws nothing.
import type { Answers, FaqHit, PolicyHit, ScriptHit } from "@api/knowledge";
import type { Fillable } from "./fill";

export type Choice = { kind: "faq"; hit: FaqHit } | { kind: "script"; hit: ScriptHit } | { kind: "policy"; hit: PolicyHit };

/** Entries one may be sure of first, then scripts; while none is sure, scripts that were found by a kind of bargaining go before. */
export function numbered(answers: Answers): Choice[] {
  const faq = answers.faq.map((hit): Choice => ({ kind: "faq", hit }));
  const scripts = answers.scripts.map((hit): Choice => ({ kind: "script", hit }));
  const policies = answers.policies.slice(0, 2).map((hit): Choice => ({ kind: "policy", hit }));
  const first = answers.bargain !== null && !answers.confident ? [...scripts, ...faq] : [...faq.slice(0, 3), ...scripts];
  return [...first, ...policies];
}

/** Below this likelihood an entry is shown and has no key: a slip of the hand would send what does not answer. */
const KEYED = 0.3;

/** The choice a key stands for, counted from 0. */
export function keyed(answers: Answers, n: number): Choice | null {
  const choice = numbered(answers)[n];
  return choice && (choice.kind !== "faq" || choice.hit.confident || choice.hit.score >= KEYED) ? choice : null;
}

/** The text of a choice with what filling it needs. */
export function fillable(choice: Choice): { noun: "faq" | "scripts" | "policies"; one: Fillable } {
  if (choice.kind === "faq") return { noun: "faq", one: { id: choice.hit.id, text: choice.hit.answer, text_en: choice.hit.answer_en, variables: choice.hit.variables } };
  if (choice.kind === "script") return { noun: "scripts", one: choice.hit };
  return { noun: "policies", one: { ...choice.hit, variables: [...choice.hit.text.matchAll(/\{([a-z_]+)\}/g)].map((found) => found[1]!) } };
}
