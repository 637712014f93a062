// The conditions of a segment as the form holds them: whole yuan as people type them, regions as one word each.
import type { Channel, Region, RegionCount, SegmentRule, Span } from "@api/customers";

export interface Draft {
  recency: Span;
  orders: Span;
  /** Yuan. */
  spent: Span;
  problems: Span;
  levels: number[];
  vip: "" | "yes" | "no";
  tags: number[];
  without: number[];
  products: number[];
  regions: string[];
  consent: Channel[];
}

const open = (): Span => ({ min: null, max: null });
export const blank = (): Draft => ({ recency: open(), orders: open(), spent: open(), problems: open(), levels: [], vip: "", tags: [], without: [], products: [], regions: [], consent: [] });

/** `浙江` or `浙江/杭州`. */
export const regionKey = (one: { province: string; city: string | null }): string => (one.city ? `${one.province}/${one.city}` : one.province);
export function regionOf(key: string): Region {
  const [province = "", city] = key.split("/");
  return { province, city: city || null };
}
/** What can be chosen: each province, and its cities. */
export function regionChoices(counts: readonly RegionCount[]): { value: string; label: string }[] {
  const provinces = [...new Set(counts.map((one) => one.province))];
  return provinces.flatMap((province) => [{ value: province, label: province }, ...counts.filter((one) => one.province === province && one.city).map((one) => ({ value: regionKey(one), label: `${province} ${one.city}` }))]);
}

const asked = (span: Span, times = 1): Span | null => (span.min === null && span.max === null ? null : { min: span.min === null ? null : Math.round(span.min * times), max: span.max === null ? null : Math.round(span.max * times) });
const shown = (span: Span | null, parts = 1): Span => (span ? { min: span.min === null ? null : span.min / parts, max: span.max === null ? null : span.max / parts } : open());

/** `skusOf` says which SKUs a product has. */
export function ruleOf(draft: Draft, skusOf: (product: number) => readonly number[]): SegmentRule {
  return {
    recency_days: asked(draft.recency),
    orders: asked(draft.orders),
    spent_fen: asked(draft.spent, 100),
    problems: asked(draft.problems),
    levels: draft.levels,
    vip: draft.vip === "" ? null : draft.vip === "yes",
    tags: draft.tags,
    without_tags: draft.without,
    skus: [...new Set(draft.products.flatMap((product) => [...skusOf(product)]))],
    regions: draft.regions.map(regionOf),
    consent: draft.consent,
  };
}
/** `productOf` says to which product a SKU belongs. */
export function draftOf(rule: SegmentRule, productOf: (sku: number) => number | undefined): Draft {
  return {
    recency: shown(rule.recency_days),
    orders: shown(rule.orders),
    spent: shown(rule.spent_fen, 100),
    problems: shown(rule.problems),
    levels: [...rule.levels],
    vip: rule.vip === null ? "" : rule.vip ? "yes" : "no",
    tags: [...rule.tags],
    without: [...rule.without_tags],
    products: [...new Set(rule.skus.flatMap((sku) => productOf(sku) ?? []))],
    regions: rule.regions.map(regionKey),
    consent: [...rule.consent],
  };
}
