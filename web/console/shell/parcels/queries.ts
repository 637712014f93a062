// What several rooms ask of the order desk: parcels and promises of an order, couriers, one parcel's own list.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http } from "@api/client";
import type { Ask, Courier, DeskParcel, NewAsk } from "@api/desk";
import { queries } from "../cache";

type Id = MaybeRefOrGetter<number | null>;
const on = (id: Id) => computed(() => toValue(id) !== null);

/** Parcels, counts and promises are read again. */
export const spoilDesk = (): Promise<unknown> => Promise.all(["parcels", "asks"].map((key) => queries.invalidateQueries({ queryKey: [key] })));

export function useAsksOf(order: Id) {
  return useQuery({ queryKey: computed(() => ["asks", "of", toValue(order)]), enabled: on(order), queryFn: ({ signal }) => http.get<Ask[]>(`/orders/${toValue(order)}/asks`, {}, signal) });
}
export function useParcelsOf(order: Id) {
  return useQuery({ queryKey: computed(() => ["parcels", "of", toValue(order)]), enabled: on(order), queryFn: ({ signal }) => http.get<DeskParcel[]>(`/orders/${toValue(order)}/parcels`, {}, signal) });
}
export function useCouriers() {
  return useQuery({ queryKey: ["couriers"], staleTime: 300_000, queryFn: ({ signal }) => http.get<Courier[]>("/couriers", {}, signal) });
}
export async function addAsk(order: number, ask: NewAsk): Promise<Ask> {
  const made = await http.post<Ask>(`/orders/${order}/asks`, ask);
  await spoilDesk();
  return made;
}
export async function withdrawAsk(id: number): Promise<void> {
  await http.post(`/asks/${id}/withdraw`);
  await spoilDesk();
}
export const revealAsk = (id: number, field: "receiver" | "phone" | "address") => http.post<{ value: string | null }>(`/asks/${id}/reveal`, { field });
