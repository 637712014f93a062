// What the desk asks of the server about batches and prints.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http, type Page } from "@api/client";
import { problemOf } from "@api/client";
import type { Batch, BatchPlace, Paper, Print } from "@api/desk";
import { queries } from "@shell/cache";
import { spoilDesk } from "@shell/parcels/queries";

export type BatchView = Batch & { places: BatchPlace[] };
const spoil = (): Promise<unknown> => Promise.all([spoilDesk(), queries.invalidateQueries({ queryKey: ["batches"] })]);

/** The server gives the batch beside its places. */
function whole(answer: { batch: Batch; places: BatchPlace[] } | BatchView): BatchView {
  return "batch" in answer ? { ...answer.batch, places: answer.places } : answer;
}
export function useBatch(id: MaybeRefOrGetter<number>) {
  return useQuery({ queryKey: computed(() => ["batches", "one", toValue(id)]), queryFn: async ({ signal }) => whole(await http.get<{ batch: Batch; places: BatchPlace[] }>(`/desk/batches/${toValue(id)}`, {}, signal)) });
}
export function usePrints(batch: MaybeRefOrGetter<number>) {
  return useQuery({ queryKey: computed(() => ["batches", "prints", toValue(batch)]), queryFn: async ({ signal }) => (await http.get<Page<Print>>("/desk/prints", { batch: toValue(batch), limit: 50 }, signal)).items });
}
export async function makeBatch(body: { shop: number | null; courier: string | null; single: boolean | null; limit: number }): Promise<BatchView> {
  const made = whole(await http.post<{ batch: Batch; places: BatchPlace[] }>("/desk/batches", body));
  await spoil();
  return made;
}
/** Has a paper ready to be looked at; nothing counts as printed yet. */
export async function layOut(batch: number, body: { paper: Paper; places: number[] | null; reason: string }): Promise<Print> {
  const made = await http.post<Print>(`/desk/batches/${batch}/prints`, body);
  // The server looked at every parcel again: some may be pulled.
  void spoil();
  return made;
}
/** Says that it came out of the printer. */
export async function markPrinted(print: number): Promise<Print> {
  const made = await http.post<Print>(`/desk/prints/${print}/printed`);
  void spoil();
  return made;
}
/** The page as it will be printed; it bears addresses, so it is read once and kept nowhere. */
export async function sheetOf(made: Print): Promise<string> {
  const response = await fetch(made.url, { credentials: "same-origin" });
  if (!response.ok) throw await problemOf(response);
  return response.text();
}
