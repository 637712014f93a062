// What lists say of an order in a few words. Pure.
import type { Order } from "@api/orders";

export function piecesOf(order: Pick<Order, "lines">): number {
  return order.lines.reduce((n, line) => n + line.quantity, 0);
}
/** What was bought: the first line's title with its spec. */
export function titleOf(order: Pick<Order, "lines">): string {
  const first = order.lines[0];
  return first ? [first.title, first.spec].filter(Boolean).join(" ") : "";
}
