// The grid of rights: parts by room, what is changed and not yet saved.
import type { Right, Role } from "./types";

export type Changes = Map<number, string[]>;
export interface Part {
  /** The room a right belongs to; rights without a room stand under `other`. */
  key: string;
  rights: Right[];
}

export function groupsOf(rights: readonly Right[]): Part[] {
  const parts = new Map<string, Right[]>();
  for (const right of rights) {
    const room = right.key.includes(".") ? right.key.split(".")[0]! : "other";
    const key = parts.has(room) || rights.filter((one) => one.key.startsWith(`${room}.`)).length > 1 ? room : "other";
    parts.set(key, [...(parts.get(key) ?? []), right]);
  }
  return [...parts].map(([key, list]) => ({ key, rights: list })).sort((a, b) => Number(a.key === "other") - Number(b.key === "other"));
}
export function flipped(rights: readonly string[], right: string): string[] {
  return rights.includes(right) ? rights.filter((one) => one !== right) : [...rights, right];
}
export function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}
/** How many marks differ from what is saved. */
export function pending(roles: readonly Role[], changes: Changes): number {
  return roles.reduce((sum, role) => {
    const next = changes.get(role.id);
    if (!next) return sum;
    return sum + next.filter((one) => !role.permissions.includes(one)).length + role.permissions.filter((one) => !next.includes(one)).length;
  }, 0);
}
