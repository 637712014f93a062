// Orders, customers and imports as the server sends them. What the document leaves open (the facts of a refused row)
// has its shape here.
import type { Schemas, Whole } from "./typed";

/** What an order says besides, as far as files told it. */
interface Told {
  refund_fen: number;
  post_fen: number | null;
  buyer_note: string | null;
  courier: string | null;
  waybill: string | null;
  close_reason: string | null;
  words: string | null;
  promise_at: number | null;
  extra: Record<string, unknown> | null;
}
export type Order = Whole<Schemas["Order"]> & Partial<Told>;
export type OrderLine = Whole<Schemas["OrderLine"]>;
export type OrderSecret = "receiver" | "phone" | "address";
export type CustomerCard = Whole<Schemas["CustomerView"]>;
export type CustomerSecret = "real_name" | "phone" | "address";

export const IMPORT_KINDS = ["orders", "items", "refunds", "waybills", "products", "stock", "customers"] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];
export const IMPORT_PLATFORMS = ["taobao", "jd", "pdd", "douyin", "jst", "generic"] as const;
export type ImportState = "looked" | "waiting" | "running" | "done" | "cancelling" | "cancelled" | "failed" | "undoing" | "undone";

export interface Counts {
  read: number;
  created: number;
  changed: number;
  unchanged: number;
  refused: number;
  masked_buyers: number;
}
/** What is wrong with a row or a file: a code, its place, and the facts of its sentence. */
export interface Fault {
  code: string;
  file?: string;
  sheet?: string;
  row?: number;
  column?: string;
  [fact: string]: unknown;
}
export interface Sheet {
  index: number;
  name: string | null;
  form: "text" | "markup" | "xls" | "xlsx";
  encoding: string | null;
  kind: ImportKind | null;
  platform: string | null;
  generation: string | null;
  confidence: number;
  sure: boolean;
  candidates: { kind: string; platform: string; generation: string; confidence: number }[];
  /** The row of the header, from 1; 0 where none was found. */
  header_row: number;
  headers: string[];
  columns: { column: string; header: string; index: number; taught: boolean }[];
  unknown: { header: string; index: number; samples: string[] }[];
  missing: string[];
  left_out: Fault | null;
}
export interface Import {
  id: number;
  shop: number;
  by: { id: number; name: string } | null;
  made_at: number;
  file: string;
  bytes: number;
  hash: string;
  state: ImportState;
  ask: { kind: ImportKind | null; platform: string | null; columns: Record<string, string | null>; header_rows: Record<string, number> };
  sheets: Sheet[];
  counts: Counts;
  unknown_words: Record<string, number>;
  same_as: number | null;
  error: Fault | null;
  started_at: number | null;
  ended_at: number | null;
  given_back: number;
  kept: number;
}
/** One import, with how far its reading has come. */
export interface Run extends Import {
  progress: { done: number; total: number } | null;
  rate_rows_s: number | null;
  left_s: number | null;
}
export interface ImportChange {
  kind?: string;
  platform?: string;
  header_rows?: Record<string, number>;
  columns?: Record<string, string | null>;
  remember?: boolean;
}
export interface Preview {
  counts: Counts;
  errors: Fault[];
  unknown_words: [string, number][];
  fatal: Fault | null;
}
export interface ImportColumn {
  column: string;
  zh: string;
  en: string;
  needed: boolean;
}
export interface TaughtName {
  kind: ImportKind;
  header: string;
  /** Empty: the header is left out. */
  column: string;
  at: number;
}
export interface KeptRow {
  kind: string;
  id: number;
  why: string;
}
