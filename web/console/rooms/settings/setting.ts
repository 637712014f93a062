// A setting as it stands, how it is found, and how lengths of time are written. Asks nothing of the server.

export type Kind = "number" | "seconds" | "text" | "bool" | "choice" | "json";
export interface Setting {
  key: string;
  room: string;
  kind: Kind;
  value: unknown;
  default: unknown;
  /** Set on the very level one looks at, not above. */
  own: boolean;
  min: number | null;
  max: number | null;
  unit: string | null;
  choices: string[] | null;
  zh: { title: string; help: string };
  en: { title: string; help: string };
  source: string;
  changed_by: number | null;
  changed_at: number | null;
  shop_level: boolean;
}

const ORDER = ["reception", "channels", "team", "customers", "catalogue", "orders"];
const place = (room: string): number => (ORDER.includes(room) ? ORDER.indexOf(room) : ORDER.length);

/** Settings by room, in the order people look for them. */
export function byRoom(all: readonly Setting[]): { room: string; settings: Setting[] }[] {
  const rooms = new Map<string, Setting[]>();
  for (const one of all) rooms.set(one.room, [...(rooms.get(one.room) ?? []), one]);
  return [...rooms].map(([room, settings]) => ({ room, settings })).sort((a, b) => place(a.room) - place(b.room) || a.room.localeCompare(b.room));
}

/** Those whose title, help or key (in either language) holds every word. */
export function found(all: readonly Setting[], q: string): Setting[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter((one) => {
    const text = `${one.key} ${one.zh.title} ${one.zh.help} ${one.en.title} ${one.en.help}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
export type Unit = keyof typeof UNITS;
/** Seconds in the largest unit that leaves a whole number: 600 is 10 m, 90 is 90 s. */
export function inUnit(seconds: number): { n: number; unit: Unit } {
  for (const unit of ["d", "h", "m"] as const) if (seconds !== 0 && seconds % UNITS[unit] === 0) return { n: seconds / UNITS[unit], unit };
  return { n: seconds, unit: "s" };
}
/** The units a setting of this range can be written in. */
export function unitsFor(min: number, max: number): Unit[] {
  return (Object.keys(UNITS) as Unit[]).filter((unit) => UNITS[unit] <= max && (unit !== "s" || min < 3_600));
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)).map(([key, one]) => [key, sorted(one)]));
}

/** The server names units in Chinese. */
export const UNIT_NAMES: Readonly<Record<string, string>> = { 个月: "months", 天: "d", 人: "people", 次: "times", 件: "pieces", 小时: "hours", 字: "chars", 元: "yuan" };

/** All the words of lists of words, one after the other; null where there is anything else. */
export function sayings(value: unknown): string[] | null {
  if (value === null || typeof value !== "object") return null;
  const all = Object.values(value).flat();
  return all.every((one) => typeof one === "string") ? all : null;
}
