// What the knowledge room asks of the server about products, campaigns, the listing checklist, notices and quizzes.
// Words are asked in queries.ts.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { freshId, headersFor, http, problemOf, signedOutBy, type Page } from "@api/client";
import { Problem } from "@api/problem";
import type { Attempt, Basics, Batch, BatchDraft, Both, Campaign, CampaignDraft, Certificate, CertificateDraft, Facts, FactsChange, Guide, Listing, ListingState, MainPush, MainPushDraft, Notice, NoticeDraft, Preorder, Product, ProductRow, Question, QuestionDraft, Readers, RecommendationRate, Related, RelationDraft, Standing, Task, Warranty, Week, WarrantyDraft } from "@api/goods";
import type { ImportReport } from "@api/knowledge";
import { spoil } from "./queries";

type Id = MaybeRefOrGetter<number>;
type Shop = MaybeRefOrGetter<number | null>;
const of = <T>(key: string, path: (id: number) => string, id: Id) => useQuery({ queryKey: computed(() => [key, toValue(id)]), queryFn: ({ signal }) => http.get<T>(path(toValue(id)), {}, signal) });

// ---- product base ----

export const useProduct = (id: Id) => of<Product>("product", (n) => `/products/${n}`, id);
export const useFacts = (id: Id) => of<Facts>("facts", (n) => `/products/${n}/facts`, id);
export const useBatches = (id: Id) => of<Batch[]>("batches", (n) => `/products/${n}/batches`, id);
export const useCertificates = (id: Id) => of<Certificate[]>("certificates", (n) => `/products/${n}/certificates`, id);
export const useWarranty = (id: Id) => of<Warranty[]>("warranty", (n) => `/products/${n}/warranty`, id);
const told = (...keys: string[]): Promise<unknown> => spoil(...keys, "brief", "listing", "tasks");

/** The listing is looked at again with it. */
export async function changeBasics(product: number, change: Partial<Basics>): Promise<void> {
  await http.patch(`/products/${product}/basics`, change);
  await told("product", "products");
}
export async function changeFacts(product: number, change: FactsChange): Promise<void> {
  await http.patch(`/products/${product}/facts`, change);
  await told("facts");
}
/** A product as a row of the sheet. */
export async function readProductRow(product: number): Promise<ProductRow> {
  const [one, facts] = await Promise.all([http.get<Product>(`/products/${product}`), http.get<Facts>(`/products/${product}/facts`)]);
  return { product: one, facts };
}
export const saveProductRow = (product: number, change: { basics?: Partial<Basics>; facts?: FactsChange }): Promise<ProductRow> => http.patch<ProductRow>(`/product-facts/${product}`, change);
/** Rows were saved: everything that shows products is read again. */
export const toldOfRows = (): Promise<unknown> => told("product", "products", "facts", "product-rows");
/** Adds one of a product's own things, or changes the one with this id. */
async function keep(noun: "batches" | "certificates" | "warranty", product: number, id: number | null, body: unknown): Promise<void> {
  await (id === null ? http.post(`/products/${product}/${noun}`, body) : http.patch(`/${noun}/${id}`, body));
  await told(noun);
}
export const saveBatch = (product: number, id: number | null, body: BatchDraft): Promise<void> => keep("batches", product, id, body);
export const saveCertificate = (product: number, id: number | null, body: CertificateDraft): Promise<void> => keep("certificates", product, id, body);
export const saveWarranty = (product: number, id: number | null, body: WarrantyDraft): Promise<void> => keep("warranty", product, id, body);
export async function dropOf(noun: "batches" | "certificates" | "warranty", id: number): Promise<void> {
  await http.del(`/${noun}/${id}`);
  await told(noun);
}
/** Every file belongs to a shop; that of a paper or picture to one that sells the product (`sellingShop`). */
export async function uploadPaper(file: File, shop: number): Promise<number> {
  const form = new FormData();
  form.append("file", file, file.name);
  return (await http.post<{ file: number }>("/files", form, { query: { shop } })).file;
}
/** What is no picture by its bytes is said before it is saved. */
export async function uploadPicture(file: File, shop: number): Promise<number> {
  const form = new FormData();
  form.append("file", file, file.name);
  const kept = await http.post<{ file: number; kind: string }>("/files", form, { query: { shop } });
  if (kept.kind !== "image") throw new Problem("file_kind", { field: "picture" });
  return kept.file;
}
export function usePreorders(shop: Shop) {
  return useQuery({ queryKey: computed(() => ["preorders", toValue(shop)]), queryFn: ({ signal }) => http.get<Preorder[]>("/preorders", { shop: toValue(shop) }, signal) });
}
export async function setPreorder(sku: number, body: { ships_at: number; note: string } | null): Promise<void> {
  await (body === null ? http.del(`/skus/${sku}/preorder`) : http.put(`/skus/${sku}/preorder`, body));
  await told("preorders");
}
/** The bytes go as they are; refused rows hold everything back. */
export async function importFacts(file: File, apply: boolean): Promise<ImportReport> {
  const report = await bytes<ImportReport>(`/api/v1/product-facts/import?name=${encodeURIComponent(file.name)}&apply=${apply}`, file);
  if (report.applied) await told("facts");
  return report;
}
async function bytes<T>(url: string, file: File): Promise<T> {
  const answer = await fetch(url, { method: "POST", headers: { ...headersFor(freshId()), "Content-Type": "application/octet-stream" }, body: file, credentials: "same-origin" }).catch(() => {
    throw new Problem("network");
  });
  if (answer.ok) return (await answer.json()) as T;
  signedOutBy(answer.status);
  throw await problemOf(answer);
}

// ---- what goes with it ----

export function useRelations(product: MaybeRefOrGetter<number | null>, shop: Shop) {
  return useQuery({ queryKey: computed(() => ["relations", toValue(product), toValue(shop)]), enabled: computed(() => toValue(product) !== null), queryFn: ({ signal }) => http.get<Related[]>(`/products/${toValue(product)}/relations`, { shop: toValue(shop) }, signal) });
}
export async function addRelation(body: RelationDraft): Promise<void> {
  await http.post("/relations", body);
  await told("relations");
}
export async function dropRelation(id: number): Promise<void> {
  await http.del(`/relations/${id}`);
  await told("relations");
}
export async function saveCampaign(id: number | null, body: CampaignDraft): Promise<Campaign> {
  // The kind of a campaign stays what it was made as.
  const { kind: _kind, ...change } = body;
  const made = await (id === null ? http.post<Campaign>("/campaigns", body) : http.patch<Campaign>(`/campaigns/${id}`, change));
  await told("campaigns", "offers");
  return made;
}
export async function endCampaign(id: number): Promise<void> {
  await http.post(`/campaigns/${id}/end`);
  await told("campaigns", "offers");
}
export function useMainPush(shop: Shop) {
  return useQuery({ queryKey: computed(() => ["main-push", toValue(shop)]), queryFn: ({ signal }) => http.get<MainPush[]>("/main-push", { shop: toValue(shop) }, signal) });
}
export async function saveMainPush(id: number | null, body: MainPushDraft): Promise<void> {
  // What is pushed stays what it was made for.
  const { product: _product, ...change } = body;
  await (id === null ? http.post("/main-push", body) : http.patch(`/main-push/${id}`, change));
  await told("main-push");
}
export async function dropMainPush(id: number): Promise<void> {
  await http.del(`/main-push/${id}`);
  await told("main-push");
}
/** The last campaigns, whatever became of them: a script may belong to one. */
export function useCampaigns(shop: Shop, wanted: MaybeRefOrGetter<boolean> = true) {
  return useQuery({ queryKey: computed(() => ["campaigns", "named", toValue(shop)]), enabled: computed(() => toValue(wanted)), staleTime: 60_000, queryFn: async ({ signal }) => (await http.get<Page<Campaign>>("/campaigns", { shop: toValue(shop), limit: 200 }, signal)).items });
}
export function useRates(shop: Shop) {
  return useQuery({ queryKey: computed(() => ["rates", toValue(shop)]), queryFn: ({ signal }) => http.get<RecommendationRate[]>("/recommendations/summary", { shop: toValue(shop) }, signal) });
}
export async function saveGuide(category: string, questions: Both[]): Promise<void> {
  await http.put<Guide>(`/guides/${encodeURIComponent(category)}`, { questions });
  await told("guides");
}
/** Back to what ships; one of the shop's own is gone. */
export async function dropGuide(category: string): Promise<void> {
  await http.del(`/guides/${encodeURIComponent(category)}`);
  await told("guides");
}

// ---- listing checklist ----

export const useListing = (id: Id) => of<Listing>("listing", (n) => `/products/${n}/listing`, id);
export function useTaskCount(shop: Shop) {
  return useQuery({ queryKey: computed(() => ["tasks", "count", toValue(shop)]), staleTime: 60_000, queryFn: ({ signal }) => http.get<{ open: number }>("/listing/tasks/count", { shop: toValue(shop) }, signal) });
}
export function useWeeks(shop: Shop) {
  return useQuery({ queryKey: computed(() => ["tasks", "weeks", toValue(shop)]), staleTime: 60_000, queryFn: ({ signal }) => http.get<Week[]>("/listing/tasks/weeks", { shop: toValue(shop) }, signal) });
}
export async function own(id: number, owner: number | null): Promise<void> {
  await http.put(`/listing/tasks/${id}/owner`, { owner });
  await spoil("tasks");
}
export async function tick(product: number, key: string, state: ListingState, note: string): Promise<void> {
  await http.put(`/products/${product}/listing/${key}`, { state, note });
  await spoil("listing", "tasks");
}
export async function lookAgain(product: number): Promise<void> {
  await http.post(`/products/${product}/listing/check`);
  await spoil("listing", "tasks");
}
/** Looks at every product, fifty a call; says how far it is. */
export async function lookAtAll(shop: number | null, told: (checked: number) => void): Promise<{ checked: number; failed: number }> {
  const sum = { checked: 0, failed: 0 };
  for (let after: number | null = null; ; ) {
    const part: { checked: number; failed: number; after: number | null } = await http.post("/listing/check", { shop, after });
    sum.checked += part.checked;
    sum.failed += part.failed;
    told(sum.checked);
    after = part.after;
    if (after === null) break;
  }
  await spoil("listing", "tasks");
  return sum;
}
export async function taskDone(id: number, note: string): Promise<Task> {
  const task = await http.post<Task>(`/listing/tasks/${id}/done`, { note });
  await spoil("tasks", "listing");
  return task;
}
export async function taskAgain(id: number): Promise<void> {
  await http.post(`/listing/tasks/${id}/reopen`);
  await spoil("tasks", "listing");
}

// ---- notices ----

export async function issue(body: NoticeDraft): Promise<Notice> {
  const made = await http.post<Notice>("/notices", body);
  await spoil("notices");
  return made;
}
export async function withdraw(id: number): Promise<void> {
  await http.post(`/notices/${id}/withdraw`);
  await spoil("notices");
}
export const useReaders = (id: Id) => of<Readers>("readers", (n) => `/notices/${n}/readers`, id);

// ---- quizzes ----

export const begin = (product: number | null, count: number): Promise<Attempt> => http.post<Attempt>("/quiz/attempts", { product, count });
export const readAttempt = (id: number): Promise<Attempt> => http.get<Attempt>(`/quiz/attempts/${id}`);
export async function handIn(id: number, answers: (number | null)[]): Promise<Attempt> {
  const scored = await http.post<Attempt>(`/quiz/attempts/${id}/answers`, { answers });
  await spoil("attempts", "standings");
  return scored;
}
export function useStandings() {
  return useQuery({ queryKey: ["standings"], queryFn: ({ signal }) => http.get<Standing[]>("/quiz/standings", {}, signal) });
}
export async function saveQuestion(id: number | null, body: Partial<QuestionDraft> & { active?: boolean }): Promise<Question> {
  // So does the product of a question.
  const { product: _product, ...change } = body;
  const made = await (id === null ? http.post<Question>("/quiz/questions", body) : http.patch<Question>(`/quiz/questions/${id}`, change));
  await spoil("questions");
  return made;
}
export async function dropQuestion(id: number): Promise<void> {
  await http.del(`/quiz/questions/${id}`);
  await spoil("questions");
}
export async function makeQuestions(product: number | null): Promise<{ made: number; changed: number; retired: number }> {
  const done = await http.post<{ made: number; changed: number; retired: number }>("/quiz/questions/make", { product });
  await spoil("questions");
  return done;
}
