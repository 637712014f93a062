// The shapes of the order desk: what was promised, parcels, rules, batches. Times are ms UTC, money is whole fen,
// weights are grams. Words for codes are the shell's (parcels/words.ts).

export type ParcelState = "waiting" | "held" | "passed" | "printed" | "packed" | "shipped" | "gone";
export const CHECK_KEYS = ["number", "style", "quantity", "colour", "size", "courier", "address"] as const;
export type CheckKey = (typeof CHECK_KEYS)[number];
export const ASK_KINDS = ["remark", "flag", "courier", "gift", "address", "price", "special", "urgent", "wait"] as const;
export type AskKind = (typeof ASK_KINDS)[number];
/** Reasons a person or a rule may give for holding a parcel. */
export const HOLD_REASONS = ["out_of_stock", "attention", "wait_until", "unreachable", "wrong_model", "wrong_price", "notify", "buyer_note", "remark", "flawed", "fraud", "other"] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];
export const FLAGS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

export interface DeskPerson {
  id: number;
  name: string;
}
export interface Ask {
  id: number;
  order: number;
  shop: number;
  kind: AskKind;
  text: string;
  flag: number | null;
  courier: string | null;
  /** 务必: every other courier is blocked. */
  hard: boolean;
  sku: number | null;
  sku_code: string | null;
  quantity: number | null;
  fen: number | null;
  until: number | null;
  address: { receiver_masked: string | null; phone_masked: string | null; address_masked: string | null } | null;
  state: "open" | "done" | "refused" | "withdrawn";
  by: DeskPerson;
  at: number;
  conversation: number | null;
  decided: { by: DeskPerson; at: number; note: string } | null;
  /** Parcels that went back to audit because of it; in the answer to asking only. */
  sent_back?: number[];
}
/** A price that is to be decided, with until when the buyer was promised an answer in the talk. */
export interface PromisedPrice {
  due: number;
  ask: Ask;
}
export interface NewAsk {
  kind: AskKind;
  text?: string;
  flag?: number;
  courier?: string;
  hard?: boolean;
  sku?: number;
  quantity?: number;
  fen?: number;
  until?: number;
  receiver?: string;
  phone?: string;
  address?: string;
  conversation?: number;
}

export interface ParcelOrder {
  id: number;
  number: string;
  platform: string;
  status: string;
  after_status: string;
  paid_at: number | null;
  paid_fen: number;
  customer: number | null;
  buyer_note: string | null;
  seller_remark: string | null;
}
export interface ParcelLine {
  place: number;
  order: number;
  sku: number | null;
  code: string;
  title: string;
  spec: string;
  quantity: number;
  price_fen: number;
  bundle: string | null;
  gift: boolean;
  short: boolean;
  bin: string;
  packing: string;
}
export interface ParcelCheck {
  key: CheckKey;
  state: "ok" | "by_hand" | "fail";
  why: string | null;
  by: DeskPerson | null;
}
export interface ParcelHold {
  id: number;
  reason: string;
  text: string;
  at: number;
  by: DeskPerson | null;
  rule: number | null;
  until: number | null;
  /** Ends only with its cause; nobody releases it by hand. */
  blocking: boolean;
  /** Who told the buyer, and when. */
  told: DoneBy | null;
}
export interface DoneBy {
  at: number;
  by: DeskPerson | null;
}
/** Where the courier of a held parcel does not go, and who does, by code. */
export interface ParcelStop {
  region: string;
  until: number | null;
  note: string;
  others: string[];
}
export interface DeskParcel {
  id: number;
  shop: number;
  state: ParcelState;
  since: number;
  age_ms: number;
  rev: number;
  orders: ParcelOrder[];
  customer: number | null;
  buyer: string | null;
  lines: ParcelLine[];
  pieces: number;
  kinds: number;
  total_fen: number;
  checks: ParcelCheck[];
  holds: ParcelHold[];
  asks: Ask[];
  courier: string | null;
  courier_name: string | null;
  courier_hard: boolean;
  receiver_masked: string | null;
  phone_masked: string | null;
  address_masked: string | null;
  province: string | null;
  address_changed: boolean;
  promise_at: number;
  promise_late: boolean;
  flag: number | null;
  urgent: boolean;
  passed: { at: number; by: DeskPerson | null; rule: number | null } | null;
  batch: { id: number; number: string } | null;
  waybill: string | null;
  weight: { expected_g: number | null; weighed_g: number | null };
  packed: DoneBy | null;
  second: DoneBy | null;
  shipped_at: number | null;
  /** It left without the desk. */
  elsewhere: boolean;
  /** When its buyer should have it, and had it. */
  due_at: number | null;
  arrived_at: number | null;
  /** What its courier last said. */
  trace: { at: number; words: string } | null;
  stop: ParcelStop | null;
  merged_into: number | null;
  split_from: number | null;
  error: { cause: string; made_in: string; note: string; at: number; by: DeskPerson | null } | null;
}
export interface ParcelCount {
  count: number;
  oldest_at: number | null;
}
export interface ParcelCounts {
  by_state: Partial<Record<ParcelState, ParcelCount>>;
  by_reason: (ParcelCount & { reason: string })[];
  late: number;
  soon: number;
  urgent: number;
  /** Passed and in no batch yet. */
  to_batch: number;
  passed_24h: number;
  shipped_24h: number;
}
/** What would refuse the hand-over of a parcel. */
export interface ParcelStays {
  code: string;
  params: Record<string, unknown>;
}
/** A parcel at the packing table; `stays` null: it may leave. */
export interface ScannedParcel extends DeskParcel {
  stays: ParcelStays | null;
}
export interface ParcelTrail {
  at: number;
  by: DeskPerson | null;
  what: string;
  data: Record<string, unknown>;
}
export interface RefusedParcel {
  id: number;
  code: string;
  params: Record<string, unknown>;
}

export interface Range {
  min?: number;
  max?: number;
}
/** All that is given must hold; nothing given holds always. */
export interface When {
  platforms?: string[];
  paid_min?: number;
  hours?: { from: string; to: string };
  pieces?: Range;
  kinds?: Range;
  total_fen?: Range;
  codes?: string[];
  not_codes?: string[];
  regions?: string[];
  not_regions?: string[];
  couriers?: string[];
  flags?: number[];
  buyer_note?: boolean;
  remark?: boolean;
  asks?: boolean;
  level?: Range;
  vip?: boolean;
  first_order?: boolean;
  merged?: boolean;
  note_words?: string[];
}
export type Then = { do: "pass" } | { do: "hold"; reason: string; text?: string; minutes?: number } | { do: "courier"; courier: string } | { do: "flag"; flag: number } | { do: "urgent" };
export interface AuditRuleDraft {
  shop: number | null;
  name: string;
  priority: number;
  on: boolean;
  when: When;
  then: Then;
}
export interface AuditRule extends AuditRuleDraft {
  id: number;
  changed_at: number;
  changed_by: number | null;
  hits_7d: number;
}
export interface TriedCount {
  name: string;
  orders: number;
}
export interface TriedRules {
  orders: number;
  more: boolean;
  pass: number;
  hold: number;
  person: number;
  by_rule: TriedCount[];
  by_reason: TriedCount[];
  by_check: TriedCount[];
  sample: { order: number; number: string; outcome: "pass" | "hold" | "person"; rule: string | null; reasons: string[]; checks: CheckKey[] }[];
}
export interface Auditor {
  person: DeskPerson | null;
  passed: number;
  errors: number;
  rate: number;
}
export interface Courier {
  code: string;
  name: string;
  on: boolean;
  surcharge_fen: number;
  surcharge_url: string;
  query_url: string;
}
export interface StopAreaDraft {
  courier: string | null;
  region: string;
  from: number;
  until: number | null;
  note: string;
}
export interface StopArea extends StopAreaDraft {
  id: number;
  state: "coming" | "now" | "past";
}

export type Paper = "pick" | "note" | "label";
export interface Batch {
  id: number;
  number: string;
  shop: number | null;
  at: number;
  by: DeskPerson | null;
  parcels: number;
  pulled: number;
  shipped: number;
  printed: Record<Paper, number>;
}
export interface BatchPlace {
  place: number;
  number: string;
  parcel: DeskParcel | null;
  pulled: { parcel: number; at: number; why: string } | null;
}
export interface Print {
  id: number;
  batch: number;
  number: string;
  paper: Paper;
  url: string;
  places: number[];
  again: boolean;
  reason: string;
  at: number;
  by: DeskPerson | null;
  /** Null: it was looked at only. */
  printed_at: number | null;
  left_out: { place: number; why: string }[];
}
