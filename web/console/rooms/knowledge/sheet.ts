// Entries as rows of the sheet: each saved with the version that was read, read again when somebody else saved it.
import { computed } from "vue";
import type { Noun } from "@api/knowledge";
import type { Known, Row } from "./grid";
import { newestOf } from "./queries";

export type SheetRow = Known & { cells: Record<string, string> };
export interface Sheet {
  save: (row: Row, version: number | null) => Promise<Known>;
  read: (id: number) => Promise<{ row: SheetRow; by: string | null }>;
}

/** `keep` saves a row; `base` is the entry it came from, for what the sheet does not show. */
export function useSheet<T extends Known>(noun: Noun, items: () => readonly T[], cellsOf: (one: T) => Record<string, string>, keep: (row: Row, base: T | null, version: number | null) => Promise<T>) {
  const rowOf = (one: T): SheetRow => ({ id: one.id, version: one.version, cells: cellsOf(one) });
  const rows = computed(() => items().map(rowOf));
  /** Entries as they were saved or read here since the sheet was opened. */
  const held = new Map<number, T>();
  async function save(row: Row, version: number | null): Promise<Known> {
    const base = row.id === null ? null : (held.get(row.id) ?? items().find((one) => one.id === row.id) ?? null);
    const made = await keep(row, base, version);
    held.set(made.id, made);
    return { id: made.id, version: made.version };
  }
  async function read(id: number): Promise<{ row: SheetRow; by: string | null }> {
    const { one, by } = await newestOf<T>(noun, id);
    held.set(id, one);
    return { row: rowOf(one), by };
  }
  return { rows, save, read };
}
