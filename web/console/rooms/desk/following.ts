// What the desk asks of the server about lists that work themselves, and about what platforms are told.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http } from "@api/client";
import { Problem } from "@api/problem";
import { serverNow } from "@ui/time";
import type { PromisedPrice } from "@api/desk";
import type { Arrivals, ErrorSum, Replenish, StatusFile, StockOffer, StatusWaiting, TracesDone } from "@api/deskLists";
import { queries } from "@shell/cache";
import { findSkus } from "./skus";

type Shop = MaybeRefOrGetter<number | null>;
const spoil = (...keys: string[]): Promise<unknown> => Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));

export function useReplenish(days: MaybeRefOrGetter<number>) {
  return useQuery({ queryKey: computed(() => ["replenish", toValue(days)]), queryFn: ({ signal }) => http.get<Replenish[]>("/desk/replenish", { days: toValue(days) }, signal) });
}
export function useErrors(shop: Shop, days: MaybeRefOrGetter<number>, now: number) {
  return useQuery({ queryKey: computed(() => ["desk-errors", toValue(shop), toValue(days)]), queryFn: ({ signal }) => http.get<ErrorSum[]>("/desk/errors", { shop: toValue(shop), from: now - toValue(days) * 86_400_000, to: now }, signal) });
}
/** What came within some days, by courier. */
export function useArrivals(shop: Shop, days: number) {
  return useQuery({ queryKey: computed(() => ["overdue", "came", toValue(shop), days]), queryFn: ({ signal }) => http.get<Arrivals[]>("/desk/arrivals", { shop: toValue(shop), from: serverNow() - days * 86_400_000 }, signal) });
}
/** Prices to be decided within what the buyer was promised, the most urgent first. */
export function usePromisedPrices(shop: Shop, wanted: MaybeRefOrGetter<boolean>) {
  return useQuery({ queryKey: computed(() => ["asks", "promised", toValue(shop)]), enabled: computed(() => toValue(wanted)), queryFn: ({ signal }) => http.get<PromisedPrice[]>("/asks/promised", { shop: toValue(shop) }, signal) });
}
/** Pieces of a SKU that are under way to the shop. */
export async function addComing(sku: number, body: { quantity: number; due_at: number; note: string }): Promise<void> {
  await http.post(`/skus/${sku}/coming`, body);
  await spoil("replenish", "stock", "know");
}
export async function receiveComing(id: number, quantity: number): Promise<void> {
  await http.post(`/coming/${id}/receive`, { quantity });
  await spoil("replenish", "stock", "know");
}
export async function dropComing(id: number): Promise<void> {
  await http.del(`/coming/${id}`);
  await spoil("replenish", "stock", "know");
}
export async function solveTrouble(id: number, solution: string | null): Promise<void> {
  await http.post(`/desk/troubles/${id}/solve`, { solution });
  await spoil("troubles");
}
export function useOffers(shop: Shop) {
  return useQuery({ queryKey: computed(() => ["offers", toValue(shop)]), enabled: computed(() => toValue(shop) !== null), queryFn: ({ signal }) => http.get<StockOffer[]>("/desk/stock-offers", { shop: toValue(shop) }, signal) });
}
export async function saveOffer(one: Pick<StockOffer, "shop" | "sku" | "percent" | "most">): Promise<void> {
  await http.put("/desk/stock-offers", one);
  await spoil("offers");
}
export async function dropOffer(id: number): Promise<void> {
  await http.del(`/desk/stock-offers/${id}`);
  await spoil("offers");
}
/** Doubts the stock of a SKU by hand. */
export async function doubtStock(sku: number, text: string): Promise<void> {
  await http.post("/desk/doubts", { sku, text });
  await spoil("doubts", "doubted");
}
/** What was counted is the stock from now on. */
export async function countStock(id: number, counted: number, reason: string): Promise<void> {
  await http.post(`/desk/doubts/${id}/count`, { counted, reason });
  await spoil("doubts", "doubted", "replenish", "stock", "know", "skus-found");
}
const AT_ONCE = 500;
/** What a courier's file says of parcels under way; the server takes some hundreds at once. */
export async function takeTraces(rows: { waybill: string; words: string }[]): Promise<TracesDone> {
  const sum: TracesDone = { arrived: 0, troubles: 0, unchanged: 0, unknown: [] };
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const done = await http.post<TracesDone>("/desk/traces", { rows: rows.slice(at, at + AT_ONCE) });
    sum.arrived += done.arrived;
    sum.troubles += done.troubles;
    sum.unchanged += done.unchanged;
    sum.unknown.push(...done.unknown);
  }
  await spoil("overdue", "troubles", "parcels", "orders");
  return sum;
}
/** Pieces kept back of a SKU, named by its code. */
export async function setSafety(sku: { sku: number; code: string }, safety: number): Promise<void> {
  const found = (await findSkus(sku.code)).find((one) => one.sku === sku.sku);
  if (!found) throw new Problem("not_found", { status: 404 });
  const { code } = await http.get<{ code: string }>(`/products/${found.product}`);
  await http.post("/products", { code, skus: [{ code: sku.code, safety }] });
  await spoil("replenish");
}

export function useStatus(shop: Shop) {
  return useQuery({ queryKey: computed(() => ["told", "sums", toValue(shop)]), queryFn: ({ signal }) => http.get<StatusWaiting[]>("/desk/status", { shop: toValue(shop) }, signal) });
}
export async function makeStatusFile(of: StatusWaiting, failed: boolean): Promise<StatusFile> {
  const made = await http.post<StatusFile>("/desk/status-files", { shop: of.shop, platform: of.platform, failed });
  await spoil("told");
  return made;
}
export async function tellResult(id: number, failed: { number: string; why: string }[]): Promise<StatusFile> {
  const told = await http.post<StatusFile>(`/desk/status-files/${id}/result`, { failed });
  await spoil("told");
  return told;
}
/** Hands a file of the server to the browser. */
export function fetchFile(path: string): void {
  const link = document.createElement("a");
  link.href = `/api/v1${path}`;
  link.download = "";
  link.click();
}
