// The facts of a product while they are edited, and what of them is wrong before the server is asked. Pure.
import type { Facts, FactsChange, SizeTable } from "@api/goods";

export type FactsDraft = Omit<Facts, "product" | "rev" | "changed_at" | "changed_by">;

export function factsDraft(facts: Facts): FactsDraft {
  const { category, features, advantages, origin, made_at, shelf_life_days, tests, picture_note, defects, competitor_note, size_table } = facts;
  return JSON.parse(JSON.stringify({ category, features, advantages, origin, made_at, shelf_life_days, tests, picture_note, defects, competitor_note, size_table })) as FactsDraft;
}
/** Only what differs, with the revision it was read at. */
export function factsChange(draft: FactsDraft, was: Facts): FactsChange {
  const before = factsDraft(was);
  const changed = (Object.keys(draft) as (keyof FactsDraft)[]).filter((key) => JSON.stringify(draft[key]) !== JSON.stringify(before[key]));
  return { rev: was.rev, ...Object.fromEntries(changed.map((key) => [key, draft[key]])) };
}

export const emptyTable = (): SizeTable => ({ unit: "cm", columns: [{ name: "", method: "", tolerance: 1 }], rows: [{ size: "", values: [""] }], note: "" });
export function withColumn(table: SizeTable): SizeTable {
  return { ...table, columns: [...table.columns, { name: "", method: "", tolerance: table.columns.at(-1)?.tolerance ?? null }], rows: table.rows.map((row) => ({ ...row, values: [...row.values, ""] })) };
}
export function withoutColumn(table: SizeTable, at: number): SizeTable {
  return { ...table, columns: table.columns.filter((_, n) => n !== at), rows: table.rows.map((row) => ({ ...row, values: row.values.filter((_, n) => n !== at) })) };
}
export function withRow(table: SizeTable): SizeTable {
  return { ...table, rows: [...table.rows, { size: "", values: table.columns.map(() => "") }] };
}
export type TableFault = "column" | "twiceColumn" | "size" | "twiceSize" | null;
/** What the server would refuse, said before. */
export function faultIn(table: SizeTable | null): TableFault {
  if (!table) return null;
  const names = table.columns.map((one) => one.name.trim());
  const sizes = table.rows.map((one) => one.size.trim());
  if (!names.length || names.includes("")) return "column";
  if (new Set(names).size < names.length) return "twiceColumn";
  if (!sizes.length || sizes.includes("")) return "size";
  return new Set(sizes).size < sizes.length ? "twiceSize" : null;
}
/** A table pasted from a spreadsheet: the first line names the columns, the first column the sizes. */
export function tableFrom(block: readonly (readonly string[])[], unit: string): SizeTable | null {
  const [head, ...lines] = block;
  if (!head || head.length < 2 || !lines.length) return null;
  const names = head.slice(1).map((one) => one.trim());
  return { unit, columns: names.map((name) => ({ name, method: "", tolerance: null })), rows: lines.filter((line) => line[0]?.trim()).map((line) => ({ size: line[0]!.trim(), values: names.map((_, n) => (line[n + 1] ?? "").trim()) })), note: "" };
}
