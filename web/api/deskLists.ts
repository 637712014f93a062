// The shapes of the lists that work themselves at the order desk, of what platforms are told, of lists of prices, and of
// small tables that are read. Times are ms UTC, money is whole fen.
import type { DeskParcel, DeskPerson, DoneBy } from "./desk";

export type OverdueReason = "late" | "quiet";
export interface OverdueParcel {
  parcel: DeskParcel;
  reasons: OverdueReason[];
  /** Since when it stands on the list. */
  since: number;
  due_at: number | null;
  late_ms: number | null;
  /** When its courier last said something, else when it left. */
  heard_at: number;
  quiet_ms: number;
  /** Who told the buyer, and when. */
  told: DoneBy | null;
}
/** What one courier brought; `courier` is null where nobody says who. */
export interface Arrivals {
  courier: string | null;
  arrived: number;
  late: number;
}
export const PARCEL_TROUBLES = ["stalled", "lost", "refused", "unreachable", "wrong_address", "damaged", "other"] as const;
/** What may be written down of the warehouse; a wrong count is a doubt, which names its SKU. */
export const STOCK_TROUBLES = ["quality", "ratio", "other"] as const;
export type TroubleKind = (typeof PARCEL_TROUBLES)[number] | (typeof STOCK_TROUBLES)[number] | "count";
export interface Trouble {
  id: number;
  shop: number;
  parcel: number | null;
  waybill: string | null;
  order_number: string | null;
  sku: number | null;
  kind: TroubleKind;
  text: string;
  at: number;
  by: DeskPerson | null;
  solved_at: number | null;
  solved_by: DeskPerson | null;
  solution: string;
  /** Who told the buyer, and when. */
  told: DoneBy | null;
}
/** How much of one SKU a shop offers, in place of the shop's share. */
export interface StockOffer {
  id: number;
  shop: number;
  sku: number;
  code: string;
  spec: string;
  percent: number | null;
  most: number | null;
  sellable: number;
  offered: number;
}
export type DoubtCause = "missing" | "stock_missing" | "hand";
/** A SKU whose stock in the books is doubted, until it was counted. */
export interface StockDoubt {
  id: number;
  sku: number;
  code: string;
  title: string;
  spec: string;
  cause: DoubtCause;
  text: string;
  parcel: number | null;
  books: number;
  wanted: number | null;
  on_hand: number;
  locked: number;
  at: number;
  by: DeskPerson | null;
  times: number;
  last_at: number;
  counted: number | null;
  counted_by: DoneBy | null;
  books_before: number | null;
  reason: string;
}
export interface DoubtedSku {
  sku: number;
  at: number;
  cause: DoubtCause;
}
/** Pieces of a SKU that are under way to the shop. */
export interface Coming {
  id: number;
  sku: number;
  quantity: number;
  due_at: number;
  note: string;
}
/** What is packed for a courier and not handed over. */
export interface PickupWaiting {
  courier: string;
  courier_name: string;
  parcels: number;
  weight_g: number;
  unweighed: number;
}
/** That a courier was asked to come. */
export interface Pickup extends PickupWaiting {
  id: number;
  from: number;
  until: number;
  note: string;
  state: "asked" | "came" | "cancelled";
  at: number;
  by: DeskPerson | null;
  ended_at: number | null;
  ended_by: DeskPerson | null;
}
export interface Replenish {
  sku: number;
  code: string;
  title: string;
  spec: string;
  on_hand: number;
  locked: number;
  safety: number;
  sellable: number;
  sold: number;
  short: number;
  days_left: number | null;
  coming: Coming[];
  buy: number;
  suggested_safety: number;
}
export interface ErrorSum {
  cause: string;
  made_in: string;
  person: DeskPerson | null;
  errors: number;
}
export interface Transit {
  /** 0: it ships with the product. */
  id: number;
  courier: string;
  region: string;
  min_days: number;
  max_days: number;
  /** After so many days without a word of the courier a parcel is looked for. */
  quiet_days: number;
}
export interface GiftStep {
  min_fen?: number | null;
  min_pieces?: number | null;
  gifts: { sku: number; quantity: number }[];
}
export interface GiftDraft {
  shop: number | null;
  name: string;
  priority: number;
  on: boolean;
  from: number | null;
  until: number | null;
  steps: GiftStep[];
  codes: string[];
  times: boolean;
  once_per_buyer: boolean;
  limit: number | null;
}
export interface GiftRule extends GiftDraft {
  id: number;
  given: number;
}

export interface StatusWaiting {
  shop: number;
  platform: string;
  waiting: number;
  sent: number;
  failed: number;
}
export interface StatusFile {
  id: number;
  shop: number;
  platform: string;
  at: number;
  by: DeskPerson | null;
  lines: number;
  told_at: number | null;
  told_by: DeskPerson | null;
  failed: number;
}
export interface StatusLine {
  parcel: number;
  order: number;
  number: string;
  shop: number;
  platform: string;
  courier: string;
  waybill: string;
  shipped_at: number | null;
  state: "waiting" | "sent" | "done" | "failed";
  file: number | null;
  tries: number;
  why: string;
  at: number;
}

export type PriceKind = "price" | "freight";
export interface PriceRule {
  by: "percent" | "amount" | "set";
  value: number;
  to_fen: number;
  round: "near" | "down" | "up";
}
export interface PriceListDraft {
  kind: PriceKind;
  shop: number | null;
  name: string;
  rows?: { code: string; fen: number }[];
  q?: string | null;
  codes?: string[];
  from?: number | null;
  to?: number | null;
  rule?: PriceRule | null;
}
export interface PriceList {
  id: number;
  kind: PriceKind;
  shop: number | null;
  name: string;
  rule: PriceRule | null;
  state: "made" | "applying" | "applied" | "revoking" | "revoked";
  at: number;
  by: DeskPerson | null;
  applied_at: number | null;
  applied_by: DeskPerson | null;
  revoked_at: number | null;
  revoked_by: DeskPerson | null;
  counts: Record<"open" | "done" | "left" | "back" | "kept", number>;
  /** Somebody else than who made it carries it out. */
  four_eyes: boolean;
}
export interface PriceLine {
  place: number;
  subject: number | null;
  code: string;
  title: string;
  old_fen: number;
  new_fen: number;
  floor_fen: number | null;
  state: "open" | "done" | "left" | "back" | "kept";
  why: string;
}

export type TableOf = "waybills" | "prices" | "freights" | "failures" | "codes" | "traces";
/** What became of a courier's file. */
export interface TracesDone {
  arrived: number;
  troubles: number;
  unchanged: number;
  unknown: string[];
}
export interface TableRow {
  row: number;
  code: string;
  waybill: string | null;
  courier: string | null;
  fen: number | null;
  why: string | null;
}
export interface ReadTable {
  rows: TableRow[];
  faults: { row?: number; column?: string; code: string }[];
  more: boolean;
}
