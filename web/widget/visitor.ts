// Who stands before the screen: the visitor's token, the shop's word for who it is, and how far was read.
// Whether an identity is true is the server's business.
import type { Keep } from './keep';
import type { Hello, Identity, PageProduct } from './protocol';

interface Kept { token: string; sub: string | null }
interface ReadMark { conversation: number; seq: number }

export class Visitor {
  token: string | null = null;

  constructor(private readonly keep: Keep, public identity: Identity | null) {}

  /** Whether this browser has talked with the shop before, or the shop says who sits here. A page that signs its
   *  customer only after loading has its word first. */
  get expected(): boolean {
    return this.identity !== null || (this.kept !== null && !this.unsigned);
  }

  /** True when what is kept here belongs to another customer than the one now named. */
  get stranger(): boolean {
    const sub = this.kept?.sub ?? null;
    return sub !== null && this.identity !== null && sub !== subject(this.identity);
  }

  /** Who it is and what they look at, for `hello`. The token is taken anew, as another tab may have got one meanwhile. */
  greeting(product: PageProduct | null): object {
    this.token = this.kept?.token ?? null;
    return {
      ...(this.token === null ? {} : { visitor: this.token }),
      ...(this.identity ? { identity: this.identity } : {}),
      page: this.page(product),
    };
  }

  /** What stands on the page the widget is on. */
  page(product: PageProduct | null): object {
    return { url: location.href.slice(0, 2000), title: document.title.slice(0, 200), ...(product ? { product: product.product } : {}) };
  }

  /** Whether the shop signed who sits here, and does so no more, or not yet: then it may be the next person. */
  get unsigned(): boolean {
    return this.identity === null && (this.kept?.sub ?? null) !== null;
  }

  /** Whether the server answered with another token than it was shown: it takes this visitor for a stranger. */
  replaced(token: string): boolean {
    return this.token !== null && this.token !== token;
  }

  welcome(token: string): void {
    const sub = this.identity ? subject(this.identity) : (this.kept?.sub ?? null);
    this.token = token;
    this.keep.write('visitor', { token, sub } satisfies Kept);
  }

  markRead(conversation: number, seq: number): void {
    this.keep.write('read', { conversation, seq } satisfies ReadMark);
  }

  /** How far the buyer had read, from this browser; on a new one, what they answered was read. */
  readUpTo(ok: Hello): number {
    const mark = this.keep.read<ReadMark>('read');
    if (mark && mark.conversation === ok.conversation) return mark.seq;
    return ok.messages.reduce((top, entry) => (entry.kind !== 'hidden' && entry.from === 'buyer' ? Math.max(top, entry.seq) : top), 0);
  }

  forget(): void {
    for (const name of ['visitor', 'read', 'draft']) this.keep.drop(name);
    this.token = null;
  }

  private get kept(): Kept | null {
    const kept = this.keep.read<Kept>('visitor');
    return kept && typeof kept.token === 'string' ? kept : null;
  }
}

/** The customer an identity speaks of; a JWT is only looked into. */
export function subject(identity: Identity): string {
  if ('sub' in identity) return String(identity.sub);
  try {
    const part = (identity.jwt.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
    return String((JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown }).sub ?? '');
  } catch {
    return '';
  }
}
