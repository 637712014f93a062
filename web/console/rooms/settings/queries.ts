// What the settings room asks of the server: settings by level, quick replies, blocked buyers, names to show.
import { keepPreviousData, useInfiniteQuery, useQueries, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http, type Page } from "@api/client";
import { queries } from "@shell/cache";
import { itemsOf } from "@shell/queries";
import type { Reply, ReplyDraft } from "./replies";
import type { Setting } from "./setting";

const spoil = (...keys: string[]): Promise<unknown> => Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));

/** Settings as they hold in a shop, or (null) in the organisation. */
export function useSettings(shop: MaybeRefOrGetter<number | null>) {
  return useQuery({
    queryKey: computed(() => ["settings", toValue(shop)]),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => itemsOf(await http.get<Setting[] | Page<Setting>>("/settings", { shop: toValue(shop) }, signal)),
  });
}
export async function writeSetting(shop: number | null, key: string, value: unknown): Promise<void> {
  await http.put(`/settings/${key}`, { shop, value });
  await spoil("settings");
}
export async function resetSetting(shop: number | null, key: string): Promise<void> {
  await http.del(`/settings/${key}${shop === null ? "" : `?shop=${shop}`}`);
  await spoil("settings");
}
/** Writes back what stood before a change. */
export function restoreSetting(shop: number | null, was: Setting): Promise<void> {
  return was.own ? writeSetting(shop, was.key, was.value) : resetSetting(shop, was.key);
}

interface Named {
  id: number;
  name: string;
}
/** Everybody's name by id. */
export function useNames() {
  const people = useQuery({
    queryKey: ["people", "all"],
    staleTime: 300_000,
    queryFn: async ({ signal }) => {
      const all: Named[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<Named> = await http.get<Page<Named>>("/people", { cursor, limit: 200 }, signal);
        all.push(...page.items);
        cursor = page.next;
      } while (cursor);
      return all;
    },
  });
  return computed(() => new Map((people.data.value ?? []).map((one) => [one.id, one.name])));
}

export interface Template {
  key: string;
  title: { zh: string; en: string };
}
export function useTemplates() {
  return useQuery({ queryKey: ["templates"], staleTime: 600_000, queryFn: async ({ signal }) => itemsOf(await http.get<Template[] | Page<Template>>("/templates", {}, signal)) });
}

// ---- quick replies ----

export function useReplies(shop: MaybeRefOrGetter<number | null>) {
  return useQuery({ queryKey: computed(() => ["quick-replies", "library", toValue(shop)]), queryFn: async ({ signal }) => itemsOf(await http.get<Reply[] | Page<Reply>>("/quick-replies", { shop: toValue(shop) }, signal)) });
}
export async function saveReply(id: number | null, reply: ReplyDraft): Promise<void> {
  await (id === null ? http.post("/quick-replies", reply) : http.patch(`/quick-replies/${id}`, reply));
  await spoil("quick-replies");
}
export async function dropReply(id: number): Promise<void> {
  await http.del(`/quick-replies/${id}`);
  await spoil("quick-replies");
}

// ---- blocked buyers ----

export interface Block {
  id: number;
  customer: number;
  shop: number | null;
  reason: string;
  until: number | null;
  decided_by: number | null;
  decided_at: number;
}
export function useBlocks() {
  return useInfiniteQuery({
    queryKey: ["blocks"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => http.get<Page<Block>>("/blocks", { cursor: pageParam, limit: 50 }, signal),
    getNextPageParam: (page) => page.next,
  });
}
/** The names of some buyers, in their order. */
export function useCustomerNames(ids: MaybeRefOrGetter<number[]>) {
  return useQueries({
    queries: computed(() => toValue(ids).map((id) => ({ queryKey: ["customer", "name", id], staleTime: 300_000, queryFn: async ({ signal }: { signal: AbortSignal }) => (await http.get<Named>(`/customers/${id}`, {}, signal)).name }))),
  });
}
export async function unblock(block: Block): Promise<void> {
  await http.post(`/customers/${block.customer}/unblock`, block.shop === null ? {} : { shop: block.shop });
  await spoil("blocks", "customer");
}
export async function blockAgain({ customer, reason, until, shop }: Block): Promise<void> {
  await http.post(`/customers/${customer}/block`, { reason, ...(until === null ? {} : { until }), ...(shop === null ? {} : { shop }) });
  await spoil("blocks", "customer");
}
