// What the warehouse knows of each SKU of a product: how it is packed, where it lies, how heavy it is; and what it costs.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http } from "@api/client";
import { api, ok, type Schemas, type Whole } from "@api/typed";
import { queries } from "@shell/cache";
import { spoil } from "./queries";

const DOOR = "/api/v1/skus/{id}/handling";
const path = (id: number) => ({ path: { id } });

export type Handling = Whole<Schemas["Handling"]>;

export const readHandling = (sku: number): Promise<Handling> => ok(api.GET(DOOR, { params: path(sku) }));
export function useHandling(sku: MaybeRefOrGetter<number>) {
  return useQuery({ queryKey: computed(() => ["handling", toValue(sku)]), queryFn: ({ signal }) => ok(api.GET(DOOR, { params: path(toValue(sku)), signal })) });
}
async function put(sku: number, body: Handling): Promise<void> {
  queries.setQueryData(["handling", sku], await ok(api.PUT(DOOR, { params: path(sku), body })));
}
/** What a piece costs the shop; null: nobody knows. It is read with its product, by those who keep the catalogue. */
export async function saveCost(sku: number, fen: number | null): Promise<void> {
  await http.put(`/skus/${sku}/cost`, { cost_fen: fen });
  await spoil("product");
}
/** Keeps it, and the same packing for `others`, whose places and weights stay as they are. */
export async function saveHandling(sku: number, body: Handling, others: readonly number[] = []): Promise<void> {
  await put(sku, body);
  for (const id of others) {
    const was = await readHandling(id);
    if (was.packing !== body.packing) await put(id, { ...was, packing: body.packing });
  }
}
