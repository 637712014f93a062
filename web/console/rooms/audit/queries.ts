// What the audit trail asks of the server: its lines, and the names behind the ids in them.
import { useInfiniteQuery, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http, type Page } from "@api/client";
import { itemsOf } from "@shell/queries";

export interface Line {
  seq: number;
  at: number;
  actor: "person" | "token" | "buyer" | "program";
  person: number | null;
  name: string | null;
  event: string;
  subject_kind: string;
  subject: number;
  shop: number | null;
  data: unknown;
}
export interface Filter {
  who: number | null;
  what: string | null;
  subject: number | null;
  shop: number | null;
  from: number | null;
  to: number | null;
}

export function useTrail(filter: MaybeRefOrGetter<Filter>) {
  return useInfiniteQuery({
    queryKey: computed(() => ["audit", toValue(filter)]),
    staleTime: 5_000,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => http.get<Page<Line>>("/audit", { ...toValue(filter), cursor: pageParam, limit: 100 }, signal),
    getNextPageParam: (page) => page.next,
  });
}

interface Named {
  id: number;
  name: string;
}
async function whole<T extends Named>(path: string, signal: AbortSignal): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> | T[] = await http.get<Page<T> | T[]>(path, { cursor, limit: 200 }, signal);
    all.push(...itemsOf(page));
    cursor = Array.isArray(page) ? null : page.next;
  } while (cursor);
  return all;
}
export function usePeople() {
  return useQuery({ queryKey: ["people", "all"], staleTime: 300_000, queryFn: ({ signal }) => whole<Named & { disabled: boolean }>("/people", signal) });
}
export function useRoles() {
  return useQuery({ queryKey: ["roles"], staleTime: 300_000, queryFn: ({ signal }) => whole<Named & { key: string }>("/roles", signal) });
}
export function useGroups() {
  return useQuery({ queryKey: ["groups", "whole"], staleTime: 300_000, queryFn: ({ signal }) => whole<Named>("/groups", signal) });
}
export function useShifts() {
  return useQuery({ queryKey: ["shifts"], staleTime: 300_000, queryFn: ({ signal }) => whole<Named>("/shifts", signal) });
}
export function useRights() {
  return useQuery({ queryKey: ["permissions"], staleTime: Infinity, queryFn: async ({ signal }) => itemsOf(await http.get<{ key: string; zh: string; en: string }[]>("/permissions", {}, signal)) });
}
export function useSettingTitles() {
  return useQuery({
    queryKey: ["settings", "titles"],
    staleTime: 600_000,
    queryFn: async ({ signal }) => itemsOf(await http.get<{ key: string; kind: string; zh: { title: string }; en: { title: string } }[]>("/settings", {}, signal)),
  });
}
