// A sheet of rows being edited: cells set, blocks pasted, all of it undone step by step. Every state is a value; the
// one before is kept as it was. Knows neither scripts nor the server.

export interface Column {
  key: string;
  title: string;
  /** Pixels. */
  width: number;
  choices?: { value: string; label: string }[];
  /** Shown and not edited. */
  fixed?: boolean;
}
export interface Row {
  /** Null for a row that was added here. */
  id: number | null;
  key: string;
  cells: Readonly<Record<string, string>>;
}
export interface Grid {
  rows: readonly Row[];
  /** What the server holds, by row. */
  base: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Under which id and as which version the server holds a row; undoing changes neither. */
  known: ReadonlyMap<string, Known>;
  past: readonly (readonly Row[])[];
  future: readonly (readonly Row[])[];
}
export interface Known {
  id: number;
  version: number;
}
export interface Place {
  r: number;
  c: number;
}

const STEPS = 200;
let fresh = 0;

export function gridOf(rows: readonly (Known & { cells: Record<string, string> })[]): Grid {
  const held = rows.map((one): Row => ({ id: one.id, key: `r${one.id}`, cells: one.cells }));
  return { rows: held, base: new Map(held.map((row) => [row.key, row.cells])), known: new Map(rows.map(({ id, version }) => [`r${id}`, { id, version }])), past: [], future: [] };
}
/** More of the server's rows, below those that are there; what was done so far can still be taken back. */
export function extended(grid: Grid, rows: readonly (Known & { cells: Record<string, string> })[]): Grid {
  const held = new Set([...grid.known.values()].map((one) => one.id));
  const fresh = gridOf(rows.filter((one) => !held.has(one.id)));
  if (!fresh.rows.length) return grid;
  const below = (all: readonly Row[]): Row[] => [...all, ...fresh.rows];
  return { rows: below(grid.rows), base: new Map([...grid.base, ...fresh.base]), known: new Map([...grid.known, ...fresh.known]), past: grid.past.map(below), future: grid.future.map(below) };
}
function step(grid: Grid, rows: readonly Row[]): Grid {
  return { ...grid, rows, past: [...grid.past.slice(-STEPS + 1), grid.rows], future: [] };
}

/** An empty row at the end. */
export function added(grid: Grid, columns: readonly Column[]): Grid {
  return step(grid, [...grid.rows, blank(columns)]);
}
function blank(columns: readonly Column[]): Row {
  return { id: null, key: `n${++fresh}`, cells: Object.fromEntries(columns.map((one) => [one.key, ""])) };
}

export function setCell(grid: Grid, columns: readonly Column[], at: Place, text: string): Grid {
  const column = columns[at.c];
  const row = grid.rows[at.r];
  if (!column || column.fixed || !row || row.cells[column.key] === text) return grid;
  return step(grid, grid.rows.map((one, n) => (n === at.r ? { ...one, cells: { ...one.cells, [column.key]: text } } : one)));
}

/** The choice that a pasted word means, by value or by label; what fits none stays as it is and is refused on saving. */
function asChoice(column: Column, text: string): string {
  return column.choices?.find((one) => one.value === text || one.label === text)?.value ?? text;
}
/** Lays a copied block over the sheet from `at` on; rows that are missing are added unless the sheet is `closed`, columns beyond the last are left out. */
export function pasted(grid: Grid, columns: readonly Column[], at: Place, block: readonly (readonly string[])[], closed = false): Grid {
  if (!block.length) return grid;
  const rows = [...grid.rows];
  while (!closed && rows.length < at.r + block.length) rows.push(blank(columns));
  block.forEach((line, r) => {
    const row = rows[at.r + r];
    if (!row) return;
    const cells: Record<string, string> = { ...row.cells };
    line.forEach((text, c) => {
      const column = columns[at.c + c];
      if (column && !column.fixed) cells[column.key] = asChoice(column, text.trim());
    });
    rows[at.r + r] = { ...row, cells };
  });
  return step(grid, rows);
}

/** A row that was saved since stays saved under its id, whatever of its words is taken back. */
function asKnown(grid: Grid, rows: readonly Row[]): readonly Row[] {
  return rows.map((row) => ({ ...row, id: grid.known.get(row.key)?.id ?? null }));
}
export function undone(grid: Grid): Grid {
  const before = grid.past.at(-1);
  return before ? { ...grid, rows: asKnown(grid, before), past: grid.past.slice(0, -1), future: [grid.rows, ...grid.future] } : grid;
}
export function redone(grid: Grid): Grid {
  const [next, ...rest] = grid.future;
  return next ? { ...grid, rows: asKnown(grid, next), past: [...grid.past, grid.rows], future: rest } : grid;
}

export function isChanged(grid: Grid, row: Row, key: string): boolean {
  return (grid.base.get(row.key)?.[key] ?? "") !== row.cells[key];
}
/** The rows that differ from what the server holds; an added row without a word in it is none. */
export function changedRows(grid: Grid): Row[] {
  return grid.rows.filter((row) => {
    const base = grid.base.get(row.key);
    return base ? Object.keys(row.cells).some((key) => base[key] !== row.cells[key]) : Object.values(row.cells).some((text) => text.trim() !== "");
  });
}
/** A row was saved: it is what the server holds now. */
export function saved(grid: Grid, key: string, known: Known): Grid {
  const row = grid.rows.find((one) => one.key === key);
  if (!row) return grid;
  return { ...grid, base: new Map(grid.base).set(key, row.cells), known: new Map(grid.known).set(key, known), rows: grid.rows.map((one) => (one.key === key ? { ...one, id: known.id } : one)) };
}
/** Somebody else saved the row: theirs is what the server holds; what was typed here gives way only if `loaded`. */
export function renewed(grid: Grid, key: string, newer: Known & { cells: Record<string, string> }, loaded: boolean): Grid {
  const { cells, id, version } = newer;
  const next = loaded ? step(grid, grid.rows.map((one) => (one.key === key ? { ...one, cells } : one))) : grid;
  return { ...next, base: new Map(grid.base).set(key, cells), known: new Map(grid.known).set(key, { id, version }) };
}

/** A block as spreadsheets copy it: cells parted by tabs, rows by line ends; a cell in quotes may hold both. */
export function readBlock(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let n = 0; n < text.length; n++) {
    const sign = text[n]!;
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[n + 1] !== '"') quoted = false;
      else {
        cell += '"';
        n++;
      }
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === "\t") {
      row.push(cell);
      cell = "";
    } else if (sign === "\n" || sign === "\r") {
      if (sign === "\r" && text[n + 1] === "\n") n++;
      rows.push([...row, cell]);
      row = [];
      cell = "";
    } else cell += sign;
  }
  if (cell !== "" || row.length) rows.push([...row, cell]);
  return rows;
}
/** A cell as it is copied, so that it comes back whole. */
export function writeCell(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
