// What the list of orders is asked for: what stands in its fields as a query, and the address of its file. Pure.
import type { Query } from "@api/client";

export const FIND_BY = ["number", "waybill", "phone4", "buyer"] as const;
export type FindBy = (typeof FIND_BY)[number];
export const ORDER_STATUSES = ["unpaid", "paid", "shipped", "received", "done", "refunded", "closed"] as const;

export interface OrderFilters {
  by: FindBy;
  text: string;
  status: string;
  /** First and last day, both within. */
  days: [Date, Date] | null;
  min: number | undefined;
  max: number | undefined;
}
export const noFilters = (): OrderFilters => ({ by: "number", text: "", status: "", days: null, min: undefined, max: undefined });

const DAY_MS = 86_400_000;
const fen = (yuan: number | undefined): number | null => (yuan === undefined ? null : Math.round(yuan * 100));

/** Four digits are asked for when all four are there; until then nothing is. */
export function asQuery(is: OrderFilters): Query {
  const text = is.text.trim();
  const ask = is.by === "phone4" && !/^\d{4}$/.test(text) ? "" : text;
  return {
    [is.by === "number" ? "q" : is.by]: ask,
    status: is.status,
    from: is.days ? is.days[0].getTime() : null,
    to: is.days ? is.days[1].getTime() + DAY_MS : null,
    min_fen: fen(is.min),
    max_fen: fen(is.max),
  };
}
export function narrows(is: OrderFilters): boolean {
  return Object.values(asQuery(is)).some((value) => value !== null && value !== "");
}
/** Where the browser gets what is found as a file. */
export function fileAddress(query: Query, format: "csv" | "xlsx"): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== null && value !== undefined && value !== "") params.set(name, String(value));
  params.set("format", format);
  return `/api/v1/orders/export?${params.toString()}`;
}
