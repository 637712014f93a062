// What the frames add up to: conversations by id, threads by number, people by presence. Pure bookkeeping, no
// socket and no Vue: `apply` takes one frame, changes the state and says what changed and what must be read again.
// Frames may be lost, doubled or reordered; the state after the gaps are read again is the same.
import type { Conversation, Counts, Draft, Message, Page, PresenceOf, Push } from "./types";

export interface Thread {
  /** Gapless and ascending; `run[0].seq` is `first`. */
  run: Message[];
  /** Messages beyond a gap, by number, until the gap is read. */
  beyond: Map<number, Message>;
  typing: { buyer: string | null; people: Map<number, string> };
  draft: Draft | null;
  /** What the buyer looks at, and the last message that was there when they turned to it. */
  page: (Page & { since: number }) | null;
}

export interface Live {
  conversations: Map<number, Conversation>;
  threads: Map<number, Thread>;
  presence: Map<number, PresenceOf>;
  counts: Counts | null;
  /** Conversations that left what this person may see, at which revision; an older frame does not bring them back. */
  gone: Map<number, number>;
}

/** What a frame asks its reader to do. */
export interface Changes {
  conversations: Set<number>;
  threads: Set<number>;
  presence: boolean;
  counts: boolean;
  /** Threads to read with `history after`, by conversation. */
  gaps: Map<number, number>;
}

export function emptyLive(): Live {
  return { conversations: new Map(), threads: new Map(), presence: new Map(), counts: null, gone: new Map() };
}

export function noChanges(): Changes {
  return { conversations: new Set(), threads: new Set(), presence: false, counts: false, gaps: new Map() };
}

export function newThread(): Thread {
  return { run: [], beyond: new Map(), typing: { buyer: null, people: new Map() }, draft: null, page: null };
}

/** Takes a conversation if it is newer than the one held. */
export function takeConversation(live: Live, conversation: Conversation, changes: Changes): void {
  const held = live.conversations.get(conversation.id);
  if (held && held.rev >= conversation.rev) return;
  if ((live.gone.get(conversation.id) ?? -1) >= conversation.rev) return;
  live.gone.delete(conversation.id);
  live.conversations.set(conversation.id, held ? keepReadMarks(held, conversation) : conversation);
  changes.conversations.add(conversation.id);
}

/** A frame made before a read mark may arrive after it: marks never go back. */
function keepReadMarks(held: Conversation, next: Conversation): Conversation {
  const agent = Math.max(held.agent_read_seq, next.agent_read_seq);
  const buyer = Math.max(held.buyer_read_seq, next.buyer_read_seq);
  if (agent === next.agent_read_seq && buyer === next.buyer_read_seq) return next;
  return { ...next, agent_read_seq: agent, buyer_read_seq: buyer, unread: agent >= next.last_seq ? 0 : next.unread };
}

/** Takes one message: replaces an older revision, extends the run, or waits beyond a gap. */
export function takeMessage(live: Live, message: Message, changes: Changes): void {
  const thread = live.threads.get(message.conversation);
  if (!thread) return;
  const { run, beyond } = thread;
  const first = run[0]?.seq;
  const last = run.at(-1)?.seq;
  if (first === undefined || last === undefined) {
    run.push(message);
    changes.threads.add(message.conversation);
    absorb(thread);
    return;
  }
  if (message.seq < first - 1) return;
  if (message.seq === first - 1) run.unshift(message);
  else if (message.seq <= last) {
    const held = run[message.seq - first];
    if (held && held.rev >= message.rev) return;
    run[message.seq - first] = message;
  } else if (message.seq === last + 1) {
    run.push(message);
    absorb(thread);
  } else {
    const held = beyond.get(message.seq);
    if (!held || held.rev < message.rev) beyond.set(message.seq, message);
    changes.gaps.set(message.conversation, last);
    return;
  }
  if (beyond.size) changes.gaps.set(message.conversation, run.at(-1)!.seq);
  else changes.gaps.delete(message.conversation);
  changes.threads.add(message.conversation);
}

function absorb(thread: Thread): void {
  const { run, beyond } = thread;
  if (!beyond.size) return;
  let next = run.at(-1)!.seq + 1;
  for (let message = beyond.get(next); message; message = beyond.get(++next)) {
    run.push(message);
    beyond.delete(next);
  }
  for (const seq of beyond.keys()) if (seq < next) beyond.delete(seq);
}

/**
 * Takes a page of history (ascending, gapless). A page that touches the run joins it; one that lies wholly above it
 * leaves a gap to read; one that lies wholly below it is stale and dropped.
 */
export function takePage(live: Live, conversation: number, page: readonly Message[], changes: Changes): void {
  const thread = live.threads.get(conversation);
  if (!thread || !page.length) return;
  const first = thread.run[0]?.seq;
  const low = page[0]!.seq;
  const high = page.at(-1)!.seq;
  if (first !== undefined && low < first) {
    if (high < first - 1) return;
    thread.run.unshift(...page.filter((m) => m.seq < first));
    changes.threads.add(conversation);
  }
  for (const message of page) takeMessage(live, message, changes);
  const last = thread.run.at(-1)?.seq ?? 0;
  if (thread.beyond.size) changes.gaps.set(conversation, last);
  else changes.gaps.delete(conversation);
}

/**
 * Takes one push for the person `me`. `resync`, `cursor`, `alarm` and `bye` are the connection's business, not the
 * state's.
 */
export function apply(live: Live, push: Push, changes: Changes, me = 0): void {
  switch (push.on) {
    case "message":
      takeConversation(live, push.conversation, changes);
      takeMessage(live, push.message, changes);
      if (push.message.from === "buyer") hushBuyer(live, push.message.conversation, changes);
      return;
    case "conversation":
      takeConversation(live, push.conversation, changes);
      return;
    case "gone":
      if (push.agent !== me) takeGone(live, push.conversation, push.rev, changes);
      return;
    case "read":
      takeRead(live, push.conversation, push.by, push.seq, changes);
      return;
    case "typing":
      takeTyping(live, push, changes);
      return;
    case "page": {
      const thread = live.threads.get(push.conversation);
      if (!thread) return;
      thread.page = push.page && { ...push.page, since: thread.run.at(-1)?.seq ?? 0 };
      changes.threads.add(push.conversation);
      return;
    }
    case "draft": {
      const thread = live.threads.get(push.conversation);
      if (!thread) return;
      thread.draft = push.draft;
      changes.threads.add(push.conversation);
      return;
    }
    case "presence": {
      const { on: _on, ...person } = push;
      // A frame about state says nothing of load: what was known stays.
      live.presence.set(person.person, { ...person, load: person.load ?? live.presence.get(person.person)?.load ?? null });
      changes.presence = true;
      return;
    }
    case "counts": {
      const { on: _on, ...counts } = push;
      live.counts = counts;
      changes.counts = true;
      return;
    }
    default:
  }
}

/** It left the queue into other hands, and whoever sees only the queue and their own sees it no more. */
function takeGone(live: Live, id: number, rev: number, changes: Changes): void {
  const held = live.conversations.get(id);
  if (held && held.rev > rev) return;
  live.gone.set(id, Math.max(rev, live.gone.get(id) ?? rev));
  if (live.conversations.delete(id)) changes.conversations.add(id);
}

/** Read marks only move forward, and bring no new `rev`; the unread figure follows the agent's mark. */
function takeRead(live: Live, id: number, by: "buyer" | "agent", seq: number, changes: Changes): void {
  const held = live.conversations.get(id);
  if (!held) return;
  const key = by === "buyer" ? "buyer_read_seq" : "agent_read_seq";
  if (held[key] >= seq) return;
  const unread = by === "agent" && seq >= held.last_seq ? 0 : held.unread;
  live.conversations.set(id, { ...held, [key]: seq, unread });
  changes.conversations.add(id);
  changes.threads.add(id);
}

function takeTyping(live: Live, push: Extract<Push, { on: "typing" }>, changes: Changes): void {
  const thread = live.threads.get(push.conversation);
  if (!thread) return;
  if (push.by === "buyer") thread.typing.buyer = push.typing ? (push.text ?? "") : null;
  else if (push.person !== null) {
    if (push.typing) thread.typing.people.set(push.person, push.name ?? "");
    else thread.typing.people.delete(push.person);
  }
  changes.threads.add(push.conversation);
}

function hushBuyer(live: Live, id: number, changes: Changes): void {
  const thread = live.threads.get(id);
  if (!thread || thread.typing.buyer === null) return;
  thread.typing.buyer = null;
  changes.threads.add(id);
}
