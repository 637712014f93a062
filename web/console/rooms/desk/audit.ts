// The audit list by its rules: which parcels are clean, where one goes after a deed, how words stand for marks. Pure.
import type { DeskParcel, ParcelCheck, ParcelHold, ParcelState } from "@api/desk";

/** What a parcel may become by audit: it waits or is held. */
export const open = (parcel: DeskParcel): boolean => parcel.state === "waiting" || parcel.state === "held";
/** All seven checks are right and nothing holds it: it may be passed with many others. */
export const clean = (parcel: DeskParcel): boolean => parcel.state === "waiting" && parcel.holds.length === 0 && parcel.checks.every((check) => check.state !== "fail");
export const failing = (parcel: DeskParcel): ParcelCheck[] => parcel.checks.filter((check) => check.state === "fail");
/** Holds that a person may end. */
export const soft = (parcel: DeskParcel): ParcelHold[] => parcel.holds.filter((hold) => !hold.blocking);

/** The place after a step in a list, kept within it; from nowhere one comes to the first. */
export function stepped(rows: readonly { id: number }[], at: number | null, by: number): number | null {
  if (!rows.length) return null;
  const here = rows.findIndex((row) => row.id === at);
  if (here < 0) return rows[0]!.id;
  return rows[Math.min(rows.length - 1, Math.max(0, here + by))]!.id;
}
/** Who stands at the place of one that left: the next, or at the end the one before. */
export function following(rows: readonly { id: number }[], gone: number): number | null {
  const here = rows.findIndex((row) => row.id === gone);
  const rest = rows.filter((row) => row.id !== gone);
  return rest[Math.min(Math.max(here, 0), rest.length - 1)]?.id ?? null;
}

export type View = "waiting" | "held" | "passed" | "printed" | "packed" | "shipped" | "late" | "urgent";
export const VIEWS: readonly View[] = ["waiting", "held", "passed", "printed", "packed", "shipped"];
const EVERY: readonly View[] = [...VIEWS, "late", "urgent"];
/** The list an address names; one that it does not name, or nobody knows, is what waits. */
export const viewOf = (named: unknown): View => EVERY.find((one) => one === named) ?? "waiting";
const HERE = "waiting,held,passed,printed,packed";
/** What the server is asked for a view. */
export function queryOf(view: View): { state: string; late?: boolean; urgent?: boolean; sort?: string } {
  if (view === "late") return { state: HERE, late: true };
  if (view === "urgent") return { state: HERE, urgent: true };
  return view === "shipped" ? { state: view, sort: "new" } : { state: view };
}
/** Whether a parcel that changed meanwhile still belongs to a view. */
export function belongs(view: View, state: ParcelState): boolean {
  return view === "late" || view === "urgent" ? state !== "shipped" && state !== "gone" : state === view;
}
