// What the list of orders asks of the server, the trail of one order, and its deposit and balance.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http } from "@api/client";
import type { CustomerCard, Order, Refund } from "@api/orders";
import { api, asked, ok, type Schemas, type Whole } from "@api/typed";
import { queries } from "@shell/cache";
import { spoilDesk } from "@shell/parcels/queries";
import type { NewPresale } from "./presale";

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

export function useRefunds(order: MaybeRefOrGetter<number>) {
  return useQuery({ queryKey: computed(() => ["order", toValue(order), "refunds"]), queryFn: ({ signal }) => http.get<Refund[]>(`/orders/${toValue(order)}/refunds`, undefined, signal) });
}

export async function setPresale(order: number, body: NewPresale): Promise<void> {
  const presale = await ok(api.PUT(`${V}/orders/{id}/presale`, { params: { path: { id: order } }, body }));
  queries.setQueryData<Order>(["order", order], (held) => held && { ...held, presale });
  await spoilDesk();
}

/** What people and the program did with an order, the newest first. Needs the right to see the audit trail. */
export function useOrderTrail(id: MaybeRefOrGetter<number>, may: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ["audit", "order", toValue(id)]),
    enabled: computed(() => toValue(may)),
    queryFn: async ({ signal }): Promise<TrailLine[]> => (await ok(api.GET(`${V}/audit`, { params: { query: asked({ what: "order", subject: toValue(id), limit: 50 }) }, signal }))).items,
  });
}
