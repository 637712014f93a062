// The talk of this visitor: feeds frames to the reducer, carries out what the buyer does, and owns the state.
import { dropBlob, findBlob, keepBlob } from './blobs';
import { Clock } from './clock';
import { Files } from './files';
import { History } from './history';
import { Keep } from './keep';
import { Outbox, type Pending } from './outbox';
import type { Bodies, Delivery, Entry, Hello, Identity, Message, PageProduct, Place, Problem, Push, SendKind, Stage } from './protocol';
import { Link } from './socket';
import { type Action, diverged, FULL_PAGE, hasGap, pushed, reduce, START, type State } from './state';
import { Visitor } from './visitor';

/** So many held messages are read again on a new socket: a recall made meanwhile changes an old number. */
const OVERLAP = 30;
/** How long an agent is taken to be typing when nothing more is heard, in ms. */
const TYPING = 20_000;

export interface TalkOptions {
  /** Folder of the buyer's door, with a slash at the end. */
  base: string;
  shop: string;
  identity: Identity | null;
  language: string;
  changed(): void;
  /** Something new came over the live socket. */
  arrived(message: Message): void;
}

export class Talk {
  state: State = START;
  readonly keep: Keep;
  readonly files: Files;
  readonly outbox: Outbox;
  readonly history: History;
  product: PageProduct | null = null;
  private readonly visitor: Visitor;
  private readonly link: Link;
  /** The next `hello` asks for the whole last page instead of what came after. */
  private fresh = false;
  private asked: number | null = null;
  private droppedToken = false;
  private readonly clock = new Clock();
  private typingEnds: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly options: TalkOptions) {
    this.keep = new Keep(options.shop);
    this.visitor = new Visitor(this.keep, options.identity);
    this.files = new Files(options.base, options.shop, () => this.visitor.token);
    this.outbox = new Outbox({
      keep: this.keep,
      send: (item) => this.deliver(item),
      upload: async (blob, name, progress) => {
        const up = await this.files.upload(blob, name, progress);
        this.files.adopt(up.file, blob);
        return up;
      },
      sent: (message) => this.apply({ type: 'messages', messages: [message] }),
      changed: () => options.changed(),
      now: () => Date.now(),
      blobs: { keep: keepBlob, find: findBlob, drop: dropBlob },
    });
    this.link = new Link({
      url: `${options.base.replace(/^http/, 'ws')}socket?shop=${encodeURIComponent(options.shop)}`,
      hello: () => this.hello(),
      joined: (ok) => this.joined(ok),
      refused: (problem) => this.refused(problem),
      push: (frame) => this.push(frame),
      status: (status, refusal) => {
        this.apply({ type: 'status', status, refusal });
        this.outbox.link(status === 'live');
        if (status !== 'live') return;
        void this.history.repair();
        void this.clock.set(this.link);
      },
    });
    this.history = new History({ link: this.link, state: () => this.state, apply: (action) => this.apply(action) });
    this.outbox.restore();
  }

  /** Whether this visitor has been here before, or is known: only then is a socket worth opening unasked. */
  get expected(): boolean {
    return this.visitor.expected || (this.outbox.items.length > 0 && !this.visitor.unsigned);
  }

  /** Where the shop signed a customer and now signs nobody, the next person may sit here: they see nothing kept. */
  start(): void {
    if (this.visitor.unsigned) this.forget();
    this.link.start();
  }

  nudge = (): void => this.link.nudge();
  /** Milliseconds UTC by the server's clock. */
  now = (): number => this.clock.now();

  /** Another person, or nobody known, stands before the screen; null signs out and forgets the talk here. */
  identify(identity: Identity | null): void {
    const open = this.state.status !== 'idle';
    this.visitor.identity = identity;
    if (identity === null || this.visitor.stranger) this.forget();
    this.fresh = true;
    if (open || identity !== null) this.link.restart();
  }

  send(kind: SendKind, body: Bodies[SendKind], quote: number | null, stage: Stage | null): void {
    this.start();
    this.outbox.add({ kind, body, quote, stage, file: null });
  }

  sendFile(kind: 'image' | 'voice' | 'file', blob: Blob, name: string, stage: Stage | null, ms: number | null = null): void {
    this.start();
    this.outbox.add({ kind, body: null, quote: null, stage, file: { name, type: blob.type, size: blob.size, ms } }, blob);
  }

  /** Each of these rejects with a `Problem`; the message that changed is applied. */
  recall(seq: number): Promise<void> {
    return this.change('recall', { seq });
  }

  answer(seq: number, fields: object): Promise<void> {
    return this.change('answer', { seq, ...fields });
  }

  /** Where the buyer's own order goes, in full. */
  delivery(seq: number): Promise<Delivery> {
    return this.link.command('delivery', { seq });
  }

  /** `client_id` stays the same when it is sent again: it is one message however often it arrives. */
  async offline(fields: { client_id: string; name: string; contact: string; text: string }): Promise<void> {
    await this.link.command('offline', fields);
  }

  /** The page shows something else now; whoever talks with the buyer sees it. */
  turnTo(product: PageProduct | null): void {
    this.product = product;
    this.link.tell('page', this.visitor.page(product));
  }

  async end(): Promise<void> {
    await this.link.command('end', {});
  }

  async rate(session: number, score: number, comment: string): Promise<void> {
    await this.link.command('rate', { session, score, ...(comment === '' ? {} : { comment }) });
  }

  closeInvite(): void {
    this.apply({ type: 'invite', session: null });
  }

  typing(on: boolean, text: string): void {
    this.link.tell('typing', on ? { on, text } : { on });
  }

  /** The buyer has everything up to the end before the eyes. */
  seen(): void {
    const { end, ownRead, conversation } = this.state;
    if (conversation === null || end <= ownRead || !this.link.live) return;
    this.visitor.markRead(conversation, end);
    this.apply({ type: 'seen', seq: end });
    this.link.tell('read', { seq: end });
  }

  private hello(): object {
    if (this.visitor.stranger) this.forget();
    const { conversation, end, base } = this.state;
    this.asked = this.fresh || conversation === null ? null : Math.max(base, end - OVERLAP);
    return { ...this.visitor.greeting(this.product), language: this.options.language, ...(this.asked === null ? {} : { after: this.asked }) };
  }

  private joined(ok: Hello): boolean {
    if (this.visitor.replaced(ok.visitor)) this.forget();
    this.visitor.welcome(ok.visitor);
    this.droppedToken = false;
    if (diverged(this.state, ok, this.asked)) {
      this.fresh = true;
      return false;
    }
    const first = this.state.conversation !== ok.conversation;
    this.apply({ type: 'hello', ok, fresh: this.fresh });
    this.fresh = false;
    if (first) this.apply({ type: 'seen', seq: Math.min(this.visitor.readUpTo(ok), this.state.end) });
    if (this.asked !== null && ok.messages.length >= FULL_PAGE) void this.history.catchUp();
    return true;
  }

  private refused(problem: Problem): boolean {
    if (problem.code === 'busy' || problem.code === 'unavailable' || problem.code === 'limit_sockets') return true;
    // A token from before a restore, or of another server: come as a new visitor, once.
    if (this.visitor.token === null || this.droppedToken || (problem.code !== 'not_found' && problem.code !== 'forbidden')) return false;
    this.droppedToken = true;
    this.forget(false);
    return true;
  }

  private push(frame: Push): void {
    const arriving = frame.on === 'message' && frame.message.kind !== 'hidden' && !this.state.log.has(frame.message.seq) ? frame.message : null;
    const action = pushed(frame);
    if (action) this.apply(action);
    else if (frame.on === 'resync') {
      this.fresh = true;
      this.link.restart();
    }
    if (frame.on === 'agent' && this.typingEnds !== null) clearTimeout(this.typingEnds);
    // An agent whose browser went away never says that they stopped.
    if (frame.on === 'agent' && frame.typing) this.typingEnds = setTimeout(() => this.apply({ type: 'agent', name: this.state.agent, typing: false }), TYPING);
    // `bye`: the server closes the socket itself, and the link comes back in its own time.
    if (arriving) this.options.arrived(arriving);
  }

  private apply(action: Action): void {
    const before = this.state;
    this.state = reduce(before, action);
    if (action.type === 'hello') this.settle(action.ok.messages);
    else if (action.type === 'messages') this.settle(action.messages);
    this.options.changed();
    if (this.state.stale && this.link.live) {
      this.fresh = true;
      this.link.restart();
    } else if (hasGap(this.state)) void this.history.repair();
  }

  private settle(entries: readonly Entry[]): void {
    this.outbox.settle(entries.flatMap((entry) => (entry.kind !== 'hidden' && entry.from === 'buyer' ? [entry.client_id] : [])));
  }

  private async deliver(item: Pending): Promise<Message> {
    const { client_id, kind, body, quote, stage } = item;
    const ok = await this.link.command<{ message: Message; queue?: Place | null }>('send', {
      client_id, kind, body,
      ...(quote === null ? {} : { quote }),
      ...(stage === null ? {} : { stage }),
    });
    if (ok.queue !== undefined) this.apply({ type: 'queue', queue: ok.queue });
    return ok.message;
  }

  private async change(verb: string, fields: object): Promise<void> {
    const { message } = await this.link.command<{ message: Entry }>(verb, fields);
    this.apply({ type: 'messages', messages: [message] });
  }

  private forget(another = true): void {
    this.visitor.forget();
    this.outbox.clear();
    this.fresh = true;
    this.apply({ type: 'forget', another });
  }
}
