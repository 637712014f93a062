// What goes with what a buyer has just ordered: which order is meant, when orders are read again, and the products
// that complete it. Draws nothing.
import { useQuery } from "@tanstack/vue-query";
import { computed, onScopeDispose, toValue, watch, type MaybeRefOrGetter } from "vue";
import { http, type Page } from "@api/client";
import type { Product, Related } from "@api/goods";
import type { Conversation } from "@api/types";
import { serverNow } from "@ui/time";
import { queries } from "@shell/cache";
import { desk } from "@shell/desk";
import type { Order } from "./queries";

const JUST_NOW = 60 * 60_000;
const LINES = 5;
const SHOWN = 6;
/** Orders of one talk are read again at most this often, whatever is said in it. */
const READ_EVERY = 20_000;

/**
 * The order a buyer has just placed with this shop: one that was not among `known` when the talk was opened, or was
 * placed within the hour. One that is shipped or over is no occasion any more.
 */
export function justOrdered(orders: readonly Order[], shop: number, known: ReadonlySet<number>, now: number): Order | null {
  const at = (one: Order): number => one.placed_at ?? one.paid_at ?? 0;
  const fresh = orders.filter((one) => one.shop === shop && (one.status === "unpaid" || one.status === "paid") && (!known.has(one.id) || now - at(one) < JUST_NOW));
  return fresh.sort((a, b) => at(b) - at(a) || b.id - a.id)[0] ?? null;
}

/** Which orders a customer had when the talk was first looked at. */
const seen = new Map<number, ReadonlySet<number>>();
export function useJustOrdered(conversation: MaybeRefOrGetter<Conversation>, orders: MaybeRefOrGetter<readonly Order[] | undefined>) {
  watch(() => [toValue(conversation).id, toValue(orders)] as const, ([id, list]) => {
    if (list && !seen.has(id)) seen.set(id, new Set(list.map((one) => one.id)));
  }, { immediate: true });
  return computed(() => justOrdered(toValue(orders) ?? [], toValue(conversation).shop, seen.get(toValue(conversation).id) ?? new Set(), serverNow()));
}

/** Reads the orders again when something says that there may be others: an order card, the buyer's next word, the order desk. */
export function useOrderWatch(conversation: MaybeRefOrGetter<Conversation>): void {
  let last = 0;
  const off = desk.onPush((push) => {
    const c = toValue(conversation);
    const heard: { on: string; shop?: unknown } = push;
    const card = push.on === "message" && push.message.conversation === c.id && push.message.kind === "order";
    const word = push.on === "message" && push.message.conversation === c.id && push.message.from === "buyer" && push.message.rev === 1;
    if (!card && !word && !(heard.on === "desk" && heard.shop === c.shop)) return;
    if (!card && Date.now() - last < READ_EVERY) return;
    last = Date.now();
    void queries.invalidateQueries({ queryKey: ["orders", "of", c.customer.id] });
  });
  onScopeDispose(off);
}

async function productOf(line: Order["lines"][number], shop: number, signal: AbortSignal): Promise<Product | null> {
  if (!line.code) return null;
  const { items } = await http.get<Page<Product>>("/products", { q: line.code, shop, limit: 5 }, signal);
  return items.find((one) => one.skus.some((sku) => (line.sku !== null ? sku.id === line.sku : sku.code === line.code))) ?? null;
}
/** What completes the lines of an order: complements and bundles that are there to sell and not in it already. */
export async function relatedOf(order: Order, shop: number, signal: AbortSignal): Promise<Related[]> {
  const bought = (await Promise.all(order.lines.slice(0, LINES).map((line) => productOf(line, shop, signal)))).filter((one) => one !== null);
  const held = new Set(bought.map((one) => one.id));
  const lists = await Promise.all([...held].map((id) => http.get<Related[]>(`/products/${id}/relations`, { shop }, signal)));
  const found = new Map<number, Related>();
  for (const one of lists.flat()) {
    if ((one.kind === "complement" || one.kind === "bundle") && !held.has(one.product) && one.sellable > 0 && !found.has(one.product)) found.set(one.product, one);
  }
  return [...found.values()].slice(0, SHOWN);
}
export function useRelated(order: MaybeRefOrGetter<Order | null>) {
  return useQuery({
    queryKey: computed(() => ["relations", "after", toValue(order)?.id ?? null]),
    enabled: computed(() => toValue(order) !== null),
    staleTime: 60_000,
    queryFn: ({ signal }) => {
      const one = toValue(order)!;
      return relatedOf(one, one.shop, signal);
    },
  });
}
