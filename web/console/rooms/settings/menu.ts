// What a buyer may choose at the start: a stage and the words on its button.

export type Stage = "pre" | "in" | "after";
export const STAGES: readonly Stage[] = ["pre", "in", "after"];
export interface Entry {
  key: Stage;
  title: string;
}
export const LONGEST = 20;

export function readMenu(value: unknown): Entry[] {
  return Array.isArray(value) ? (value as Entry[]).map(({ key, title }) => ({ key, title })) : [];
}
export function writeMenu(entries: readonly Entry[]): Entry[] {
  return entries.map(({ key, title }) => ({ key, title: title.trim() }));
}
export function wrongIn(entry: Entry): "empty" | "long" | null {
  const length = [...entry.title.trim()].length;
  return length === 0 ? "empty" : length > LONGEST ? "long" : null;
}
