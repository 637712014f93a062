// What the frame and more than one room read: colleagues, groups, presence, search.
import { keepPreviousData, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http, type Page } from "@api/client";
import type { PresenceOf } from "@api/types";

export interface Hit {
  kind: "messages" | "message" | "customer" | "customers" | "order" | "orders" | "conversation";
  id: number;
  conversation: number | null;
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

/** A list that some servers give bare and some as a page. */
export function itemsOf<T>(answer: T[] | Page<T>): T[] {
  return Array.isArray(answer) ? answer : answer.items;
}

export async function readPresences(): Promise<PresenceOf[]> {
  return itemsOf(await http.get<PresenceOf[] | Page<PresenceOf>>("/presence"));
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
