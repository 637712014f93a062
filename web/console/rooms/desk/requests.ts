// What a price that was asked for means beside what the order costs now. Pure.
import type { Ask, PromisedPrice } from "@api/desk";
import type { Order } from "@api/orders";

export interface Compared {
  key: "less" | "more" | "same";
  fen: number;
  /** Of what is to be paid now, one place behind the point. */
  percent: string;
  /** Why it can be granted no more. */
  why: "paidAlready" | "gone" | null;
}
export function compared(asked: number, order: Pick<Order, "total_fen" | "pay_status" | "order_status">): Compared {
  const off = order.total_fen - asked;
  const percent = order.total_fen > 0 ? ((Math.abs(off) / order.total_fen) * 100).toFixed(1).replace(/\.0$/, "") : "0";
  const why = order.order_status !== "open" || order.pay_status === "refunded" ? "gone" : order.pay_status === "paid" ? "paidAlready" : null;
  return { key: off > 0 ? "less" : off < 0 ? "more" : "same", fen: Math.abs(off), percent, why };
}

export interface Request {
  ask: Ask;
  /** Until when the buyer was promised an answer. */
  due: number | null;
}
/** Those the buyer was promised an answer of stand first, the most urgent on top; the rest as they come. */
export function urgentFirst(asks: readonly Ask[], promised: readonly PromisedPrice[]): Request[] {
  const first = new Set(promised.map((one) => one.ask.id));
  return [...promised.map(({ ask, due }) => ({ ask, due })), ...asks.filter((ask) => !first.has(ask.id)).map((ask) => ({ ask, due: null }))];
}
