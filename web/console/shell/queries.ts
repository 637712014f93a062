// What the frame and more than one room read: colleagues, groups, presence, search.
import { keepPreviousData, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import type { RouteLocationRaw } from "vue-router";
import { http, type Page } from "@api/client";
import type { Conversation, PresenceOf, PresenceState } from "@api/types";

export interface Hit {
  kind: "message" | "customer" | "order";
  /** The customer or order; of a message, its conversation. */
  id: number;
  seq: number | null;
  title: string;
  snippet: string;
  at: number | null;
}
export interface Colleague {
  id: number;
  name: string;
  nick: string | null;
  groups: number[];
  capacity: number;
  disabled: boolean;
}
export interface Group {
  id: number;
  name: string;
  stage: string | null;
  members: number[];
}

interface Person {
  id: number;
  name: string;
  nick: string | null;
  capacity: number;
  disabled: boolean;
  presence: { state: PresenceState; reason: string | null; load?: number | null };
}

/** Where a hit leads: a message to its line, a customer or an order to the buyer's latest conversation. */
export async function placeOf(hit: Hit): Promise<RouteLocationRaw | null> {
  if (hit.kind === "message") return { name: "reception", params: { id: hit.id }, query: hit.seq ? { at: hit.seq } : {} };
  const customer = hit.kind === "customer" ? hit.id : (await http.get<{ customer: number | null }>(`/orders/${hit.id}`)).customer;
  if (!customer) return null;
  const talks = itemsOf(await http.get<Conversation[] | Page<Conversation>>(`/customers/${customer}/conversations`));
  return talks[0] ? { name: "reception", params: { id: talks[0].id } } : null;
}

/** A list that some servers give bare and some as a page. */
export function itemsOf<T>(answer: T[] | Page<T>): T[] {
  return Array.isArray(answer) ? answer : answer.items;
}

/** Colleagues with their presence; from then on the socket tells. */
export async function readPresences(): Promise<PresenceOf[]> {
  const all: PresenceOf[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Page<Person> = await http.get<Page<Person>>("/people", { limit: 200, cursor });
    for (const p of page.items) if (!p.disabled) all.push({ person: p.id, name: p.nick || p.name, state: p.presence.state, reason: p.presence.reason, load: p.presence.load ?? null, capacity: p.capacity });
    cursor = page.next;
    if (!cursor) return all;
  }
}

export function useGroups() {
  return useQuery({ queryKey: ["groups"], staleTime: 300_000, queryFn: async ({ signal }) => itemsOf(await http.get<Group[] | Page<Group>>("/groups", {}, signal)) });
}

export function search(q: string, more: { shop?: number | null; kind?: string; cursor?: string | null; limit?: number; signal?: AbortSignal } = {}): Promise<Page<Hit>> {
  const { signal, ...query } = more;
  return http.get<Page<Hit>>("/search", { q, ...query }, signal);
}

/** Search results while somebody types; nothing is asked for fewer than two letters or one Chinese sign. */
export function useSearch(q: MaybeRefOrGetter<string>, shop: MaybeRefOrGetter<number | null>) {
  const term = computed(() => toValue(q).trim());
  return useQuery({
    queryKey: computed(() => ["search", term.value, toValue(shop)]),
    enabled: computed(() => term.value.length > 1 || /[\u3400-\u9fff]/.test(term.value)),
    staleTime: 10_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => search(term.value, { shop: toValue(shop), limit: 12, signal }),
  });
}
