// The conditions of an audit rule: as a form holds them, as the server takes them, and in words. Pure.
import type { AuditRule, AuditRuleDraft, Range, Then, When } from "@api/desk";
import { money } from "@ui/money";

export const BOOLS = ["buyer_note", "remark", "asks", "vip", "first_order", "merged"] as const;
export const LISTS = ["codes", "not_codes", "regions", "not_regions", "note_words"] as const;
export const RANGES = ["pieces", "kinds", "level"] as const;

/** Words parted by commas, spaces or lines, each once. */
export function wordsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,，;；、]+/).filter(Boolean))];
}
/** Leaves out what says nothing: empty lists, ranges without an end. */
export function tidy(when: When): When {
  const kept: [string, unknown][] = [];
  for (const [key, value] of Object.entries(when)) {
    if (value === null || value === undefined) continue;
    if (Array.isArray(value) ? !value.length : typeof value === "object" && !("from" in value) && (value as Range).min === undefined && (value as Range).max === undefined) continue;
    kept.push([key, value]);
  }
  return Object.fromEntries(kept) as When;
}
/** A new rule, ten after the last one. */
export function ruleDraft(one: AuditRule | null, others: readonly AuditRule[]): AuditRuleDraft {
  if (!one) return { shop: null, name: "", priority: Math.min(9_999, Math.max(0, ...others.map((rule) => rule.priority)) + 10), on: true, when: {}, then: { do: "pass" } };
  const { shop, name, priority, on, when, then } = one;
  return { shop, name, priority, on, when: JSON.parse(JSON.stringify(when)) as When, then: { ...then } };
}
export function thenOf(kind: Then["do"]): Then {
  if (kind === "hold") return { do: kind, reason: "attention", text: "" };
  if (kind === "courier") return { do: kind, courier: "" };
  if (kind === "flag") return { do: kind, flag: 1 };
  return { do: kind };
}

type T = (key: string, named?: Record<string, unknown>) => string;
function range(of: Range, show: (n: number) => string = String): string {
  if (of.min !== undefined && of.max !== undefined) return `${show(of.min)}–${show(of.max)}`;
  return of.min !== undefined ? `≥ ${show(of.min)}` : `≤ ${show(of.max ?? 0)}`;
}
/** What must hold, in words, one a condition; none: always. */
export function whenText(when: When, t: T, courier: (code: string) => string): string[] {
  const parts: string[] = [];
  const say = (key: string, value: string): void => void parts.push(`${t(`desk.when.${key}`)} ${value}`);
  for (const [key, value] of Object.entries(tidy(when))) {
    if (key === "total_fen") say(key, range(value as Range, money));
    else if (key === "hours") say(key, `${(value as { from: string }).from}–${(value as { to: string }).to}`);
    else if (key === "paid_min") parts.push(t("desk.when.paid", { n: value as number }));
    else if (key === "flags") say(key, (value as number[]).map((flag) => t(`shell.parcels.flag.${flag}`)).join("、"));
    else if (key === "couriers") say(key, (value as string[]).map(courier).join("、"));
    else if (typeof value === "boolean") parts.push(t(`desk.when.${key}_${value ? "yes" : "no"}`));
    else if (Array.isArray(value)) say(key, value.join("、"));
    else say(key, range(value as Range));
  }
  return parts;
}
export function thenText(then: Then, t: T, courier: (code: string) => string): string {
  if (then.do === "hold") return t("desk.then.holds", { reason: t(`shell.parcels.hold.${then.reason}`) }) + (then.text ? ` · ${then.text}` : "");
  if (then.do === "courier") return t("desk.then.courierIs", { courier: courier(then.courier) });
  if (then.do === "flag") return t(`shell.parcels.flag.${then.flag}`);
  return t(`desk.then.${then.do}`);
}
