// Everything reception asks of the server over HTTP. What the answers say of conversations goes to the desk.
import { useInfiniteQuery, useQueries, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { freshId, http, type Page } from "@api/client";
import type { paths } from "@api/schema";
import { api, asked, ok, type Schemas, type Whole } from "@api/typed";
import type { Conversation, Message, Stage } from "@api/types";
import { queries } from "@shell/cache";
import { desk } from "@shell/desk";
import type { Filter } from "./order";

export type Session = Whole<Schemas["Session"]>;
export type Consultation = Whole<Schemas["ConsultationRecord"]>;
export type Reminder = Whole<Schemas["Reminder"]>;
export type QuickReply = Whole<Schemas["QuickReply"]>;
/** A name in both languages. */
interface Named {
  title: { zh: string; en: string };
}
export type Template = Omit<Whole<Schemas["StageTemplate"]>, "title"> & Named;
export type PaymentCase = Omit<Whole<Schemas["PaymentCase"]>, "title"> & Named;
export type Uploaded = Whole<Schemas["FileRow"]>;
export type CustomerCard = Whole<Schemas["CustomerView"]>;
export type Order = Whole<Schemas["Order"]>;
export type Product = Whole<Schemas["Product"]>;

const V = "/api/v1";
const path = (id: number) => ({ path: { id } });

// ---- lists ----

type ListQuery = NonNullable<paths["/api/v1/conversations"]["get"]["parameters"]["query"]>;

export async function listConversations(f: Filter, cursor: string | null, signal?: AbortSignal): Promise<Page<Conversation>> {
  const read = async (query: { tab: ListQuery["tab"]; state?: ListQuery["state"]; agent?: number | null; cursor: string | null }): Promise<Page<Conversation>> => {
    const whole = asked({ ...query, shop: f.shop, stage: f.stage as ListQuery["stage"], limit: 100 });
    const page = (await ok(api.GET(`${V}/conversations`, { params: { query: whole }, signal }))) as unknown as Page<Conversation>;
    desk.takeConversations(page.items);
    return page;
  };
  if (f.tab === "queue") return read({ tab: "queue", cursor });
  if (f.which === "closed") return read({ tab: "all", state: "closed" as ListQuery["state"], agent: f.tab === "mine" ? f.me : null, cursor });
  if (f.tab === "mine") return read({ tab: "mine", cursor });
  // Whoever waits in the queue belongs to all from the start, however long ago they spoke: both lists are read on side by side.
  const [ofOpen, ofQueue] = cursor === null ? [null, null] : (JSON.parse(cursor) as [string | false, string | false]);
  const [open, queue] = await Promise.all([
    ofOpen === false ? null : read({ tab: "all", state: "open" as ListQuery["state"], cursor: ofOpen }),
    ofQueue === false ? null : read({ tab: "queue", cursor: ofQueue }),
  ]);
  const [nextOpen, nextQueue] = [open?.next ?? false, queue?.next ?? false];
  return { items: [...(open?.items ?? []), ...(queue?.items ?? [])], next: nextOpen === false && nextQueue === false ? null : JSON.stringify([nextOpen, nextQueue]) };
}
export async function readConversation(id: number): Promise<void> {
  learn(await ok(api.GET(`${V}/conversations/{id}`, { params: path(id) })));
}

// ---- verbs on a conversation ----

function isConversation(answer: unknown): answer is Conversation {
  return typeof answer === "object" && answer !== null && "rev" in answer && "customer" in answer;
}
function isMessage(answer: unknown): answer is Message {
  return typeof answer === "object" && answer !== null && "seq" in answer && "conversation" in answer;
}
/** Hands what an answer brings to the desk, wherever in it the conversation or message stands. */
function learn(answer: unknown): void {
  const parts = typeof answer === "object" && answer !== null ? [answer, ...Object.values(answer)] : [];
  for (const part of parts) {
    if (isConversation(part)) desk.takeConversations([part]);
    else if (isMessage(part)) desk.take([part]);
  }
}
const done = async (call: Promise<{ data?: unknown }>): Promise<void> => learn(await ok(call));

export const act = {
  claim: (id: number) => done(api.POST(`${V}/conversations/{id}/claim`, { params: path(id) })),
  release: (id: number, note: string) => done(api.POST(`${V}/conversations/{id}/release`, { params: path(id), body: { note } })),
  takeOver: (id: number) => done(api.POST(`${V}/conversations/{id}/take-over`, { params: path(id) })),
  transfer: (id: number, body: { to_person?: number; to_group?: number; note: string }) => done(api.POST(`${V}/conversations/{id}/transfer`, { params: path(id), body })),
  whisper: (id: number, text: string) => done(api.POST(`${V}/conversations/{id}/whisper`, { params: path(id), body: { text } })),
  close: (id: number, reason?: string) => done(api.POST(`${V}/conversations/{id}/close`, { params: path(id), body: reason ? { reason } : {} })),
  reopen: (id: number) => done(api.POST(`${V}/conversations/{id}/reopen`, { params: path(id) })),
  stage: (id: number, stage: Stage) => done(api.POST(`${V}/conversations/{id}/stage`, { params: path(id), body: { stage: stage as Schemas["Stage"] } })),
  template: (id: number, template: string) => done(api.POST(`${V}/conversations/{id}/template`, { params: path(id), body: { template } })),
  step: (id: number, step: number) => done(api.POST(`${V}/conversations/{id}/step`, { params: path(id), body: { step } })),
  bargain: (id: number, bargain: string | null) => done(api.POST(`${V}/conversations/{id}/bargain`, { params: path(id), body: { bargain } })),
  risk: (id: number, risk: string | null) => done(api.POST(`${V}/conversations/{id}/risk`, { params: path(id), body: { risk } })),
  payment: (id: number, body: { case: string | null; done: string[] }) => done(api.POST(`${V}/conversations/{id}/payment`, { params: path(id), body })),
  tags: (id: number, tags: string[]) => done(api.POST(`${V}/conversations/{id}/tags`, { params: path(id), body: { tags } })),
  complaint: (id: number, on: boolean) => done(api.POST(`${V}/conversations/{id}/complaint`, { params: path(id), body: { on } })),
  undo: (id: number, seq: number) => done(api.POST(`${V}/conversations/{id}/undo`, { params: path(id), body: { seq } })),
  recall: (id: number, seq: number) => done(api.POST(`${V}/conversations/{id}/recall`, { params: path(id), body: { seq } })),
  invite: (id: number) => done(api.POST(`${V}/conversations/{id}/invite`, { params: path(id) })),
  orderCard: (id: number, order: number, confirm: boolean) => done(api.POST(`${V}/conversations/{id}/order-card`, { params: path(id), body: { client_id: freshId(), order, confirm } })),
  async record(id: number, body: { topic: string; product?: number; solution: string }): Promise<void> {
    await done(api.POST(`${V}/conversations/{id}/record`, { params: path(id), body }));
    await queries.invalidateQueries({ queryKey: ["records", id] });
  },
  async remind(id: number, at: number, text: string): Promise<void> {
    await done(api.POST(`${V}/conversations/{id}/remind`, { params: path(id), body: { at, text } }));
    await queries.invalidateQueries({ queryKey: ["reminders"] });
  },
  async reminderGive(reminder: number, to_person: number): Promise<void> {
    await done(api.POST(`${V}/reminders/{id}/give`, { params: path(reminder), body: { to_person } }));
    await queries.invalidateQueries({ queryKey: ["reminders"] });
  },
  async reminderDone(reminder: number): Promise<void> {
    await done(api.POST(`${V}/reminders/{id}/done`, { params: path(reminder) }));
    await queries.invalidateQueries({ queryKey: ["reminders"] });
  },
};

/** Runs a verb over many conversations, four at a time; says how many went well and the first that did not. */
export async function overAll(ids: readonly number[], run: (id: number) => Promise<void>): Promise<{ done: number; failed: number; why: unknown }> {
  const rest = [...ids];
  let went = 0;
  let failed = 0;
  let why: unknown = null;
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let id = rest.shift(); id !== undefined; id = rest.shift()) {
        try {
          await run(id);
          went++;
        } catch (error) {
          failed++;
          why ??= error;
        }
      }
    }),
  );
  return { done: went, failed, why };
}

export const saveDraft = (id: number, draft: { text: string; note: string }) => ok(api.PUT(`${V}/conversations/{id}/draft`, { params: path(id), body: draft }));

/** A file is no JSON: it goes by the plain door. */
export async function upload(file: File, shop: number): Promise<Uploaded> {
  const form = new FormData();
  form.append("file", file, file.name);
  return http.post<Uploaded>("/files", form, { query: { shop } });
}

// ---- what stands beside a conversation ----

type Id = MaybeRefOrGetter<number | null>;
const on = (id: Id) => computed(() => toValue(id) !== null);
const of = (id: Id) => path(toValue(id) ?? 0);

export function useCustomer(id: Id) {
  return useQuery({ queryKey: computed(() => ["customer", toValue(id)]), enabled: on(id), queryFn: ({ signal }) => ok(api.GET(`${V}/customers/{id}`, { params: of(id), signal })) });
}
/** The buyer's orders, the newest first: those that were read so far, and whether there are more. */
export function useOrders(customer: Id) {
  const pages = useInfiniteQuery({
    queryKey: computed(() => ["orders", "of", toValue(customer), "pages"]),
    enabled: on(customer),
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => (await ok<unknown>(api.GET(`${V}/customers/{id}/orders`, { params: { ...of(customer), query: asked({ limit: 50, cursor: pageParam }) }, signal }))) as Page<Order>,
    getNextPageParam: (page: Page<Order>) => page.next,
  });
  return { ...pages, data: computed(() => pages.data.value?.pages.flatMap((page) => page.items)) };
}
export function useHistory(customer: Id) {
  return useQuery({
    queryKey: computed(() => ["conversations", "of", toValue(customer)]),
    enabled: on(customer),
    queryFn: async ({ signal }) => {
      const list = (await ok(api.GET(`${V}/customers/{id}/conversations`, { params: of(customer), signal }))) as unknown as Conversation[];
      desk.takeConversations(list);
      return list;
    },
  });
}
export function useRecords(conversation: Id) {
  return useQuery({ queryKey: computed(() => ["records", toValue(conversation)]), enabled: on(conversation), queryFn: ({ signal }) => ok(api.GET(`${V}/conversations/{id}/records`, { params: of(conversation), signal })) });
}
export function useSessions(conversation: Id) {
  return useQuery({ queryKey: computed(() => ["sessions", toValue(conversation)]), enabled: on(conversation), queryFn: ({ signal }) => ok(api.GET(`${V}/conversations/{id}/sessions`, { params: of(conversation), signal })) });
}
export function useReminders() {
  return useQuery({ queryKey: ["reminders"], queryFn: ({ signal }) => ok(api.GET(`${V}/reminders`, { signal })) });
}
const templatesOf = (shop: number) => ({ queryKey: ["templates", "of", shop], staleTime: 600_000, queryFn: async ({ signal }: { signal: AbortSignal }) => (await ok(api.GET(`${V}/templates`, { params: { query: { shop } }, signal }))) as unknown as Template[] });
/** The templates that ship, and those the shop made. */
export function useTemplates(shop: MaybeRefOrGetter<number>) {
  return useQuery(computed(() => templatesOf(toValue(shop))));
}
/** The same of several shops at once, by shop. */
export function useTemplatesByShop(shops: () => number[]) {
  const read = useQueries({ queries: computed(() => shops().map((shop) => ({ ...templatesOf(shop), select: (list: Template[]) => ({ shop, list }) }))) });
  return computed(() => new Map(read.value.flatMap(({ data }) => (data ? [[data.shop, data.list] as const] : []))));
}
export function usePaymentCases() {
  return useQuery({ queryKey: ["payment-cases"], staleTime: 600_000, queryFn: async ({ signal }) => (await ok(api.GET(`${V}/payment-cases`, { signal }))) as unknown as PaymentCase[] });
}
/** A list that comes bare or as a page. */
function listed<T>(answer: unknown): T[] {
  return Array.isArray(answer) ? (answer as T[]) : (answer as { items: T[] }).items;
}

const customerChanged = (id: number) => queries.invalidateQueries({ queryKey: ["customer", id] });
export async function patchCustomer(id: number, body: { vip?: boolean; level?: number; note?: string }): Promise<void> {
  await ok(api.PATCH(`${V}/customers/{id}`, { params: path(id), body }));
  await customerChanged(id);
}
export async function block(id: number, body: { reason: string; until: number | null; shop: number | null }): Promise<void> {
  await ok(api.POST(`${V}/customers/{id}/block`, { params: path(id), body }));
  await customerChanged(id);
}
/** Ends the block, in the shop where it was made. */
export async function unblock(id: number): Promise<void> {
  const { blocked } = await ok(api.GET(`${V}/customers/{id}`, { params: path(id) }));
  await ok(api.POST(`${V}/customers/{id}/unblock`, { params: path(id), body: { shop: blocked?.shop ?? null } }));
  await customerChanged(id);
}
export const reveal = (id: number, field: "phone" | "address" | "real_name") => ok(api.POST(`${V}/customers/{id}/reveal`, { params: path(id), body: { field } }));
export const revealOrder = (id: number, field: "receiver" | "phone" | "address") => ok(api.POST(`${V}/orders/{id}/reveal`, { params: path(id), body: { field } }));

export function useProducts(q: MaybeRefOrGetter<string>, shop: Id) {
  return useQuery({ queryKey: computed(() => ["products", toValue(q), toValue(shop)]), queryFn: async ({ signal }) => listed<Product>(await ok(api.GET(`${V}/products`, { params: { query: asked({ q: toValue(q), shop: toValue(shop), limit: 20 }) }, signal }))) });
}

// ---- quick replies ----

export async function saveQuickReply(reply: { id?: number; code: string; category: string; text: string; personal: boolean; shop: number | null; version?: number }): Promise<void> {
  const { id, ...body } = reply;
  try {
    await (id ? ok(api.PATCH(`${V}/quick-replies/{id}`, { params: path(id), body })) : ok(api.POST(`${V}/quick-replies`, { body })));
  } finally {
    // Also what was refused: somebody may have saved another.
    await Promise.all([queries.invalidateQueries({ queryKey: ["quick-replies"] }), queries.invalidateQueries({ queryKey: ["scripts"] })]);
  }
}
/** One as it is now; null when it is gone. */
export async function quickReply(id: number, shop: number | null): Promise<{ code: string; text: string } | null> {
  const all = await ok(api.GET(`${V}/quick-replies`, { params: { query: asked({ shop }) } }));
  return all.find((one) => one.id === id) ?? null;
}
export async function dropQuickReply(id: number): Promise<void> {
  await ok(api.DELETE(`${V}/quick-replies/{id}`, { params: path(id) }));
  await Promise.all([queries.invalidateQueries({ queryKey: ["quick-replies"] }), queries.invalidateQueries({ queryKey: ["scripts"] })]);
}

// ---- stock, by SKU ----

export interface StockAnswer {
  sku: number;
  code: string;
  title: string;
  spec: string;
  sellable: number;
}
export function useSkus(q: MaybeRefOrGetter<string>, shop: Id) {
  return useQuery({ queryKey: computed(() => ["stock", toValue(q), toValue(shop)]), enabled: computed(() => toValue(q).trim() !== ""), queryFn: ({ signal }) => http.get<StockAnswer[]>("/stock", { q: toValue(q).trim(), shop: toValue(shop), limit: 20 }, signal) });
}
