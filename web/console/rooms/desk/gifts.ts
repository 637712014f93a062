// A rule of gifts in its form: what stands in it, and what it says in words. Pure.
import type { GiftDraft, GiftRule, GiftStep } from "@api/deskLists";

export interface StepForm {
  yuan: number | undefined;
  pieces: number | undefined;
  gifts: { sku: number | null; named: string; quantity: number }[];
}
export interface GiftForm {
  shop: number | null;
  name: string;
  priority: number;
  on: boolean;
  days: [Date, Date] | null;
  steps: StepForm[];
  codes: string;
  times: boolean;
  once: boolean;
  limit: number | undefined;
}
const DAY_MS = 86_400_000;
export const emptyStep = (): StepForm => ({ yuan: undefined, pieces: undefined, gifts: [{ sku: null, named: "", quantity: 1 }] });

export function giftForm(rule: GiftRule | null, priority: number, named: (sku: number) => string): GiftForm {
  if (!rule) return { shop: null, name: "", priority, on: true, days: null, steps: [emptyStep()], codes: "", times: false, once: false, limit: undefined };
  const days: [Date, Date] | null = rule.from !== null && rule.until !== null ? [new Date(rule.from), new Date(rule.until - DAY_MS)] : null;
  const steps = rule.steps.map((step) => ({ yuan: step.min_fen == null ? undefined : step.min_fen / 100, pieces: step.min_pieces ?? undefined, gifts: step.gifts.map((gift) => ({ ...gift, named: named(gift.sku) })) }));
  return { shop: rule.shop, name: rule.name, priority: rule.priority, on: rule.on, days, steps, codes: rule.codes.join("，"), times: rule.times, once: rule.once_per_buyer, limit: rule.limit ?? undefined };
}
export function giftDraft(form: GiftForm): GiftDraft {
  const steps: GiftStep[] = form.steps.map((step) => ({
    ...(step.yuan === undefined ? {} : { min_fen: Math.round(step.yuan * 100) }),
    ...(step.pieces === undefined ? {} : { min_pieces: step.pieces }),
    gifts: step.gifts.flatMap((gift) => (gift.sku === null ? [] : [{ sku: gift.sku, quantity: gift.quantity }])),
  }));
  return { shop: form.shop, name: form.name.trim(), priority: form.priority, on: form.on, from: form.days ? form.days[0].getTime() : null, until: form.days ? form.days[1].getTime() + DAY_MS : null, steps, codes: form.codes.split(/[,，;；\s]+/).filter(Boolean), times: form.times, once_per_buyer: form.once, limit: form.limit ?? null };
}
/** A rule can be kept when every step asks for something and gives something. */
export const whole = (form: GiftForm): boolean => Boolean(form.name.trim()) && form.steps.length > 0 && form.steps.every((step) => (step.yuan !== undefined || step.pieces !== undefined) && step.gifts.some((gift) => gift.sku !== null));
