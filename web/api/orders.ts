// Orders, customers and imports as the server sends them. What the document leaves open (the facts of a refused row, what
// else a file says of an order) has its shape here.
import type { Schemas, Whole } from "./typed";

export type Order = Omit<Whole<Schemas["Order"]>, "extra"> & { extra: Record<string, unknown> | null };
/** A refund as the platform tells it; its words are the platform's own. */
export interface Refund {
  id: number;
  number: string;
  status: "open" | "none" | "done";
  words: string | null;
  amount_fen: number;
  kind: string | null;
  reason: string | null;
  explained: string | null;
  goods_state: string | null;
  back_courier: string | null;
  back_waybill: string | null;
  applied_at: number | null;
  settled_at: number | null;
}
export type OrderSecret = Whole<Schemas["OrderSecret"]>;
export type CustomerCard = Whole<Schemas["CustomerView"]>;
export type CustomerSecret = Whole<Schemas["SecretField"]>;

export type ImportKind = Whole<Schemas["ImportKind"]>;
export type ImportState = Whole<Schemas["ImportState"]>;
export const IMPORT_KINDS: readonly ImportKind[] = ["orders", "items", "refunds", "waybills", "payments", "products", "stock", "customers", "reviews", "chats"];
export const IMPORT_PLATFORMS = ["taobao", "jd", "pdd", "douyin", "jst", "generic"] as const;

/** What is wrong with a row or a file: a code, its place, and the facts of its sentence. */
export interface Fault {
  code: string;
  file?: string;
  sheet?: string;
  row?: number;
  column?: string;
  [fact: string]: unknown;
}
export type Counts = Whole<Schemas["ImportCounts"]>;
export type Sheet = Omit<Whole<Schemas["SheetPlan"]>, "left_out"> & { left_out: Fault | null };
export type Import = Omit<Whole<Schemas["Import"]>, "sheets" | "error"> & { sheets: Sheet[]; error: Fault | null };
/** One import, with how far its reading has come. */
export type Run = Import & Pick<Whole<Schemas["ImportView"]>, "progress" | "rate_rows_s" | "left_s">;
/** What is left out stays as it was asked. */
export type ImportChange = Partial<Schemas["MapAsk"]>;
export type Preview = Omit<Whole<Schemas["ImportPreview"]>, "errors" | "fatal" | "unknown_words"> & { errors: Fault[]; fatal: Fault | null; unknown_words: [string, number][] };
export type ImportColumn = Whole<Schemas["ImportColumn"]>;
/** With an empty column, the header is left out. */
export type TaughtName = Whole<Schemas["TaughtName"]>;
export type KeptRow = Whole<Schemas["KeptRow"]>;
export type KeptShopName = Whole<Schemas["KeptShopName"]>;
/** The first things of a sheet. */
export type SheetSamples = Preview["samples"][number];
export type ImportSample = SheetSamples["samples"][number];
