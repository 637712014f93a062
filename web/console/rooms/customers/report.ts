// Small sums of the reports' page.

/** `12.3%`; a dash where there is nothing to share. */
export function percent(part: number, whole: number): string {
  return whole ? `${((part / whole) * 100).toFixed(1)}%` : "—";
}
/** The month so many months before one that is written `2026-01`. */
export function monthBefore(month: string, months: number): string {
  const [year = 0, of = 1] = month.split("-").map(Number);
  const at = year * 12 + (of - 1) - months;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
}
/** The deeper, the more came back; nothing where nobody did. */
export function tint(part: number, whole: number): string | undefined {
  if (!whole || !part) return undefined;
  return `color-mix(in srgb, var(--primary) ${Math.min(60, Math.round((part / whole) * 100) + 6)}%, transparent)`;
}
