// The levels of members while they are edited, and which cell a refusal of the server is about. Pure.
import type { Problem } from "@api/problem";

export interface Row {
  level: number;
  name: string;
  /** Yuan. */
  from: number;
  percent: number;
}
export type Cell = keyof Row;
const CELLS: Readonly<Record<string, Cell>> = { level: "level", name: "name", from_fen: "from", price_percent: "percent" };
const MOST_NAME = 20;

/** Where a level does not follow from the one before it: it is higher, asks for more and costs no more. */
function broken(rows: readonly Row[]): { row: number; cell: Cell } | null {
  for (const [row, one] of rows.entries()) {
    const last = rows[row - 1];
    if (one.level < 1 || (last && one.level <= last.level)) return { row, cell: "level" };
    if (one.from < 0 || (last && one.from <= last.from)) return { row, cell: "from" };
    if (one.percent < 1 || one.percent > 100 || (last && one.percent > last.percent)) return { row, cell: "percent" };
  }
  return null;
}
/** The cell a refusal is about; null: the levels as a whole. The server names a path (`levels[2].from_fen`), or what is
 * wrong with some level without saying with which. */
export function cellOf(problem: Pick<Problem, "code" | "field" | "params">, rows: readonly Row[]): { row: number; cell: Cell } | null {
  const [head, place, name] = (problem.field ?? "").split(/[.[\]]+/);
  if (head === "levels" && place && name && CELLS[name] && rows[Number(place)]) return { row: Number(place), cell: CELLS[name] };
  if (head === "level") {
    const { min, max } = problem.params;
    const row = rows.findIndex((one) => one.level < Number(min ?? 1) || one.level > Number(max ?? Infinity));
    return row < 0 ? null : { row, cell: "level" };
  }
  if (problem.code === "levels_invalid") return broken(rows);
  if (head !== "levels" || problem.code === "too_many") return null;
  const row = rows.findIndex(({ name }) => !name.trim() || [...name.trim()].length > MOST_NAME);
  return row < 0 ? null : { row, cell: "name" };
}
