// What more than one room asks of orders and customers.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import type { CustomerCard, CustomerSecret, Order, OrderSecret } from "@api/orders";
import { api, ok } from "@api/typed";

const V = "/api/v1";
const path = (id: number) => ({ path: { id } });

export function useOrder(id: MaybeRefOrGetter<number | null>) {
  return useQuery({
    queryKey: computed(() => ["order", toValue(id)]),
    enabled: computed(() => toValue(id) !== null),
    queryFn: async ({ signal }) => (await ok(api.GET(`${V}/orders/{id}`, { params: path(toValue(id) ?? 0), signal }))) as Order,
  });
}
export function useCustomer(id: MaybeRefOrGetter<number | null>) {
  return useQuery({
    queryKey: computed(() => ["customer", toValue(id)]),
    enabled: computed(() => toValue(id) !== null),
    queryFn: ({ signal }): Promise<CustomerCard> => ok(api.GET(`${V}/customers/{id}`, { params: path(toValue(id) ?? 0), signal })),
  });
}
export async function revealOrder(id: number, field: OrderSecret): Promise<string | null> {
  return (await ok(api.POST(`${V}/orders/{id}/reveal`, { params: path(id), body: { field } }))).value;
}
export async function revealCustomer(id: number, field: CustomerSecret): Promise<string | null> {
  return (await ok(api.POST(`${V}/customers/{id}/reveal`, { params: path(id), body: { field } }))).value;
}
