import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Keep } from '../keep';
import { Outbox, type OutboxOptions, type Pending } from '../outbox';
import type { Message, Problem, Uploaded } from '../protocol';
import { Model } from './model';
import { dice, MemoryDisk } from './random';

/** A server that loses frames both ways and answers the same client_id with the same message. */
class Shop {
  readonly model = new Model();
  trouble: (() => Problem | null) | null = null;
  loses: (() => 'before' | 'after' | null) | null = null;
  sends = 0;

  async send(item: Pending): Promise<Message> {
    this.sends += 1;
    await Promise.resolve();
    const lost = this.loses?.();
    const problem = this.trouble?.();
    if (problem) throw problem;
    if (lost === 'before') throw { code: 'lost' };
    const held = this.model.log.find((entry) => entry.kind !== 'hidden' && entry.client_id === item.client_id);
    const message = held ?? this.model.add('buyer', item.kind === 'text' ? (item.body as { text: string }).text : item.kind, item.client_id);
    if (lost === 'after') throw { code: 'lost' };
    return message as Message;
  }
  get texts(): string[] {
    return this.model.log.map((entry) => (entry.kind === 'text' ? entry.body.text : entry.kind));
  }
}

const blobs = new Map<string, Blob>();
function open(shop: Shop, disk: Storage | null, more: Partial<OutboxOptions> = {}): Outbox {
  const outbox = new Outbox({
    keep: new Keep('k', disk),
    send: (item) => shop.send(item),
    upload: () => Promise.reject({ code: 'file_kind' }),
    sent: () => undefined,
    changed: () => undefined,
    now: () => Date.now(),
    blobs: { keep: (key, blob) => blobs.set(key, blob), find: async (key) => blobs.get(key) ?? null, drop: (key) => blobs.delete(key) },
    ...more,
  });
  outbox.restore();
  return outbox;
}
const say = (outbox: Outbox, text: string): Pending => outbox.add({ kind: 'text', body: { text }, quote: null, stage: null, file: null });

beforeEach(() => {
  vi.useFakeTimers();
  blobs.clear();
});
afterEach(() => vi.useRealTimers());

describe('the outbox', () => {
  it('brings everything over once and in order, through loss, trouble, closed links and reloads', async () => {
    for (let seed = 1; seed <= 120; seed += 1) {
      const { below, chance, pick } = dice(seed);
      const shop = new Shop();
      const disk = new MemoryDisk();
      shop.loses = () => (chance(0.35) ? pick(['before', 'after'] as const) : null);
      shop.trouble = () => (chance(0.15) ? { code: pick(['busy', 'unavailable']) } : null);
      let outbox = open(shop, disk);
      const said: string[] = [];
      for (let step = 0; step < 25; step += 1) {
        const act = below(10);
        if (act < 5) {
          said.push(`m${step}`);
          say(outbox, `m${step}`);
        } else if (act < 7) outbox.link(chance(0.6));
        else if (act < 8) {
          outbox.link(false);
          outbox = open(shop, disk);
        }
        await vi.advanceTimersByTimeAsync(below(900));
      }
      outbox.link(true);
      await vi.advanceTimersByTimeAsync(600_000);
      expect(shop.texts, `seed ${seed}`).toEqual(said);
      expect(outbox.items).toEqual([]);
      expect(disk.length).toBe(0);
    }
  });

  it('says the same client_id again when the answer was lost', async () => {
    const shop = new Shop();
    let first = true;
    shop.loses = () => (first ? ((first = false), 'after') : null);
    const outbox = open(shop, new MemoryDisk());
    outbox.link(true);
    say(outbox, '在吗');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(shop.sends).toBe(2);
    expect(shop.texts).toEqual(['在吗']);
  });

  it('stops at a refusal, lets the next one through and retries in place', async () => {
    const shop = new Shop();
    shop.trouble = () => ({ code: 'text_too_long' });
    const outbox = open(shop, new MemoryDisk());
    outbox.link(true);
    const bad = say(outbox, 'a');
    await vi.advanceTimersByTimeAsync(100);
    expect(bad).toMatchObject({ phase: 'failed', problem: 'text_too_long' });
    shop.trouble = null;
    say(outbox, 'b');
    await vi.advanceTimersByTimeAsync(100);
    expect(shop.texts).toEqual(['b']);
    outbox.retry(bad.client_id);
    await vi.advanceTimersByTimeAsync(100);
    expect(shop.texts).toEqual(['b', 'a']);
  });

  it('is settled by the push alone', () => {
    const outbox = open(new Shop(), new MemoryDisk());
    const item = say(outbox, '在吗');
    outbox.settle([null, item.client_id]);
    expect(outbox.items).toEqual([]);
  });

  it('works without storage', async () => {
    const shop = new Shop();
    const outbox = open(shop, null);
    say(outbox, '在吗');
    outbox.link(true);
    await vi.advanceTimersByTimeAsync(100);
    expect(shop.texts).toEqual(['在吗']);
  });

  it('does not send behind the back of the buyer what lay there for more than a day', async () => {
    const shop = new Shop();
    const disk = new MemoryDisk();
    say(open(shop, disk), '昨天的话');
    await vi.advanceTimersByTimeAsync(25 * 3_600_000);
    const outbox = open(shop, disk);
    outbox.link(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(shop.texts).toEqual([]);
    expect(outbox.items[0]).toMatchObject({ phase: 'failed' });
  });

  it('lets words pass a picture that is still going up, and sends the picture after a reload', async () => {
    const shop = new Shop();
    const disk = new MemoryDisk();
    const up: Uploaded = { file: 7, kind: 'image', width: 10, height: 8, ms: null, size: 3, name: null, type: 'image/png' };
    let outbox = open(shop, disk, { upload: () => new Promise(() => undefined) });
    outbox.link(true);
    outbox.add({ kind: 'image', body: null, quote: null, stage: null, file: { name: 'a.png', type: 'image/png', size: 3, ms: null } }, new Blob(['abc']));
    say(outbox, '看这个');
    await vi.advanceTimersByTimeAsync(100);
    expect(shop.texts).toEqual(['看这个']);
    outbox = open(shop, disk, { upload: async () => up });
    outbox.link(true);
    await vi.advanceTimersByTimeAsync(100);
    expect(shop.texts).toEqual(['看这个', 'image']);
    expect(blobs.size).toBe(0);
  });

  it('says so when the file of an unsent picture is gone', async () => {
    const outbox = open(new Shop(), new MemoryDisk());
    outbox.link(true);
    const item = outbox.add({ kind: 'image', body: null, quote: null, stage: null, file: { name: 'a.png', type: 'image/png', size: 3, ms: null } });
    await vi.advanceTimersByTimeAsync(100);
    expect(item).toMatchObject({ phase: 'failed', problem: 'file_gone' });
  });
});
