// What campaigns are counted from while one talks: the buyer's order that waits for payment, else the product looked
// at times its pieces. Pure; what stands in the platform's cart nobody tells us.
export interface Basket {
  from: "order" | "product";
  /** Of the order; empty of a product. */
  number: string;
  quantity: number;
  fen: number;
}
export interface OrderSeen {
  id: number;
  number: string;
  shop: number;
  status: string;
  total_fen: number;
  placed_at: number | null;
}
export interface Priced {
  price_fen: number | null;
  skus: readonly { id: number; price_fen: number }[];
}

/** What one piece costs: of the SKU that is meant, else the lowest of the product. */
export function priceOf(product: Priced, sku: number | null): number | null {
  return product.skus.find((one) => one.id === sku)?.price_fen ?? product.price_fen;
}
/** The order of this shop that waits for payment; of several the one placed last. */
export function unpaidOf<O extends OrderSeen>(orders: readonly O[], shop: number): O | null {
  const waiting = orders.filter((one) => one.shop === shop && one.status === "unpaid");
  return waiting.sort((a, b) => (b.placed_at ?? 0) - (a.placed_at ?? 0) || b.id - a.id)[0] ?? null;
}
/** Null while nothing is known: neither is there an unpaid order, nor a product with a price. */
export function basketOf(orders: readonly OrderSeen[], shop: number, price: number | null, quantity: number): Basket | null {
  const order = unpaidOf(orders, shop);
  if (order) return { from: "order", number: order.number, quantity: 0, fen: order.total_fen };
  return price === null ? null : { from: "product", number: "", quantity, fen: price * quantity };
}
