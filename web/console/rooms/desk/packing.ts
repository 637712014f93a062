// The packing table by its doors: what a scan finds, and what is then done with the parcel.
import { http, type Page } from "@api/client";
import type { DeskParcel, RefusedParcel, ScannedParcel } from "@api/desk";
import { spoilDesk } from "@shell/parcels/queries";
import { learn } from "./queries";

async function told(answer: Promise<DeskParcel>): Promise<DeskParcel> {
  const parcel = await answer;
  learn(parcel);
  void spoilDesk();
  return parcel;
}
/** What a code names, with what would refuse its hand-over now. */
export const scanned = (code: string): Promise<ScannedParcel> => http.post<ScannedParcel>("/desk/scan", undefined, { query: { code } });
/** A parcel that was scanned before, as it stands. */
export const lies = (id: number, signal: AbortSignal): Promise<ScannedParcel> => http.get<ScannedParcel>(`/parcels/${id}/stays`, {}, signal);
export const pack = (id: number, body: { quality_ok: boolean; packed_as_wanted: boolean; missing: number[]; note: string }): Promise<DeskParcel> => told(http.post(`/parcels/${id}/pack`, body));
/** How the goods of a parcel want to be packed, each once. */
export const wanted = (parcel: DeskParcel): string[] => [...new Set(parcel.lines.map((line) => line.packing.trim()).filter(Boolean))];
export const second = (id: number): Promise<DeskParcel> => told(http.post(`/parcels/${id}/second`));
export const weigh = (id: number, g: number, anyway: boolean): Promise<DeskParcel> => told(http.post(`/parcels/${id}/weigh`, { g, anyway }));
export const setWaybill = (id: number, waybill: string): Promise<DeskParcel> => told(http.post(`/parcels/${id}/waybill`, { waybill }));
export interface WaybillsDone {
  changed: number;
  unchanged: number;
  refused: { row: number; code: string }[];
}
const AT_ONCE = 500;
/** Waybills of many parcels; the server takes some hundreds at once. Rows are counted from 1 over all of them. */
export async function setWaybills(rows: { code: string; waybill: string; courier: string | null }[]): Promise<WaybillsDone> {
  const sum: WaybillsDone = { changed: 0, unchanged: 0, refused: [] };
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const done = await http.post<WaybillsDone>("/desk/waybills", { rows: rows.slice(at, at + AT_ONCE) });
    sum.changed += done.changed;
    sum.unchanged += done.unchanged;
    sum.refused.push(...done.refused.map((one) => ({ ...one, row: one.row + at })));
  }
  await spoilDesk();
  return sum;
}
export async function ship(parcels: number[]): Promise<{ shipped: number[]; refused: RefusedParcel[] }> {
  const done = await http.post<{ shipped: number[]; refused: RefusedParcel[] }>("/desk/ship", { parcels });
  await spoilDesk();
  return done;
}
export async function unship(id: number): Promise<void> {
  await told(http.post(`/parcels/${id}/unship`));
}
export interface Compared {
  matched: number[];
  unknown: string[];
  missing: Page<DeskParcel>;
}
/** Second copies that came back, against what was shipped from one midnight to the next. */
export const compare = (codes: string[], day: number): Promise<Compared> => http.post<Compared>("/desk/copies", { codes, from: day, to: day + 86_400_000 });
