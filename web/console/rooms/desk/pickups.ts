// What the desk asks of the server about couriers that are to come for what is packed.
import { useQuery } from "@tanstack/vue-query";
import { http, type Page } from "@api/client";
import type { Pickup, PickupWaiting } from "@api/deskLists";
import { queries } from "@shell/cache";

const spoil = (): Promise<unknown> => queries.invalidateQueries({ queryKey: ["parcels", "pickups"] });

/** What is packed and not handed over, by courier. Under the parcels' key: it is read again when they move. */
export function usePickupsWaiting() {
  return useQuery({ queryKey: ["parcels", "pickups", "waiting"], queryFn: ({ signal }) => http.get<PickupWaiting[]>("/desk/pickups/waiting", {}, signal) });
}
/** Those that are awaited, or the last that came or were called off. */
export function usePickups(ended: boolean) {
  return useQuery({ queryKey: ["parcels", "pickups", ended], queryFn: async ({ signal }) => (await http.get<Page<Pickup>>("/desk/pickups", { ended, limit: ended ? 10 : 50 }, signal)).items });
}
export async function askPickup(body: { courier: string; from: number; until: number; note: string }): Promise<Pickup> {
  const asked = await http.post<Pickup>("/desk/pickups", body);
  await spoil();
  return asked;
}
export async function endPickup(id: number, came: boolean): Promise<void> {
  await http.post(`/desk/pickups/${id}/end`, { came });
  await spoil();
}
/** Grams as kilograms with one decimal, rounded up: a courier brings room enough. */
export const kilos = (g: number): string => (g > 0 ? (Math.ceil(g / 100) / 10).toFixed(1) : "");
