// Shapes for tests: a conversation and a message with everything in place. Imported by tests only.
import type { Conversation, Message } from "./types";

export function conversation(more: Partial<Conversation> = {}): Conversation {
  return {
    id: 1, rev: 1, shop: 3, channel: "web", state: "open", stage: "pre",
    customer: { id: 8, name: "青柠", level: 2, vip: false, known: true, blocked: false },
    agent: 12, agent_name: "小满", group: null, group_name: null, priority: 0, complaint: false,
    session: 77, waiting_since: null, queued_at: null, rises_at: null, warn_at: null, breach_at: null, promise_at: null, remind_at: null,
    slow: false, idle: false, last_seq: 1, agent_read_seq: 0, buyer_read_seq: 0, unread: 1,
    last: { from: "buyer", kind: "text", text: "在吗", at: 1_790_000_000_000 },
    template: "seven", step: 2, bargain: null, risk: null, payment: null, payment_done: [], tags: [], created_at: 1_780_000_000_000, closed_at: null,
    ...more,
  };
}

export function message(more: Partial<Message> = {}): Message {
  return {
    conversation: 1, seq: 1, rev: 1, from: "buyer", kind: "text", body: { text: "在吗" }, person: null, name: null,
    at: 1_790_000_000_000, client_id: null, quote: null, state: "sent",
    ...more,
  } as Message;
}

/** Repeatable random numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
