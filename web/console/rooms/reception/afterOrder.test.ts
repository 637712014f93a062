// After an order: which one is meant, what goes with it, and when orders are read again.
import { effectScope } from "vue";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conversation, message } from "@api/samples";
import type { Push } from "@api/types";
import { queries } from "@shell/cache";
import { desk } from "@shell/desk";
import { justOrdered, relatedOf, useOrderWatch } from "./afterOrder";
import { mentioned } from "./composer";
import type { Order } from "./queries";

const HOUR = 3_600_000;
const NOW = 1_790_000_000_000;
const line = (code: string, sku: number | null) => ({ id: 1, code, sku, price_fen: 100, quantity: 1, spec: "", title: "" });
const order = (id: number, more: object = {}): Order => ({ id, number: `N${id}`, shop: 3, status: "unpaid", total_fen: 100, placed_at: NOW - 30 * HOUR, paid_at: null, lines: [], ...more }) as unknown as Order;

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("an_order_that_came_while_one_talks_or_within_the_hour_is_an_occasion", () => {
  const known = new Set([1, 2]);
  expect(justOrdered([order(1), order(2)], 3, known, NOW)).toBeNull();
  expect(justOrdered([order(1), order(3)], 3, known, NOW)?.id).toBe(3);
  expect(justOrdered([order(1, { placed_at: NOW - 5 * 60_000 }), order(2)], 3, known, NOW)?.id).toBe(1);
  expect(justOrdered([order(3, { status: "shipped" }), order(4, { shop: 5 }), order(5, { status: "closed" })], 3, known, NOW)).toBeNull();
});

test("complements_and_bundles_of_what_was_ordered_are_offered_once_and_not_what_is_in_it", async () => {
  const related = (product: number, kind: string, more: object = {}) => ({ relation: product, kind, note: "", product, sku: null, title: "", spec: null, picture: null, price_fen: 1, sellable: 5, difference_fen: 0, reverse: false, ...more });
  const answers: Record<string, unknown> = {
    "/api/v1/products?q=A-1&shop=3&limit=5": { items: [{ id: 8, skus: [{ id: 80, code: "A-11" }] }, { id: 9, skus: [{ id: 90, code: "A-1" }] }], next: null },
    "/api/v1/products?q=B-1&shop=3&limit=5": { items: [{ id: 10, skus: [{ id: 100, code: "B-1" }] }], next: null },
    "/api/v1/products/9/relations?shop=3": [related(10, "complement"), related(11, "bundle"), related(12, "similar"), related(13, "complement", { sellable: 0 })],
    "/api/v1/products/10/relations?shop=3": [related(11, "complement"), related(14, "complement")],
  };
  vi.stubGlobal("fetch", vi.fn((url: string) => Promise.resolve(new Response(JSON.stringify(answers[url]), { headers: { "content-type": "application/json" } }))));
  const found = await relatedOf(order(1, { lines: [line("A-1", 90), line("B-1", null)] }), 3, new AbortController().signal);
  expect(found.map((one) => one.product)).toEqual([11, 14]);
});

test("orders_are_read_again_at_an_order_card_and_now_and_then_at_the_buyers_word", () => {
  vi.setSystemTime(NOW);
  let tell: (push: Push) => void = () => undefined;
  vi.spyOn(desk, "onPush").mockImplementation((run) => ((tell = run), () => undefined));
  const read = vi.spyOn(queries, "invalidateQueries").mockResolvedValue();
  const c = conversation();
  const scope = effectScope();
  scope.run(() => useOrderWatch(c));
  const said = (more: object): void => tell({ on: "message", conversation: c, message: message(more) });
  said({ conversation: 2 });
  expect(read).not.toHaveBeenCalled();
  said({ seq: 2 });
  said({ seq: 3 });
  expect(read).toHaveBeenCalledTimes(1);
  expect(read).toHaveBeenCalledWith({ queryKey: ["orders", "of", 8] });
  said({ seq: 4, kind: "order", from: "auto" });
  expect(read).toHaveBeenCalledTimes(2);
  vi.setSystemTime(NOW + 21_000);
  said({ seq: 5 });
  expect(read).toHaveBeenCalledTimes(3);
  scope.stop();
});

test("the_longest_name_after_an_at_is_meant", () => {
  const people = [{ person: 1, name: "Li" }, { person: 2, name: "Lily" }, { person: 3, name: "小满" }];
  expect(mentioned("@Lily 看一下", people)).toEqual([2]);
  expect(mentioned("@Li 和 @小满", people)).toEqual([1, 3]);
  expect(mentioned("mail@Other", people)).toEqual([]);
});
