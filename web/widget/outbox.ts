// What the buyer sent and the server has not yet answered. Every entry is repeated with the same
// client_id until it is answered or refused; it never decides what a message means.
import type { Bodies, Message, Problem, SendKind, Stage, Uploaded } from './protocol';
import { asProblem, LOST } from './socket';
import type { Keep } from './keep';

/** Trouble that passes by itself; everything else waits for the buyer. */
const PASSING = new Set([LOST, 'busy', 'unavailable']);
const LONGEST_PAUSE = 30_000;
/** An unsent message this old is not sent behind the buyer's back. */
const STALE = 24 * 3_600_000;
const HEAD = 'out:';

export interface Pending {
  client_id: string;
  kind: SendKind;
  /** Null while its file is still to be uploaded. */
  body: Bodies[SendKind] | null;
  quote: number | null;
  stage: Stage | null;
  /** Milliseconds UTC, by the buyer's clock. */
  at: number;
  /** What is to be uploaded first. */
  file: { name: string; type: string; size: number; ms: number | null } | null;
  phase: 'waiting' | 'sending' | 'failed';
  problem: string | null;
  /** Share of the upload, 0..1. */
  progress: number;
}

export interface OutboxOptions {
  keep: Keep;
  /** Rejects with a `Problem`. */
  send(item: Pending): Promise<Message>;
  upload(blob: Blob, name: string, progress: (share: number) => void): Promise<Uploaded>;
  sent(message: Message, item: Pending): void;
  changed(): void;
  now(): number;
  blobs: {
    keep(key: string, blob: Blob): unknown;
    find(key: string): Promise<Blob | null>;
    drop(key: string): unknown;
  };
}

export class Outbox {
  readonly items: Pending[] = [];
  private readonly held = new Map<string, Blob>();
  private readonly busy = new Set<'lifting' | 'sending'>();
  private open = false;
  private pauses = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly options: OutboxOptions) {}

  /** Takes up what an earlier page left unsent. */
  restore(): void {
    const { keep, now } = this.options;
    for (const name of keep.names(HEAD)) {
      const item = keep.read<Pending>(name);
      if (!item || typeof item.client_id !== 'string') keep.drop(name);
      else if (!this.items.some((other) => other.client_id === item.client_id)) {
        const late = now() - item.at > STALE;
        this.items.push({ ...item, phase: late || item.phase === 'failed' ? 'failed' : 'waiting', problem: late ? LOST : item.problem, progress: 0 });
      }
    }
    this.items.sort((a, b) => a.at - b.at);
  }

  add(item: Pick<Pending, 'kind' | 'body' | 'quote' | 'stage' | 'file'>, blob: Blob | null = null): Pending {
    const last = this.items[this.items.length - 1];
    const entry: Pending = {
      ...item,
      client_id: freshId(this.options.now()),
      // Two in one millisecond keep their order after a reload too.
      at: Math.max(this.options.now(), last ? last.at + 1 : 0),
      phase: 'waiting',
      problem: null,
      progress: 0,
    };
    this.items.push(entry);
    if (blob) {
      this.held.set(entry.client_id, blob);
      void this.options.blobs.keep(entry.client_id, blob);
    }
    this.store(entry);
    this.flush();
    return entry;
  }

  /** The link is live, or not. */
  link(open: boolean): void {
    this.open = open;
    if (open) this.flush();
  }

  retry(clientId: string): void {
    const item = this.find(clientId);
    if (item?.phase !== 'failed') return;
    this.set(item, 'waiting', null);
    this.flush();
  }

  remove(clientId: string): void {
    const at = this.items.findIndex((item) => item.client_id === clientId);
    if (at < 0) return;
    this.items.splice(at, 1);
    this.held.delete(clientId);
    this.options.keep.drop(HEAD + clientId);
    void this.options.blobs.drop(clientId);
    this.options.changed();
  }

  /** The message is in the log, however the news came. */
  settle(clientIds: Iterable<string | null>): void {
    for (const id of clientIds) if (id !== null) this.remove(id);
  }

  clear(): void {
    for (const item of [...this.items]) this.remove(item.client_id);
  }

  /** The picture or recording of an entry, to be shown before it is uploaded. */
  async blob(clientId: string): Promise<Blob | null> {
    return this.held.get(clientId) ?? this.options.blobs.find(clientId);
  }

  private flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.open) {
      void this.step('lifting', (item) => item.body === null, (item) => this.lift(item));
      void this.step('sending', (item) => item.body !== null, (item) => this.deliver(item));
    }
    this.options.changed();
  }

  /**
   * Works off what is waiting, one after the other, so that a refused message never lets a later one
   * overtake it. Uploads have a line of their own: words do not wait for a picture.
   */
  private async step(line: 'lifting' | 'sending', mine: (item: Pending) => boolean, act: (item: Pending) => Promise<void>): Promise<void> {
    if (this.busy.has(line)) return;
    this.busy.add(line);
    try {
      for (let item = this.first(mine); item && this.open; item = this.first(mine)) {
        item.phase = 'sending';
        this.options.changed();
        try {
          await act(item);
          this.pauses = 0;
        } catch (thrown) {
          const { code } = asProblem(thrown);
          const passing = PASSING.has(code);
          this.set(item, passing ? 'waiting' : 'failed', passing ? null : code);
          if (passing) {
            this.again();
            return;
          }
        }
      }
    } finally {
      this.busy.delete(line);
    }
  }

  private first(mine: (item: Pending) => boolean): Pending | undefined {
    return this.items.find((item) => item.phase === 'waiting' && mine(item));
  }

  private async deliver(item: Pending): Promise<void> {
    const message = await this.options.send(item);
    // It may have been settled meanwhile by the push of the same message.
    if (this.find(item.client_id)) this.options.sent(message, item);
    this.remove(item.client_id);
  }

  private async lift(item: Pending): Promise<void> {
    const blob = await this.blob(item.client_id);
    if (!blob || !item.file) throw { code: 'file_gone' } satisfies Problem;
    const up = await this.options.upload(blob, item.file.name, (share) => {
      item.progress = share;
      this.options.changed();
    });
    const { file, size } = up;
    if (item.kind === 'image') item.body = { file, width: up.width, height: up.height, size };
    else if (item.kind === 'voice') item.body = { file, ms: up.ms ?? item.file.ms, size };
    else item.body = { file, name: up.name ?? item.file.name, size, type: up.type ?? item.file.type };
    item.progress = 1;
    this.set(item, 'waiting', null);
    this.flush();
  }

  /** Tries once more by itself; a new link flushes sooner. */
  private again(): void {
    if (this.timer !== null) return;
    const ceiling = Math.min(LONGEST_PAUSE, 1_000 * 2 ** this.pauses);
    this.pauses += 1;
    this.timer = setTimeout(
      () => {
        this.timer = null;
        this.flush();
      },
      ceiling / 2 + (Math.random() * ceiling) / 2,
    );
  }

  private set(item: Pending, phase: Pending['phase'], problem: string | null): void {
    if (!this.find(item.client_id)) return;
    item.phase = phase;
    item.problem = problem;
    this.store(item);
    this.options.changed();
  }

  private store(item: Pending): void {
    this.options.keep.write(HEAD + item.client_id, item);
  }

  private find(clientId: string): Pending | undefined {
    return this.items.find((item) => item.client_id === clientId);
  }
}

export function freshId(now: number): string {
  const random = new Uint32Array(2);
  crypto.getRandomValues(random);
  return `w${now.toString(36)}-${(random[0] ?? 0).toString(36)}${(random[1] ?? 0).toString(36)}`;
}
