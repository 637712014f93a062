// What the order desk asks of the server about parcels: lists, audit, merge and split. Rules are in ruling.ts, counts the
// shell's.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http, type Page } from "@api/client";
import type { CheckKey, DeskParcel, ParcelTrail, RefusedParcel } from "@api/desk";
import { queries } from "@shell/cache";
import { spoilDesk } from "@shell/parcels/queries";

export function useTrail(id: MaybeRefOrGetter<number | null>) {
  return useQuery({ queryKey: computed(() => ["parcels", "trail", toValue(id)]), enabled: computed(() => toValue(id) !== null), queryFn: async ({ signal }) => (await http.get<Page<ParcelTrail>>(`/parcels/${toValue(id)}/trail`, {}, signal)).items });
}
export function useMates(id: MaybeRefOrGetter<number>) {
  return useQuery({ queryKey: computed(() => ["parcels", "mates", toValue(id)]), queryFn: ({ signal }) => http.get<DeskParcel[]>(`/parcels/${toValue(id)}/merge`, {}, signal) });
}

interface Listed {
  pages: Page<DeskParcel>[];
}
/** Puts a parcel as it is now into every list that shows it, before those are read again. */
export function learn(parcel: DeskParcel): void {
  queries.setQueryData(["parcels", "one", parcel.id], parcel);
  queries.setQueriesData<Listed>({ queryKey: ["parcels", "list"] }, (held) => held && { ...held, pages: held.pages.map((page) => ({ ...page, items: page.items.map((one) => (one.id === parcel.id ? parcel : one)) })) });
}
async function told(answer: Promise<DeskParcel>): Promise<DeskParcel> {
  const parcel = await answer;
  learn(parcel);
  void spoilDesk();
  return parcel;
}

export const act = {
  check: (id: number, key: CheckKey, ok: boolean) => told(http.post(`/parcels/${id}/check`, { key, ok })),
  pass: (id: number, rev: number) => told(http.post(`/parcels/${id}/pass`, { rev })),
  unpass: (id: number) => told(http.post(`/parcels/${id}/unpass`)),
  hold: (id: number, body: { reason: string; text: string; until: number | null }) => told(http.post(`/parcels/${id}/hold`, body)),
  release: (id: number, hold: number | null) => told(http.post(`/parcels/${id}/release`, { hold })),
  courier: (id: number, courier: string, rev: number) => told(http.put(`/parcels/${id}/courier`, { courier, rev })),
  merge: (id: number, parcels: number[]) => told(http.post(`/parcels/${id}/merge`, { parcels })),
  rejoin: (id: number) => told(http.post(`/parcels/${id}/rejoin`)),
  error: (id: number, body: { cause: string; made_in: string; note: string }) => told(http.post(`/parcels/${id}/error`, body)),
  dropError: (id: number) => told(http.del(`/parcels/${id}/error`)),
};
export async function split(id: number, lines: { place: number; quantity: number }[]): Promise<DeskParcel[]> {
  const { parcels } = await http.post<{ parcels: DeskParcel[] }>(`/parcels/${id}/split`, { lines });
  await spoilDesk();
  return parcels;
}
export async function releaseMany(ids: readonly number[]): Promise<{ done: number[]; refused: RefusedParcel[] }> {
  const done = await http.post<{ done: number[]; refused: RefusedParcel[] }>("/parcels/release", { parcels: ids });
  await spoilDesk();
  return done;
}
export async function holdMany(ids: readonly number[], hold: { reason: string; text: string; until: number | null }): Promise<{ done: number[]; refused: RefusedParcel[] }> {
  const done = await http.post<{ done: number[]; refused: RefusedParcel[] }>("/parcels/hold", { parcels: ids, hold });
  await spoilDesk();
  return done;
}
export async function passMany(parcels: readonly DeskParcel[]): Promise<{ passed: number[]; refused: RefusedParcel[] }> {
  const done = await http.post<{ passed: number[]; refused: RefusedParcel[] }>("/parcels/pass", { parcels: parcels.map(({ id, rev }) => ({ id, rev })) });
  await spoilDesk();
  return done;
}
