// Reading messages again: gaps between what is held, what came while away, and older pages.
import type { Entry } from './protocol';
import type { Link } from './socket';
import { type Action, hasGap, type State } from './state';

const PAGE = 50;
const LONG_PAGE = 200;
/** So many answers without progress, and the hole is given up. */
const TRIES = 3;

export interface HistoryOptions {
  link: Link;
  state(): State;
  apply(action: Action): void;
}

export class History {
  /** An older page is on its way. */
  loading = false;
  private repairing = false;

  constructor(private readonly options: HistoryOptions) {}

  /** Reads missing numbers again until there are none. */
  async repair(): Promise<void> {
    const { link, state, apply } = this.options;
    if (this.repairing || !link.live) return;
    this.repairing = true;
    try {
      for (let idle = 0; link.live && hasGap(state()); ) {
        const before = state().end;
        await this.after(before);
        idle = state().end > before ? 0 : idle + 1;
        if (idle < TRIES) continue;
        apply({ type: 'skip' });
        idle = 0;
      }
    } catch {
      // The next socket begins again.
    } finally {
      this.repairing = false;
    }
  }

  /** Reads on while pages come back with something new. */
  async catchUp(): Promise<void> {
    try {
      for (let before = -1; before !== this.options.state().end; ) {
        before = this.options.state().end;
        await this.after(before);
      }
    } catch {
      // The next socket begins again.
    }
  }

  async older(): Promise<void> {
    const { link, state, apply } = this.options;
    if (this.loading || state().base === 0 || !link.live) return;
    this.loading = true;
    try {
      const { messages } = await link.command<{ messages: Entry[] }>('history', { before: state().base + 1, limit: PAGE });
      this.loading = false;
      apply({ type: 'older', messages });
    } catch {
      // Scrolling up again asks again.
      this.loading = false;
    }
  }

  private async after(after: number): Promise<void> {
    const { messages } = await this.options.link.command<{ messages: Entry[] }>('history', { after, limit: LONG_PAGE });
    this.options.apply({ type: 'messages', messages });
  }
}
