// What the wall reads and does. Figures come from the server; presence and waits move with the live frames.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http, type Page } from "@api/client";
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
  longest_wait_ms: number | null;
  breaches_today: number;
  answered_today: number;
  first_response_ms: number | null;
}
export interface Wall {
  agents: WallAgent[];
  queue: { waiting: number; longest_wait_ms: number | null };
  today: { sessions: number; answered: number; breaches: number; first_response_ms: number | null; average_response_ms: number | null; satisfaction: number | null };
}

export function useWall(shop: MaybeRefOrGetter<number | null>) {
  return useQuery({ queryKey: computed(() => ["wall", toValue(shop)]), staleTime: 5_000, refetchInterval: 15_000, queryFn: ({ signal }) => http.get<Wall>("/wall", { shop: toValue(shop) }, signal) });
}
/** Puts everybody who waits into the desk, so that the live frames keep the table true. */
export async function readWaiting(shop: number | null): Promise<void> {
  let cursor: string | null = null;
  for (let pages = 0; pages < 5; pages++) {
    const page: Page<Conversation> = await http.get<Page<Conversation>>("/conversations", { tab: "all", state: "open", sort: "wait", shop, cursor, limit: 100 });
    desk.takeConversations(page.items);
    cursor = page.next;
    if (!cursor || page.items.at(-1)?.waiting_since === null) return;
  }
}
export async function takeOver(c: Conversation): Promise<void> {
  const answer = await http.post<Conversation | undefined>(`/conversations/${c.id}/${c.state === "queued" ? "claim" : "take-over"}`);
  if (answer && typeof answer === "object" && "rev" in answer) desk.takeConversations([answer]);
}
export async function moveAll(from: number, to: { to_person?: number; to_group?: number }, note: string): Promise<number> {
  const answer = await http.post<{ moved?: number; ids?: number[] } | unknown[]>("/conversations/move", { from_person: from, ...to, note });
  return Array.isArray(answer) ? answer.length : (answer?.moved ?? answer?.ids?.length ?? 0);
}
