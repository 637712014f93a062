// Handing a conversation on: to whom it can go now, and how long the note for them may be.
import type { PresenceOf, PresenceState } from "@api/types";

/** Characters of a hand-over note; the server refuses a longer one. */
export const NOTE_LIMIT = 500;

/** A colleague who is there. */
export interface Taker extends PresenceOf {
  /** Has as many conversations as they take at once. */
  full: boolean;
}

const RANK: Record<PresenceState, number> = { online: 0, busy: 1, away: 2, off: 3 };
const share = (p: PresenceOf): number => (p.load ?? 0) / Math.max(1, p.capacity);

/**
 * Who a conversation can go to: whoever is off would be refused and is left out, who has room comes first, and of
 * those who has the least to do. `loads`: open conversations by person, as far as this person may know them.
 */
export function takers(all: readonly PresenceOf[], without: number | null, loads: ReadonlyMap<number, number> = new Map()): Taker[] {
  return all
    .filter((p) => p.state !== "off" && p.person !== without)
    .map((p) => ({ ...p, load: loads.get(p.person) ?? p.load }))
    .map((p) => ({ ...p, full: p.load !== null && p.load >= p.capacity }))
    .sort((a, b) => Number(a.full) - Number(b.full) || RANK[a.state] - RANK[b.state] || share(a) - share(b));
}
