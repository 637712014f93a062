// Which conversations a list shows and in what order. Pure; the conversations come from the desk.
import type { Conversation, Stage } from "@api/types";

export type Tab = "mine" | "queue" | "all";
export type Which = "open" | "closed";
export interface Filter {
  tab: Tab;
  which: Which;
  stage: Stage | null;
  shop: number | null;
  /** The person looking. */
  me: number;
}

export function belongs(c: Conversation, f: Filter): boolean {
  if (f.shop !== null && c.shop !== f.shop) return false;
  if (f.stage !== null && c.stage !== f.stage) return false;
  if (f.tab === "queue") return c.state === "queued";
  if (f.tab === "mine" && c.agent !== f.me) return false;
  return f.which === "closed" ? c.state === "closed" : c.state !== "closed" && (f.tab === "all" || c.state === "open");
}

/** The order in which the server deals: by priority, one more once the wait rose, then by who waits longest. */
export function queueOrder(now: number): (a: Conversation, b: Conversation) => number {
  const place = (c: Conversation): number => c.priority + (c.rises_at !== null && c.rises_at <= now ? 1 : 0);
  return (a, b) => place(b) - place(a) || (a.queued_at ?? Infinity) - (b.queued_at ?? Infinity) || a.id - b.id;
}
/** Longest wait on top; the queue as it is dealt; those who do not wait by their last word. */
export function sorter(f: Filter, now: number): (a: Conversation, b: Conversation) => number {
  const recent = (a: Conversation, b: Conversation): number => lastAt(b) - lastAt(a) || b.id - a.id;
  if (f.tab === "queue") return queueOrder(now);
  if (f.which === "closed") return recent;
  return (a, b) => {
    const wa = a.waiting_since ?? Infinity;
    const wb = b.waiting_since ?? Infinity;
    if (wa !== wb) return wa - wb;
    return recent(a, b);
  };
}

function lastAt(c: Conversation): number {
  return c.last?.at ?? c.created_at;
}

export function arranged(all: Iterable<Conversation>, f: Filter, now: number): Conversation[] {
  const list: Conversation[] = [];
  for (const one of all) if (belongs(one, f)) list.push(one);
  return list.sort(sorter(f, now));
}

/** Where one goes on after a talk left one's hands: whoever of mine waits longest, else whoever spoke last. */
export function nextMine(all: Iterable<Conversation>, me: number, present: number | null): Conversation | null {
  const mine = [...all].filter((one) => one.agent === me && one.state === "open" && one.id !== present);
  return nextWaiting(mine, me, present) ?? mine.reduce<Conversation | null>((best, one) => (!best || lastAt(one) > lastAt(best) ? one : best), null);
}

/** The conversation of mine to answer next: the longest wait that is not the present one. */
export function nextWaiting(all: Iterable<Conversation>, me: number, present: number | null): Conversation | null {
  let best: Conversation | null = null;
  for (const one of all) {
    if (one.agent !== me || one.state !== "open" || one.waiting_since === null || one.id === present) continue;
    if (!best || one.waiting_since < best.waiting_since!) best = one;
  }
  return best;
}
