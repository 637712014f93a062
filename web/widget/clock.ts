// The server's clock: what may still be recalled does not depend on the buyer's.
import type { Link } from './socket';

export class Clock {
  /** The server's clock less this one, in ms. */
  private skew = 0;

  /** Milliseconds UTC. */
  now(): number {
    return Date.now() + this.skew;
  }

  async set(link: Link): Promise<void> {
    const asked = Date.now();
    const answer = await link.command<{ at?: number }>('ping', {}).catch(() => null);
    if (typeof answer?.at === 'number') this.skew = answer.at - (asked + Date.now()) / 2;
  }
}
