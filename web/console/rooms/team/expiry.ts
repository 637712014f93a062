// Whether something that ends still holds, and how that is said. The server's own state goes before this one.
import type { Paper, PaperState } from "./types";

const DAY = 86_400_000;

/** Like the server: ended, or ending within `days`. */
export function stateOf(until: number | null, now: number, days = 30): PaperState {
  if (until === null) return "ok";
  if (until <= now) return "expired";
  return until - now <= days * DAY ? "expiring" : "ok";
}
export const TONES: Readonly<Record<PaperState, string>> = { ok: "ok", expiring: "near", expired: "late" };

const RANK: Readonly<Record<PaperState, number>> = { ok: 0, expiring: 1, expired: 2 };
/** The worst of several papers; null when there is none. */
export function worst(papers: readonly Pick<Paper, "state">[]): PaperState | null {
  return papers.reduce<PaperState | null>((bad, one) => (bad === null || RANK[one.state] > RANK[bad] ? one.state : bad), null);
}
/** The kinds a flagship shop needs of which there is no paper yet. */
export function missing(kinds: readonly string[], papers: readonly Pick<Paper, "kind">[]): string[] {
  return kinds.filter((kind) => !papers.some((one) => one.kind === kind));
}
/** The last millisecond of the day that begins at `midnight`: what is valid until a day is valid on that day. */
export function endOfDay(midnight: number): number {
  const day = new Date(midnight);
  day.setHours(23, 59, 59, 999);
  return day.getTime();
}
export function dateText(at: number): string {
  const day = new Date(at);
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
}
