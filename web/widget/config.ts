// What the shop wrote on its script tag.
import type { Identity, PageProduct } from './protocol';

export interface Config {
  /** Folder of the buyer's door, with a slash at the end. */
  base: string;
  shop: string;
  locale: string | null;
  color: string | null;
  identity: Identity | null;
  product: PageProduct | null;
  position: Position;
}

export interface Position { side: 'left' | 'right'; x: number; y: number }

/** Null when the tag names no shop. */
export function readConfig(script: HTMLScriptElement): Config | null {
  const { shop, locale, color, identity, product, position } = script.dataset;
  if (!shop || !script.src) return null;
  return {
    base: new URL('.', script.src).href,
    shop,
    locale: locale ?? null,
    color: color ?? null,
    identity: asIdentity(json(identity)),
    product: asProduct(json(product)),
    position: asPosition(position),
  };
}

function json(text: string | undefined): unknown {
  if (!text) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    console.warn('Xiaoer: this is not JSON:', text);
    return null;
  }
}

export function asIdentity(value: unknown): Identity | null {
  if (typeof value !== 'object' || value === null) return null;
  const given = value as Record<string, unknown>;
  if (typeof given['jwt'] === 'string') return { jwt: given['jwt'] };
  const { sub, name, at, mac } = given;
  if ((typeof sub !== 'string' && typeof sub !== 'number') || typeof mac !== 'string') return null;
  return { sub: String(sub), name: typeof name === 'string' ? name : '', at: Number(at), mac };
}

export function asProduct(value: unknown): PageProduct | null {
  if (typeof value !== 'object' || value === null) return null;
  const { product, title, price_fen, url, picture } = value as Record<string, unknown>;
  if ((typeof product !== 'string' && typeof product !== 'number') || typeof title !== 'string') return null;
  return {
    product,
    title,
    price_fen: typeof price_fen === 'number' && Number.isFinite(price_fen) ? Math.round(price_fen) : null,
    url: typeof url === 'string' ? url : null,
    picture: typeof picture === 'string' ? picture : null,
  };
}

/** `left` or `right`, and after it the distances in px from the side and from the bottom: `right 24 96`. */
export function asPosition(text: string | undefined): Position {
  const [side, x, y] = (text ?? '').trim().split(/[\s,]+/);
  const px = (part: string | undefined): number => {
    const value = Number(part);
    return part && value >= 0 && value < 1000 ? value : 20;
  };
  return { side: side === 'left' ? 'left' : 'right', x: px(x), y: px(y) };
}
