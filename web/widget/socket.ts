// One socket that comes back by itself: commands with answers, back-off with jitter, a heartbeat.
// It knows nothing of messages; what a frame means is talk.ts's business.
import type { Hello, Problem, Push } from './protocol';
import type { Status } from './state';

/** Code of a command whose socket went away before the answer. */
export const LOST = 'lost';

const FIRST_DELAY = 600;
const LONGEST_DELAY = 30_000;
const PATIENCE = 15_000;
const BEAT = 25_000;
/** A socket must live so long before the next failure starts from a short delay again. */
const PROVEN = 5_000;

export interface LinkOptions {
  url: string;
  hello(): object;
  /** The answer to `hello`; the link counts as live when this returns true, else it says hello anew on a new socket. */
  joined(ok: Hello): boolean;
  /** Whether to try again after a refused `hello`. */
  refused(problem: Problem): boolean;
  push(frame: Push): void;
  status(status: Status, refusal: string | null): void;
}

interface Waiting {
  resolve(ok: unknown): void;
  reject(problem: Problem): void;
  timer: ReturnType<typeof setTimeout>;
}

export class Link {
  private socket: WebSocket | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private next = 1;
  private attempt = 0;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private beat: ReturnType<typeof setInterval> | null = null;
  private proof: ReturnType<typeof setTimeout> | null = null;
  private wanted = false;
  live = false;

  constructor(private readonly options: LinkOptions) {}

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.attempt = 0;
    this.connect();
  }

  stop(status: Status = 'idle', refusal: string | null = null): void {
    this.wanted = false;
    this.close();
    this.options.status(status, refusal);
  }

  /** Leaves the present socket and says hello on a new one at once. */
  restart(): void {
    this.wanted = true;
    this.close();
    this.connect();
  }

  /** The network or the page came back: try now, or find out quickly whether the socket still lives. */
  nudge(): void {
    if (!this.wanted) return;
    if (this.live) void this.command('ping', {}, 5_000).catch(() => undefined);
    else if (this.retry !== null) {
      this.attempt = 0;
      this.connect();
    }
  }

  /** Resolves with `ok`, rejects with a `Problem`; a silent socket is given up. `patience` is in ms. */
  command<T>(verb: string, fields: object, patience = PATIENCE): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const socket = this.socket;
      if (!socket || socket.readyState !== WebSocket.OPEN) {
        reject({ code: LOST } satisfies Problem);
        return;
      }
      const id = this.next;
      this.next += 1;
      const timer = setTimeout(() => this.gone(socket), patience);
      this.waiting.set(id, { resolve: (ok) => resolve(ok as T), reject, timer });
      socket.send(JSON.stringify({ ...fields, id, do: verb }));
    });
  }

  /** For what may be lost without harm, such as typing. */
  tell(verb: string, fields: object): void {
    if (this.live) void this.command(verb, fields).catch(() => undefined);
  }

  private connect(): void {
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = null;
    this.options.status('connecting', null);
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.options.url);
    } catch {
      this.later();
      return;
    }
    this.socket = socket;
    // A connection that hangs half open would otherwise be waited for for minutes.
    const patience = setTimeout(() => this.gone(socket), PATIENCE);
    socket.onopen = () => {
      clearTimeout(patience);
      void this.greet(socket);
    };
    socket.onmessage = (event) => {
      if (socket === this.socket) this.frame(event.data);
    };
    socket.onclose = () => {
      clearTimeout(patience);
      this.gone(socket);
    };
  }

  private async greet(socket: WebSocket): Promise<void> {
    try {
      const ok = await this.command<Hello>('hello', this.options.hello());
      if (socket !== this.socket) return;
      if (!this.options.joined(ok)) {
        this.restart();
        return;
      }
      this.live = true;
      this.proof = setTimeout(() => (this.attempt = 0), PROVEN);
      this.beat = setInterval(() => this.tell('ping', {}), BEAT);
      this.options.status('live', null);
    } catch (thrown) {
      if (socket !== this.socket) return;
      const problem = asProblem(thrown);
      if (problem.code === LOST || this.options.refused(problem)) this.gone(socket);
      else this.stop('refused', problem.code);
    }
  }

  private frame(data: unknown): void {
    let frame: Record<string, unknown>;
    try {
      frame = JSON.parse(String(data)) as Record<string, unknown>;
    } catch {
      return;
    }
    if (typeof frame['re'] === 'number') {
      const asked = this.waiting.get(frame['re']);
      if (!asked) return;
      this.waiting.delete(frame['re']);
      clearTimeout(asked.timer);
      if (frame['problem']) asked.reject(frame['problem'] as Problem);
      else asked.resolve(frame['ok']);
    } else if (typeof frame['on'] === 'string') {
      this.options.push(frame as unknown as Push);
    }
  }

  private gone(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.close();
    if (this.wanted) this.later();
  }

  private later(): void {
    const ceiling = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.attempt);
    this.attempt += 1;
    // Half fixed, half random: after a restart the buyers of a shop do not all come in one second.
    const delay = ceiling / 2 + (Math.random() * ceiling) / 2;
    this.options.status('waiting', null);
    this.retry = setTimeout(() => this.connect(), delay);
  }

  private close(): void {
    for (const timer of [this.retry, this.beat, this.proof]) if (timer !== null) clearTimeout(timer);
    this.retry = this.beat = this.proof = null;
    this.live = false;
    const socket = this.socket;
    this.socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      try {
        socket.close();
      } catch {
        // A socket that cannot be closed is already gone.
      }
    }
    for (const asked of this.waiting.values()) {
      clearTimeout(asked.timer);
      asked.reject({ code: LOST });
    }
    this.waiting.clear();
  }
}

/** Whatever was thrown, as a problem with a code. */
export function asProblem(thrown: unknown): Problem {
  const code = (thrown as Problem | null)?.code;
  return typeof code === 'string' ? (thrown as Problem) : { code: LOST };
}
