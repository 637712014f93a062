// What the desk asks of the server about couriers' labels: files that say what stands where on them.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http } from "@api/client";
import type { Schemas } from "@api/typed";
import { queries } from "@shell/cache";

export type Label = Schemas["Label"];
const spoil = (): Promise<unknown> => queries.invalidateQueries({ queryKey: ["labels"] });

export function useLabels(shop: MaybeRefOrGetter<number | null>) {
  return useQuery({ queryKey: computed(() => ["labels", toValue(shop)]), queryFn: ({ signal }) => http.get<Label[]>("/desk/labels", { shop: toValue(shop) }, signal), enabled: computed(() => toValue(shop) !== null) });
}
export async function saveLabel(shop: number, courier: string, text: string): Promise<void> {
  await http.put(`/desk/labels/${encodeURIComponent(courier)}`, { shop, text });
  await spoil();
}
export async function dropLabel(shop: number, courier: string): Promise<void> {
  await http.del(`/desk/labels/${encodeURIComponent(courier)}?shop=${shop}`);
  await spoil();
}
/** The label with an order that does not exist; the page runs no script. */
export const lookAt = async (shop: number, courier: string, text: string | null): Promise<string> => (await http.post<{ page: string }>("/desk/labels/look", { shop, courier, text })).page;
/** Millimetres of hundredths: `100 × 150`. */
export const sizeOf = (one: Pick<Label, "width" | "height">): string => `${one.width / 100} × ${one.height / 100}`;
/** Whether a template has a field for what was promised; where it has none, a sheet with it comes out behind each label. */
export const bearsWishes = (text: string): boolean => /^\s*shows\s*=\s*["']wishes["']/mu.test(text);
