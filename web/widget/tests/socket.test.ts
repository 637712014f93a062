import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Hello, Problem, Push } from '../protocol';
import { Link } from '../socket';
import type { Status } from '../state';

class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: { id: number; do: string }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as never);
  }
  close(): void {
    this.readyState = 3;
  }
  accept(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  say(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }
  /** Answers the oldest unanswered command of that name. */
  answer(verb: string, ok: unknown): void {
    const at = this.sent.findIndex((command) => command.do === verb);
    const [command] = this.sent.splice(at, 1);
    this.say({ re: command!.id, ...(ok as object) });
  }
  die(): void {
    this.readyState = 3;
    this.onclose?.();
  }
  static get last(): FakeSocket {
    return FakeSocket.all.at(-1)!;
  }
}

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

function make(more: { joined?: (ok: Hello) => boolean; refused?: (problem: Problem) => boolean } = {}) {
  const statuses: Status[] = [];
  const pushes: Push[] = [];
  const link = new Link({
    url: 'ws://desk/socket',
    hello: () => ({ visitor: 't' }),
    joined: more.joined ?? (() => true),
    refused: more.refused ?? (() => false),
    push: (frame) => pushes.push(frame),
    status: (status) => statuses.push(status),
  });
  return { link, statuses, pushes };
}

async function live(more = {}) {
  const made = make(more);
  made.link.start();
  FakeSocket.last.accept();
  FakeSocket.last.answer('hello', { ok: {} });
  await settled();
  return made;
}

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the link', () => {
  it('says hello first and is live with the answer', async () => {
    const { link, statuses } = await live();
    expect(statuses).toEqual(['connecting', 'live']);
    expect(link.live).toBe(true);
  });

  it('comes back with growing, random pauses that end at half a minute', async () => {
    const { link } = make();
    link.start();
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const count = FakeSocket.all.length;
      FakeSocket.last.die();
      let waited = 0;
      while (FakeSocket.all.length === count) {
        await vi.advanceTimersByTimeAsync(50);
        waited += 50;
      }
      pauses.push(waited);
    }
    expect(pauses[0]).toBeLessThanOrEqual(650);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30_050);
    expect(Math.min(...pauses.slice(7))).toBeGreaterThanOrEqual(14_950);
    expect(new Set(pauses.slice(7)).size).toBeGreaterThan(1);
  });

  it('rejects what was asked when the socket dies, and asks nothing of the old one', async () => {
    const { link, pushes } = await live();
    const old = FakeSocket.last;
    const asked = link.command('send', {}).catch((problem: Problem) => problem.code);
    old.die();
    expect(await asked).toBe('lost');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all).toHaveLength(2);
    old.say({ on: 'resync' });
    expect(pushes).toEqual([]);
  });

  it('gives a silent socket up', async () => {
    const { link } = await live();
    const asked = link.command('send', {}).catch((problem: Problem) => problem.code);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await asked).toBe('lost');
    expect(link.live).toBe(false);
  });

  it('finds out by its heartbeat that nobody is there', async () => {
    const { link } = await live();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(FakeSocket.last.sent.map((command) => command.do)).toEqual(['ping']);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(link.live).toBe(false);
  });

  it('asks at once when the page or the network comes back', async () => {
    const { link } = await live();
    FakeSocket.last.die();
    const count = FakeSocket.all.length;
    link.nudge();
    expect(FakeSocket.all.length).toBe(count + 1);
  });

  it('lives through frames it cannot read', async () => {
    const { link, pushes } = await live();
    for (const frame of ['not json', '[]', '{"re":999,"ok":{}}', '{"re":null,"problem":{"code":"bad_frame"}}']) FakeSocket.last.say(frame);
    FakeSocket.last.say({ on: 'read', seq: 3 });
    expect(pushes).toEqual([{ on: 'read', seq: 3 }]);
    expect(link.live).toBe(true);
  });

  it('stops at a refusal that will not change, and goes on at one that will', async () => {
    const stopped = make();
    stopped.link.start();
    FakeSocket.last.accept();
    FakeSocket.last.answer('hello', { problem: { code: 'origin' } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stopped.statuses.at(-1)).toBe('refused');
    expect(FakeSocket.all).toHaveLength(1);
    const again = make({ refused: () => true });
    again.link.start();
    FakeSocket.last.accept();
    FakeSocket.last.answer('hello', { problem: { code: 'busy' } });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all).toHaveLength(3);
  });

  it('says hello anew on a new socket when the answer did not fit', async () => {
    let fits = false;
    const { link } = await live({ joined: () => fits });
    expect(link.live).toBe(false);
    expect(FakeSocket.all).toHaveLength(2);
    fits = true;
    FakeSocket.last.accept();
    FakeSocket.last.answer('hello', { ok: {} });
    await settled();
    expect(link.live).toBe(true);
  });
});
