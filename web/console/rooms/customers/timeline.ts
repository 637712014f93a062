// Orders and talks of one customer as one line of time, the newest first. Pure.
import type { Order } from "@api/orders";
import type { Conversation } from "@api/types";

export type Entry = { kind: "order"; id: string; at: number; order: Order } | { kind: "talk"; id: string; at: number; talk: Conversation };

function momentOf(order: Order): number {
  return order.placed_at ?? order.paid_at ?? order.changed_at ?? 0;
}
/** Orders come page by page: while there are more, talks older than the last of them wait, or they would jump. */
export function timelineOf(orders: readonly Order[], talks: readonly Conversation[], more: boolean): Entry[] {
  const entries: Entry[] = orders.map((order) => ({ kind: "order", id: `o${order.id}`, at: momentOf(order), order }));
  const floor = more && orders.length ? Math.min(...entries.map((one) => one.at)) : 0;
  for (const talk of talks) {
    const at = talk.last?.at ?? talk.created_at;
    if (at >= floor) entries.push({ kind: "talk", id: `t${talk.id}`, at, talk });
  }
  return entries.sort((a, b) => b.at - a.at);
}
