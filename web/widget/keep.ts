// What survives a reload, one name space per shop. Falls back to memory where storage is blocked or full.

export class Keep {
  private readonly memory = new Map<string, string>();
  private readonly prefix: string;

  constructor(shop: string, private readonly disk: Storage | null = browserDisk()) {
    this.prefix = `xiaoer:${shop}:`;
  }

  read<T>(name: string): T | null {
    const text = this.memory.get(name) ?? this.tried(() => this.disk?.getItem(this.prefix + name) ?? null) ?? null;
    if (text === null) return null;
    try {
      return JSON.parse(text) as T;
    } catch {
      return null;
    }
  }

  write(name: string, value: unknown): void {
    const text = JSON.stringify(value);
    const stored = this.tried(() => {
      if (!this.disk) return false;
      this.disk.setItem(this.prefix + name, text);
      return true;
    });
    if (stored) this.memory.delete(name);
    else this.memory.set(name, text);
  }

  drop(name: string): void {
    this.memory.delete(name);
    this.tried(() => this.disk?.removeItem(this.prefix + name));
  }

  /** The names that begin with `head`. */
  names(head: string): string[] {
    const found = new Set([...this.memory.keys()].filter((name) => name.startsWith(head)));
    this.tried(() => {
      const disk = this.disk;
      for (let at = 0; disk && at < disk.length; at += 1) {
        const key = disk.key(at);
        if (key?.startsWith(this.prefix + head)) found.add(key.slice(this.prefix.length));
      }
    });
    return [...found];
  }

  /** Storage throws where cookies are refused, in some frames, and when it is full. */
  private tried<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch {
      return undefined;
    }
  }
}

function browserDisk(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
