// What was scanned to be handed over: which of it may leave, what keeps the rest, and where that is mended. The server
// decides when it is handed over; what the page can know before is said with the scan.
import { useQueries } from "@tanstack/vue-query";
import { computed, reactive, ref, watch } from "vue";
import type { RouteLocationRaw } from "vue-router";
import { http, type Page } from "@api/client";
import type { DeskParcel, RefusedParcel } from "@api/desk";
import { Problem } from "@api/problem";
import { queries } from "@shell/cache";
import { scanned } from "./packing";

/** What a shop wants of a parcel before it leaves. */
export interface Musts {
  second: boolean;
  weigh: boolean;
}
/** Of the packing table, where a parcel is made ready. */
export type Mending = "pack" | "second" | "weigh" | "waybill";
/** Something scanned, and what keeps it here; null: it may leave. */
export interface Scanned {
  parcel: DeskParcel;
  why: Problem | null;
}

/** What keeps a parcel here, by what the page knows of it, in the order the server looks. */
export function keeps(one: DeskParcel, musts: Musts): Problem | null {
  const no = (code: string, params: Record<string, unknown> = {}): Problem => new Problem(code, { status: 409, params });
  if (one.state === "shipped") return no("handed_over");
  if (one.holds.length) return no("parcel_held", { holds: one.holds.map((hold) => hold.reason) });
  if (one.state !== "packed") return no("not_packed", { state: one.state });
  if (!one.waybill) return no("waybill_missing");
  if (musts.second && !one.second) return no("second_missing");
  return musts.weigh && one.weight.weighed_g === null ? no("weight_missing") : null;
}

/** The mode of the packing table that mends it; null: it is mended elsewhere. */
export function mends(one: Scanned): Mending | null {
  const at: Record<string, Mending> = { waybill_missing: "waybill", second_missing: "second", weight_missing: "weigh" };
  if (one.why?.code === "not_packed") return one.parcel.state === "printed" ? "pack" : null;
  return at[one.why?.code ?? ""] ?? null;
}
/** The page that mends it, or at least shows it. */
export function mendsAt({ parcel }: Scanned): { to: RouteLocationRaw; words: "toAudit" | "toPrint" | "toParcel" } {
  if (parcel.state === "passed") return { to: parcel.batch ? { name: "desk-batch", params: { batch: parcel.batch.id } } : { name: "desk-print" }, words: "toPrint" };
  const waits = parcel.state === "waiting" || parcel.state === "held";
  return { to: { name: "desk-audit", params: { parcel: parcel.id }, query: parcel.state === "waiting" ? {} : { state: parcel.state } }, words: waits ? "toAudit" : "toParcel" };
}

/** The room whose settings these are. */
const ROOM = "orders";
async function mustsOf(shop: number): Promise<Musts> {
  try {
    const all = await queries.fetchQuery({ queryKey: ["settings", shop], queryFn: () => http.get<{ key: string; value: unknown }[]>("/settings", { shop }) });
    const on = (key: string): boolean => all.some((one) => one.key === `${ROOM}.${key}` && one.value === true);
    return { second: on("second_check"), weigh: on("weigh") };
  } catch {
    // What cannot be read keeps nothing here: the server says so when it is handed over.
    return { second: false, weigh: false };
  }
}
const HERE = "waiting,held,passed,printed,packed";
/** The parcel of a code, also one that is held: a scan refuses that without saying which parcel it is. */
async function whole(code: string): Promise<DeskParcel> {
  try {
    return await scanned(code);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "parcel_held") throw error;
    const [held, ...more] = (await http.get<Page<DeskParcel>>("/parcels", { q: code, state: HERE, limit: 2 }).catch(() => ({ items: [] }))).items;
    if (!held || more.length) throw error;
    return held;
  }
}

/** What lies ready to be handed over, the last scan first. What may not leave is read again when something moves. */
export function usePile() {
  const parcels = ref<DeskParcel[]>([]);
  const musts = reactive<Record<number, Musts>>({});
  /** What the server refused to hand over, as the parcel was then. */
  const answers = reactive<Record<number, { rev: number; why: Problem }>>({});
  const why = (one: DeskParcel): Problem | null => {
    const said = answers[one.id];
    return keeps(one, musts[one.shop] ?? { second: false, weigh: false }) ?? (said?.rev === one.rev ? said.why : null);
  };
  const pile = computed<Scanned[]>(() => parcels.value.map((parcel) => ({ parcel, why: why(parcel) })));
  const ready = computed(() => pile.value.filter((one) => !one.why).map((one) => one.parcel));
  const looked = useQueries({
    queries: computed(() => pile.value.map((one) => ({ queryKey: ["parcels", "one", one.parcel.id], enabled: one.why !== null, queryFn: ({ signal }: { signal: AbortSignal }) => http.get<DeskParcel>(`/parcels/${one.parcel.id}`, {}, signal) }))),
  });
  watch(looked, (all) => {
    const newer = new Map(all.flatMap(({ data }) => (data ? [[data.id, data] as const] : [])));
    if (parcels.value.some((one) => (newer.get(one.id)?.rev ?? 0) > one.rev)) parcels.value = parcels.value.map((one) => ((newer.get(one.id)?.rev ?? 0) > one.rev ? newer.get(one.id)! : one));
  });

  async function put(code: string): Promise<Scanned> {
    const found = await whole(code);
    musts[found.shop] = await mustsOf(found.shop);
    delete answers[found.id];
    queries.setQueryData(["parcels", "one", found.id], found);
    parcels.value = [found, ...parcels.value.filter((one) => one.id !== found.id)];
    return { parcel: found, why: why(found) };
  }
  const drop = (ids: readonly number[]): void => void (parcels.value = parcels.value.filter((one) => !ids.includes(one.id)));
  function refuse(refused: readonly RefusedParcel[]): void {
    for (const { id, code, params } of refused) answers[id] = { rev: parcels.value.find((one) => one.id === id)?.rev ?? 0, why: new Problem(code, { status: 409, params }) };
  }
  return { pile, ready, put, drop, refuse };
}
