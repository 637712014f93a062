// What more than one room asks of knowledge: answers for a text, scripts at hand, what stands round a product, the
// reply check, notices. Editing is the knowledge room's.
import { keepPreviousData, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { http, type Page } from "@api/client";
import type { Alternative, Brief, Guide, MainPush, Notice, Offer, Product, RecommendationKind } from "@api/goods";
import { asProblem } from "@api/problem";
import type { Answers, Checked, Noun, RenderAsk, Rendered, Mood, Script, ScriptStage, Tone } from "@api/knowledge";
import { queries } from "../cache";

type Id = MaybeRefOrGetter<number | null>;
const spoil = (...keys: string[]): Promise<unknown> => Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));

// ---- answers and scripts ----

export interface AnswerAsk {
  q: string;
  shop: number;
  stage: ScriptStage | null;
  product: number | null;
}
/** What fits a text best; of no text, the scripts of the stage. Asks again shortly while the index is being learned. */
export function useAnswers(ask: MaybeRefOrGetter<AnswerAsk | null>, limit = 5) {
  return useQuery<Answers>({
    queryKey: computed(() => ["answers", toValue(ask)]),
    enabled: computed(() => toValue(ask) !== null),
    staleTime: 15_000,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.ready === false ? 1_500 : false),
    queryFn: ({ signal }) => http.get<Answers>("/answers", { ...toValue(ask), limit }, signal),
  });
}

const MOST_SCRIPTS = 2_000;
/** Every script one may use in a shop, held so that typing finds them without asking. */
export function useScripts(shop: Id) {
  return useQuery({
    queryKey: computed(() => ["scripts", "mine", toValue(shop)]),
    enabled: computed(() => toValue(shop) !== null),
    staleTime: 120_000,
    queryFn: async ({ signal }) => {
      const all: Script[] = [];
      for (let cursor: string | null = null; ; ) {
        const page: Page<Script> = await http.get("/scripts", { shop: toValue(shop), limit: 200, cursor }, signal);
        all.push(...page.items);
        cursor = page.next;
        if (!cursor || all.length >= MOST_SCRIPTS) return all;
      }
    },
  });
}
/** The server reads full pinyin too; asked only where the held ones give nothing. */
export function useScriptsAsked(shop: Id, q: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ["scripts", "asked", toValue(shop), toValue(q)]),
    enabled: computed(() => toValue(shop) !== null && toValue(q).length > 1),
    staleTime: 30_000,
    queryFn: async ({ signal }) => (await http.get<Page<Script>>("/scripts", { shop: toValue(shop), q: toValue(q), limit: 8 }, signal)).items,
  });
}
/** A few scripts for a text, of all one's shops where none is chosen. */
export function useFoundScripts(q: MaybeRefOrGetter<string>, shop: Id, wanted: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ["scripts", "found", toValue(q), toValue(shop)]),
    enabled: computed(() => toValue(wanted)),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await http.get<Page<Script>>("/scripts", { q: toValue(q), shop: toValue(shop), limit: 4 }, signal)).items,
  });
}
export function useStageScripts(shop: Id, more: MaybeRefOrGetter<{ category?: string; bargain?: string | null } | null>) {
  return useQuery({
    queryKey: computed(() => ["scripts", "of", toValue(shop), toValue(more)]),
    enabled: computed(() => toValue(shop) !== null && toValue(more) !== null),
    staleTime: 60_000,
    queryFn: async ({ signal }) => (await http.get<Page<Script>>("/scripts", { shop: toValue(shop), ...toValue(more), limit: 50 }, signal)).items,
  });
}
export const render = (noun: Noun, id: number, ask: RenderAsk): Promise<Rendered> => http.post<Rendered>(`/${noun}/${id}/render`, ask);
export function useMoods(wanted: MaybeRefOrGetter<boolean>) {
  return useQuery({ queryKey: ["emoji"], enabled: computed(() => toValue(wanted)), staleTime: Infinity, queryFn: ({ signal }) => http.get<Mood[]>("/knowledge/emoji", {}, signal) });
}
export function useTone(shop: Id) {
  return useQuery({ queryKey: computed(() => ["tone", toValue(shop)]), staleTime: 600_000, queryFn: ({ signal }) => http.get<Tone>("/knowledge/tone", { shop: toValue(shop) }, signal) });
}

/** Counts a use; what goes wrong here is nobody's trouble. */
export function usedScript(id: number): void {
  http.post(`/scripts/${id}/used`).catch(() => undefined);
}
/** An entry was used; with the buyer's question it is learned from. `helped` false: it did not fit. */
export async function usedFaq(id: number, more: { conversation?: number; seq?: number; helped?: boolean | null } = {}): Promise<void> {
  await http.post(`/faq/${id}/used`, more);
}
/** What an agent chose for a typed text is evidence, and a use; `elsewhere` is the shop in which a buyer of another program asked it. */
export function picked(body: { q: string; kind: "faq" | "script"; id: number; elsewhere?: number }): void {
  http.post("/answers/picked", body).catch(() => undefined);
}

// ---- products ----

export function useBrief(product: Id, shop: MaybeRefOrGetter<number>) {
  return useQuery({
    queryKey: computed(() => ["brief", toValue(product), toValue(shop)]),
    enabled: computed(() => toValue(product) !== null),
    staleTime: 20_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => http.get<Brief>(`/products/${toValue(product)}/brief`, { shop: toValue(shop) }, signal),
  });
}
export interface OfferAsk {
  shop: number;
  total_fen: number;
  items: string | null;
  product: number | null;
}
/** What campaigns give for a cart. One that holds what this shop sells no more is counted by its sum. */
async function offersFor(ask: OfferAsk, signal?: AbortSignal): Promise<Offer[]> {
  try {
    return await http.get<Offer[]>("/campaigns/next", { ...ask }, signal);
  } catch (error) {
    if (ask.items === null || asProblem(error).code !== "not_found") throw error;
    return http.get<Offer[]>("/campaigns/next", { ...ask, items: null }, signal);
  }
}
const offersQuery = (ask: OfferAsk) => ({ queryKey: ["offers", ask], staleTime: 60_000, queryFn: ({ signal }: { signal: AbortSignal }) => offersFor(ask, signal) });
export function useOffers(ask: MaybeRefOrGetter<OfferAsk | null>) {
  return useQuery(computed(() => {
    const asked = toValue(ask);
    return { ...offersQuery(asked ?? { shop: 0, total_fen: 0, items: null, product: null }), enabled: asked !== null, placeholderData: keepPreviousData };
  }));
}
/** In place of one SKU that is out, while others of the product are not. */
export function useAlternatives(sku: Id, shop: Id) {
  return useQuery({
    queryKey: computed(() => ["alternatives", toValue(sku), toValue(shop)]),
    enabled: computed(() => toValue(sku) !== null && toValue(shop) !== null),
    staleTime: 20_000,
    queryFn: ({ signal }) => http.get<Alternative[]>(`/skus/${toValue(sku)}/alternatives`, { shop: toValue(shop), limit: 3 }, signal),
  });
}
export function useFoundProducts(q: MaybeRefOrGetter<string>, shop: Id, wanted: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: computed(() => ["products", "found", toValue(q), toValue(shop)]),
    enabled: computed(() => toValue(wanted)),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    queryFn: async ({ signal }) => (await http.get<Page<Product>>("/products", { q: toValue(q), shop: toValue(shop), limit: 20 }, signal)).items,
  });
}
/** One product with its SKUs and prices. */
export function useGood(product: Id) {
  return useQuery({ queryKey: computed(() => ["product", toValue(product)]), enabled: computed(() => toValue(product) !== null), staleTime: 60_000, queryFn: ({ signal }) => http.get<Product>(`/products/${toValue(product)}`, {}, signal) });
}
/** What a shop pushes just now, for who has not said what they look for. */
export function useRunningPushes(shop: Id) {
  return useQuery({ queryKey: computed(() => ["main-push", "running", toValue(shop)]), enabled: computed(() => toValue(shop) !== null), staleTime: 120_000, queryFn: ({ signal }) => http.get<MainPush[]>("/main-push", { shop: toValue(shop), state: "running" }, signal) });
}
export function useGuides(wanted: MaybeRefOrGetter<boolean> = true) {
  return useQuery({ queryKey: ["guides"], enabled: computed(() => toValue(wanted)), staleTime: 600_000, queryFn: ({ signal }) => http.get<Guide[]>("/guides", {}, signal) });
}
/** Keeps what was recommended, so that it can be seen later whether it was bought. */
export async function recommend(body: { shop: number; conversation: number; customer: number | null; product: number; sku: number | null; kind: RecommendationKind }): Promise<void> {
  await http.post("/recommendations", body);
}
/** A page of the shop says too little: a task for who keeps it. */
export async function raiseListing(product: number, body: { shop: number; conversation: number | null; note: string }): Promise<void> {
  await http.post(`/products/${product}/listing/raise`, body);
  await spoil("tasks", "listing");
}
/** A question that was asked in another program: kept, masked, where no entry answers it well. */
export async function askedElsewhere(body: { shop: number; text: string }): Promise<void> {
  await http.post("/faq/asked", body);
}
/** A question and an answer from a talk, for a supervisor to read. */
export async function proposeFaq(body: { shop: number; question: string; answer: string; category?: string; conversation?: number; seq?: number }): Promise<void> {
  await http.post("/faq/propose", body);
  await spoil("faq");
}

// ---- the reply check ----

/** Nothing is written: an answer that comes late is thrown away by the caller. */
export function checkReply(body: { shop: number; text: string; buyer?: string; product?: number; sku?: number }): Promise<Checked> {
  return http.post<Checked>("/replies/check", body);
}

// ---- notices ----

const NOTICES_EVERY = 30_000;
/** What is still to be signed. `asks`: no socket tells of new ones, so they are asked for twice a minute. */
export function useUnreadNotices(asks: MaybeRefOrGetter<boolean> = false) {
  return useQuery({ queryKey: ["notices", "unread"], staleTime: 60_000, refetchInterval: () => (toValue(asks) ? NOTICES_EVERY : false), queryFn: async ({ signal }) => (await http.get<Page<Notice>>("/notices", { state: "unread", limit: 20 }, signal)).items });
}
/** Signs a notice as read. */
export async function signNotice(id: number): Promise<void> {
  await http.post(`/notices/${id}/read`);
  await spoil("notices");
}
