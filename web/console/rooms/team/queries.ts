// Everything the team room asks of the server. Secrets that are shown once are handed on and never cached.
import { keepPreviousData, useQueries, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http } from "@api/client";
import { api, asked, ok, type Schemas } from "@api/typed";
import { queries } from "@shell/cache";
import type { Cell, GroupDraft, Paper, PaperDraft, Person, PersonDraft, Right, RightKey, Role, Roster, Rotation, Shift, ShiftDraft, Shop, ShopDraft, SkillGroup, Token, TokenDraft } from "./types";

const V = "/api/v1";
const path = (id: number) => ({ params: { path: { id } } });
const spoil = (...keys: string[]): Promise<unknown> => Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));

// ---- people ----

async function everybody(signal: AbortSignal): Promise<Person[]> {
  const all: Person[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: Person[]; next: string | null } = await ok(api.GET(`${V}/people`, { params: { query: asked({ cursor, limit: 200 }) }, signal }));
    all.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return all;
}
export function usePeople() {
  return useQuery({ queryKey: ["people", "all"], queryFn: ({ signal }) => everybody(signal) });
}
export async function addPerson(body: PersonDraft & { password?: string }): Promise<{ id: number }> {
  const added = await ok(api.POST(`${V}/people`, { body }));
  await spoil("people", "groups", "roster");
  return added;
}
export async function changePerson(id: number, body: Partial<PersonDraft>): Promise<void> {
  await ok(api.PATCH(`${V}/people/{id}`, { ...path(id), body }));
  await spoil("people", "groups", "roster");
}
export async function setDisabled(id: number, disabled: boolean): Promise<void> {
  await ok(disabled ? api.POST(`${V}/people/{id}/disable`, path(id)) : api.POST(`${V}/people/{id}/enable`, path(id)));
  await spoil("people", "roster");
}
export async function resetPassword(id: number): Promise<string> {
  const { password } = await ok(api.POST(`${V}/people/{id}/reset-password`, path(id)));
  await spoil("people");
  return password;
}

// ---- roles ----

export function useRoles() {
  return useQuery({ queryKey: ["roles"], staleTime: 60_000, queryFn: async ({ signal }) => (await ok(api.GET(`${V}/roles`, { signal }))).items as unknown as Role[] });
}
export function useRights() {
  return useQuery({ queryKey: ["permissions"], staleTime: Infinity, queryFn: async ({ signal }) => (await ok(api.GET(`${V}/permissions`, { signal }))) as unknown as Right[] });
}
/** The document names rights by their variants, the wire by their keys. */
const rights = (keys: RightKey[]): Schemas["Permission"][] => keys as Schemas["Permission"][];

export async function addRole({ name, permissions }: { name: string; permissions: RightKey[] }): Promise<void> {
  await ok(api.POST(`${V}/roles`, { body: { name, permissions: rights(permissions) } }));
  await spoil("roles");
}
export async function changeRole(id: number, { name, permissions }: { name?: string; permissions?: RightKey[] }): Promise<void> {
  await ok(api.PATCH(`${V}/roles/{id}`, { ...path(id), body: { ...(name === undefined ? {} : { name }), ...(permissions ? { permissions: rights(permissions) } : {}) } }));
  await spoil("roles");
}
export async function dropRole(id: number): Promise<void> {
  await ok(api.DELETE(`${V}/roles/{id}`, path(id)));
  await spoil("roles");
}

// ---- shops and papers ----

export function useShops() {
  return useQuery({ queryKey: ["shops"], staleTime: 60_000, queryFn: async ({ signal }): Promise<Shop[]> => (await ok(api.GET(`${V}/shops`, { signal }))).items });
}
export async function addShop(body: ShopDraft): Promise<Shop> {
  const added = await ok(api.POST(`${V}/shops`, { body }));
  await spoil("shops");
  return added;
}
export async function changeShop(id: number, body: Partial<ShopDraft & { active: boolean }>): Promise<void> {
  await ok(api.PATCH(`${V}/shops/{id}`, { ...path(id), body }));
  await spoil("shops");
}
export async function newSecret(id: number): Promise<string> {
  return (await ok(api.POST(`${V}/shops/{id}/secret`, path(id)))).secret;
}
const papersOf = (shop: number) => ({
  queryKey: ["papers", shop],
  staleTime: 60_000,
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Paper[]> => (await ok(api.GET(`${V}/shops/{id}/papers`, { ...path(shop), signal }))).items,
});
export function usePapers(shop: MaybeRefOrGetter<number>) {
  return useQuery(computed(() => papersOf(toValue(shop))));
}
/** The papers of several shops, in their order; only for a register short enough to read. */
export function usePapersOf(shops: MaybeRefOrGetter<number[]>) {
  return useQueries({ queries: computed(() => toValue(shops).map(papersOf)) });
}
export async function savePaper(shop: number, id: number | null, body: PaperDraft): Promise<void> {
  await ok<unknown>(id === null ? api.POST(`${V}/shops/{id}/papers`, { ...path(shop), body }) : api.PATCH(`${V}/papers/{id}`, { ...path(id), body }));
  await spoil("papers");
}
export async function dropPaper(id: number): Promise<void> {
  await ok(api.DELETE(`${V}/papers/{id}`, path(id)));
  await spoil("papers");
}
/** A file is no JSON: it goes by the plain door. */
export async function uploadFile(file: File, shop: number): Promise<number> {
  const form = new FormData();
  form.append("file", file, file.name);
  return (await http.post<{ file: number }>("/files", form, { query: { shop } })).file;
}

// ---- skill groups ----

export function useSkillGroups() {
  return useQuery({ queryKey: ["groups", "whole"], staleTime: 60_000, queryFn: async ({ signal }) => (await ok(api.GET(`${V}/groups`, { signal }))).items as SkillGroup[] });
}
export async function saveGroup(id: number | null, body: GroupDraft): Promise<void> {
  await ok<unknown>(id === null ? api.POST(`${V}/groups`, { body }) : api.PATCH(`${V}/groups/{id}`, { ...path(id), body }));
  await spoil("groups", "people");
}
export async function dropGroup(id: number): Promise<void> {
  await ok(api.DELETE(`${V}/groups/{id}`, path(id)));
  await spoil("groups", "people");
}

// ---- tokens ----

export function useTokens() {
  return useQuery({ queryKey: ["tokens"], queryFn: async ({ signal }) => (await ok(api.GET(`${V}/tokens`, { signal }))).items as unknown as Token[] });
}
export async function addToken(token: TokenDraft): Promise<string> {
  const made = await ok(api.POST(`${V}/tokens`, { body: { ...token, permissions: rights(token.permissions) } }));
  await spoil("tokens");
  return made.token;
}
export async function dropToken(id: number): Promise<void> {
  await ok(api.DELETE(`${V}/tokens/{id}`, path(id)));
  await spoil("tokens");
}

// ---- shifts and roster ----

export function useShifts() {
  return useQuery({ queryKey: ["shifts"], staleTime: 60_000, queryFn: async ({ signal }): Promise<Shift[]> => (await ok(api.GET(`${V}/shifts`, { signal }))).items });
}
export async function saveShift(id: number | null, body: ShiftDraft): Promise<void> {
  await ok<unknown>(id === null ? api.POST(`${V}/shifts`, { body }) : api.PATCH(`${V}/shifts/{id}`, { ...path(id), body }));
  await spoil("shifts");
}
export async function dropShift(id: number): Promise<void> {
  await ok(api.DELETE(`${V}/shifts/{id}`, path(id)));
  await spoil("shifts");
}
const rosterKey = (from: string, to: string): string[] => ["roster", from, to];

export function readRoster(from: string, to: string, signal?: AbortSignal): Promise<Roster> {
  return ok(api.GET(`${V}/roster`, { params: { query: { from, to } }, signal }));
}
export function useRoster(from: MaybeRefOrGetter<string>, to: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => rosterKey(toValue(from), toValue(to))),
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => readRoster(toValue(from), toValue(to), signal),
  });
}
/** Shows the cells at once, then writes them; what could not be written is taken back. */
export async function writeCells(from: string, to: string, cells: Cell[]): Promise<void> {
  const key = rosterKey(from, to);
  await queries.cancelQueries({ queryKey: key });
  const before = queries.getQueryData<Roster>(key);
  if (before) {
    const fresh = new Map(cells.map((cell) => [`${cell.person} ${cell.day}`, cell.shift]));
    const shift = (person: number, cell: { day: string; shift: number | null }): number | null => {
      const painted = fresh.get(`${person} ${cell.day}`);
      return painted === undefined ? cell.shift : painted;
    };
    const rows = before.rows.map((row) => ({ ...row, cells: row.cells.map((cell) => ({ ...cell, shift: shift(row.person, cell) })) }));
    queries.setQueryData<Roster>(key, { ...before, rows });
  }
  try {
    await ok(api.PUT(`${V}/roster`, { body: { cells } }));
  } catch (error) {
    if (before) queries.setQueryData(key, before);
    throw error;
  }
  await spoil("roster");
}
/** How many cells were written. */
export async function rotate(body: Rotation): Promise<number> {
  const answer: unknown = await ok(api.POST(`${V}/roster/rotate`, { body }));
  await spoil("roster");
  return (answer as { cells: number }).cells;
}
