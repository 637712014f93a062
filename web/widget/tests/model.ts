// A conversation as the server keeps it, and the frames it would send of it.
import type { Entry, Hello, Message } from '../protocol';

export class Model {
  readonly log: Entry[] = [];
  constructor(readonly conversation = 91) {}

  get last(): number {
    return this.log.length;
  }

  add(from: 'buyer' | 'agent', text: string, clientId: string | null = null): Entry {
    const seq = this.log.length + 1;
    const message: Message = {
      conversation: this.conversation, seq, rev: 1, from, kind: 'text', body: { text }, name: from === 'agent' ? '小满' : null,
      at: 1_790_000_000_000 + seq * 1000, client_id: clientId, quote: null, state: 'sent',
    };
    this.log.push(message);
    return message;
  }

  hide(): Entry {
    const hidden: Entry = { kind: 'hidden', seq: this.log.length + 1 };
    this.log.push(hidden);
    return hidden;
  }

  recall(seq: number): Entry {
    const held = this.log[seq - 1];
    if (!held || held.kind === 'hidden') return held as Entry;
    return this.put({ ...held, rev: held.rev + 1, state: 'recalled', body: {} } as unknown as Entry);
  }

  /** The agent took it back before it was read: the number stays, the message was never there. */
  undo(seq: number): Entry {
    return this.put({ kind: 'hidden', seq });
  }

  after(seq: number, limit = 200): Entry[] {
    return this.log.slice(seq, seq + limit);
  }

  hello(after: number | null): Hello {
    return {
      visitor: 'token', conversation: this.log.length === 0 ? null : this.conversation, state: 'open', agent: null,
      shop: { name: '云杉家居', open: true, opens_at: null, menu: [], color: null, limits: { text: 5000, image_bytes: 1e7, voice_ms: 60_000 } },
      messages: after === null ? this.log.slice(-50) : this.log.slice(after), queue: null, agent_read_seq: 0, invite: null,
    };
  }

  shown(from: number): Entry[] {
    return this.log.filter((entry) => entry.kind !== 'hidden' && entry.seq > from);
  }

  private put(entry: Entry): Entry {
    this.log[entry.seq - 1] = entry;
    return entry;
  }
}
