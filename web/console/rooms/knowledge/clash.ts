// Two people at one entry: a save that would go over what somebody else saved meanwhile is held back, what they saved is
// read, and whoever writes here decides. Draws nothing.
import { shallowRef } from "vue";
import { asProblem } from "@api/problem";
import type { Noun } from "@api/knowledge";
import { newestOf } from "./queries";

interface Entry {
  id: number;
  version: number;
}
export interface Newer<T> {
  one: T;
  by: string | null;
  at: number | null;
  /** What they changed, as it reads now. */
  changes: { field: string; now: string }[];
}

/** A value of an entry as one reads it. */
export function sayValue(value: unknown): string {
  if (value === null || value === undefined || value === "") return "—";
  if (Array.isArray(value)) return value.map((one) => (typeof one === "object" && one !== null && "text" in one ? String((one as { text: string }).text) : String(one))).join(" / ") || "—";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
export function changesOf(before: object, now: object): { field: string; now: string }[] {
  const was = before as Record<string, unknown>;
  return Object.entries(now).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(was[field])).map(([field, value]) => ({ field, now: sayValue(value) }));
}

export function useClash<T extends Entry, D extends object>(noun: Noun, read: T | null, draftOf: (one: T) => D) {
  /** The entry what is written here began from. */
  const base = shallowRef(read);
  const newer = shallowRef<Newer<T> | null>(null);

  /** Runs a save with the version that was read; a clash brings what the others wrote, and is told on. */
  async function guard<R>(deed: (version: number | null) => Promise<R>): Promise<R> {
    newer.value = null;
    try {
      return await deed(base.value?.version ?? null);
    } catch (error) {
      const was = base.value;
      if (was && asProblem(error).code === "changed_meanwhile") {
        const { one, by, at } = await newestOf<T>(noun, was.id);
        newer.value = { one, by, at, changes: changesOf(draftOf(was), draftOf(one)) };
      }
      throw error;
    }
  }
  /** What the others saved has been seen: from here on it is what one writes over, or goes on from. */
  function seen(): T | null {
    const one = newer.value?.one ?? null;
    if (one) base.value = one;
    newer.value = null;
    return one;
  }
  return { newer, guard, seen };
}
