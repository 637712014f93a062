// The connection to /api/v1/socket: hello with the last cursor, commands with answers, back-off, a heartbeat.
// It knows nothing of what the frames mean (live.ts does) and keeps no messages (outbox.ts does).
import { Problem } from "./problem";
import type { Commands, Hello, Push, SocketProblem } from "./types";

export type SocketState = "connecting" | "online" | "offline" | "over";

/** The part of WebSocket that is used, so that tests can hand in their own. */
export interface Wire {
  send(text: string): void;
  close(code?: number): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: never) => void) | null;
}

export interface SocketOptions {
  open: () => Wire;
  onState: (state: SocketState, retryAt: number | null) => void;
  onHello: (hello: Hello) => void;
  onPush: (push: Push) => void;
  /** Milliseconds; a command without an answer by then fails with `timeout`. */
  answerWithin?: number;
  random?: () => number;
}

interface Waiting {
  ok: (value: never) => void;
  fail: (problem: Problem) => void;
  timer: ReturnType<typeof setTimeout>;
}

const FIRST_WAIT = 400;
const LONGEST_WAIT = 15_000;
const PING_EVERY = 12_000;

/** The wait before try number `tries` (from 0), in ms: doubling, capped, and spread so that a room of consoles does not return at once. */
export function backOff(tries: number, random: () => number): number {
  const full = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(tries, 10));
  return Math.round(full / 2 + random() * (full / 2));
}

export class AgentSocket {
  private wire: Wire | null = null;
  private state: SocketState = "offline";
  private next = 1;
  private tries = 0;
  private readonly waiting = new Map<number, Waiting>();
  private retry: ReturnType<typeof setTimeout> | null = null;
  private beat: ReturnType<typeof setInterval> | null = null;
  private cursor: string | null = null;

  constructor(private readonly options: SocketOptions) {}

  start(): void {
    if (this.wire || this.state === "over") return;
    if (this.retry) clearTimeout(this.retry);
    this.retry = null;
    this.move("connecting", null);
    const wire = this.options.open();
    this.wire = wire;
    wire.onopen = () => void this.greet(wire);
    wire.onmessage = (event) => this.heard(wire, event.data);
    wire.onclose = () => this.lost(wire);
  }

  /** Ends for good: signed out, or the page is going. */
  stop(): void {
    this.move("over", null);
    if (this.retry) clearTimeout(this.retry);
    this.wire?.close(1000);
    this.drop();
  }

  /** Tries again now, whatever the back-off says: the network came back or the person asked. */
  hurry(): void {
    if (this.state === "offline") {
      this.tries = 0;
      this.start();
    } else if (this.state === "online") this.ask("ping", {}).catch(() => undefined);
  }

  /** Forgets the place in the stream, so that the next hello begins afresh. */
  forget(): void {
    this.cursor = null;
  }

  get online(): boolean {
    return this.state === "online";
  }

  ask<C extends keyof Commands>(command: C, fields: Commands[C]["ask"]): Promise<Commands[C]["ok"]> {
    const wire = this.wire;
    if (!wire || (this.state !== "online" && command !== "hello")) return Promise.reject(new Problem("network"));
    const id = this.next++;
    return new Promise((ok, fail) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        fail(new Problem("timeout"));
        if (this.wire === wire) this.cut(wire);
      }, this.options.answerWithin ?? 10_000);
      this.waiting.set(id, { ok: ok as (value: never) => void, fail, timer });
      wire.send(JSON.stringify({ id, do: command, ...fields }));
    });
  }

  private async greet(wire: Wire): Promise<void> {
    try {
      const hello = await this.ask("hello", this.cursor ? { cursor: this.cursor } : {});
      if (this.wire !== wire) return;
      this.tries = 0;
      this.cursor = hello.cursor;
      this.move("online", null);
      this.beat = setInterval(() => this.ask("ping", {}).catch(() => undefined), PING_EVERY);
      this.options.onHello(hello);
    } catch {
      if (this.wire === wire) this.cut(wire);
    }
  }

  private heard(wire: Wire, data: unknown): void {
    if (this.wire !== wire || typeof data !== "string") return;
    let frame: Record<string, unknown>;
    try {
      frame = JSON.parse(data) as Record<string, unknown>;
    } catch {
      return;
    }
    if ("re" in frame) this.answered(frame as { re: number; ok?: never; problem?: SocketProblem });
    else if ("on" in frame) this.pushed(frame as unknown as Push);
  }

  private answered(frame: { re: number; ok?: never; problem?: SocketProblem }): void {
    const waiting = this.waiting.get(frame.re);
    if (!waiting) return;
    this.waiting.delete(frame.re);
    clearTimeout(waiting.timer);
    if (frame.problem) {
      const { code, detail, field, params, ...rest } = frame.problem;
      waiting.fail(new Problem(code, { status: 400, detail, field, params: { ...rest, ...params } }));
    } else waiting.ok(frame.ok as never);
  }

  private pushed(push: Push): void {
    if (push.on === "cursor") {
      this.cursor = push.cursor;
      return;
    }
    if (push.on === "bye" && push.why !== "shutdown") this.state = "over";
    this.options.onPush(push);
    if (push.on === "bye" && push.why !== "shutdown") this.stop();
  }

  private cut(wire: Wire): void {
    wire.close(4000);
    this.lost(wire);
  }

  private lost(wire: Wire): void {
    if (this.wire !== wire) return;
    this.drop();
    if (this.state === "over") return;
    const wait = backOff(this.tries++, this.options.random ?? Math.random);
    this.move("offline", Date.now() + wait);
    this.retry = setTimeout(() => this.start(), wait);
  }

  private drop(): void {
    if (this.wire) {
      this.wire.onopen = this.wire.onmessage = this.wire.onclose = null;
      this.wire = null;
    }
    if (this.beat) clearInterval(this.beat);
    this.beat = null;
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const one of waiting) {
      clearTimeout(one.timer);
      one.fail(new Problem("network"));
    }
  }

  private move(state: SocketState, retryAt: number | null): void {
    this.state = state;
    this.options.onState(state, retryAt);
  }
}

/** The address of the agent's door on the page's own server. */
export function agentDoor(location: Location): string {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/api/v1/socket`;
}
