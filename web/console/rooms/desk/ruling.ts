// What the desk asks of the server about its rules: audit rules and their dry run, stop areas, couriers, auditors.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http } from "@api/client";
import type { AuditRule, AuditRuleDraft, Auditor, Courier, StopAreaDraft, TriedRules } from "@api/desk";
import type { GiftDraft, GiftRule, Transit } from "@api/deskLists";
import { queries } from "@shell/cache";

type Shop = MaybeRefOrGetter<number | null>;
const spoil = (key: string): Promise<unknown> => queries.invalidateQueries({ queryKey: [key] });

export function useRules(shop: Shop) {
  return useQuery({ queryKey: computed(() => ["desk-rules", toValue(shop)]), queryFn: ({ signal }) => http.get<AuditRule[]>("/desk/rules", { shop: toValue(shop) }, signal) });
}
export async function saveRule(id: number | null, draft: AuditRuleDraft): Promise<void> {
  const { shop, ...change } = draft;
  await (id === null ? http.post("/desk/rules", { shop, ...change }) : http.patch(`/desk/rules/${id}`, change));
  await spoil("desk-rules");
}
export async function turnRule(id: number, on: boolean): Promise<void> {
  await http.patch(`/desk/rules/${id}`, { on });
  await spoil("desk-rules");
}
export async function dropRule(id: number): Promise<void> {
  await http.del(`/desk/rules/${id}`);
  await spoil("desk-rules");
}
export async function orderRules(ids: number[]): Promise<void> {
  await http.put("/desk/rules/order", { ids });
  await spoil("desk-rules");
}
/** What rules would have done with yesterday's orders; left out: those in force. Changes nothing. */
export const tryRules = (shop: number | null, rules?: AuditRuleDraft[]): Promise<TriedRules> => http.post<TriedRules>("/desk/rules/try", { shop, ...(rules ? { rules } : {}) });

export async function saveStopArea(id: number | null, draft: StopAreaDraft): Promise<void> {
  await (id === null ? http.post("/stop-areas", draft) : http.put(`/stop-areas/${id}`, draft));
  await spoil("stop-areas");
}
export async function dropStopArea(id: number): Promise<void> {
  await http.del(`/stop-areas/${id}`);
  await spoil("stop-areas");
}
export async function saveCourier(one: Courier): Promise<void> {
  const { code, ...rest } = one;
  await http.put(`/couriers/${encodeURIComponent(code)}`, rest);
  await spoil("couriers");
}
export function useAuditors(shop: Shop, days: MaybeRefOrGetter<number>, now: number) {
  return useQuery({ queryKey: computed(() => ["auditors", toValue(shop), toValue(days)]), queryFn: ({ signal }) => http.get<Auditor[]>("/desk/auditors", { shop: toValue(shop), from: now - toValue(days) * 86_400_000, to: now }, signal) });
}

export function useGifts() {
  return useQuery({ queryKey: ["gifts"], queryFn: ({ signal }) => http.get<GiftRule[]>("/desk/gifts", {}, signal) });
}
/** Names of what the rules give. */
export function useGiftSkus() {
  return useQuery({ queryKey: ["gifts", "skus"], queryFn: ({ signal }) => http.get<{ sku: number; code: string; spec: string }[]>("/desk/gifts/skus", {}, signal) });
}
export async function saveGift(id: number | null, draft: GiftDraft): Promise<void> {
  await (id === null ? http.post("/desk/gifts", draft) : http.put(`/desk/gifts/${id}`, draft));
  await spoil("gifts");
}
export async function dropGift(id: number): Promise<void> {
  await http.del(`/desk/gifts/${id}`);
  await spoil("gifts");
}
export function useTransits() {
  return useQuery({ queryKey: ["transits"], queryFn: ({ signal }) => http.get<Transit[]>("/transit", {}, signal) });
}
export async function saveTransit(draft: Omit<Transit, "id">): Promise<void> {
  await http.put("/transit", draft);
  await spoil("transits");
}
export async function dropTransit(id: number): Promise<void> {
  await http.del(`/transit/${id}`);
  await spoil("transits");
}
