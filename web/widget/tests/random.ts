// Seeded randomness and a stand-in for storage, so that a failing run can be told again.

export function dice(seed: number): { below(n: number): number; chance(share: number): boolean; pick<T>(from: readonly T[]): T; shuffle<T>(items: T[]): T[] } {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return {
    below,
    chance: (share) => next() < share,
    pick: (from) => from[below(from.length)] as never,
    shuffle(items) {
      for (let at = items.length - 1; at > 0; at -= 1) {
        const other = below(at + 1);
        [items[at], items[other]] = [items[other] as never, items[at] as never];
      }
      return items;
    },
  };
}

export class MemoryDisk implements Storage {
  private readonly held = new Map<string, string>();
  get length(): number {
    return this.held.size;
  }
  clear(): void {
    this.held.clear();
  }
  getItem(key: string): string | null {
    return this.held.get(key) ?? null;
  }
  key(at: number): string | null {
    return [...this.held.keys()][at] ?? null;
  }
  removeItem(key: string): void {
    this.held.delete(key);
  }
  setItem(key: string, value: string): void {
    this.held.set(key, value);
  }
}
