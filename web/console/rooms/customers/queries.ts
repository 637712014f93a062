// What the customers' pages ask of the server. The customer's card itself is the shell's, which orders show too.
import { useInfiniteQuery, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import type { CustomerCard, Order } from "@api/orders";
import { api, asked, ok, type Schemas } from "@api/typed";
import type { Conversation } from "@api/types";
import { queries } from "@shell/cache";

const V = "/api/v1";
const path = (id: number) => ({ path: { id } });
type Page<T> = { items: T[]; next: string | null };

export function useOrdersOf(customer: MaybeRefOrGetter<number>, may: MaybeRefOrGetter<boolean>) {
  return useInfiniteQuery({
    queryKey: computed(() => ["orders", "paged-of", toValue(customer)]),
    enabled: computed(() => toValue(may)),
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => (await ok(api.GET(`${V}/customers/{id}/orders`, { params: { ...path(toValue(customer)), query: asked({ cursor: pageParam, limit: 20 }) }, signal }))) as Page<Order>,
    getNextPageParam: (page: Page<Order>) => page.next,
  });
}
export function useTalksOf(customer: MaybeRefOrGetter<number>) {
  return useQuery({
    queryKey: computed(() => ["conversations", "of", toValue(customer), "whole"]),
    queryFn: async ({ signal }): Promise<Conversation[]> => (await ok(api.GET(`${V}/customers/{id}/conversations`, { params: path(toValue(customer)), signal }))) as unknown as Conversation[],
  });
}

async function spoil(id: number): Promise<void> {
  await Promise.all([["customer", id], ["customers"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
}
export async function changeCustomer(id: number, body: Schemas["CustomerChange"]): Promise<void> {
  queries.setQueryData<CustomerCard>(["customer", id], await ok(api.PATCH(`${V}/customers/{id}`, { params: path(id), body })));
  await spoil(id);
}
export async function blockCustomer(id: number, body: Schemas["NewBlock"]): Promise<void> {
  await ok(api.POST(`${V}/customers/{id}/block`, { params: path(id), body }));
  await spoil(id);
}
/** Ends the block that is shown: of its shop, or of all. */
export async function unblockCustomer(id: number, shop: number | null): Promise<void> {
  await ok(api.POST(`${V}/customers/{id}/unblock`, { params: path(id), body: { shop } }));
  await spoil(id);
}
