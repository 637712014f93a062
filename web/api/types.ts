// The shapes of docs/sockets.md, agent's door. Nothing here is generated: the socket has no OpenAPI.
// Times are milliseconds UTC, money is whole fen, ids are whole numbers below 2^53.

import type { Filled } from "./knowledge";

export type Stage = "pre" | "in" | "after";
export type PresenceState = "online" | "busy" | "away" | "off";
export type From = "buyer" | "agent" | "auto" | "system";

export interface Bodies {
  text: { text: string };
  image: { file: number; width: number; height: number; size: number };
  voice: { file: number; ms: number; size: number };
  file: { file: number; name: string; size: number; type: string };
  product: { product: number; sku: number | null; title: string; spec: string | null; price_fen: number; picture: string | null };
  order: {
    order: number;
    number: string;
    lines: { title: string; spec: string | null; quantity: number; price_fen: number; flaw?: string | null }[];
    total_fen: number;
    receiver: string | null;
    address: string | null;
    pay: string | null;
    ship: string | null;
    confirm: boolean;
    answer: null | "confirmed" | "wrong";
    note: string | null;
    answered_at: number | null;
  };
  coupon: { title: string; amount_fen: number; floor_fen: number; code: string; until: number | null };
  form: {
    title: string;
    fields: { name: string; title: string; kind: "text" | "choice"; choices?: string[] | null; required: boolean }[];
    answers: null | Record<string, string>;
  };
  note: { text: string; mentions: number[]; whisper: boolean };
  system: { event: string } & Record<string, unknown>;
}
export type Kind = keyof Bodies;

interface MessageHead {
  conversation: number;
  seq: number;
  rev: number;
  from: From;
  person: number | null;
  name: string | null;
  at: number;
  client_id: string | null;
  quote: number | null;
  state: "sent" | "recalled" | "undone" | "erased";
}
/** A message; `kind` decides the body. A message that was recalled, undone or erased has an empty body. */
export type Message = { [K in Kind]: MessageHead & { kind: K; body: Bodies[K] } }[Kind];
export type MessageOf<K extends Kind> = Extract<Message, { kind: K }>;

export interface Customer {
  id: number;
  name: string;
  level: number;
  vip: boolean;
  known: boolean;
  blocked: boolean;
}

export interface Conversation {
  id: number;
  rev: number;
  shop: number;
  channel: string;
  state: "queued" | "open" | "closed";
  stage: Stage;
  customer: Customer;
  agent: number | null;
  agent_name: string | null;
  group: number | null;
  group_name: string | null;
  priority: number;
  complaint: boolean;
  session: number | null;
  waiting_since: number | null;
  queued_at: number | null;
  /** From when on the wait in the queue counts one priority more. */
  rises_at: number | null;
  warn_at: number | null;
  breach_at: number | null;
  promise_at: number | null;
  remind_at: number | null;
  slow: boolean;
  idle: boolean;
  last_seq: number;
  agent_read_seq: number;
  buyer_read_seq: number;
  unread: number;
  last: { from: From; kind: Kind; text: string; at: number } | null;
  template: string;
  step: number;
  bargain: string | null;
  /** `threat`: the buyer threatens with a bad review or with exposure. */
  risk: string | null;
  /** Which of the payment cases the buyer is in, and what of its checklist is done. */
  payment: string | null;
  payment_done: string[];
  tags: string[];
  created_at: number;
  closed_at: number | null;
}

export interface Viewer {
  person: number;
  name: string;
  typing: boolean;
}
export interface Draft {
  text: string;
  note: string;
  by: number | null;
  at: number | null;
}
export interface Counts {
  mine: number;
  queue: number;
  all: number;
  waiting: number;
}
export interface PresenceOf {
  person: number;
  name: string;
  state: PresenceState;
  reason: string | null;
  /** Open conversations; null while nobody has said. */
  load: number | null;
  capacity: number;
}
export type AlarmKind = "warn" | "breach" | "threat" | "promise" | "slow" | "idle" | "remind" | "mention" | "whisper" | "paper" | "promise_near" | "promise_price" | "price_near";
export interface Alarm {
  alarm: AlarmKind;
  conversation?: number | null;
  /** The buyer's, of an alarm about a talk. */
  name?: string | null;
  /** Of a paper: the name of its shop, which paper, and whether it has ended already. */
  text?: string | null;
  shop?: number | null;
  paper?: string | null;
  state?: string | null;
  /** Of a promise that is about to break: the parcel; `text` is its order's number, `at` until when it has to leave. */
  parcel?: number | null;
  /** Of a price that is to be decided soon: the request; `text` is its order's number, `at` until when the buyer was promised an answer. */
  ask?: number | null;
  at: number;
}

export interface SocketProblem {
  code: string;
  detail?: string | null;
  field?: string | null;
  params?: Record<string, unknown> | null;
  [further: string]: unknown;
}

/** What a client asks; the value names the answer. */
export interface Commands {
  hello: { ask: { cursor?: string }; ok: Hello };
  presence: { ask: { state: PresenceState; reason?: string }; ok: { state: PresenceState; reason: string | null } };
  follow: { ask: { list: "mine" | "queue" | "all" | "none" }; ok: object };
  open: { ask: { conversation: number }; ok: Opened };
  leave: { ask: { conversation: number }; ok: object };
  history: { ask: { conversation: number; before?: number; after?: number; limit?: number }; ok: { messages: Message[] } };
  send: { ask: SendAsk; ok: { message: Message } };
  typing: { ask: { conversation: number; on: boolean }; ok: object };
  read: { ask: { conversation: number; seq: number }; ok: object };
  ping: { ask: object; ok: { at: number } };
}
export interface Hello {
  person: number;
  name: string;
  cursor: string;
  resync: boolean;
  changed: Conversation[];
  presence: { state: PresenceState; reason: string | null };
}
export interface Opened {
  conversation: Conversation;
  messages: Message[];
  viewers: Viewer[];
  draft: Draft | null;
  page: Page | null;
}
/** What the shop's page says the buyer looks at; null when no window of theirs is open. */
export interface Page {
  url: string | null;
  title: string;
  product: number | null;
}
export interface SendAsk {
  conversation: number;
  client_id: string;
  kind: Exclude<Kind, "system">;
  body: object;
  quote?: number;
  typed_ms?: number;
  /** What the agent says they promised, ms from now; left out: the server reads the words. */
  promise_ms?: number;
  /** Rules of the reply check whose findings the agent has read and sends all the same. */
  confirmed?: string[];
  /** What the text was filled with, to be looked at again. */
  filled?: Filled;
}

/** A parcel that must not leave as it is: rings at the packing table. */
export interface DeskAlarm {
  on: "desk_alarm";
  id: number;
  shop: number;
  parcel: number;
  why: string;
  was: "passed" | "printed" | "packed";
  batch: string | null;
  waybill: string | null;
  at: number;
}

/** What the server says unasked. */
export type Push =
  | { on: "message"; message: Message; conversation: Conversation }
  | { on: "conversation"; conversation: Conversation }
  | { on: "gone"; conversation: number; agent: number | null; rev: number }
  | { on: "read"; conversation: number; by: "buyer" | "agent"; seq: number }
  | { on: "typing"; conversation: number; by: "buyer" | "agent"; person: number | null; name: string | null; typing: boolean; text?: string | null }
  | { on: "viewers"; conversation: number; viewers: Viewer[] }
  | { on: "page"; conversation: number; page: Page | null }
  | { on: "draft"; conversation: number; draft: Draft | null }
  | ({ on: "presence" } & PresenceOf)
  | ({ on: "alarm" } & Alarm)
  | ({ on: "counts" } & Counts)
  | { on: "knowledge"; kind: "script" | "faq" | "policy"; id: number | null; shop: number }
  | { on: "notice"; notice: { id: number; title: string } }
  | { on: "notice_gone" | "notice_read"; notice: number }
  | { on: "desk"; shop: number; parcels: number[] }
  | DeskAlarm
  | { on: "desk_alarm_seen"; shop: number; id: number }
  | { on: "cursor"; cursor: string }
  | { on: "resync" }
  | { on: "bye"; why: "signed_out" | "disabled" | "shutdown" };
