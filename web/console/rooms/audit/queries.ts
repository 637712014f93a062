// What the audit trail asks of the server: its lines, and the names behind the ids in them.
import { useInfiniteQuery, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, asked, ok, type Schemas, type Whole } from "@api/typed";

const V = "/api/v1";
export type Line = Omit<Whole<Schemas["AuditRow"]>, "data"> & { data: unknown };
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
    queryFn: ({ pageParam, signal }): Promise<{ items: Line[]; next: string | null }> => ok(api.GET(`${V}/audit`, { params: { query: asked({ ...toValue(filter), cursor: pageParam, limit: 100 }) }, signal })),
    getNextPageParam: (page) => page.next,
  });
}

interface Named {
  id: number;
  name: string;
}
export function usePeople() {
  return useQuery({
    queryKey: ["people", "all"],
    staleTime: 300_000,
    queryFn: async ({ signal }) => {
      const all: Named[] = [];
      let cursor: string | null = null;
      do {
        const page: { items: Named[]; next: string | null } = await ok(api.GET(`${V}/people`, { params: { query: asked({ cursor, limit: 200 }) }, signal }));
        all.push(...page.items);
        cursor = page.next;
      } while (cursor);
      return all;
    },
  });
}
const LONG = 300_000;
export function useRoles() {
  return useQuery({ queryKey: ["roles"], staleTime: LONG, queryFn: async ({ signal }): Promise<Named[]> => (await ok(api.GET(`${V}/roles`, { signal }))).items });
}
export function useGroups() {
  return useQuery({ queryKey: ["groups", "whole"], staleTime: LONG, queryFn: async ({ signal }): Promise<Named[]> => (await ok(api.GET(`${V}/groups`, { signal }))).items });
}
export function useShifts() {
  return useQuery({ queryKey: ["shifts"], staleTime: LONG, queryFn: async ({ signal }): Promise<Named[]> => (await ok(api.GET(`${V}/shifts`, { signal }))).items });
}
export function useRights() {
  return useQuery({ queryKey: ["permissions"], staleTime: Infinity, queryFn: async ({ signal }) => (await ok(api.GET(`${V}/permissions`, { signal }))) as unknown as Schemas["Right"][] });
}
/** Titles and kinds of all settings. */
export function useSettingTitles() {
  return useQuery({ queryKey: ["settings", "titles"], staleTime: 600_000, queryFn: async ({ signal }) => ok(api.GET(`${V}/settings`, { params: { query: {} }, signal })) });
}
