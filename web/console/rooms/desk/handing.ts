// What was scanned to be handed over: which of it may leave, what keeps the rest, and where that is mended. Whether a
// parcel may leave the server says, with the scan and again when it is handed over.
import { useQueries } from "@tanstack/vue-query";
import { computed, shallowRef, watch } from "vue";
import type { RouteLocationRaw } from "vue-router";
import type { ParcelStays, RefusedParcel, ScannedParcel } from "@api/desk";
import { Problem } from "@api/problem";
import { queries } from "@shell/cache";
import { scanned } from "./packing";

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

/** A parcel in the pile, and by which code it came there. */
interface Lying {
  code: string;
  parcel: ScannedParcel;
}
const keyOf = (id: number) => ["parcels", "scanned", id];

/** What lies ready to be handed over, the last scan first. What may not leave is asked for again when something moves. */
export function usePile() {
  const lying = shallowRef<Lying[]>([]);
  const pile = computed<Scanned[]>(() => lying.value.map(({ parcel }) => ({ parcel, why: refusal(parcel.stays) })));
  const ready = computed(() => pile.value.filter((one) => !one.why).map((one) => one.parcel));
  const know = (parcel: ScannedParcel): ScannedParcel => queries.setQueryData<ScannedParcel>(keyOf(parcel.id), parcel) ?? parcel;
  /** The same parcel again; where its code names another one by now, it stays as it was. */
  async function again({ code, parcel }: Lying): Promise<ScannedParcel> {
    const found = await scanned(code);
    return found.id === parcel.id ? found : parcel;
  }
  const looked = useQueries({
    queries: computed(() => lying.value.map((one) => ({ queryKey: keyOf(one.parcel.id), enabled: one.parcel.stays !== null, queryFn: () => again(one) }))),
  });
  watch(looked, (all) => {
    const now = new Map(all.flatMap(({ data }) => (data ? [[data.id, data] as const] : [])));
    const newer = ({ parcel }: Lying): ScannedParcel => {
      const is = now.get(parcel.id);
      return is && is.rev >= parcel.rev ? is : parcel;
    };
    if (lying.value.some((one) => newer(one) !== one.parcel)) lying.value = lying.value.map((one) => ({ ...one, parcel: newer(one) }));
  });

  async function put(code: string): Promise<Scanned> {
    const parcel = know(await scanned(code));
    lying.value = [{ code, parcel }, ...lying.value.filter((one) => one.parcel.id !== parcel.id)];
    return { parcel, why: refusal(parcel.stays) };
  }
  const drop = (ids: readonly number[]): void => void (lying.value = lying.value.filter((one) => !ids.includes(one.parcel.id)));
  function refuse(refused: readonly RefusedParcel[]): void {
    const of = new Map(refused.map((one) => [one.id, one]));
    lying.value = lying.value.map(({ code, parcel }) => {
      const no = of.get(parcel.id);
      return { code, parcel: no ? know({ ...parcel, stays: { code: no.code, params: no.params } }) : parcel };
    });
  }
  return { pile, ready, put, drop, refuse };
}
