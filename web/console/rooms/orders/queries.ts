// What the list of orders asks of the server, and the trail of one order.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import type { CustomerCard } from "@api/orders";
import { api, asked, ok, type Schemas, type Whole } from "@api/typed";

const V = "/api/v1";
export type TrailLine = Whole<Schemas["AuditRow"]>;

/** Buyers a search means: orders know them by id only. Nothing is asked for a bare number, which is an order's. */
export function useBuyers(q: MaybeRefOrGetter<string>, may: MaybeRefOrGetter<boolean>) {
  const term = computed(() => toValue(q).trim());
  return useQuery({
    queryKey: computed(() => ["customers", "named", term.value]),
    enabled: computed(() => toValue(may) && /\D/.test(term.value) && term.value.length > 1),
    staleTime: 10_000,
    queryFn: async ({ signal }): Promise<CustomerCard[]> => (await ok(api.GET(`${V}/customers`, { params: { query: asked({ q: term.value, limit: 6 }) }, signal }))).items,
  });
}

/** What people and the program did with an order, the newest first. Needs the right to see the audit trail. */
export function useOrderTrail(id: MaybeRefOrGetter<number>, may: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ["audit", "order", toValue(id)]),
    enabled: computed(() => toValue(may)),
    queryFn: async ({ signal }): Promise<TrailLine[]> => (await ok(api.GET(`${V}/audit`, { params: { query: asked({ what: "order", subject: toValue(id), limit: 50 }) }, signal }))).items,
  });
}
