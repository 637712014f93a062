// Shapes of knowledge's words: scripts, FAQ, policies, answers while one types, the reply check. What stands round a
// product is in goods.ts. Times are ms UTC; shop 0 stands for all shops.

export const STAGES = ["any", "pre", "in", "after"] as const;
export type ScriptStage = (typeof STAGES)[number];
/** The seven ways buyers bargain. */
export const BARGAINS = ["promise", "compare", "flat", "threat", "gift", "pity", "excuse"] as const;
export type Bargain = (typeof BARGAINS)[number];
/** The six steps of soothing a complaint are numbered from 1. */
export const STEPS = [1, 2, 3, 4, 5, 6] as const;
export const SCOPES = ["shop", "group", "personal"] as const;
export type Scope = (typeof SCOPES)[number];
export type Status = "draft" | "proposed" | "published" | "retired";
export type Noun = "scripts" | "faq" | "policies";

export interface Script {
  id: number;
  shop: number;
  person: number | null;
  group: number | null;
  scope: Scope;
  key: string;
  code: string;
  title: string;
  title_en: string;
  category: string;
  stage: ScriptStage;
  bargain: Bargain | null;
  step: number | null;
  text: string;
  text_en: string;
  variables: string[];
  status: Exclude<Status, "proposed">;
  valid_from: number | null;
  valid_until: number | null;
  campaign: number | null;
  /** When that campaign ends. */
  campaign_ends: number | null;
  version: number;
  uses: number;
  used_at: number | null;
  changed_at: number;
  changed_by: number | null;
}
export interface ScriptDraft {
  shop: number | null;
  scope: Scope;
  group: number | null;
  code: string;
  title: string;
  title_en: string;
  category: string;
  stage: ScriptStage;
  bargain: Bargain | null;
  step: number | null;
  text: string;
  text_en: string;
  status: Exclude<Status, "proposed">;
  valid_from: number | null;
  valid_until: number | null;
  campaign: number | null;
}

export interface Faq {
  id: number;
  shop: number;
  key: string;
  category: string;
  intent: string;
  question: string;
  question_en: string;
  similar: { id: number; text: string }[];
  answer: string;
  answer_en: string;
  variables: string[];
  products: number[];
  owner: number | null;
  owner_name: string | null;
  status: Status;
  reason: string | null;
  proposal: { by: number | null; by_name: string | null; conversation: number | null; seq: number | null; at: number } | null;
  valid_from: number | null;
  valid_until: number | null;
  campaign: number | null;
  /** When that campaign ends. */
  campaign_ends: number | null;
  version: number;
  uses: number;
  helped: number;
  not_helped: number;
  used_at: number | null;
  changed_at: number;
  changed_by: number | null;
}
export interface FaqDraft {
  shop: number | null;
  category: string;
  intent: string;
  question: string;
  question_en: string;
  similar: string[];
  answer: string;
  answer_en: string;
  products: number[];
  owner: number | null;
  status: Exclude<Status, "proposed">;
  valid_from: number | null;
  valid_until: number | null;
  campaign: number | null;
}

export interface Policy {
  id: number;
  shop: number;
  key: string;
  category: string;
  platform: string;
  title: string;
  title_en: string;
  text: string;
  text_en: string;
  variables: string[];
  status: Exclude<Status, "proposed">;
  valid_from: number | null;
  valid_until: number | null;
  campaign: number | null;
  /** When that campaign ends. */
  campaign_ends: number | null;
  version: number;
  changed_at: number;
  changed_by: number | null;
}
export interface PolicyDraft {
  shop: number | null;
  category: string;
  platform: string;
  title: string;
  title_en: string;
  text: string;
  text_en: string;
  status: Exclude<Status, "proposed">;
  valid_from: number | null;
  valid_until: number | null;
  campaign: number | null;
}

export interface Version {
  version: number;
  at: number;
  by: number | null;
  by_name: string | null;
  body: Record<string, unknown>;
}

/** What is known of the talk when a text is filled; prices, stock and coupons the server reads as they are now. */
export interface RenderAsk {
  shop: number;
  lang?: "zh" | "en";
  product?: number | null;
  sku?: number | null;
  /** What is in the cart or order so far; without it nothing is said of what is missing. */
  total_fen?: number | null;
  /** Its pieces, where they are known. */
  items?: { sku: number; quantity: number }[];
  facts?: Record<string, string>;
}
export interface Rendered {
  text: string;
  missing: string[];
  version: number;
  until: number | null;
  /** To be sent with the text as it stands here. */
  filled: Filled;
}
/** What a reply was filled with; the server looks at it again when it is sent (`value_changed`). */
export interface Filled {
  lang: "zh" | "en" | null;
  product: number | null;
  sku: number | null;
  total_fen: number | null;
  items: { sku: number; quantity: number }[];
  /** What may be another when the text is sent, by the variable's name: prices, stock, coupons. */
  values: Record<string, string>;
}

/** Why words are offered. */
export type Reason = "question" | "learned" | "words" | "product" | "bargain" | "stage";
export interface FaqHit {
  id: number;
  question: string;
  answer: string;
  answer_en: string;
  category: string;
  score: number;
  confident: boolean;
  why: Reason;
  variables: string[];
}
export interface ScriptHit {
  id: number;
  code: string;
  title: string;
  text: string;
  text_en: string;
  category: string;
  stage: ScriptStage;
  bargain: Bargain | null;
  step: number | null;
  score: number;
  why: Reason;
  variables: string[];
}
export interface PolicyHit {
  id: number;
  title: string;
  text: string;
  text_en: string;
  category: string;
  score: number;
  why: Reason;
}
export interface Answers {
  /** False for seconds after a start, while the index is learned. */
  ready: boolean;
  /** False: no entry answers this well. */
  confident: boolean;
  faq: FaqHit[];
  scripts: ScriptHit[];
  policies: PolicyHit[];
  /** What kind of bargaining the buyer's words sound like. */
  bargain: Bargain | null;
}

/** The signs agents may choose from, by mood. */
export interface Mood {
  mood: string;
  title: { zh: string; en: string };
  items: { sign: string; zh: string; en: string }[];
}
/** How a shop speaks. */
export interface Tone {
  tone: string;
  address: string;
  emoji: boolean;
}

export interface Heard {
  id: number;
  faq: number;
  question: string;
  text: string;
  times: number;
  at: number;
}
export interface Unanswered {
  text: string;
  times: number;
  conversations: { conversation: number; seq: number; at: number }[];
  last_at: number;
  nearest: { id: number; question: string; confidence: number } | null;
  /** Some of the other wordings, for reading. */
  others: string[];
  /** All wordings, for dismissing. */
  texts: string[];
}
export interface Expiring {
  kind: "script" | "faq" | "policy";
  id: number;
  title: string;
  shop: number;
  valid_until: number;
  /** The campaign they end with; null: they end by themselves. */
  campaign: number | null;
  campaign_title: string | null;
  /** Who renews them. */
  owner: number | null;
  owner_name: string | null;
}
/** Something new or changed that one has not read as it stands. */
export interface ToLearn {
  kind: "faq" | "policy" | "product" | "notice";
  id: number;
  title: string;
  text: string;
  new: boolean;
  changed_at: number;
}

/** What an import did, or (when nothing was applied) would do. */
export interface ImportReport {
  read: number;
  created: number;
  changed: number;
  unchanged: number;
  refused: number;
  applied: boolean;
  errors: ImportError[];
  /** What the first rows do. */
  rows?: ImportRow[];
}
/** What a row of a file makes or changes: of words with what each field was, of products with the fields' names. */
export interface ImportRow {
  row: number;
  title: string;
  makes?: boolean;
  action?: "create" | "change" | "same" | "refuse";
  code?: string;
  fields?: (string | { field: string; was: unknown; is: unknown })[];
}
export interface ImportError {
  file: string;
  row: number | null;
  column: string | null;
  code: string;
  /** The sentence of the server: of words. */
  message?: string;
  /** The same, of products. */
  detail?: string;
  params: Record<string, unknown>;
}

// ---- the reply check ----

export type Level = "hint" | "confirm" | "block";
export interface Finding {
  rule: string;
  level: Level;
  /** UTF-16 units of the text that was checked. */
  from: number;
  to: number;
  hint: string;
  params: Record<string, unknown>;
  replacement: string | null;
}
export interface Checked {
  send: "free" | "confirm" | "block";
  findings: Finding[];
}
