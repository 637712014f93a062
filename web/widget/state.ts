// What the widget knows of its talk, as a pure function of the frames it was handed.
// It talks to nobody and knows no clock; talk.ts feeds it.
import type { Entry, Hello, Message, Phase, Place, Push, Shop } from './protocol';

/** `idle`: never asked for; `waiting`: between two attempts; `refused`: no use to try again. */
export type Status = 'idle' | 'connecting' | 'live' | 'waiting' | 'refused';

export interface State {
  readonly status: Status;
  /** Problem code that ended it, when `refused`. */
  readonly refusal: string | null;
  readonly shop: Shop | null;
  readonly conversation: number | null;
  readonly phase: Phase | null;
  readonly agent: string | null;
  readonly typing: boolean;
  /** Everything up to and including this number is older than what is held. */
  readonly base: number;
  /** Every number above `base` up to and including this one is held. */
  readonly end: number;
  readonly log: ReadonlyMap<number, Entry>;
  /** A message of another conversation came: what is held must be read afresh. */
  readonly stale: boolean;
  readonly queue: Place | null;
  readonly agentRead: number;
  readonly ownRead: number;
  readonly invite: number | null;
  /** Grows when somebody else sits down at this browser. */
  readonly person: number;
}

export type Action =
  | { type: 'status'; status: Status; refusal?: string | null }
  | { type: 'hello'; ok: Hello; fresh: boolean }
  | { type: 'messages'; messages: readonly Entry[] }
  | { type: 'older'; messages: readonly Entry[] }
  | { type: 'skip' }
  | { type: 'queue'; queue: Place | null }
  | { type: 'agent'; name: string | null; typing: boolean }
  | { type: 'read'; seq: number }
  | { type: 'seen'; seq: number }
  | { type: 'phase'; phase: Phase }
  | { type: 'invite'; session: number | null }
  | { type: 'forget'; another: boolean };

/** What a pushed frame means for the state; null when it is about the socket. */
export function pushed(frame: Push): Action | null {
  switch (frame.on) {
    case 'message':
      return { type: 'messages', messages: [frame.message] };
    case 'queue':
      return { type: 'queue', queue: frame };
    case 'agent':
      return { type: 'agent', name: frame.name, typing: frame.typing ?? false };
    case 'read':
      return { type: 'read', seq: frame.seq };
    case 'state':
      return { type: 'phase', phase: frame.state };
    case 'invite':
      return { type: 'invite', session: frame.session };
    default:
      return null;
  }
}

export const START: State = {
  status: 'idle',
  refusal: null,
  shop: null,
  conversation: null,
  phase: null,
  agent: null,
  typing: false,
  base: 0,
  end: 0,
  log: new Map(),
  stale: false,
  queue: null,
  agentRead: 0,
  ownRead: 0,
  invite: null,
  person: 0,
};

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'status':
      return { ...state, status: action.status, refusal: action.refusal ?? null, typing: action.status === 'live' && state.typing };
    case 'hello':
      return hello(state, action.ok, action.fresh);
    case 'messages':
      return take(state, action.messages, false);
    case 'older':
      return action.messages.length === 0 ? { ...state, base: 0 } : take(state, action.messages, true);
    case 'skip':
      return skip(state);
    case 'queue':
      return { ...state, queue: action.queue && action.queue.place > 0 ? action.queue : null };
    case 'agent':
      return { ...state, agent: action.name, typing: action.name !== null && action.typing, queue: action.name === null ? state.queue : null };
    case 'read':
      return { ...state, agentRead: Math.max(state.agentRead, action.seq) };
    case 'seen':
      return action.seq > state.ownRead ? { ...state, ownRead: action.seq } : state;
    case 'phase':
      return { ...state, phase: action.phase, queue: action.phase === 'queued' ? state.queue : null, typing: false };
    case 'invite':
      return { ...state, invite: action.session };
    case 'forget':
      return { ...START, status: state.status, shop: state.shop, person: state.person + (action.another ? 1 : 0) };
  }
}

function hello(state: State, ok: Hello, fresh: boolean): State {
  const first = ok.messages[0];
  const clean = fresh || state.conversation !== ok.conversation;
  const start: State = clean
    ? { ...state, log: new Map(), base: first ? first.seq - 1 : 0, end: first ? first.seq - 1 : 0, stale: false }
    : state;
  const known: State = {
    ...start,
    shop: ok.shop,
    conversation: ok.conversation,
    phase: ok.state,
    agent: ok.agent?.name ?? null,
    typing: false,
    queue: ok.queue && ok.queue.place > 0 ? ok.queue : null,
    agentRead: clean ? (ok.agent_read_seq ?? 0) : Math.max(state.agentRead, ok.agent_read_seq ?? 0),
    ownRead: Math.max(clean ? carried(state, ok) : state.ownRead, ok.buyer_read_seq ?? 0),
    invite: ok.invite,
  };
  return take(known, ok.messages, false);
}

/** How far the buyer had read survives a fresh list of the same talk, but not beyond its end. */
function carried(state: State, ok: Hello): number {
  return state.conversation === ok.conversation ? Math.min(state.ownRead, ok.messages[ok.messages.length - 1]?.seq ?? 0) : 0;
}

/** A hidden number stays hidden, whatever late copy of the message still arrives; a number given up may still be filled. */
function weight(entry: Entry): number {
  if (entry.kind !== 'hidden') return entry.rev;
  return entry.lost ? -1 : Infinity;
}

function take(state: State, entries: readonly Entry[], older: boolean): State {
  const log = new Map(state.log);
  let { conversation, base, end, typing, stale } = state;
  let changed = false;
  for (const entry of entries) {
    const thread = entry.conversation ?? conversation;
    if (conversation !== null && thread !== conversation) {
      stale = true;
      continue;
    }
    conversation = thread;
    const held = log.get(entry.seq);
    // A change of something older than what is held comes with that page of the history.
    if (entry.seq <= base && !held && !older) continue;
    if (held && weight(entry) <= weight(held)) continue;
    log.set(entry.seq, entry);
    changed = true;
    if (entry.kind !== 'hidden' && entry.from === 'agent') typing = false;
  }
  if (older) for (const entry of entries) base = Math.min(base, entry.seq - 1);
  while (log.has(end + 1)) end += 1;
  const same = !changed && base === state.base && stale === state.stale && conversation === state.conversation;
  return same ? state : { ...state, log, conversation, base, end, typing, stale };
}

/** Gives a hole up that the server says it cannot fill, so that what follows is shown. */
function skip(state: State): State {
  const next = firstBeyond(state);
  if (next === null) return state;
  const log = new Map(state.log);
  for (let seq = state.end + 1; seq < next; seq += 1) log.set(seq, { kind: 'hidden', seq, lost: true });
  let end = next;
  while (log.has(end + 1)) end += 1;
  return { ...state, log, end };
}

function firstBeyond(state: State): number | null {
  let next: number | null = null;
  for (const seq of state.log.keys()) if (seq > state.end && (next === null || seq < next)) next = seq;
  return next;
}

/** Whether numbers are missing between what is held. */
export const hasGap = (state: State): boolean => firstBeyond(state) !== null;

/** Whether an answer to `hello` cannot belong to what is held: a restore took messages back, or a merge moved the thread. */
export function diverged(state: State, ok: Hello, after: number | null): boolean {
  if (after === null || state.conversation === null) return false;
  if (ok.conversation !== state.conversation) return true;
  const last = ok.messages.reduce((top, entry) => Math.max(top, entry.seq), after);
  if (last < state.end && ok.messages.length < FULL_PAGE) return true;
  return ok.messages.some((entry) => {
    const held = state.log.get(entry.seq);
    return held && held.kind !== 'hidden' && entry.kind !== 'hidden' && held.at !== entry.at;
  });
}

/** As many messages as one `hello` brings; so many mean that there may be more. */
export const FULL_PAGE = 50;

/** Whether somebody is there by now; a page may stay open over the hour of opening. */
export const openNow = (shop: Shop, now: number): boolean => shop.open || (shop.opens_at !== null && now >= shop.opens_at);

/** Whether the buyer's next message begins a talk. One who never came before is not told that theirs began: what they wrote shows it. */
export function begins(state: State): boolean {
  if (state.queue !== null || state.phase === 'open' || state.phase === 'queued') return false;
  return state.phase === 'closed' || !visible(state).some((message) => message.from === 'buyer');
}

/** What may be shown, in order: nothing beyond a gap, nothing hidden. */
export function visible(state: State): Message[] {
  const shown: Message[] = [];
  for (let seq = state.base + 1; seq <= state.end; seq += 1) {
    const entry = state.log.get(seq);
    if (entry && entry.kind !== 'hidden') shown.push(entry);
  }
  return shown;
}

export function unread(state: State): number {
  let count = 0;
  for (let seq = Math.max(state.base, state.ownRead) + 1; seq <= state.end; seq += 1) {
    const entry = state.log.get(seq);
    if (entry && entry.kind !== 'hidden' && entry.state === 'sent' && (entry.from === 'agent' || entry.from === 'auto')) count += 1;
  }
  return count;
}
