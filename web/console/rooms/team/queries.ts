// Everything the team room asks of the server. Secrets that are shown once are handed on and never cached.
import { keepPreviousData, useQueries, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http, type Page } from "@api/client";
import { queries } from "@shell/cache";
import { itemsOf } from "@shell/queries";
import type { Cell, GroupDraft, Paper, PaperDraft, Person, PersonDraft, Right, Role, Roster, Rotation, Shift, ShiftDraft, Shop, ShopDraft, SkillGroup, Token, TokenDraft } from "./types";

/** Every page of a list, one after the other. */
async function whole<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> | T[] = await http.get<Page<T> | T[]>(path, { cursor, limit: 200 }, signal);
    all.push(...itemsOf(page));
    cursor = Array.isArray(page) ? null : page.next;
  } while (cursor);
  return all;
}
const spoil = (...keys: string[]): Promise<unknown> => Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));

// ---- people ----

export function usePeople() {
  return useQuery({ queryKey: ["people", "all"], queryFn: ({ signal }) => whole<Person>("/people", signal) });
}
export async function addPerson(person: PersonDraft & { password?: string }): Promise<Person> {
  const added = await http.post<Person>("/people", person);
  await spoil("people", "groups", "roster");
  return added;
}
export async function changePerson(id: number, change: Partial<PersonDraft>): Promise<void> {
  await http.patch(`/people/${id}`, change);
  await spoil("people", "groups", "roster");
}
export async function setDisabled(id: number, disabled: boolean): Promise<void> {
  await http.post(`/people/${id}/${disabled ? "disable" : "enable"}`);
  await spoil("people", "roster");
}
export async function resetPassword(id: number): Promise<string> {
  const { password } = await http.post<{ password: string }>(`/people/${id}/reset-password`);
  await spoil("people");
  return password;
}

// ---- roles ----

export function useRoles() {
  return useQuery({ queryKey: ["roles"], staleTime: 60_000, queryFn: ({ signal }) => whole<Role>("/roles", signal) });
}
export function useRights() {
  return useQuery({ queryKey: ["permissions"], staleTime: Infinity, queryFn: async ({ signal }) => itemsOf(await http.get<Right[] | Page<Right>>("/permissions", {}, signal)) });
}
export async function addRole(role: { name: string; permissions: string[] }): Promise<Role> {
  const added = await http.post<Role>("/roles", role);
  await spoil("roles");
  return added;
}
export async function changeRole(id: number, change: { name?: string; permissions?: string[] }): Promise<void> {
  await http.patch(`/roles/${id}`, change);
  await spoil("roles");
}
export async function dropRole(id: number): Promise<void> {
  await http.del(`/roles/${id}`);
  await spoil("roles");
}

// ---- shops and papers ----

export function useShops() {
  return useQuery({ queryKey: ["shops"], staleTime: 60_000, queryFn: ({ signal }) => whole<Shop>("/shops", signal) });
}
export async function addShop(shop: ShopDraft): Promise<Shop> {
  const added = await http.post<Shop>("/shops", shop);
  await spoil("shops");
  return added;
}
export async function changeShop(id: number, change: Partial<ShopDraft & { active: boolean }>): Promise<void> {
  await http.patch(`/shops/${id}`, change);
  await spoil("shops");
}
export async function newSecret(id: number): Promise<string> {
  return (await http.post<{ secret: string }>(`/shops/${id}/secret`)).secret;
}
const papersOf = (shop: number) => ({ queryKey: ["papers", shop], staleTime: 60_000, queryFn: ({ signal }: { signal: AbortSignal }) => whole<Paper>(`/shops/${shop}/papers`, signal) });

export function usePapers(shop: MaybeRefOrGetter<number>) {
  return useQuery(computed(() => papersOf(toValue(shop))));
}
/** The papers of several shops, in their order; only for a register short enough to read. */
export function usePapersOf(shops: MaybeRefOrGetter<number[]>) {
  return useQueries({ queries: computed(() => toValue(shops).map(papersOf)) });
}
export async function savePaper(shop: number, id: number | null, paper: PaperDraft): Promise<void> {
  await (id === null ? http.post(`/shops/${shop}/papers`, paper) : http.patch(`/papers/${id}`, paper));
  await spoil("papers");
}
export async function dropPaper(id: number): Promise<void> {
  await http.del(`/papers/${id}`);
  await spoil("papers");
}
export async function uploadFile(file: File): Promise<number> {
  const form = new FormData();
  form.append("file", file, file.name);
  const { file: id } = await http.post<{ file: number | string }>("/files", form);
  return Number(id);
}

// ---- skill groups ----

export function useSkillGroups() {
  return useQuery({ queryKey: ["groups", "whole"], staleTime: 60_000, queryFn: ({ signal }) => whole<SkillGroup>("/groups", signal) });
}
export async function saveGroup(id: number | null, group: GroupDraft): Promise<void> {
  await (id === null ? http.post("/groups", group) : http.patch(`/groups/${id}`, group));
  await spoil("groups", "people");
}
export async function dropGroup(id: number): Promise<void> {
  await http.del(`/groups/${id}`);
  await spoil("groups", "people");
}

// ---- tokens ----

export function useTokens() {
  return useQuery({ queryKey: ["tokens"], queryFn: ({ signal }) => whole<Token>("/tokens", signal) });
}
export async function addToken(token: TokenDraft): Promise<string> {
  const made = await http.post<Token & { token: string }>("/tokens", token);
  await spoil("tokens");
  return made.token;
}
export async function dropToken(id: number): Promise<void> {
  await http.del(`/tokens/${id}`);
  await spoil("tokens");
}

// ---- shifts and roster ----

export function useShifts() {
  return useQuery({ queryKey: ["shifts"], staleTime: 60_000, queryFn: ({ signal }) => whole<Shift>("/shifts", signal) });
}
export async function saveShift(id: number | null, shift: ShiftDraft): Promise<void> {
  await (id === null ? http.post("/shifts", shift) : http.patch(`/shifts/${id}`, shift));
  await spoil("shifts");
}
export async function dropShift(id: number): Promise<void> {
  await http.del(`/shifts/${id}`);
  await spoil("shifts");
}
const rosterKey = (from: string, to: string): string[] => ["roster", from, to];

export function readRoster(from: string, to: string, signal?: AbortSignal): Promise<Roster> {
  return http.get<Roster>("/roster", { from, to }, signal);
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
    const rows = before.rows.map((row) => ({ ...row, cells: row.cells.map((cell) => ({ ...cell, shift: fresh.has(`${row.person} ${cell.day}`) ? fresh.get(`${row.person} ${cell.day}`)! : cell.shift })) }));
    queries.setQueryData<Roster>(key, { ...before, rows });
  }
  try {
    await http.put("/roster", { cells });
  } catch (error) {
    if (before) queries.setQueryData(key, before);
    throw error;
  }
  await spoil("roster");
}
export async function rotate(plan: Rotation): Promise<number> {
  const { cells } = await http.post<{ cells: number }>("/roster/rotate", plan);
  await spoil("roster");
  return cells;
}
