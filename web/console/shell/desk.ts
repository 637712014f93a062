// The live side of the console: one socket, one outbox, one state fed only by what the server says. Everything an
// agent sees of a talk comes from here, so three tabs of one agent agree. Lists are read over HTTP and handed in.
import { shallowRef, type ShallowRef } from "vue";
import { freshId } from "@api/client";
import { apply, emptyLive, newThread, noChanges, takeConversation, takePage, type Changes, type Live, type Thread } from "@api/live";
import { Outbox, type Parcel } from "@api/outbox";
import { AgentSocket, agentDoor, type Wire } from "@api/socket";
import type { Alarm, Conversation, Counts, Draft, Message, PresenceOf, PresenceState, Push, SendAsk, Viewer } from "@api/types";
import { serverNow } from "@ui/time";
import { useLink } from "./link";
import { keepParcels } from "./keep";

const LIST_EVERY = 120;
const KEPT_THREADS = 12;
const FAR = 600;

class Desk {
  private live: Live = emptyLive();
  private socket: AgentSocket | null = null;
  private outbox: Outbox | null = null;
  private readonly listTick = shallowRef(0);
  private readonly presenceTick = shallowRef(0);
  private readonly countsRef = shallowRef<Counts | null>(null);
  private readonly parcels = shallowRef<readonly Parcel[]>([]);
  private readonly threadTicks = new Map<number, ShallowRef<number>>();
  private listTimer: ReturnType<typeof setTimeout> | null = null;
  private readonly dirtyThreads = new Set<number>();
  private readonly reading = new Set<number>();
  /** Who looks at which conversation, also at those that are not open here, as far as the server tells of them. */
  private readonly looking = new Map<number, readonly Viewer[]>();
  private opened: number | null = null;
  /** The conversation whose others were told that this person types. */
  private typingIn: number | null = null;
  private recent: number[] = [];
  private followed: "mine" | "queue" | "all" | "none" = "mine";
  private readonly alarmListeners = new Set<(alarm: Alarm) => void>();
  private readonly resyncListeners = new Set<() => void>();
  private readonly overListeners = new Set<(why: string) => void>();
  private readonly pushListeners = new Set<(push: Push) => void>();
  person = 0;

  /** Connects as this person. Called once after sign-in. */
  start(person: number): void {
    if (this.socket) return;
    this.person = person;
    const link = useLink();
    this.outbox = new Outbox({
      send: (ask) => this.need().ask("send", ask),
      onSent: (message) => this.take([message]),
      onChange: (parcels) => (this.parcels.value = parcels),
      keep: keepParcels(person),
    });
    this.socket = new AgentSocket({
      open: () => new WebSocket(agentDoor(location)) as unknown as Wire,
      onState: (state, retryAt) => {
        link.state = state;
        link.retryAt = retryAt;
        if (state === "online") link.everOnline = true;
      },
      onHello: (hello) => {
        link.presence = hello.presence;
        this.restored(hello.resync, hello.changed);
      },
      onPush: (push) => this.heard(push),
    });
    this.socket.start();
    addEventListener("online", this.hurry);
    addEventListener("focus", this.hurry);
  }

  stop(): void {
    removeEventListener("online", this.hurry);
    removeEventListener("focus", this.hurry);
    this.socket?.stop();
    this.socket = null;
    this.outbox = null;
    this.live = emptyLive();
    this.opened = this.typingIn = null;
    this.looking.clear();
    this.recent = [];
    this.countsRef.value = null;
    this.parcels.value = [];
    if (this.listTimer) clearTimeout(this.listTimer);
    this.listTimer = null;
    this.listTick.value++;
  }

  readonly hurry = (): void => this.socket?.hurry();

  // ---- reading (reactive) ----

  conversation(id: number): Conversation | undefined {
    void this.listTick.value;
    return this.live.conversations.get(id);
  }
  conversations(): IterableIterator<Conversation> {
    void this.listTick.value;
    return this.live.conversations.values();
  }
  /** A fresh view at every change, so that what is computed from it is computed again; the run inside is shared. */
  thread(id: number): Thread | undefined {
    void this.tickOf(id).value;
    const thread = this.live.threads.get(id);
    return thread && { ...thread };
  }
  viewers(id: number): readonly Viewer[] {
    void this.tickOf(id).value;
    return this.looking.get(id) ?? [];
  }
  counts(): Counts | null {
    return this.countsRef.value;
  }
  presences(): PresenceOf[] {
    void this.presenceTick.value;
    return [...this.live.presence.values()];
  }
  /** Messages of a conversation that the server has not answered yet, oldest first. */
  unsent(id: number): Parcel[] {
    return this.parcels.value.filter((p) => p.ask.conversation === id);
  }

  onAlarm(run: (alarm: Alarm) => void): () => void {
    return listen(this.alarmListeners, run);
  }
  /** Called when lists must be read again. */
  onResync(run: () => void): () => void {
    return listen(this.resyncListeners, run);
  }
  onOver(run: (why: string) => void): () => void {
    return listen(this.overListeners, run);
  }
  onPush(run: (push: Push) => void): () => void {
    return listen(this.pushListeners, run);
  }

  // ---- what was read over HTTP ----

  /** Takes conversations of a list or of an answer; an older revision changes nothing. */
  takeConversations(list: readonly Conversation[]): void {
    const changes = noChanges();
    for (const one of list) takeConversation(this.live, one, changes);
    this.settle(changes);
  }
  takePresences(list: readonly PresenceOf[]): void {
    for (const one of list) this.live.presence.set(one.person, one);
    this.presenceTick.value++;
  }
  takeCounts(counts: Counts): void {
    this.countsRef.value = counts;
  }
  /** Takes a changed message out of an HTTP answer (undo, recall, a card). */
  take(messages: readonly Message[]): void {
    const changes = noChanges();
    for (const message of messages) {
      this.outbox?.seen(message);
      takePage(this.live, message.conversation, [message], changes);
    }
    this.settle(changes);
  }

  // ---- commands ----

  /** Opens a thread: its last messages, who looks, the draft. Opening another leaves the one before. */
  async open(id: number): Promise<void> {
    const before = this.opened;
    this.opened = id;
    if (before !== null && before !== id) this.quit(before);
    if (!this.live.threads.has(id)) {
      this.live.threads.set(id, newThread());
      this.tickOf(id).value++;
    }
    this.recent = [id, ...this.recent.filter((r) => r !== id)];
    for (const old of this.recent.splice(KEPT_THREADS)) this.live.threads.delete(old);
    if (this.socket?.online) await this.reopen(id);
  }
  leave(id: number): void {
    if (this.opened !== id) return;
    this.opened = null;
    this.quit(id);
  }
  /** Reads up to 200 messages above what is held; false when the beginning is reached. */
  async older(id: number): Promise<boolean> {
    const first = this.live.threads.get(id)?.run[0]?.seq ?? 1;
    if (first <= 1) return false;
    await this.page(id, { before: first, limit: 200 });
    return (this.live.threads.get(id)?.run[0]?.seq ?? 1) > 1;
  }
  /** Makes sure message `seq` is held, for a jump to a quote or a search hit; far hits load the stretch between. */
  async reach(id: number, seq: number): Promise<boolean> {
    for (let tries = 0; tries < 260; tries++) {
      const first = this.live.threads.get(id)?.run[0]?.seq;
      if (first === undefined) return false;
      if (seq >= first) return true;
      if (!(await this.older(id))) return (this.live.threads.get(id)?.run[0]?.seq ?? Infinity) <= seq;
    }
    return false;
  }
  follow(list: "mine" | "queue" | "all" | "none"): void {
    if (this.followed === list) return;
    this.followed = list;
    this.tell("follow", { list });
  }
  send(ask: Omit<SendAsk, "client_id">): string {
    const clientId = freshId();
    this.outbox?.add({ ...ask, client_id: clientId }, serverNow());
    return clientId;
  }
  retry(clientId: string, confirmed?: string[]): void {
    this.outbox?.retry(clientId, confirmed);
  }
  drop(clientId: string): Parcel | null {
    return this.outbox?.drop(clientId) ?? null;
  }
  /** Says that this person types, or stopped; that nobody was told of needs no end. */
  typing(id: number, on: boolean): void {
    if (!on && this.typingIn !== id) return;
    this.typingIn = on ? id : null;
    this.tell("typing", { conversation: id, on });
  }
  /** Marks as read up to `seq`, here at once and on the server. */
  read(id: number, seq: number): void {
    const held = this.live.conversations.get(id);
    if (!held || held.agent_read_seq >= seq) return;
    this.heard({ on: "read", conversation: id, by: "agent", seq });
    this.tell("read", { conversation: id, seq });
  }
  async presence(state: PresenceState, reason: string | null): Promise<void> {
    useLink().presence = await this.need().ask("presence", reason ? { state, reason } : { state });
  }
  setDraft(id: number, draft: Draft | null): void {
    const thread = this.live.threads.get(id);
    if (thread) thread.draft = draft;
  }

  // ---- inside ----

  private need(): AgentSocket {
    if (!this.socket) throw new Error("the desk is closed");
    return this.socket;
  }
  private tell(command: "leave" | "follow" | "typing" | "read", fields: never | object): void {
    if (this.socket?.online) this.socket.ask(command, fields as never).catch(() => undefined);
  }
  /** Leaves a thread. Who typed there stopped: afterwards the server hears no more of it. */
  private quit(id: number): void {
    this.typing(id, false);
    this.tell("leave", { conversation: id });
    this.unseen([id]);
  }
  /** Forgets who looks: nobody says any more when they go. */
  private unseen(ids: Iterable<number>): void {
    const changes = noChanges();
    for (const id of ids) if (this.looking.delete(id)) changes.threads.add(id);
    this.settle(changes);
  }
  private tickOf(id: number): ShallowRef<number> {
    let tick = this.threadTicks.get(id);
    if (!tick) this.threadTicks.set(id, (tick = shallowRef(0)));
    return tick;
  }

  private heard(push: Push): void {
    if (push.on === "alarm") this.alarmListeners.forEach((run) => run(push));
    else if (push.on === "resync") this.restored(true, []);
    else if (push.on === "bye") this.overListeners.forEach((run) => run(push.why));
    if (push.on === "message") this.outbox?.seen(push.message);
    if (push.on === "presence" && push.person === this.person) useLink().presence = { state: push.state, reason: push.reason };
    const changes = noChanges();
    apply(this.live, push, changes, this.person);
    if (push.on === "viewers") {
      this.looking.set(push.conversation, push.viewers);
      changes.threads.add(push.conversation);
    } else if (push.on === "gone" && push.agent !== this.person) this.unseen([push.conversation]);
    this.settle(changes);
    this.pushListeners.forEach((run) => run(push));
  }

  /** The socket is (again) there: what changed meanwhile is taken, the open thread is opened anew, the outbox sent. */
  private restored(resync: boolean, changed: readonly Conversation[]): void {
    this.takeConversations(changed);
    this.unseen([...this.looking.keys()]);
    const stale = resync ? [...this.live.threads.keys()] : changed.map((c) => c.id);
    for (const id of stale) if (id !== this.opened) this.live.threads.delete(id);
    if (this.followed !== "mine") this.tell("follow", { list: this.followed });
    if (this.opened !== null) this.reopen(this.opened).catch(() => undefined);
    if (resync) this.resyncListeners.forEach((run) => run());
    this.outbox?.flush();
  }

  private async reopen(id: number): Promise<void> {
    const { conversation, messages, viewers, draft, page } = await this.need().ask("open", { conversation: id });
    const thread = this.live.threads.get(id);
    if (!thread) return;
    const last = thread.run.at(-1)?.seq;
    if (last !== undefined && messages[0] && messages[0].seq - last > FAR) thread.run = [];
    const changes = noChanges();
    takeConversation(this.live, conversation, changes);
    takePage(this.live, id, messages, changes);
    this.looking.set(id, viewers);
    thread.draft = draft;
    // When they turned to it is not known: a card that is in the talk already counts as later.
    thread.page = page && { ...page, since: 0 };
    thread.typing = newThread().typing;
    changes.threads.add(id);
    this.settle(changes);
  }

  private async page(id: number, range: { before?: number; after?: number; limit: number }): Promise<void> {
    const { messages } = await this.need().ask("history", { conversation: id, ...range });
    const changes = noChanges();
    takePage(this.live, id, messages, changes);
    this.settle(changes);
  }

  private settle(changes: Changes): void {
    for (const [id, after] of changes.gaps) void this.fill(id, after);
    if (changes.counts) this.countsRef.value = this.live.counts;
    if (changes.presence) this.presenceTick.value++;
    if (changes.threads.size) {
      if (!this.dirtyThreads.size) queueMicrotask(() => this.paintThreads());
      changes.threads.forEach((id) => this.dirtyThreads.add(id));
    }
    if (changes.conversations.size && !this.listTimer) {
      this.listTimer = setTimeout(() => {
        this.listTimer = null;
        this.listTick.value++;
      }, LIST_EVERY);
    }
  }
  private paintThreads(): void {
    for (const id of this.dirtyThreads) this.tickOf(id).value++;
    this.dirtyThreads.clear();
  }

  /** Reads the messages between the run and what lies beyond a gap. */
  private async fill(id: number, after: number): Promise<void> {
    if (this.reading.has(id) || !this.socket?.online) return;
    this.reading.add(id);
    try {
      const thread = this.live.threads.get(id);
      while (thread?.beyond.size && this.live.threads.get(id) === thread) {
        const last = thread.run.at(-1)?.seq ?? after;
        await this.page(id, { after: last, limit: 200 });
        if ((thread.run.at(-1)?.seq ?? last) === last) break;
      }
    } catch {
      // The socket went; the thread is opened anew on the next one.
    } finally {
      this.reading.delete(id);
    }
  }
}

function listen<T>(set: Set<T>, run: T): () => void {
  set.add(run);
  return () => set.delete(run);
}

export const desk = new Desk();
