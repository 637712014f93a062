// Entries as rows of the sheet: each saved with the version that was read, read again when somebody else saved it.
import { computed } from "vue";
import type { Known, Row } from "./grid";

export type SheetRow = Known & { cells: Record<string, string> };
export interface Sheet {
  save: (row: Row, version: number | null) => Promise<Known>;
  read: (id: number) => Promise<{ row: SheetRow; by: string | null }>;
}

/** `newest` reads an entry again; `keep` saves a row, and `base` is the entry it came from, for what the sheet does not show. */
export function useSheet<T extends Known>(newest: (id: number) => Promise<{ one: T; by: string | null }>, items: () => readonly T[], cellsOf: (one: T) => Record<string, string>, keep: (row: Row, base: T | null, version: number | null) => Promise<T>) {
  const rowOf = (one: T): SheetRow => ({ id: one.id, version: one.version, cells: cellsOf(one) });
  /** Entries as they came first, by id and version: what a row of that version began from. */
  const held = new Map<string, T>();
  const place = (one: Known): string => `${one.id}.${one.version}`;
  const rows = computed(() =>
    items().map((one) => {
      if (!held.has(place(one))) held.set(place(one), one);
      return rowOf(one);
    }),
  );
  async function save(row: Row, version: number | null): Promise<Known> {
    const base = row.id === null || version === null ? null : (held.get(place({ id: row.id, version })) ?? null);
    const made = await keep(row, base, version);
    held.set(place(made), made);
    return { id: made.id, version: made.version };
  }
  async function read(id: number): Promise<{ row: SheetRow; by: string | null }> {
    const { one, by } = await newest(id);
    held.set(place(one), one);
    return { row: rowOf(one), by };
  }
  return { rows, save, read };
}
