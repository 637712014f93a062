// What the desk asks of the server about lists of prices and freights; and a rule in words. 
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http } from "@api/client";
import type { PriceList, PriceListDraft, PriceRule } from "@api/deskLists";
import { money } from "@ui/money";
import { queries } from "@shell/cache";

const spoil = (): Promise<unknown> => Promise.all(["prices", "orders", "order", "skus-found"].map((key) => queries.invalidateQueries({ queryKey: [key] })));

export function usePriceList(id: MaybeRefOrGetter<number>) {
  // A long list is worked off in pieces: looked at until it is done.
  return useQuery<PriceList>({ queryKey: computed(() => ["prices", "one", toValue(id)]), refetchInterval: (query) => (query.state.data && /ing$/.test(query.state.data.state) ? 1_000 : false), queryFn: ({ signal }) => http.get<PriceList>(`/desk/price-lists/${toValue(id)}`, {}, signal) });
}
export async function makeList(draft: PriceListDraft): Promise<PriceList> {
  const made = await http.post<PriceList>("/desk/price-lists", draft);
  await spoil();
  return made;
}
export async function applyList(id: number): Promise<PriceList> {
  const done = await http.post<PriceList>(`/desk/price-lists/${id}/apply`);
  await spoil();
  return done;
}
export async function revokeList(id: number): Promise<PriceList> {
  const done = await http.post<PriceList>(`/desk/price-lists/${id}/revoke`);
  await spoil();
  return done;
}
export function ruleText(rule: PriceRule, t: (key: string, named?: Record<string, unknown>) => string): string {
  const how = rule.by === "percent" ? t("desk.prices.byPercent", { n: rule.value / 100 }) : rule.by === "set" ? t("desk.prices.bySet", { money: money(rule.value) }) : t(rule.value < 0 ? "desk.prices.byLess" : "desk.prices.byMore", { money: money(Math.abs(rule.value)) });
  return rule.to_fen === 1 ? how : `${how} · ${t(`desk.prices.to.${rule.to_fen}`)} · ${t(`desk.prices.round.${rule.round}`)}`;
}
