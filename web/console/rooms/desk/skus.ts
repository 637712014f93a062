// SKUs as the desk names them: found by words, and what a bundle is made of.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http } from "@api/client";
import { queries } from "@shell/cache";

export interface SkuFound {
  sku: number;
  product: number;
  code: string;
  title: string;
  spec: string;
  sellable: number;
  bundle: boolean;
  parts: { sku: number; code: string; quantity: number; sellable: number }[];
}
export interface BundlePart {
  sku: number;
  code: string;
  title: string;
  spec: string;
  quantity: number;
}
export const findSkus = (q: string): Promise<SkuFound[]> => http.get<SkuFound[]>("/stock", { q, limit: 20 });
export const skuName = (one: { code: string; title: string; spec: string }): string => [one.code, one.title, one.spec].filter(Boolean).join(" ");

export function useSkus(q: MaybeRefOrGetter<string>) {
  const term = computed(() => toValue(q).trim());
  return useQuery({ queryKey: computed(() => ["skus-found", term.value]), enabled: computed(() => term.value.length > 0), queryFn: () => findSkus(term.value) });
}
export function useBundle(sku: MaybeRefOrGetter<number | null>) {
  return useQuery({ queryKey: computed(() => ["bundle", toValue(sku)]), enabled: computed(() => toValue(sku) !== null), queryFn: async ({ signal }) => (await http.get<{ parts: BundlePart[] }>(`/skus/${toValue(sku)}/bundle`, {}, signal)).parts });
}
export async function saveBundle(sku: number, parts: { sku: number; quantity: number }[]): Promise<void> {
  await http.put(`/skus/${sku}/bundle`, { parts });
  await Promise.all(["bundle", "skus-found"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
}
