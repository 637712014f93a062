// What campaigns are counted from while one talks: the buyer's order that waits for payment, else the product looked
// at times its pieces. Pure; what stands in the platform's cart nobody tells us.
export interface Basket {
  from: "order" | "product";
  /** Of the order; empty of a product. */
  number: string;
  quantity: number;
  fen: number;
  /** Its pieces as the server reads them, SKU:QUANTITY: campaigns on some products count only theirs. Null where one is not in the catalogue. */
  items: string | null;
}
export interface OrderSeen {
  id: number;
  number: string;
  shop: number;
  status: string;
  total_fen: number;
  /** Of the total, the way: no campaign counts it. */
  post_fen?: number | null;
  placed_at: number | null;
  lines: readonly { sku: number | null; quantity: number; price_fen: number }[];
}
export interface Priced {
  price_fen: number | null;
  skus: readonly { id: number; price_fen: number; active: boolean }[];
}
export interface Piece {
  sku: number | null;
  fen: number;
}

/** One piece of a product: the SKU that is meant, else the cheapest that is sold. */
export function pieceOf(product: Priced, sku: number | null): Piece | null {
  const named = product.skus.find((one) => one.id === sku);
  const cheapest = product.skus.find((one) => one.active && one.price_fen === product.price_fen);
  if (named) return { sku: named.id, fen: named.price_fen };
  return product.price_fen === null ? null : { sku: cheapest?.id ?? null, fen: product.price_fen };
}
export const priceOf = (product: Priced, sku: number | null): number | null => pieceOf(product, sku)?.fen ?? null;
/** The order of this shop that waits for payment; of several the one placed last. */
export function unpaidOf<O extends OrderSeen>(orders: readonly O[], shop: number): O | null {
  const waiting = orders.filter((one) => one.shop === shop && one.status === "unpaid");
  return waiting.sort((a, b) => (b.placed_at ?? 0) - (a.placed_at ?? 0) || b.id - a.id)[0] ?? null;
}
/** As many the server takes at once. */
const MOST_LINES = 50;
const MOST_PIECES = 10_000;
function itemsOf(lines: readonly { sku: number | null; quantity: number }[]): string | null {
  const known = lines.every((one) => one.sku !== null && one.quantity >= 1 && one.quantity <= MOST_PIECES);
  return known && lines.length && lines.length <= MOST_LINES ? lines.map((one) => `${one.sku}:${one.quantity}`).join(",") : null;
}
/** What its goods come to before anything was taken off, as campaigns count; without prices of lines its sum without the way. */
function goodsOf(order: OrderSeen): number {
  return order.lines.reduce((sum, one) => sum + one.price_fen * one.quantity, 0) || order.total_fen - (order.post_fen ?? 0);
}
/** Null while nothing is known: neither is there an unpaid order, nor a product with a price. */
export function basketOf(orders: readonly OrderSeen[], shop: number, piece: Piece | null, quantity: number): Basket | null {
  const order = unpaidOf(orders, shop);
  if (order) return { from: "order", number: order.number, quantity: 0, fen: goodsOf(order), items: itemsOf(order.lines) };
  return piece === null ? null : { from: "product", number: "", quantity, fen: piece.fen * quantity, items: itemsOf([{ sku: piece.sku, quantity }]) };
}
/** Its pieces, for a text that is filled: a campaign on some products counts theirs alone. */
export function piecesOf(basket: Basket | null): { sku: number; quantity: number }[] {
  const pairs = (basket?.items ?? "").split(",").filter(Boolean).map((one) => one.split(":").map(Number));
  return pairs.map(([sku = 0, quantity = 0]) => ({ sku, quantity }));
}
/** What the server is asked of campaigns for it. */
export function cartOf(basket: Basket | null): { total_fen: number; items: string | null } {
  return { total_fen: basket?.fen ?? 0, items: basket?.items ?? null };
}
