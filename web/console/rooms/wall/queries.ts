// What the wall reads and does. Figures come from the server; presence and waits move with the live frames.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http, type Page, type Query } from "@api/client";
import type { Conversation, PresenceState } from "@api/types";
import { desk } from "@shell/desk";

export interface WallAgent {
  person: number;
  name: string;
  state: PresenceState;
  reason: string | null;
  load: number;
  capacity: number;
  waiting: number;
  longest_wait_ms: number;
  breaches_today: number;
  answered_today: number;
  /** Mean wait of today's answered rounds, ms. */
  response_ms: number | null;
}
export interface Wall {
  agents: WallAgent[];
  queue: { waiting: number; longest_wait_ms: number };
  today: { sessions: number; answered: number; breaches: number; response_ms: number | null; ratings: number; invited: number; score_hundredths: number | null };
}

export function useWall(shop: MaybeRefOrGetter<number | null>) {
  return useQuery({ queryKey: computed(() => ["wall", toValue(shop)]), staleTime: 5_000, refetchInterval: 15_000, queryFn: ({ signal }) => http.get<Wall>("/wall", { shop: toValue(shop), day_start: new Date().setHours(0, 0, 0, 0) }, signal) });
}
/** Puts everybody who waits into the desk, so that the live frames keep the table true. */
export async function readWaiting(shop: number | null): Promise<void> {
  const read = async (query: Query): Promise<string | null> => {
    const page = await http.get<Page<Conversation>>("/conversations", { shop, limit: 200, ...query });
    desk.takeConversations(page.items);
    return page.next;
  };
  await read({ tab: "queue" });
  let cursor: string | null = null;
  for (let pages = 0; pages < 10; pages++) {
    cursor = await read({ tab: "all", state: "open", cursor });
    if (!cursor) return;
  }
}
export async function takeOver(c: Conversation): Promise<void> {
  const answer = await http.post<Conversation | undefined>(`/conversations/${c.id}/${c.state === "queued" ? "claim" : "take-over"}`);
  if (answer && typeof answer === "object" && "rev" in answer) desk.takeConversations([answer]);
}
export async function moveAll(from: number, to: { to_person?: number; to_group?: number }, note: string): Promise<number> {
  const answer = await http.post<Conversation[]>("/conversations/move", { from_person: from, ...to, note });
  desk.takeConversations(answer);
  return answer.length;
}
