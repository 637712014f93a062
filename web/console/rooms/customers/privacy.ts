// A buyer's own data: what is asked of the server, and what its figures are called.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http } from "@api/client";
import { api, ok, type Schemas } from "@api/typed";
import { queries } from "@shell/cache";

export type Erasure = Schemas["Erasure"];
export type ErasePreview = Schemas["ErasePreview"];
export type RetentionPreview = Schemas["RetentionPreview"];
/** The rooms that set for how long they keep it. */
const KEPT_IN = { messages: "reception", orders: "orders" } as const;
export type Kept = keyof typeof KEPT_IN;
const settingOf = (kept: Kept): string => `${KEPT_IN[kept]}.keep_months`;

/** What is counted when somebody is erased, in the order it is shown. */
const COUNTED = ["identities", "contacts", "tags", "consents", "plans", "entries", "orders", "talks", "messages", "files", "cells"] as const;
/** The figures of an erasure that are not nothing. */
export function counted(removed: Readonly<Record<string, number>>): { key: (typeof COUNTED)[number]; n: number }[] {
  return COUNTED.flatMap((key) => (removed[key] ? [{ key, n: removed[key] }] : []));
}
/** Whether what was typed names the customer: the name or the number, as the server takes it. */
export const confirms = (typed: string, name: string, id: number): boolean => [name, String(id)].includes(typed.trim());

export function useErasePreview(customer: MaybeRefOrGetter<number>) {
  return useQuery({ queryKey: computed(() => ["erasure", toValue(customer)]), staleTime: 0, queryFn: ({ signal }) => http.get<ErasePreview>(`/customers/${toValue(customer)}/erasure`, {}, signal) });
}
export async function eraseCustomer(id: number, confirm: string): Promise<void> {
  await http.post(`/customers/${id}/erasure`, { confirm });
  await Promise.all([["erasure"], ["erasures"], ["customer"], ["customers"], ["orders"], ["conversations"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
}

export function useKept() {
  return useQuery({
    queryKey: ["settings", "kept"],
    queryFn: async ({ signal }): Promise<Record<Kept, number>> => {
      const all = await http.get<{ key: string; value: unknown }[]>("/settings", {}, signal);
      const of = (key: string): number => Number(all.find((one) => one.key === key)?.value ?? 0);
      return { messages: of(settingOf("messages")), orders: of(settingOf("orders")) };
    },
  });
}
/** What so many months would erase now. */
export const previewRetention = (months: Record<Kept, number>): Promise<RetentionPreview> => http.get<RetentionPreview>("/retention", { messages_months: months.messages, orders_months: months.orders });
export async function setKept(months: Record<Kept, number>): Promise<void> {
  for (const kept of Object.keys(KEPT_IN) as Kept[]) await ok(api.PUT("/api/v1/settings/{key}", { params: { path: { key: settingOf(kept) } }, body: { shop: null, value: months[kept] as unknown as Schemas["SettingBody"]["value"] } }));
  await queries.invalidateQueries({ queryKey: ["settings"] });
}
