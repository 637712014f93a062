// What a rotation will write, worked out as the server does it, so that it can be looked at before. Writes nothing.
import { daysFrom, isDay } from "./days";
import type { Cell, RosterRow, Rotation } from "./types";

/** The most cells the server writes at once. */
export const MOST_CELLS = 4_000;

/** The first person begins with the first shift, the second with the second; all move on every so many days. */
export function planned(plan: Rotation): Cell[] {
  if (!plan.shifts.length || plan.every_days < 1) return [];
  const days = daysFrom(plan.from, plan.to);
  return plan.people.flatMap((person, index) =>
    days.map((day, passed) => ({ person, day, shift: plan.shifts[(index + Math.floor(passed / plan.every_days)) % plan.shifts.length] ?? null })),
  );
}

export type Wrong = "people" | "shifts" | "from" | "to" | "range" | "every" | "most";
/** What keeps a plan from being carried out; null when nothing does. */
export function wrongIn(plan: Rotation): Wrong | null {
  if (!plan.people.length) return "people";
  if (!plan.shifts.length) return "shifts";
  if (!isDay(plan.from)) return "from";
  if (!isDay(plan.to)) return "to";
  if (plan.to < plan.from) return "range";
  if (!Number.isInteger(plan.every_days) || plan.every_days < 1 || plan.every_days > 366) return "every";
  return daysFrom(plan.from, plan.to).length * plan.people.length > MOST_CELLS ? "most" : null;
}

/** How many people stand in each shift on a day. */
export function coverage(rows: readonly RosterRow[], day: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const row of rows) {
    const shift = row.cells[day]?.shift;
    if (shift) counts.set(shift, (counts.get(shift) ?? 0) + 1);
  }
  return counts;
}

export interface Spot {
  row: number;
  col: number;
}
/** The cells of the rectangle between two spots, as the shift `shift`; those that stand so already are left out. */
export function painted(rows: readonly RosterRow[], from: Spot, to: Spot, shift: number | null): Cell[] {
  const [top, bottom] = [Math.min(from.row, to.row), Math.max(from.row, to.row)];
  const [left, right] = [Math.min(from.col, to.col), Math.max(from.col, to.col)];
  return rows.slice(top, bottom + 1).flatMap((row) =>
    row.cells.slice(left, right + 1).flatMap((cell) => (cell.shift === shift ? [] : [{ person: row.person, day: cell.day, shift }])),
  );
}
/** What the same cells hold now: what an undo writes back. */
export function before(rows: readonly RosterRow[], cells: readonly Cell[]): Cell[] {
  const held = new Map(rows.flatMap((row) => row.cells.map((cell) => [`${row.person} ${cell.day}`, cell.shift] as const)));
  return cells.map((cell) => ({ ...cell, shift: held.get(`${cell.person} ${cell.day}`) ?? null }));
}
