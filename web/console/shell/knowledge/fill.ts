// Texts with {variables}: what is still open in one, and the text filled for a talk. Which names there are, and what
// they mean, the server says.
import type { Filled, Noun, RenderAsk } from "@api/knowledge";
import { render } from "./queries";

/** The names every text may use; a brace with another name is just text. */
export const VARIABLES = ["agent", "agent_no", "shop", "buyer", "order", "product", "price", "stock", "alternative", "ship_by", "courier", "waybill", "campaign", "coupon", "missing", "address"] as const;
const known = new Set<string>(VARIABLES);

export interface Hole {
  name: string;
  from: number;
  to: number;
}
/** Where a text is not filled yet. */
export function holes(text: string): Hole[] {
  return [...text.matchAll(/\{([a-z_]+)\}/g)].filter((found) => known.has(found[1] ?? "")).map((found) => ({ name: found[1]!, from: found.index, to: found.index + found[0].length }));
}

/** The language to answer in: English only to words without any Chinese sign. */
export function tongueOf(question: string): "zh" | "en" {
  return /[a-z]{2}/i.test(question) && !/[\u3400-\u9fff]/.test(question) ? "en" : "zh";
}

const LONGEST_VALUE = 200;
/** What an order tells a text: its number, who carries it, under which numbers. */
export function orderFacts(order: { number: string; courier: string | null; waybill: string | null } | undefined): Record<string, string> {
  const waybill = (order?.waybill ?? "").split(/[;；]/).map((one) => one.trim()).filter(Boolean).join("、");
  const facts = { order: order?.number ?? "", courier: order?.courier ?? "", waybill: waybill.length > LONGEST_VALUE ? "" : waybill };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value));
}

export interface Fillable {
  id: number;
  text: string;
  text_en: string;
  variables: string[];
}
/** The text for this talk, and what it was filled with. Without variables at once; else the server fills it, with prices
 *  and stock of this moment, says what is to be looked at again when the text is sent, and until when the text is good. */
export async function filled(noun: Noun, one: Fillable, ask: RenderAsk): Promise<{ text: string; filled: Filled | null; until: number | null }> {
  const own = ask.lang === "en" && one.text_en ? one.text_en : one.text;
  if (!one.variables.length) return { text: own, filled: null, until: null };
  const { text, filled, until } = await render(noun, one.id, ask);
  return { text, filled, until };
}
