// Messages on their way: kept until the server has answered, repeated with the same client_id on every new socket.
// Owns no connection and draws nothing; a refused message stays, marked failed, until it is retried or dropped.
import { asProblem, type Problem } from "./problem";
import type { Message, SendAsk } from "./types";

export interface Parcel {
  ask: SendAsk;
  at: number;
  state: "sending" | "failed";
  problem: Problem | null;
}

export interface OutboxOptions {
  send: (ask: SendAsk) => Promise<{ message: Message }>;
  onSent: (message: Message) => void;
  onChange: (parcels: readonly Parcel[]) => void;
  /** What survives a reload of the tab; left out in tests. */
  keep?: { load: () => Parcel[]; save: (parcels: readonly Parcel[]) => void };
}

/** Refusals that are not about the message: it is tried again by itself. */
const PASSING = new Set(["network", "timeout", "busy", "unavailable", "not_hello"]);
const AGAIN_AFTER = 1_500;

export class Outbox {
  private parcels: Parcel[] = [];
  private running = new Set<string>();
  private again: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly options: OutboxOptions) {
    this.parcels = options.keep?.load() ?? [];
    if (this.parcels.length) options.onChange([...this.parcels]);
  }

  list(): readonly Parcel[] {
    return this.parcels;
  }

  add(ask: SendAsk, at: number): void {
    this.parcels.push({ ask, at, state: "sending", problem: null });
    this.changed();
    this.flush();
  }

  /** Sends what is still unanswered, each conversation in its own order. Called on every hello. */
  flush(): void {
    const heads = new Set<number>();
    for (const parcel of this.parcels) {
      if (parcel.state !== "sending" || heads.has(parcel.ask.conversation)) continue;
      heads.add(parcel.ask.conversation);
      if (!this.running.has(parcel.ask.client_id)) void this.run(parcel);
    }
  }

  /** Sends a refused message again; `confirmed` are the findings of the reply check that were read meanwhile. */
  retry(clientId: string, confirmed?: string[]): void {
    const parcel = this.parcels.find((p) => p.ask.client_id === clientId);
    if (!parcel || parcel.state !== "failed") return;
    if (confirmed) parcel.ask = { ...parcel.ask, confirmed };
    parcel.state = "sending";
    parcel.problem = null;
    this.changed();
    this.flush();
  }

  drop(clientId: string): Parcel | null {
    const at = this.parcels.findIndex((p) => p.ask.client_id === clientId);
    if (at < 0) return null;
    const [gone] = this.parcels.splice(at, 1);
    this.changed();
    return gone ?? null;
  }

  /** The message came by another way (a push, another tab): it needs no more sending. */
  seen(message: Message): void {
    if (!message.client_id) return;
    const parcel = this.parcels.find((p) => p.ask.client_id === message.client_id && p.ask.conversation === message.conversation);
    if (parcel) this.drop(message.client_id);
  }

  private async run(parcel: Parcel): Promise<void> {
    const id = parcel.ask.client_id;
    this.running.add(id);
    try {
      const { message } = await this.options.send(parcel.ask);
      this.drop(id);
      this.options.onSent(message);
      this.running.delete(id);
      this.flush();
    } catch (error) {
      this.running.delete(id);
      const problem = asProblem(error);
      if (PASSING.has(problem.code)) {
        if (problem.code === "busy" || problem.code === "unavailable") this.later();
        return;
      }
      parcel.state = "failed";
      parcel.problem = problem;
      this.changed();
      this.flush();
    }
  }

  private later(): void {
    this.again ??= setTimeout(() => {
      this.again = null;
      this.flush();
    }, AGAIN_AFTER);
  }

  private changed(): void {
    this.options.keep?.save(this.parcels);
    this.options.onChange(this.parcels.map((p) => ({ ...p })));
  }
}
