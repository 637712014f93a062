// An order that was sold ahead: deposit and balance as a form holds them, and how the balance stands. Pure.
import type { Order } from "@api/orders";
import type { Schemas } from "@api/typed";

export type Presale = NonNullable<Order["presale"]>;
export type NewPresale = Schemas["NewPresale"];
export interface Draft {
  deposit: number | null;
  balance: number | null;
  from: Date | null;
  until: Date | null;
  paid: Date | null;
}

const date = (at: number | null): Date | null => (at === null ? null : new Date(at));
const ms = (at: Date | null): number | null => at?.getTime() ?? null;
const fen = (yuan: number | null): number => Math.round((yuan ?? 0) * 100);

export function draftOf(one: Presale | null): Draft {
  return one ? { deposit: one.deposit_fen / 100, balance: one.balance_fen / 100, from: date(one.balance_from), until: date(one.balance_until), paid: date(one.balance_paid_at) } : { deposit: null, balance: null, from: null, until: null, paid: null };
}
/** What is sent; null while an amount is missing. */
export function presaleOf(draft: Draft): NewPresale | null {
  if (draft.deposit === null || draft.balance === null) return null;
  return { deposit_fen: fen(draft.deposit), balance_fen: fen(draft.balance), balance_from: ms(draft.from), balance_until: ms(draft.until), balance_paid_at: ms(draft.paid) };
}
/** The same as it is kept, to be written once more. */
export function kept(one: Presale): NewPresale {
  const { order: _order, deposit_paid_at: _paid, said_at: _said, ...rest } = one;
  return rest;
}

/** `early`: it may not be paid yet; `over`: its time is past and nobody paid. */
export type Standing = "paid" | "early" | "due" | "over";
export function standing(one: Presale, now: number): Standing {
  if (one.balance_paid_at !== null) return "paid";
  if (one.balance_until !== null && one.balance_until <= now) return "over";
  return one.balance_from !== null && now < one.balance_from ? "early" : "due";
}
/** Whether an order may be one that was sold ahead: it has not left and is not over. */
export const mayBePresale = (order: Pick<Order, "order_status" | "pay_status" | "ship_status">): boolean => order.order_status === "open" && order.pay_status !== "refunded" && order.ship_status === "none";
