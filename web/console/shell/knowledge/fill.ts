// Texts with {variables}: what is still open in one, and the text filled for a talk. Which names there are, and what
// they mean, the server says.
import type { Noun, Rendered, RenderAsk } from "@api/knowledge";
import { cartOf, type Basket } from "./basket";
import { readOffers, render } from "./queries";

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
/** ¥12 as texts have it: 12, 12.50. */
const yuanOf = (fen: number): string => (fen % 100 ? (fen / 100).toFixed(2) : String(fen / 100));
/** Filling a text, the server counts {missing} from one sum alone. Where a campaign counts only some pieces of the cart
 *  that sum is too much: then what is missing is told to the server, by the pieces, and the sum is not. */
export async function withMissing(one: Fillable, ask: RenderAsk, basket: Basket | null): Promise<RenderAsk> {
  if (!basket?.items || !one.variables.includes("missing")) return ask;
  const offers = (await readOffers({ shop: ask.shop, product: ask.product ?? null, ...cartOf(basket) })).filter((offer) => offer.covers);
  if (offers.every((offer) => offer.counted_fen === basket.fen)) return ask;
  const least = Math.min(...offers.map((offer) => offer.next?.missing_fen ?? Infinity));
  return { ...ask, total_fen: null, facts: { ...ask.facts, ...(Number.isFinite(least) ? { missing: yuanOf(least) } : {}) } };
}
/** The text for this talk. Without variables at once; else the server fills it, with prices and stock of this moment. */
export async function filled(noun: Noun, one: Fillable, ask: RenderAsk): Promise<Pick<Rendered, "text" | "values">> {
  const own = ask.lang === "en" && one.text_en ? one.text_en : one.text;
  if (!one.variables.length) return { text: own, values: {} };
  const { text, values } = await render(noun, one.id, ask);
  // What was told to the server it cannot look at again when the text is sent.
  return { text, values: ask.facts?.["missing"] ? Object.fromEntries(Object.entries(values).filter(([name]) => name !== "missing")) : values };
}
