// A product in a list of what may be offered, with its card. Pure.
import type { MainPush, ProductCard, Related } from "@api/goods";

export interface Good {
  key: string;
  product: number;
  sku: number | null;
  title: string;
  spec: string | null;
  picture: string | null;
  /** Null while nothing of it is sold; then there is no card either. */
  price_fen: number | null;
  sellable: number;
  label: string;
  note: string;
  more: string;
}
export function cardOf(good: Good): ProductCard | null {
  const { product, sku, title, spec, price_fen, picture } = good;
  return price_fen === null ? null : { product, sku, title, spec, price_fen, picture };
}
export function relatedGood(one: Related, label: string, more: string): Good {
  const { product, sku, title, spec, picture, price_fen, sellable, note } = one;
  return { key: `r${one.relation}-${one.reverse ? 1 : 0}`, product, sku, title, spec, picture, price_fen, sellable, label, note, more };
}
export function pushGood(one: MainPush, label: string): Good {
  const { product, title, picture, price_fen, sellable, note } = one;
  return { key: `p${one.id}`, product, sku: null, title, spec: null, picture, price_fen, sellable, label, note, more: "" };
}
