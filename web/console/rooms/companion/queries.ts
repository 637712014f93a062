// What the companion page asks of the server: who or what was pasted. Answers and products are the shell's.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http, type Page } from "@api/client";
import type { Product } from "@api/goods";
import { api, ok, type Schemas, type Whole } from "@api/typed";
import { search, type Hit } from "@shell/queries";

export type Customer = Whole<Schemas["CustomerView"]>;
export type Order = Whole<Schemas["Order"]>;
type Id = MaybeRefOrGetter<number | null>;
const path = (id: number) => ({ path: { id } });

/** Buyers and orders that fit what was pasted. */
export function useFound(q: MaybeRefOrGetter<string>, shop: Id) {
  return useQuery({
    queryKey: computed(() => ["companion", toValue(q), toValue(shop)]),
    enabled: computed(() => toValue(q).length > 1),
    staleTime: 30_000,
    queryFn: async ({ signal }): Promise<Hit[]> => (await search(toValue(q), { shop: toValue(shop), limit: 12, signal })).items.filter((hit) => hit.kind !== "message").slice(0, 6),
  });
}
export function useCustomer(id: Id) {
  return useQuery({ queryKey: computed(() => ["customer", toValue(id)]), enabled: computed(() => toValue(id) !== null), queryFn: ({ signal }) => ok(api.GET("/api/v1/customers/{id}", { params: path(toValue(id) ?? 0), signal })) });
}
export function useOrdersOf(customer: Id) {
  return useQuery({
    queryKey: computed(() => ["orders", "of", toValue(customer)]),
    enabled: computed(() => toValue(customer) !== null),
    queryFn: async ({ signal }): Promise<Order[]> => {
      const answer: unknown = await ok(api.GET("/api/v1/customers/{id}/orders", { params: path(toValue(customer) ?? 0), signal }));
      return Array.isArray(answer) ? (answer as Order[]) : (answer as { items: Order[] }).items;
    },
  });
}
/** One order, with whose it is. */
export async function orderOf(id: number): Promise<Order> {
  return (await ok(api.GET("/api/v1/orders/{id}", { params: path(id) }))) as Order;
}
/** The product of a line: an order knows the SKU alone. Null where the catalogue has it not, or this shop sells it not. */
export async function productOf(line: Order["lines"][number], shop: number): Promise<number | null> {
  if (line.sku === null) return null;
  const { items } = await http.get<Page<Product>>("/products", { q: line.code || line.title, shop, limit: 20 });
  return items.find((one) => one.skus.some((sku) => sku.id === line.sku))?.id ?? null;
}
