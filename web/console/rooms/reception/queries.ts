// Everything reception asks of the server over HTTP. What the answers say of conversations goes to the desk.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { freshId, http, type Page, type Query } from "@api/client";
import type { Conversation, Message, Stage } from "@api/types";
import { queries } from "@shell/cache";
import { desk } from "@shell/desk";
import { itemsOf } from "@shell/queries";
import type { Filter } from "./order";

export interface Round {
  no: number;
  agent: number | null;
  began_at: number;
  breach_at: number;
  ended_at: number | null;
  reply_seq: number | null;
  ended: string | null;
}
export interface Session {
  no: number;
  stage: Stage;
  started_at: number;
  ended_at: number | null;
  ended: string | null;
  rounds: Round[];
  score: number | null;
}
export interface Consultation {
  id: number;
  topic: string;
  product: number | null;
  solution: string;
  person: number;
  at: number;
}
export interface Reminder {
  id: number;
  conversation: number;
  text: string;
  due: number;
}
export interface QuickReply {
  id: number;
  /** 0: all shops. */
  shop: number;
  /** Whose own it is; null: everybody's. */
  person: number | null;
  code: string;
  category: string;
  text: string;
  uses: number;
}
export interface Template {
  key: string;
  title: { zh: string; en: string };
  steps: { key: string; zh: string; en: string }[];
}
export interface Uploaded {
  file: number;
  kind: "image" | "voice" | "file";
  width: number | null;
  height: number | null;
  ms: number | null;
  size: number;
  name: string;
  type: string;
}
export interface CustomerCard {
  id: number;
  name: string;
  nick: string | null;
  level: number;
  vip: boolean;
  vip_note: string | null;
  blocked: null | { reason: string; until: number | null; by: string | null };
  phone_masked: string | null;
  spent_fen: number;
  orders: number;
  identities: { kind?: string; platform?: string; value?: string }[];
  note: string | null;
  created_at: number;
}
export interface Order {
  id: number;
  number: string;
  status: string;
  total_fen: number;
  placed_at?: number | null;
  created_at?: number | null;
  lines: { title: string; spec: string | null; quantity: number; price_fen: number }[];
}
export interface Product {
  id: number;
  code: string;
  title: string;
  picture: string | null;
  price_fen: number;
  skus?: { id: number; spec: string | null; price_fen: number; stock?: number; available?: number }[];
}

// ---- lists ----

export async function listConversations(f: Filter, cursor: string | null, signal?: AbortSignal): Promise<Page<Conversation>> {
  const read = async (query: Query): Promise<Page<Conversation>> => {
    const page = await http.get<Page<Conversation>>("/conversations", { shop: f.shop, stage: f.stage, cursor, limit: 100, ...query }, signal);
    desk.takeConversations(page.items);
    return page;
  };
  if (f.tab === "queue") return read({ tab: "queue" });
  if (f.which === "closed") return read({ tab: "all", state: "closed", agent: f.tab === "mine" ? f.me : null });
  if (f.tab === "mine") return read({ tab: "mine" });
  // Whoever waits in the queue belongs to all from the start, however long ago they spoke.
  const [open] = await Promise.all([read({ tab: "all", state: "open" }), cursor === null ? read({ tab: "queue", cursor: null }) : null]);
  return open;
}
export async function readConversation(id: number): Promise<Conversation> {
  const one = await http.get<Conversation>(`/conversations/${id}`);
  desk.takeConversations([one]);
  return one;
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
async function verb(id: number, name: string, body?: object): Promise<void> {
  learn(await http.post(`/conversations/${id}/${name}`, body));
}

export const act = {
  claim: (id: number) => verb(id, "claim"),
  release: (id: number, note: string) => verb(id, "release", { note }),
  takeOver: (id: number) => verb(id, "take-over"),
  transfer: (id: number, to: { to_person?: number; to_group?: number; note: string }) => verb(id, "transfer", to),
  whisper: (id: number, text: string) => verb(id, "whisper", { text }),
  close: (id: number, reason?: string) => verb(id, "close", reason ? { reason } : {}),
  reopen: (id: number) => verb(id, "reopen"),
  stage: (id: number, stage: Stage) => verb(id, "stage", { stage }),
  template: (id: number, template: string) => verb(id, "template", { template }),
  step: (id: number, step: number) => verb(id, "step", { step }),
  bargain: (id: number, bargain: string | null) => verb(id, "bargain", { bargain }),
  tags: (id: number, tags: string[]) => verb(id, "tags", { tags }),
  complaint: (id: number, on: boolean) => verb(id, "complaint", { on }),
  undo: (id: number, seq: number) => verb(id, "undo", { seq }),
  recall: (id: number, seq: number) => verb(id, "recall", { seq }),
  promise: (id: number, until: number | null) => verb(id, "promise", { until }),
  invite: (id: number) => verb(id, "invite"),
  orderCard: (id: number, order: number, confirm: boolean) => verb(id, "order-card", { client_id: freshId(), order, confirm }),
  async record(id: number, record: { topic: string; product?: number; solution: string }): Promise<void> {
    await verb(id, "record", record);
    await queries.invalidateQueries({ queryKey: ["records", id] });
  },
  async remind(id: number, at: number, text: string): Promise<void> {
    await verb(id, "remind", { at, text });
    await queries.invalidateQueries({ queryKey: ["reminders"] });
  },
  async reminderDone(reminder: number): Promise<void> {
    learn(await http.post(`/reminders/${reminder}/done`));
    await queries.invalidateQueries({ queryKey: ["reminders"] });
  },
};

/** Runs a verb over many conversations, four at a time; says how many went well and the first that did not. */
export async function overAll(ids: readonly number[], run: (id: number) => Promise<void>): Promise<{ done: number; failed: number; why: unknown }> {
  const rest = [...ids];
  let done = 0;
  let failed = 0;
  let why: unknown = null;
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let id = rest.shift(); id !== undefined; id = rest.shift()) {
        try {
          await run(id);
          done++;
        } catch (error) {
          failed++;
          why ??= error;
        }
      }
    }),
  );
  return { done, failed, why };
}

export function saveDraft(id: number, draft: { text: string; note: string }): Promise<unknown> {
  return http.put(`/conversations/${id}/draft`, draft);
}

export async function upload(file: File, shop: number): Promise<Uploaded> {
  const form = new FormData();
  form.append("file", file, file.name);
  return http.post<Uploaded>("/files", form, { query: { shop } });
}

// ---- what stands beside a conversation ----

type Id = MaybeRefOrGetter<number | null>;
const on = (id: Id) => computed(() => toValue(id) !== null);

export function useCustomer(id: Id) {
  return useQuery({ queryKey: computed(() => ["customer", toValue(id)]), enabled: on(id), queryFn: ({ signal }) => http.get<CustomerCard>(`/customers/${toValue(id)}`, {}, signal) });
}
export function useOrders(customer: Id) {
  return useQuery({ queryKey: computed(() => ["orders", "of", toValue(customer)]), enabled: on(customer), queryFn: async ({ signal }) => itemsOf(await http.get<Order[] | Page<Order>>(`/customers/${toValue(customer)}/orders`, {}, signal)) });
}
export function useHistory(customer: Id) {
  return useQuery({
    queryKey: computed(() => ["conversations", "of", toValue(customer)]),
    enabled: on(customer),
    queryFn: async ({ signal }) => {
      const list = itemsOf(await http.get<Conversation[] | Page<Conversation>>(`/customers/${toValue(customer)}/conversations`, {}, signal));
      desk.takeConversations(list);
      return list;
    },
  });
}
export function useRecords(conversation: Id) {
  return useQuery({ queryKey: computed(() => ["records", toValue(conversation)]), enabled: on(conversation), queryFn: async ({ signal }) => itemsOf(await http.get<Consultation[] | Page<Consultation>>(`/conversations/${toValue(conversation)}/records`, {}, signal)) });
}
export function useSessions(conversation: Id) {
  return useQuery({ queryKey: computed(() => ["sessions", toValue(conversation)]), enabled: on(conversation), queryFn: async ({ signal }) => itemsOf(await http.get<Session[] | Page<Session>>(`/conversations/${toValue(conversation)}/sessions`, {}, signal)) });
}
export function useReminders() {
  return useQuery({ queryKey: ["reminders"], queryFn: async ({ signal }) => itemsOf(await http.get<Reminder[] | Page<Reminder>>("/reminders", {}, signal)) });
}
export function useTemplates() {
  return useQuery({ queryKey: ["templates"], staleTime: 600_000, queryFn: async ({ signal }) => itemsOf(await http.get<Template[] | Page<Template>>("/templates", {}, signal)) });
}

export async function patchCustomer(id: number, change: { vip?: boolean; level?: number; note?: string }): Promise<void> {
  await http.patch(`/customers/${id}`, change);
  await queries.invalidateQueries({ queryKey: ["customer", id] });
}
export async function block(id: number, body: { reason: string; until: number | null; shop?: number }): Promise<void> {
  await http.post(`/customers/${id}/block`, body);
  await queries.invalidateQueries({ queryKey: ["customer", id] });
}
export async function unblock(id: number): Promise<void> {
  await http.post(`/customers/${id}/unblock`);
  await queries.invalidateQueries({ queryKey: ["customer", id] });
}
export function reveal(id: number, field: string): Promise<{ value: string }> {
  return http.post<{ value: string }>(`/customers/${id}/reveal`, { field });
}

export function useProducts(q: MaybeRefOrGetter<string>, shop: Id) {
  return useQuery({ queryKey: computed(() => ["products", toValue(q), toValue(shop)]), queryFn: async ({ signal }) => itemsOf(await http.get<Product[] | Page<Product>>("/products", { q: toValue(q), shop: toValue(shop), limit: 20 }, signal)) });
}

// ---- quick replies ----

export function useQuickReplies(shop: Id) {
  return useQuery({ queryKey: computed(() => ["quick-replies", toValue(shop)]), staleTime: 120_000, queryFn: async ({ signal }) => itemsOf(await http.get<QuickReply[] | Page<QuickReply>>("/quick-replies", { shop: toValue(shop) }, signal)) });
}
export async function saveQuickReply(reply: { id?: number; code: string; category: string; text: string; personal: boolean; shop: number | null }): Promise<void> {
  const { id, ...body } = reply;
  await (id ? http.patch(`/quick-replies/${id}`, body) : http.post("/quick-replies", body));
  await queries.invalidateQueries({ queryKey: ["quick-replies"] });
}
export async function dropQuickReply(id: number): Promise<void> {
  await http.del(`/quick-replies/${id}`);
  await queries.invalidateQueries({ queryKey: ["quick-replies"] });
}
export function usedQuickReply(id: number): void {
  http.post(`/quick-replies/${id}/used`).catch(() => undefined);
}
