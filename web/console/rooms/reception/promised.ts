// What an agent writes on an order while it is filled in: which kinds an order takes now, and whether it is whole. Pure.
import { ASK_KINDS, type AskKind, type NewAsk } from "@api/desk";

export interface Promised {
  kind: AskKind;
  text: string;
  flag: number;
  courier: string;
  hard: boolean;
  sku: number | null;
  quantity: number;
  receiver: string;
  phone: string;
  address: string;
  yuan: number | null;
  until: Date | null;
}
export const fresh = (): Promised => ({ kind: "remark", text: "", flag: 1, courier: "", hard: false, sku: null, quantity: 1, receiver: "", phone: "", address: "", yuan: null, until: null });

/** A price is asked while an order is unpaid; all else at any time before it leaves. */
export function kindsOf(unpaid: boolean): AskKind[] {
  return ASK_KINDS.filter((kind) => kind !== "price" || unpaid);
}
/** What is sent; null while something is missing. Only what belongs to the kind goes along. */
export function askOf(form: Promised, conversation: number): NewAsk | null {
  const text = form.text.trim();
  const ask: NewAsk = { kind: form.kind, conversation, ...(text ? { text } : {}) };
  switch (form.kind) {
    case "remark":
    case "special":
      return text ? ask : null;
    case "flag":
      return { ...ask, flag: form.flag };
    case "courier":
      return form.courier ? { ...ask, courier: form.courier, hard: form.hard } : null;
    case "gift":
      return form.sku !== null || text ? { ...ask, ...(form.sku === null ? {} : { sku: form.sku }), quantity: form.quantity } : null;
    case "address": {
      const to = Object.fromEntries((["receiver", "phone", "address"] as const).map((key) => [key, form[key].trim()] as const).filter(([, value]) => value));
      return Object.keys(to).length ? { ...ask, ...to } : null;
    }
    case "price":
      return form.yuan === null ? null : { ...ask, fen: Math.round(form.yuan * 100) };
    case "wait":
      return form.until ? { ...ask, until: form.until.getTime() } : null;
    case "urgent":
      return ask;
  }
}
