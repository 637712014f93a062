// What the customers' pages ask of the server. The customer's card itself is the shell's, which orders show too.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import type { CustomerCard, Order } from "@api/orders";
import { http } from "@api/client";
import type { BuyersReport, Consent, EntryDraft, Join, JoinDraft, JoinPreview, MemberLevel, Plan, PlanDraft, RegionCount, Segment, SegmentCount, SegmentRule } from "@api/customers";
import { api, asked, ok, type Schemas } from "@api/typed";
import type { Conversation } from "@api/types";
import { queries } from "@shell/cache";
import { useRested } from "@shell/paged";

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

export function useConsents(customer: MaybeRefOrGetter<number>, wanted: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ["consents", toValue(customer)]),
    enabled: computed(() => toValue(wanted)),
    queryFn: async ({ signal }): Promise<Consent[]> => (await http.get<{ items: Consent[] }>(`/customers/${toValue(customer)}/consents`, {}, signal)).items,
  });
}

type Listed<T> = { items: T[] };
export function useSegments() {
  return useQuery({ queryKey: ["segments"], queryFn: async ({ signal }): Promise<Segment[]> => (await http.get<Listed<Segment>>("/segments", {}, signal)).items });
}
export function useSegment(id: MaybeRefOrGetter<number | null>) {
  return useQuery({ queryKey: computed(() => ["segment", toValue(id)]), enabled: computed(() => toValue(id) !== null), queryFn: ({ signal }) => http.get<Segment>(`/segments/${toValue(id)}`, {}, signal) });
}
/** How many belong to some conditions, asked again when they have rested for a moment. */
export function useSegmentCount(rule: MaybeRefOrGetter<SegmentRule>) {
  const written = computed(() => JSON.stringify(toValue(rule)));
  const rested = useRested(written, 300);
  return useQuery({ queryKey: computed(() => ["segment-count", rested.value]), placeholderData: keepPreviousData, queryFn: () => http.post<SegmentCount>("/segments/count", JSON.parse(rested.value)) });
}
export async function saveSegment(id: number | null, body: { name: string; rule: SegmentRule }): Promise<Segment> {
  const kept = id === null ? await http.post<Segment>("/segments", body) : await http.put<Segment>(`/segments/${id}`, body);
  queries.setQueryData(["segment", kept.id], kept);
  await queries.invalidateQueries({ queryKey: ["segments"] });
  return kept;
}
export async function removeSegment(id: number): Promise<void> {
  await http.del(`/segments/${id}`);
  await queries.invalidateQueries({ queryKey: ["segments"] });
}
export function useRegions() {
  return useQuery({ queryKey: ["customer-regions"], staleTime: 60_000, queryFn: async ({ signal }): Promise<RegionCount[]> => (await http.get<Listed<RegionCount>>("/customer-regions", {}, signal)).items });
}
interface Goods {
  id: number;
  title: string;
  skus: { id: number }[];
}
/** Pages of products read for choosing: two thousand products. */
const GOODS_PAGES = 10;
export function useGoods() {
  return useQuery({
    queryKey: ["products", "for-segments"],
    staleTime: 60_000,
    queryFn: async ({ signal }): Promise<Goods[]> => {
      const all: Goods[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < GOODS_PAGES; page++) {
        const got: Page<Goods> = await http.get<Page<Goods>>("/products", { limit: 200, cursor }, signal);
        all.push(...got.items);
        cursor = got.next;
        if (cursor === null) break;
      }
      return all;
    },
  });
}
export function useBuyersReport(ask: MaybeRefOrGetter<{ shop: number | null; from: string; to: string }>) {
  return useQuery({ queryKey: computed(() => ["buyers-report", toValue(ask)]), placeholderData: keepPreviousData, queryFn: ({ signal }) => http.get<BuyersReport>("/customer-reports/buyers", toValue(ask), signal) });
}
export function useLevels() {
  return useQuery({ queryKey: ["member-levels"], queryFn: async ({ signal }): Promise<MemberLevel[]> => (await http.get<Listed<MemberLevel>>("/member-levels", {}, signal)).items });
}
export async function setLevels(levels: MemberLevel[]): Promise<void> {
  await http.put("/member-levels", { levels });
  await Promise.all([["member-levels"], ["customer"], ["customers"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
}
export async function setReferral(customer: number, by: number | null): Promise<void> {
  await http.put(`/customers/${customer}/referral`, { by });
  await queries.invalidateQueries({ queryKey: ["customer"] });
}

export function useJoins(customer: MaybeRefOrGetter<number>) {
  return useQuery({ queryKey: computed(() => ["joins", toValue(customer)]), queryFn: async ({ signal }): Promise<Join[]> => (await http.get<Listed<Join>>(`/customers/${toValue(customer)}/joins`, {}, signal)).items });
}
export const previewJoin = (into: number, from: number): Promise<JoinPreview> => http.get<JoinPreview>(`/customers/${into}/join`, { from });
async function spoilAll(): Promise<void> {
  await Promise.all([["customer"], ["customers"], ["joins"], ["orders"], ["conversations"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
}
export async function joinCustomers(into: number, body: JoinDraft): Promise<Join> {
  const joined = await http.post<Join>(`/customers/${into}/joins`, body);
  await spoilAll();
  return joined;
}
export async function partCustomers(join: number): Promise<{ from: number; into: number; touched: string[] }> {
  const parted = await http.post<{ from: number; into: number; touched: string[] }>(`/customer-joins/${join}/part`);
  await spoilAll();
  return parted;
}

export function usePlansOf(customer: MaybeRefOrGetter<number>) {
  return useQuery({ queryKey: computed(() => ["customer-plans", "of", toValue(customer)]), queryFn: async ({ signal }): Promise<Plan[]> => (await http.get<Listed<Plan>>("/customer-plans", { customer: toValue(customer), limit: 200 }, signal)).items });
}
export function usePeople(may: MaybeRefOrGetter<boolean>) {
  return useQuery({ queryKey: ["people", "for-plans"], enabled: computed(() => toValue(may)), staleTime: 60_000, queryFn: async ({ signal }): Promise<{ id: number; name: string }[]> => (await http.get<Listed<{ id: number; name: string }>>("/people", { limit: 200 }, signal)).items });
}
async function planned<T>(deed: Promise<T>): Promise<T> {
  const done = await deed;
  await queries.invalidateQueries({ queryKey: ["customer-plans"] });
  return done;
}
export const savePlan = (customer: number, plan: number | null, body: PlanDraft): Promise<Plan> => planned(plan === null ? http.post<Plan>(`/customers/${customer}/plans`, body) : http.put<Plan>(`/customer-plans/${plan}`, body));
export const endPlan = (plan: number, over: boolean): Promise<Plan> => planned(http.post<Plan>(`/customer-plans/${plan}/end`, { over }));
export const doPlan = (plan: Plan, note: string): Promise<Plan> => planned(http.post<Plan>(`/customer-plans/${plan.id}/done`, { due_at: plan.due_at, note }));
export const undoPlan = (plan: number): Promise<Plan> => planned(http.post<Plan>(`/customer-plans/${plan}/undo`));
export async function addEntry(customer: number, body: EntryDraft): Promise<void> {
  await http.post(`/customers/${customer}/entries`, body);
  await queries.invalidateQueries({ predicate: (query) => String(query.queryKey[0]).startsWith("customer-entries") });
}
export async function removeEntry(id: number, over: boolean): Promise<void> {
  await http.post(`/customer-entries/${id}/remove`, { over });
  await queries.invalidateQueries({ predicate: (query) => String(query.queryKey[0]).startsWith("customer-entries") });
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
