// What roles may give away on their own, as the setting of the reply check holds it. Pure.

export interface RoleLimit {
  role: number;
  /** Yuan, as typed. */
  give: string;
  /** Percent off, as typed. */
  discount: string;
}
export const MOST_YUAN = 100_000;
export const MOST_PERCENT = 90;

export function readLimits(value: unknown): RoleLimit[] {
  return Array.isArray(value) ? (value as { role: number; give: number; discount: number }[]).map(({ role, give, discount }) => ({ role, give: String(give), discount: String(discount) })) : [];
}
export function writeLimits(limits: readonly RoleLimit[]): unknown {
  return limits.map(({ role, give, discount }) => ({ role, give: Number(give), discount: Number(discount) }));
}
const whole = (text: string, most: number): boolean => /^\d{1,6}$/.test(text.trim()) && Number(text) <= most;
export function wrongIn({ give, discount }: RoleLimit): "give" | "discount" | null {
  return whole(give, MOST_YUAN) ? (whole(discount, MOST_PERCENT) ? null : "discount") : "give";
}
