// What the knowledge room asks of the server about words: scripts, FAQ, policies, their versions, imports, reports.
// Products, campaigns, the checklist, notices and quizzes are asked in things.ts.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http } from "@api/client";
import type { Expiring, Faq, FaqDraft, ImportReport, Noun, Policy, PolicyDraft, Script, ScriptDraft, Status, ToLearn, Unanswered, Version } from "@api/knowledge";
import { queries } from "@shell/cache";
import { faqDraft, policyDraft, scriptDraft } from "./drafts";

type Shop = MaybeRefOrGetter<number | null>;
export const spoil = (...keys: string[]): Promise<unknown> => Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));
const spoilOf = (noun: Noun): Promise<unknown> => spoil(noun, "answers", "expiring", "versions", ...(noun === "scripts" ? ["quick-replies"] : []));

/** `version` is the one that was read: if somebody saved since, nothing is written (`changed_meanwhile`). */
async function save<Draft, T extends { id: number }>(noun: Noun, id: number | null, draft: Draft, version: number | null): Promise<T> {
  const made = await (id === null ? http.post<T>(`/${noun}`, draft) : http.put<T>(`/${noun}/${id}`, { ...draft, version }));
  await spoilOf(noun);
  return made;
}
export const saveScript = (id: number | null, draft: ScriptDraft, version: number | null = null): Promise<Script> => save("scripts", id, draft, version);
export const saveFaq = (id: number | null, draft: FaqDraft, version: number | null = null): Promise<Faq> => save("faq", id, draft, version);
export const savePolicy = (id: number | null, draft: PolicyDraft, version: number | null = null): Promise<Policy> => save("policies", id, draft, version);

/** An entry as it is now, and who made it so; null: the program, or nobody knows. */
export async function newestOf<T extends { version: number }>(noun: Noun, id: number): Promise<{ one: T; by: string | null; at: number | null }> {
  const [one, versions] = await Promise.all([http.get<T>(`/${noun}/${id}`), http.get<Version[]>(`/${noun}/${id}/versions`).catch(() => [])]);
  const last = versions.find((held) => held.version === one.version);
  return { one, by: last?.by_name ?? null, at: last?.at ?? null };
}

export async function setStatus(noun: Noun, id: number, status: Status): Promise<void> {
  await http.post(`/${noun}/${id}/status`, { status });
  await spoilOf(noun);
}
export async function drop(noun: Noun, id: number): Promise<void> {
  await http.del(`/${noun}/${id}`);
  await spoilOf(noun);
}
export function useVersions(noun: Noun, id: number) {
  return useQuery({ queryKey: ["versions", noun, id], queryFn: ({ signal }) => http.get<Version[]>(`/${noun}/${id}/versions`, {}, signal) });
}
export async function restore(noun: Noun, id: number, version: number): Promise<void> {
  await http.post(`/${noun}/${id}/restore`, { version });
  await spoilOf(noun);
}

export function useCategories(shop: Shop) {
  return useQuery({ queryKey: computed(() => ["faq", "categories", toValue(shop)]), staleTime: 60_000, queryFn: ({ signal }) => http.get<{ category: string; count: number }[]>("/faq/categories", { shop: toValue(shop) }, signal) });
}

// ---- proposals ----

/** How many entries stand so; of the retired, proposals that were declined. */
export function useFaqCount(shop: Shop, status: MaybeRefOrGetter<"proposed" | "retired">, wanted: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: computed(() => ["faq", "count", toValue(status), toValue(shop)]),
    enabled: computed(() => toValue(wanted)),
    staleTime: 60_000,
    queryFn: async ({ signal }) => ({ status: toValue(status), ...(await http.get<{ n: number }>("/faq/count", { shop: toValue(shop), status: toValue(status) }, signal)) }),
  });
}

export async function publishFaq(id: number, draft: Omit<FaqDraft, "shop" | "status">): Promise<void> {
  await http.post(`/faq/${id}/publish`, draft);
  await spoilOf("faq");
}
export async function declineFaq(id: number, reason: string): Promise<void> {
  await http.post(`/faq/${id}/decline`, { reason });
  await spoilOf("faq");
}

// ---- reports ----

export function useUnanswered(shop: Shop, days: MaybeRefOrGetter<number>) {
  return useQuery({ queryKey: computed(() => ["faq", "unanswered", toValue(shop), toValue(days)]), queryFn: ({ signal }) => http.get<Unanswered[]>("/faq/unanswered", { shop: toValue(shop), days: toValue(days) }, signal) });
}
export async function dismissUnanswered(texts: string[]): Promise<void> {
  await http.post("/faq/unanswered/dismiss", { texts });
  await spoil("faq");
}
export function useExpiring(shop: Shop) {
  return useQuery({ queryKey: computed(() => ["expiring", toValue(shop)]), queryFn: ({ signal }) => http.get<Expiring[]>("/knowledge/expiring", { shop: toValue(shop), days: 14 }, signal) });
}
/** The same words, good until another moment; answers until when they were. */
export async function goodUntil(one: Pick<Expiring, "kind" | "id">, until: number | null): Promise<number | null> {
  const { id } = one;
  if (one.kind === "faq") {
    const held = await http.get<Faq>(`/faq/${id}`);
    await saveFaq(id, { ...faqDraft(held, null), valid_until: until }, held.version);
    return held.valid_until;
  }
  if (one.kind === "policy") {
    const held = await http.get<Policy>(`/policies/${id}`);
    await savePolicy(id, { ...policyDraft(held, null), valid_until: until }, held.version);
    return held.valid_until;
  }
  const held = await http.get<Script>(`/scripts/${id}`);
  await saveScript(id, { ...scriptDraft(held, null, true), valid_until: until }, held.version);
  return held.valid_until;
}
export async function acceptHeard(id: number): Promise<void> {
  await http.post(`/heard/${id}/accept`);
  await spoil("heard", "faq", "answers");
}
export async function dismissHeard(id: number): Promise<void> {
  await http.post(`/heard/${id}/dismiss`);
  await spoil("heard");
}

// ---- what is to be read ----

export function useToLearn(shop: Shop, wanted: MaybeRefOrGetter<boolean> = true) {
  return useQuery({ queryKey: computed(() => ["learning", toValue(shop)]), enabled: computed(() => toValue(wanted)), staleTime: 60_000, queryFn: ({ signal }) => http.get<ToLearn[]>("/learning", { shop: toValue(shop) }, signal) });
}
/** Says what was read; a notice is signed with it. */
export async function learned(read: readonly ToLearn[]): Promise<void> {
  await http.post("/learning/read", { items: read.map(({ kind, id, changed_at }) => ({ kind, id, changed_at })) });
  await spoil("learning", ...(read.some((one) => one.kind === "notice") ? ["notices"] : []));
}

// ---- import, export, what ships ----

/** Without `apply` nothing is written: what would be. */
export async function importFile(noun: Noun, file: File, shop: number | null, apply: boolean): Promise<ImportReport> {
  const form = new FormData();
  form.append("file", file, file.name);
  const report = await http.post<ImportReport>(`/${noun}/import`, form, { query: { shop, apply: apply ? 1 : 0 } });
  if (report.applied) await spoilOf(noun);
  return report;
}
export function exportUrl(noun: Noun, shop: number | null, format: "xlsx" | "csv" | "jsonl"): string {
  return `/api/v1/${noun}/export?format=${format}${shop === null ? "" : `&shop=${shop}`}`;
}
/** Loads what ships: scripts, FAQ and policies in good Chinese. Twice is once. */
export async function loadDefaults(parts: Noun[], shop: number | null): Promise<{ created: number; unchanged: number }> {
  const kinds = { scripts: "script", faq: "faq", policies: "policy" } as const;
  const done = await http.post<{ created: number; unchanged: number }>("/knowledge/defaults", { shop, parts: parts.map((part) => kinds[part]) });
  await spoil("scripts", "faq", "policies", "answers");
  return done;
}
