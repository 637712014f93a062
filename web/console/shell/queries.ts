// What the frame and more than one room read: colleagues, groups, presence, search.
import { keepPreviousData, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import type { RouteLocationRaw } from "vue-router";
import type { Page } from "@api/client";
import { api, asked, ok, type Schemas, type Whole } from "@api/typed";
import type { PresenceOf } from "@api/types";
import { useSession } from "./session";

/** A message's `id` is its conversation's; of a customer or an order, its own. */
export type Hit = Whole<Schemas["Found"]>;
export type Group = Whole<Schemas["Group"]>;

/** Where a hit leads: a message to its line, a customer or an order to the buyer's latest conversation, else to its own page. */
export async function placeOf(hit: Hit): Promise<RouteLocationRaw> {
  if (hit.kind === "message") return { name: "reception", params: { id: hit.id }, query: hit.seq ? { at: hit.seq } : {} };
  const customer = hit.kind === "customer" ? hit.id : (await ok(api.GET("/api/v1/orders/{id}", { params: { path: { id: hit.id } } }))).customer;
  const talks = customer ? await ok(api.GET("/api/v1/customers/{id}/conversations", { params: { path: { id: customer } } })) : [];
  if (talks[0]) return { name: "reception", params: { id: talks[0].id } };
  return hit.kind === "customer" ? { name: "customer", params: { customer: hit.id } } : { name: "orders-list", query: { order: hit.id } };
}

/** A list that some servers give bare and some as a page. */
export function itemsOf<T>(answer: T[] | Page<T>): T[] {
  return Array.isArray(answer) ? answer : answer.items;
}

/** Colleagues with their presence; from then on the socket tells. */
export async function readPresences(): Promise<PresenceOf[]> {
  const all: PresenceOf[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Whole<Schemas["Page_PersonView"]> = await ok(api.GET("/api/v1/people", { params: { query: asked({ limit: 200, cursor }) } }));
    for (const p of page.items) if (!p.disabled) all.push({ person: p.id, name: p.name, state: p.presence.state, reason: p.presence.reason, load: null, capacity: p.capacity });
    cursor = page.next;
    if (!cursor) return all;
  }
}

/** Everybody one shares a shop with, by name; also who is not there. */
export function useColleagues(wanted: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: ["people", "names"],
    enabled: computed(() => toValue(wanted)),
    staleTime: 300_000,
    queryFn: async () => (await readPresences()).map(({ person, name }) => ({ person, name })),
  });
}
/** How many conversations each colleague has open, for those who may see the wall; nobody else is told. */
export function useLoads() {
  const session = useSession();
  return useQuery({
    queryKey: ["wall", "loads"],
    enabled: computed(() => session.can("reception.supervise")),
    staleTime: 5_000,
    queryFn: async ({ signal }) => {
      const { agents } = await ok(api.GET("/api/v1/wall", { signal }));
      return new Map(agents.map((one) => [one.person, one.load]));
    },
  });
}
/** One's own figures of today, as long as somebody looks at them. */
export function useOwnDay(shop: MaybeRefOrGetter<number | null>, wanted: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ["own-day", toValue(shop)]),
    enabled: computed(() => toValue(wanted)),
    staleTime: 0,
    refetchInterval: 15_000,
    queryFn: async ({ signal }) => (await ok(api.GET("/api/v1/own-day", { params: { query: asked({ shop: toValue(shop) }) }, signal }))) as Whole<Schemas["OwnDay"]>,
  });
}
export function useGroups() {
  return useQuery({ queryKey: ["groups"], staleTime: 300_000, queryFn: async ({ signal }) => itemsOf((await ok(api.GET("/api/v1/groups", { signal }))) as Group[] | Page<Group>) });
}

export function search(q: string, more: { shop?: number | null; kind?: string; cursor?: string | null; limit?: number; signal?: AbortSignal } = {}): Promise<Page<Hit>> {
  const { signal, ...query } = more;
  return ok(api.GET("/api/v1/search", { params: { query: asked({ q, ...query }) }, signal }));
}

/** Whether a text is enough to search for: two letters, or one Chinese sign. */
export const enough = (term: string): boolean => term.length > 1 || /[\u3400-\u9fff]/.test(term);
/** Search results while somebody types; nothing is asked for less than is enough. */
export function useSearch(q: MaybeRefOrGetter<string>, shop: MaybeRefOrGetter<number | null>) {
  const term = computed(() => toValue(q).trim());
  return useQuery({
    queryKey: computed(() => ["search", term.value, toValue(shop)]),
    enabled: computed(() => enough(term.value)),
    staleTime: 10_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => search(term.value, { shop: toValue(shop), limit: 12, signal }),
  });
}
