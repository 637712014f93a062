// What an event changed, taken apart: fields with from and to, lists with what came and went, plain facts.

export type Change =
  | { field: string; kind: "changed"; from: unknown; to: unknown }
  | { field: string; kind: "list"; added: unknown[]; removed: unknown[] }
  | { field: string; kind: "hidden" }
  | { field: string; kind: "fact"; value: unknown };

const HIDDEN = "***";
/** Lists that stand for themselves, also when they hold two. */
const LISTS: ReadonlySet<string> = new Set(["people"]);
const isPair = (value: unknown): value is [unknown, unknown] => Array.isArray(value) && value.length === 2;
const key = (value: unknown): string => JSON.stringify(value);

/** `{"field": [from, to]}` as changes; everything else as facts. A change from nothing to nothing is none. */
export function changesOf(data: unknown): Change[] {
  if (data === null || typeof data !== "object" || Array.isArray(data)) return [];
  return Object.entries(data).flatMap(([field, value]): Change[] => {
    if (!isPair(value) || LISTS.has(field)) return value === null || value === undefined || value === "" ? [] : [{ field, kind: "fact", value }];
    const [from, to] = value;
    if (from === HIDDEN && to === HIDDEN) return [{ field, kind: "hidden" }];
    if (key(from) === key(to) || (isEmpty(from) && isEmpty(to))) return [];
    if (Array.isArray(from) && Array.isArray(to)) {
      const [was, is] = [new Set(from.map(key)), new Set(to.map(key))];
      return [{ field, kind: "list", added: to.filter((one) => !was.has(key(one))), removed: from.filter((one) => !is.has(key(one))) }];
    }
    return [{ field, kind: "changed", from, to }];
  });
}
/** An id says nothing to a reader, nor does the hash of a file; moments are known by the names of their fields, and are smaller. */
const isId = (value: unknown): boolean => (typeof value === "string" && /^[0-9a-f]{32,}$/.test(value)) || (typeof value === "number" && value > 10_000_000_000_000) || (Array.isArray(value) && value.length > 0 && value.every(isId));
/** Whether a change is only of ids that have no name, or of marks that only the program reads. */
export function silent(change: Change, noun: string): boolean {
  if (change.field.includes(".")) return true;
  if (sortOf(change.field, noun) !== "plain") return false;
  if (change.kind === "fact") return isId(change.value);
  if (change.kind === "list") return [...change.added, ...change.removed].every((one) => isId(one));
  return change.kind === "changed" && (isId(change.to) || isId(change.from));
}
function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** What a field's values are, by its name: ids are shown as names, moments as times. */
export type Sort = "person" | "shop" | "role" | "group" | "shift" | "customer" | "right" | "stage" | "minute" | "moment" | "money" | "state" | "platform" | "paper" | "word" | "plain";
const SORTS: Readonly<Record<string, Sort>> = {
  shops: "shop", shop: "shop", roles: "role", groups: "group", group: "group", members: "person", people: "person", person: "person", agent: "person", by: "word", owner: "person", to_person: "person", from_person: "person",
  customer: "customer", merged_into: "customer", permissions: "right", stage: "stage", overflow: "stage", from_min: "minute", to_min: "minute", state: "state", platform: "platform",
  valid_until: "moment", edition_until: "moment", until: "moment", due: "moment", promise: "moment", shift: "shift", why: "word", open: "word", field: "word", bargain: "word", payment: "word", template: "word", status: "word",
};
export function sortOf(field: string, noun: string): Sort {
  if (field === "kind" && noun === "paper") return "paper";
  if (field.endsWith("_fen")) return "money";
  if (field.endsWith("_at")) return "moment";
  return SORTS[field] ?? "plain";
}

export interface Cell {
  person: number;
  day: string;
  shift: [number | null, number | null];
}
/** The cells of a `roster.changed`, when they are few enough to stand in it. */
export function cellsOf(data: unknown): Cell[] {
  const cells = (data as { cells?: unknown } | null)?.cells;
  return Array.isArray(cells) ? (cells as Cell[]) : [];
}

/** Where things carry what they are called. */
const CALLED = ["name", "title", "number", "code", "waybill", "part", "region"] as const;

function called(thing: unknown): string {
  if (typeof thing !== "object" || thing === null) return "";
  for (const field of CALLED) {
    const value = (thing as Record<string, unknown>)[field];
    const given = Array.isArray(value) ? (value[1] ?? value[0]) : value;
    if (typeof given === "string" && given !== "" && given !== "***") return given;
  }
  return "";
}

/** The name a line gives itself: of what was added, removed, or changed as a whole (a pair of before and after). */
export function ownName(data: unknown): string {
  const own = called(data);
  if (own || typeof data !== "object" || data === null) return own;
  for (const value of Object.values(data)) {
    const whole = Array.isArray(value) && value.length === 2 ? called(value[1] ?? value[0]) : "";
    if (whole) return whole;
  }
  return "";
}
