// Scripts, FAQ entries, policies and products as rows of the sheet, and back: what a cell says is read before the server
// is asked, so that a slip is told at its cell. Pure.
import type { Basics, FactsChange, ProductRow } from "@api/goods";
import { BARGAINS, STAGES, type Faq, type FaqDraft, type Policy, type PolicyDraft, type Script, type ScriptDraft } from "@api/knowledge";
import { Problem } from "@api/problem";
import { dateOf } from "@shell/knowledge/worded";
import { money } from "@ui/money";
import { hourMinute } from "@ui/time";
import { basicsChange } from "./basics";
import { fitting, PLATFORMS } from "./drafts";
import { factsChange, factsDraft } from "./facts";

export type Cells = Readonly<Record<string, string>>;
export const STATUSES = ["published", "draft", "retired"] as const;

const text = (cells: Cells, key: string): string => (cells[key] ?? "").trim();
const lines = (said: string): string[] => said.split("\n").map((one) => one.trim()).filter(Boolean);
/** One of the offered; an empty cell leaves it as it was. */
function choice<T extends string>(cells: Cells, key: string, offered: readonly T[], was: T): T {
  const said = text(cells, key);
  const found = offered.find((one) => one === said);
  if (said && !found) throw new Problem("choice_unknown", { field: key });
  return found ?? was;
}
/** What is chosen by id; empty is nobody and nothing. */
function chosen(cells: Cells, key: string): number | null {
  const said = text(cells, key);
  if (said && !/^\d+$/.test(said)) throw new Problem("choice_unknown", { field: key });
  return said ? Number(said) : null;
}
const shown = (id: number | null): string => (id === null ? "" : String(id));

const moment = (at: number | null): string => (at === null ? "" : `${dateOf(at)} ${hourMinute(at)}`);
const day = (at: number | null): string => (at === null ? "" : dateOf(at));
/** `2026-11-22` or `2026-11-22 09:30`. A day as an end means all of that day; a cell nobody touched keeps what is finer than it shows. */
function time(cells: Cells, key: string, was: number | null, show: (at: number | null) => string, end = false): number | null {
  const said = text(cells, key);
  if (said === show(was)) return was;
  if (!said) return null;
  const [, y, m, d, h, min] = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T](\d{1,2})[:：](\d{2}))?$/.exec(said)?.map(Number) ?? [];
  const clock = h !== undefined && !Number.isNaN(h);
  const at = new Date(y ?? NaN, (m ?? NaN) - 1, d ?? NaN, clock ? h : 0, clock ? (min ?? 0) : 0);
  if (at.getFullYear() !== y || at.getMonth() + 1 !== m || at.getDate() !== d || (clock && (at.getHours() !== h || at.getMinutes() !== min))) throw new Problem("date", { field: key });
  if (end && !clock) at.setDate(at.getDate() + 1);
  return at.getTime();
}

type Standing = { status: (typeof STATUSES)[number]; valid_from: number | null; valid_until: number | null; campaign: number | null };
/** What scripts, entries and policies have alike. */
const standingCells = (one: { status: string; valid_from: number | null; valid_until: number | null; campaign: number | null }): Record<string, string> => ({ status: one.status, valid_from: moment(one.valid_from), valid_until: moment(one.valid_until), campaign: shown(one.campaign) });
const standing = (cells: Cells, base: Standing): Standing => ({ status: choice(cells, "status", STATUSES, base.status), valid_from: time(cells, "valid_from", base.valid_from, moment), valid_until: time(cells, "valid_until", base.valid_until, moment, true), campaign: chosen(cells, "campaign") });

export const faqCells = (one: Faq): Record<string, string> => ({ question: one.question, similar: one.similar.map((held) => held.text).join("\n"), category: one.category, answer: one.answer, answer_en: one.answer_en, question_en: one.question_en, intent: one.intent, owner: shown(one.owner), ...standingCells(one) });
export function faqFromCells(cells: Cells, base: FaqDraft): FaqDraft {
  const similar = text(cells, "similar").split(/[\n；;]/).map((one) => one.trim()).filter(Boolean);
  return { ...base, question: text(cells, "question"), similar, category: text(cells, "category"), answer: text(cells, "answer"), answer_en: text(cells, "answer_en"), question_en: text(cells, "question_en"), intent: text(cells, "intent"), owner: chosen(cells, "owner"), ...standing(cells, base) };
}

export const scriptCells = (one: Script): Record<string, string> => ({ code: one.code, title: one.title, category: one.category, stage: one.stage, text: one.text, text_en: one.text_en, title_en: one.title_en, bargain: one.bargain ?? "", step: shown(one.step), ...standingCells(one) });
export function scriptFromCells(cells: Cells, base: ScriptDraft): ScriptDraft {
  const category = text(cells, "category");
  // A form hides what does not fit its category; in a sheet it stands there and is refused.
  const bargain = text(cells, "bargain") ? choice(cells, "bargain", BARGAINS, "promise") : null;
  if (bargain && category !== "bargaining") throw new Problem("bargain_unfit", { field: "bargain" });
  const step = chosen(cells, "step");
  if (step !== null && category !== "complaint") throw new Problem("step_unfit", { field: "step" });
  return fitting({ ...base, code: text(cells, "code"), title: text(cells, "title"), category, stage: choice(cells, "stage", STAGES, "any"), bargain, step, text: text(cells, "text"), text_en: text(cells, "text_en"), title_en: text(cells, "title_en"), ...standing(cells, base) });
}

export const policyCells = (one: Policy): Record<string, string> => ({ title: one.title, text: one.text, category: one.category, platform: one.platform, title_en: one.title_en, text_en: one.text_en, ...standingCells(one) });
export function policyFromCells(cells: Cells, base: PolicyDraft): PolicyDraft {
  return { ...base, title: text(cells, "title"), text: text(cells, "text"), category: text(cells, "category"), platform: text(cells, "platform") ? choice(cells, "platform", PLATFORMS, "web") : "", title_en: text(cells, "title_en"), text_en: text(cells, "text_en"), ...standing(cells, base) };
}

/** Prices and stock are shown: they come by files and price lists. */
export function productCells({ product, facts }: ProductRow): Record<string, string> {
  const { category, origin, features, advantages, picture_note, defects, competitor_note } = facts;
  const sold = product.skus.filter((one) => one.active);
  const [low, high] = [Math.min(...sold.map((one) => one.price_fen)), Math.max(...sold.map((one) => one.price_fen))];
  return {
    code: product.code, title: product.title, selling_points: product.selling_points.join("\n"), url: product.url ?? "", price: sold.length ? (low === high ? money(low) : `${money(low)} – ${money(high)}`) : "", stock: String(sold.reduce((sum, one) => sum + one.sellable, 0)),
    category, origin, made_at: day(facts.made_at), shelf_life_days: shown(facts.shelf_life_days), features: features.join("\n"), advantages: advantages.join("\n"), picture_note, defects, competitor_note,
  };
}
/** What a row changes, nothing of what was not touched; facts with the revision they were read at. */
export function productFromCells(cells: Cells, was: ProductRow): { basics?: Partial<Basics>; facts?: FactsChange } {
  const basics = basicsChange({ title: text(cells, "title"), picture: was.product.picture ?? "", url: text(cells, "url"), selling_points: lines(text(cells, "selling_points")) }, was.product);
  const days = text(cells, "shelf_life_days");
  if (days && !/^\d{1,5}$/.test(days)) throw new Problem("out_of_range", { field: "shelf_life_days", params: { min: 1, max: 36_500 } });
  const told = { category: text(cells, "category"), origin: text(cells, "origin"), features: lines(text(cells, "features")), advantages: lines(text(cells, "advantages")), picture_note: text(cells, "picture_note"), defects: text(cells, "defects"), competitor_note: text(cells, "competitor_note") };
  const facts = factsChange({ ...factsDraft(was.facts), ...told, made_at: time(cells, "made_at", was.facts.made_at, day), shelf_life_days: days ? Number(days) : null }, was.facts);
  return { ...(Object.keys(basics).length ? { basics } : {}), ...(Object.keys(facts).length > 1 ? { facts } : {}) };
}
