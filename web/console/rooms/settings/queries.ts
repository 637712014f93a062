// What the settings room asks of the server: settings by level, quick replies, blocked buyers, names to show.
import { keepPreviousData, useInfiniteQuery, useQueries, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, asked, ok, type Schemas, type Whole } from "@api/typed";
import { queries } from "@shell/cache";
import type { Reply, ReplyDraft } from "./replies";
import type { Setting } from "./setting";

const V = "/api/v1";
const path = (id: number) => ({ params: { path: { id } } });
const spoil = (...keys: string[]): Promise<unknown> => Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));

/** Settings as they hold in a shop, or (null) in the organisation. */
export function useSettings(shop: MaybeRefOrGetter<number | null>) {
  return useQuery({
    queryKey: computed(() => ["settings", toValue(shop)]),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await ok(api.GET(`${V}/settings`, { params: { query: asked({ shop: toValue(shop) }) }, signal }))) as unknown as Setting[],
  });
}
export async function writeSetting(shop: number | null, key: string, value: unknown): Promise<void> {
  await ok(api.PUT(`${V}/settings/{key}`, { params: { path: { key } }, body: { shop, value: value as Schemas["SettingBody"]["value"] } }));
  await spoil("settings", "templates");
}
export async function resetSetting(shop: number | null, key: string): Promise<void> {
  await ok(api.DELETE(`${V}/settings/{key}`, { params: { path: { key }, query: asked({ shop }) } }));
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
        const page: { items: Named[]; next: string | null } = await ok(api.GET(`${V}/people`, { params: { query: asked({ cursor, limit: 200 }) }, signal }));
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
  steps: { key: string; zh: string; en: string }[];
}
/** The templates that ship; of a shop, its own steps too. */
export function useTemplates(shop: MaybeRefOrGetter<number | null>) {
  return useQuery({
    queryKey: computed(() => ["templates", "of", toValue(shop)]),
    staleTime: 60_000,
    queryFn: async ({ signal }) => (await ok(api.GET(`${V}/templates`, { params: { query: asked({ shop: toValue(shop) }) }, signal }))) as unknown as Template[],
  });
}

/** The names of the roles, in their order. */
export function useRoleNames() {
  return useQuery({ queryKey: ["roles"], staleTime: 60_000, queryFn: async ({ signal }): Promise<Named[]> => (await ok(api.GET(`${V}/roles`, { signal }))).items });
}

// ---- hours of skill groups ----

export type Group = Pick<Whole<Schemas["Group"]>, "id" | "name"> & { calendar: unknown };
export function useGroups() {
  return useQuery({ queryKey: ["groups", "whole"], staleTime: 60_000, queryFn: async ({ signal }) => (await ok(api.GET(`${V}/groups`, { signal }))).items as Group[] });
}
/** Null: those of the shop. */
export async function setGroupHours(id: number, calendar: unknown): Promise<void> {
  await ok(api.PATCH(`${V}/groups/{id}`, { ...path(id), body: { calendar: calendar as Schemas["Calendar"] | null } }));
  await spoil("groups");
}

// ---- quick replies ----

export function useReplies(shop: MaybeRefOrGetter<number | null>) {
  return useQuery({
    queryKey: computed(() => ["quick-replies", "library", toValue(shop)]),
    queryFn: async ({ signal }): Promise<Reply[]> => ok(api.GET(`${V}/quick-replies`, { params: { query: asked({ shop: toValue(shop) }) }, signal })),
  });
}
/** `version` is the one that was read: if somebody saved since, nothing is written (`changed_meanwhile`). */
export async function saveReply(id: number | null, draft: ReplyDraft, version: number | null = null): Promise<Reply> {
  const body = { ...draft, version };
  try {
    return (await ok<unknown>(id === null ? api.POST(`${V}/quick-replies`, { body }) : api.PATCH(`${V}/quick-replies/{id}`, { ...path(id), body }))) as Reply;
  } finally {
    // Also what was refused: somebody may have saved another.
    await spoil("quick-replies");
  }
}
export async function dropReply(id: number): Promise<void> {
  await ok(api.DELETE(`${V}/quick-replies/{id}`, path(id)));
  await spoil("quick-replies");
}

// ---- blocked buyers ----

export type Block = Whole<Schemas["Block"]>;

export function useBlocks() {
  return useInfiniteQuery({
    queryKey: ["blocks"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }): Promise<{ items: Block[]; next: string | null }> => ok(api.GET(`${V}/blocks`, { params: { query: asked({ cursor: pageParam, limit: 50 }) }, signal })),
    getNextPageParam: (page) => page.next,
  });
}
/** The names of some buyers, in their order. */
export function useCustomerNames(ids: MaybeRefOrGetter<number[]>) {
  return useQueries({
    queries: computed(() => toValue(ids).map((id) => ({ queryKey: ["customer", "name", id], staleTime: 300_000, queryFn: async ({ signal }: { signal: AbortSignal }) => (await ok(api.GET(`${V}/customers/{id}`, { ...path(id), signal }))).name }))),
  });
}
export async function unblock({ customer, shop }: Block): Promise<void> {
  await ok(api.POST(`${V}/customers/{id}/unblock`, { ...path(customer), body: { shop } }));
  await spoil("blocks", "customer");
}
export async function blockAgain({ customer, reason, until, shop }: Block): Promise<void> {
  await ok(api.POST(`${V}/customers/{id}/block`, { ...path(customer), body: { reason, until, shop } }));
  await spoil("blocks", "customer");
}
