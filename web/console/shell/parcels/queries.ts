// What several rooms ask of the order desk: parcels, promises and troubles of an order, couriers and how far they go,
// counts. Lists of the desk itself are its room's.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http, type Page } from "@api/client";
import type { Ask, Courier, DeskParcel, NewAsk, ParcelCounts, StopArea } from "@api/desk";
import type { DoubtedSku, Transit, Trouble, TroubleKind } from "@api/deskLists";
import { asProblem } from "@api/problem";
import { queries } from "../cache";

type Id = MaybeRefOrGetter<number | null>;
const on = (id: Id) => computed(() => toValue(id) !== null);
/** What is about to break becomes so by the hour alone; nobody tells. */
const BY_THE_CLOCK = 60_000;

/** Parcels, counts and promises are read again. */
export const spoilDesk = (): Promise<unknown> => Promise.all(["parcels", "asks"].map((key) => queries.invalidateQueries({ queryKey: [key] })));

export function useCounts(shop: Id, may: MaybeRefOrGetter<boolean> = true) {
  return useQuery({ queryKey: computed(() => ["parcels", "counts", toValue(shop)]), enabled: computed(() => toValue(may)), refetchInterval: BY_THE_CLOCK, queryFn: ({ signal }) => http.get<ParcelCounts>("/parcels/counts", { shop: toValue(shop) }, signal) });
}
/** What was promised with an order; `all`: also what stands no more, such as a price that was refused. */
export function useAsksOf(order: Id, all = false) {
  return useQuery({ queryKey: computed(() => ["asks", "of", toValue(order), all]), enabled: on(order), queryFn: ({ signal }) => http.get<Ask[]>(`/orders/${toValue(order)}/asks`, all ? { all } : {}, signal) });
}
/** Prices that wait for a decision; the first page is enough to count them. */
export function useOpenRequests(shop: Id, may: MaybeRefOrGetter<boolean>) {
  return useQuery({ queryKey: computed(() => ["asks", "open", toValue(shop)]), enabled: computed(() => toValue(may)), queryFn: ({ signal }) => http.get<Page<Ask>>("/asks", { kind: "price", state: "open", shop: toValue(shop), limit: 100 }, signal) });
}
export async function decideAsk(id: number, body: { accept: boolean; note: string }): Promise<Ask> {
  try {
    return await http.post<Ask>(`/asks/${id}/decide`, body);
  } finally {
    // Also when somebody else was faster: the list is old then.
    await spoilDesk();
  }
}
export function useParcelsOf(order: Id) {
  return useQuery({ queryKey: computed(() => ["parcels", "of", toValue(order)]), enabled: on(order), queryFn: ({ signal }) => http.get<DeskParcel[]>(`/orders/${toValue(order)}/parcels`, {}, signal) });
}
export function useCouriers() {
  return useQuery({ queryKey: ["couriers"], staleTime: 300_000, queryFn: ({ signal }) => http.get<Courier[]>("/couriers", {}, signal) });
}
export function useStopAreas() {
  return useQuery({ queryKey: ["stop-areas"], staleTime: 300_000, queryFn: ({ signal }) => http.get<StopArea[]>("/stop-areas", {}, signal) });
}
/** How long a courier takes to where an order goes; null where nobody wrote it down. */
export function useTransit(courier: MaybeRefOrGetter<string | null>, address: MaybeRefOrGetter<string | null>) {
  return useQuery({
    queryKey: computed(() => ["transits", "answer", toValue(courier), toValue(address)]),
    enabled: computed(() => Boolean(toValue(courier) && toValue(address))),
    staleTime: 600_000,
    queryFn: async ({ signal }) => {
      try {
        return await http.get<Transit>("/transit/answer", { courier: toValue(courier), address: toValue(address) }, signal);
      } catch (error) {
        if (asProblem(error).code === "not_found") return null;
        throw error;
      }
    },
  });
}
/** Those of some SKUs whose stock in the books is doubted. */
export function useDoubted(skus: MaybeRefOrGetter<readonly number[]>) {
  const ids = computed(() => [...toValue(skus)].sort((a, b) => a - b).slice(0, 50).join(","));
  return useQuery({ queryKey: computed(() => ["doubted", ids.value]), enabled: computed(() => ids.value !== ""), queryFn: ({ signal }) => http.get<DoubtedSku[]>("/stock/doubted", { skus: ids.value }, signal) });
}
export interface NewTrouble {
  shop?: number | null;
  parcel?: number | null;
  sku?: number | null;
  kind: TroubleKind;
  text: string;
}
export async function addTrouble(body: NewTrouble): Promise<Trouble> {
  const made = await http.post<Trouble>("/desk/troubles", body);
  // The card of the customer says what last went wrong.
  await Promise.all(["troubles", "customer"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  return made;
}
/** Of what a buyer is told. */
export interface ToldOf {
  of: "parcel" | "trouble" | "hold";
  id: number;
}
/** Writes down that the buyer was told, or was not after all; sends nothing. */
export async function setTold(what: ToldOf, told: boolean): Promise<void> {
  await http.post("/desk/told", { ...what, told });
  await Promise.all([spoilDesk(), ...["overdue", "troubles"].map((key) => queries.invalidateQueries({ queryKey: [key] }))]);
}
export function useParcel(id: Id) {
  return useQuery({ queryKey: computed(() => ["parcels", "one", toValue(id)]), enabled: on(id), queryFn: ({ signal }) => http.get<DeskParcel>(`/parcels/${toValue(id)}`, {}, signal) });
}
/** The talks with a customer that one may see, the last first. */
export function useTalksOf(customer: Id) {
  return useQuery({ queryKey: computed(() => ["customer", "talks", toValue(customer)]), enabled: on(customer), queryFn: ({ signal }) => http.get<{ id: number; shop: number }[]>(`/customers/${toValue(customer)}/conversations`, {}, signal) });
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
