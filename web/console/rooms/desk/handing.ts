// What was scanned to be handed over: which of it may leave, what keeps the rest, and where that is mended. Whether a
// parcel may leave the server says, with the scan and again when it is handed over.
import { useQueries } from "@tanstack/vue-query";
import { computed, shallowRef, watch } from "vue";
import type { RouteLocationRaw } from "vue-router";
import type { ParcelStays, RefusedParcel, ScannedParcel } from "@api/desk";
import { Problem } from "@api/problem";
import { queries } from "@shell/cache";
import { lies, scanned } from "./packing";

/** Of the packing table, where a parcel is made ready. */
export type Mending = "pack" | "second" | "weigh" | "waybill";
/** Something scanned, and what keeps it here; null: it may leave. */
export interface Scanned {
  parcel: ScannedParcel;
  why: Problem | null;
}

const refusal = (stays: ParcelStays | null): Problem | null => stays && new Problem(stays.code, { status: 409, params: stays.params });

/** What a scan finds to be worked on at the table. A held parcel stops there: nothing is done with it. */
export async function onTable(code: string): Promise<ScannedParcel> {
  const found = await scanned(code);
  if (found.stays?.code === "parcel_held") throw refusal(found.stays)!;
  return found;
}

/** The mode of the packing table that mends it; null: it is mended elsewhere. */
export function mends(one: Scanned): Mending | null {
  const at: Record<string, Mending> = { waybill_missing: "waybill", second_missing: "second", weight_missing: "weigh" };
  if (one.why?.code === "wrong_state") return one.parcel.state === "printed" ? "pack" : null;
  return at[one.why?.code ?? ""] ?? null;
}
/** The page that mends it, or at least shows it. */
export function mendsAt({ parcel }: Scanned): { to: RouteLocationRaw; words: "toAudit" | "toPrint" | "toParcel" } {
  if (parcel.state === "passed") return { to: parcel.batch ? { name: "desk-batch", params: { batch: parcel.batch.id } } : { name: "desk-print" }, words: "toPrint" };
  const waits = parcel.state === "waiting" || parcel.state === "held";
  return { to: { name: "desk-audit", params: { parcel: parcel.id }, query: parcel.state === "waiting" ? {} : { state: parcel.state } }, words: waits ? "toAudit" : "toParcel" };
}

const keyOf = (id: number) => ["parcels", "scanned", id];

/** What lies ready to be handed over, the last scan first. What may not leave is read again when something moves. */
export function usePile() {
  const lying = shallowRef<ScannedParcel[]>([]);
  const pile = computed<Scanned[]>(() => lying.value.map((parcel) => ({ parcel, why: refusal(parcel.stays) })));
  const ready = computed(() => lying.value.filter((one) => !one.stays));
  const know = (parcel: ScannedParcel): ScannedParcel => queries.setQueryData<ScannedParcel>(keyOf(parcel.id), parcel) ?? parcel;
  const looked = useQueries({
    queries: computed(() => lying.value.map(({ id, stays }) => ({ queryKey: keyOf(id), enabled: stays !== null, queryFn: ({ signal }: { signal: AbortSignal }) => lies(id, signal) }))),
  });
  watch(looked, (all) => {
    const now = new Map(all.flatMap(({ data }) => (data ? [[data.id, data] as const] : [])));
    const newer = (parcel: ScannedParcel): ScannedParcel => {
      const is = now.get(parcel.id);
      return is && is.rev >= parcel.rev ? is : parcel;
    };
    if (lying.value.some((one) => newer(one) !== one)) lying.value = lying.value.map(newer);
  });

  async function put(code: string): Promise<Scanned> {
    const parcel = know(await scanned(code));
    lying.value = [parcel, ...lying.value.filter((one) => one.id !== parcel.id)];
    return { parcel, why: refusal(parcel.stays) };
  }
  const drop = (ids: readonly number[]): void => void (lying.value = lying.value.filter((one) => !ids.includes(one.id)));
  function refuse(refused: readonly RefusedParcel[]): void {
    const of = new Map(refused.map((one) => [one.id, one]));
    lying.value = lying.value.map((parcel) => {
      const no = of.get(parcel.id);
      return no ? know({ ...parcel, stays: { code: no.code, params: no.params } }) : parcel;
    });
  }
  return { pile, ready, put, drop, refuse };
}
