// What an import's page works out of what the server says of it: how far it is, what stands in its way, what the
// mapping of columns changes. Pure.
import type { Counts, Import, ImportState, Run, Sheet } from "@api/orders";

const GOING: ReadonlySet<ImportState> = new Set(["waiting", "running", "cancelling", "undoing"]);
export const STATES = ["looked", "waiting", "running", "done", "cancelling", "cancelled", "failed", "undoing", "undone"] as const;

/** Whether it moves by itself, so that it is read again soon. */
export function isGoing(run: Pick<Import, "state">): boolean {
  return GOING.has(run.state);
}
export function toneOf(state: ImportState): string {
  if (state === "done") return "ok";
  if (state === "failed") return "late";
  return state === "looked" || GOING.has(state) ? "near" : "";
}
/** How far reading is, 0 to 100; null while nobody knows. */
export function percent(run: Pick<Run, "progress">): number | null {
  if (!run.progress || run.progress.total <= 0) return null;
  return Math.min(100, Math.floor((100 * run.progress.done) / run.progress.total));
}
export function kindsOf(run: Pick<Import, "sheets" | "ask">): string[] {
  const kinds = run.sheets.filter((sheet) => !sheet.left_out).map((sheet) => sheet.kind);
  return [...new Set(kinds.length ? kinds : [run.ask.kind])].filter((kind) => kind !== null);
}

/** The lists in which what came in stands: of orders the last placed comes first. */
export type ListName = "orders-list" | "knowledge-products" | "customers" | "reception";
const LISTS: Readonly<Record<string, ListName>> = { products: "knowledge-products", stock: "knowledge-products", customers: "customers", chats: "reception" };
export function whereTo(run: Pick<Import, "sheets" | "ask">): ListName[] {
  return [...new Set(kindsOf(run).map((kind) => LISTS[kind] ?? "orders-list"))];
}
/** The shops the rows of a file name, each once with all its rows; empty where it is of the shop it was sent for. */
export function shopsOf(run: Pick<Import, "sheets">): Sheet["shops"] {
  const all = new Map<string, Sheet["shops"][number]>();
  for (const one of run.sheets.flatMap((sheet) => sheet.shops)) all.set(one.name, { ...one, rows: one.rows + (all.get(one.name)?.rows ?? 0) });
  return [...all.values()];
}

export type Obstacle = { why: "none" } | { why: "unsure"; sheets: Sheet[] } | { why: "missing"; sheet: Sheet; columns: string[] } | null;

/** What has to be said before a file can be taken in: no table in it, of an unknown kind, without a needed column. */
export function obstacle(run: Pick<Import, "sheets">): Obstacle {
  const used = run.sheets.filter((sheet) => !sheet.left_out);
  if (!used.length) return { why: "none" };
  const unsure = used.filter((sheet) => !sheet.sure);
  if (unsure.length) return { why: "unsure", sheets: unsure };
  const lacking = used.find((sheet) => sheet.missing.length);
  return lacking ? { why: "missing", sheet: lacking, columns: lacking.missing } : null;
}

/** A column's name, or kept beside the order as it stands (`extra`), or left out. */
export type Choice = string;
export const EXTRA = "";
export const OUT = "\u0000out";
export type Mapping = Readonly<Record<string, Choice>>;

/** What each header of a sheet is taken for at present. */
export function mappingOf(sheet: Pick<Sheet, "headers" | "columns" | "unknown">): Mapping {
  const found = new Map(sheet.columns.map((one) => [one.header, one.column]));
  const extra = new Set(sheet.unknown.map((one) => one.header));
  return Object.fromEntries(sheet.headers.filter(Boolean).map((header) => [header, found.get(header) ?? (extra.has(header) ? EXTRA : OUT)]));
}
/** Takes `header` for `choice`; a column has one header, so whoever had it loses it. */
export function assign(mapping: Mapping, header: string, choice: Choice): Mapping {
  const next = { ...mapping, [header]: choice };
  if (choice !== EXTRA && choice !== OUT) for (const other of Object.keys(next)) if (other !== header && next[other] === choice) next[other] = OUT;
  return next;
}
/** What is to be sent of it; empty when nothing changed. */
export function changed(was: Mapping, is: Mapping): Record<string, string | null> {
  const headers = Object.keys(is).filter((header) => is[header] !== was[header] && is[header] !== EXTRA);
  return Object.fromEntries(headers.map((header) => [header, is[header] === OUT ? null : is[header]!]));
}

export const FIGURES = ["read", "created", "changed", "unchanged", "refused"] as const;
/** Whether anything would be written. */
export function brings(counts: Counts): boolean {
  return counts.created + counts.changed > 0;
}

/** What a file may be, each kind and platform once with its best chance: which year's layout it is, nobody is asked. */
export function guessesOf<T extends { kind: string; platform: string; confidence: number }>(candidates: readonly T[]): T[] {
  const best = new Map<string, T>();
  for (const one of [...candidates].sort((a, b) => b.confidence - a.confidence)) if (!best.has(`${one.kind} ${one.platform}`)) best.set(`${one.kind} ${one.platform}`, one);
  return [...best.values()];
}
