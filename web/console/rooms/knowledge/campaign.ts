// A campaign while it is edited: which fields its kind has, and what the server would refuse. Pure.
import type { Campaign, CampaignDraft, CampaignKind, Step } from "@api/goods";
import { money } from "@ui/money";

type T = (key: string, named: Record<string, unknown>) => string;

/** Whether steps of this kind take money off, a gift, one price; a threshold belongs to all but one price. */
export const hasOff = (kind: CampaignKind): boolean => kind === "full_reduction" || kind === "coupon";
export const hasThreshold = (kind: CampaignKind): boolean => kind !== "fixed_price";
export const mostSteps = (kind: CampaignKind, repeats: boolean): number => (kind === "fixed_price" || kind === "free_freight" || repeats ? 1 : 20);

export function emptyStep(kind: CampaignKind, above = 0): Step {
  return { threshold_fen: hasThreshold(kind) ? above + 10_000 : 0, off_fen: hasOff(kind) ? 1_000 : null, gift: kind === "gift" ? "" : null, price_fen: kind === "fixed_price" ? 0 : null };
}
/** The steps of another kind: what it does not take is left out. */
export function refitted(steps: readonly Step[], kind: CampaignKind, repeats: boolean): Step[] {
  const kept = steps.slice(0, mostSteps(kind, repeats)).map((step): Step => {
    const empty = emptyStep(kind);
    return { threshold_fen: hasThreshold(kind) ? step.threshold_fen : 0, off_fen: hasOff(kind) ? (step.off_fen ?? empty.off_fen) : null, gift: kind === "gift" ? (step.gift ?? "") : null, price_fen: kind === "fixed_price" ? (step.price_fen ?? 0) : null };
  });
  return kept.length ? kept : [emptyStep(kind)];
}
export function campaignDraft(one: Campaign | null, now: number): CampaignDraft {
  if (!one) return { title: "", kind: "full_reduction", text: "", starts_at: now, ends_at: now + 14 * 86_400_000, shops: null, products: null, steps: [emptyStep("full_reduction")], repeats: false, coupon: "", favourite: false, note: "" };
  const { title, kind, text, starts_at, ends_at, shops, products, steps, repeats, coupon, favourite, note } = one;
  return { title, kind, text, starts_at, ends_at, shops: shops && [...shops], products: products && [...products], steps: steps.map((step) => ({ ...step })), repeats, coupon, favourite, note };
}
export type Fault = "title" | "dates" | "steps" | "order" | "off" | "gift" | "coupon" | null;
export function faultIn(draft: CampaignDraft): Fault {
  if (!draft.title.trim()) return "title";
  if (draft.ends_at <= draft.starts_at) return "dates";
  if (!draft.steps.length) return "steps";
  if (draft.kind === "coupon" && !draft.coupon.trim()) return "coupon";
  for (const [n, step] of draft.steps.entries()) {
    const before = draft.steps[n - 1];
    if (before && step.threshold_fen <= before.threshold_fen) return "order";
    if (hasOff(draft.kind) && ((step.off_fen ?? 0) <= 0 || (step.threshold_fen > 0 && step.off_fen! >= step.threshold_fen) || (before && step.off_fen! <= (before.off_fen ?? 0)))) return "off";
    if (draft.kind === "gift" && !step.gift?.trim()) return "gift";
  }
  return null;
}
/** 满 ¥299.00 减 ¥40.00, a step in words. */
export function stepText(kind: CampaignKind, step: Step, t: T): string {
  if (kind === "fixed_price") return t("knowledge.campaign.said.price", { price: money(step.price_fen ?? 0) });
  const from = money(step.threshold_fen);
  if (hasOff(kind)) return t("knowledge.campaign.said.off", { from, off: money(step.off_fen ?? 0) });
  return kind === "gift" ? t("knowledge.campaign.said.gift", { from, gift: step.gift ?? "" }) : t("knowledge.campaign.said.freight", { from });
}
