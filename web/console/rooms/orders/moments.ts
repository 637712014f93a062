// The way of one order: its moments in their order, its parcels, what else a file told of it. Pure.
import type { Order } from "@api/orders";

export interface Moment {
  key: "placed" | "paid" | "promise" | "shipped" | "due" | "signed" | "done" | "confirmed" | "reviewed";
  at: number;
  /** It lies ahead. */
  ahead: boolean;
}

/** What happened to it and what is promised, the oldest first; what nobody told is left out. `due`: when its last parcel should be there. */
export function momentsOf(order: Order, now: number, due: number | null = null): Moment[] {
  const told: [Moment["key"], number | null | undefined][] = [
    ["placed", order.placed_at],
    ["confirmed", order.confirmed_at],
    ["paid", order.paid_at],
    ["promise", order.shipped_at ? null : order.promise_at],
    ["shipped", order.shipped_at],
    ["due", order.signed_at || order.order_status !== "open" ? null : (due ?? order.due_at)],
    ["signed", order.signed_at],
    ["done", order.done_at],
    ["reviewed", order.review?.at],
  ];
  const moments = told.flatMap(([key, at]) => (at ? [{ key, at, ahead: at > now }] : []));
  return moments.sort((a, b) => a.at - b.at);
}

export interface Parcel {
  courier: string;
  waybill: string;
}
const SEVERAL = /[,，;；、\s]+/;

/** Its parcels: numbers and couriers stand in the same order, and one courier carries all when only one is named. */
export function parcelsOf(order: Pick<Order, "waybill" | "courier">): Parcel[] {
  const numbers = (order.waybill ?? "").split(SEVERAL).filter(Boolean);
  const couriers = (order.courier ?? "").split(SEVERAL).filter(Boolean);
  if (!numbers.length) return couriers.length ? [{ courier: couriers.join("、"), waybill: "" }] : [];
  return numbers.map((waybill, n) => ({ waybill, courier: couriers.length === numbers.length ? couriers[n]! : (couriers[0] ?? "") }));
}

/** What stands in columns that nobody knows, by header; empty cells are left out. */
export function extrasOf(order: Pick<Order, "extra">): [string, string][] {
  return Object.entries(order.extra ?? {}).flatMap(([header, value]): [string, string][] => (value === null || value === "" ? [] : [[header, typeof value === "string" ? value : JSON.stringify(value)]]));
}
