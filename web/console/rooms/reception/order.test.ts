import { expect, test } from "vitest";
import { conversation } from "@api/samples";
import { arranged, nextWaiting, type Filter } from "./order";

const f = (more: Partial<Filter> = {}): Filter => ({ tab: "mine", which: "open", stage: null, shop: null, me: 12, ...more });
const last = (at: number) => ({ from: "buyer" as const, kind: "text" as const, text: "", at });

test("the_longest_wait_is_on_top_and_the_rest_by_their_last_word", () => {
  const list = [
    conversation({ id: 1, waiting_since: null, last: last(500) }),
    conversation({ id: 2, waiting_since: 300 }),
    conversation({ id: 3, waiting_since: 100 }),
    conversation({ id: 4, waiting_since: null, last: last(900) }),
  ];
  expect(arranged(list, f(), 0).map((c) => c.id)).toEqual([3, 2, 4, 1]);
});

test("the_queue_goes_by_priority_then_by_who_came_first", () => {
  const q = (id: number, priority: number, queued_at: number) => conversation({ id, state: "queued", agent: null, priority, queued_at });
  expect(arranged([q(1, 0, 10), q(2, 1, 90), q(3, 0, 5), q(4, 1, 80)], f({ tab: "queue" }), 0).map((c) => c.id)).toEqual([4, 2, 3, 1]);
});

test("tabs_shop_and_stage_choose_what_is_listed", () => {
  const list = [conversation({ id: 1 }), conversation({ id: 2, agent: 5 }), conversation({ id: 3, state: "closed" }), conversation({ id: 4, state: "queued", agent: null }), conversation({ id: 5, shop: 9 }), conversation({ id: 6, stage: "after" })];
  const ids = (more: Partial<Filter>) => arranged(list, f(more), 0).map((c) => c.id).sort();
  expect(ids({})).toEqual([1, 5, 6]);
  expect(ids({ tab: "all" })).toEqual([1, 2, 4, 5, 6]);
  expect(ids({ tab: "queue" })).toEqual([4]);
  expect(ids({ which: "closed" })).toEqual([3]);
  expect(ids({ shop: 9 })).toEqual([5]);
  expect(ids({ stage: "after" })).toEqual([6]);
});

test("next_waiting_is_mine_and_not_the_one_before_me", () => {
  const list = [conversation({ id: 1, waiting_since: 10 }), conversation({ id: 2, waiting_since: 5 }), conversation({ id: 3, waiting_since: 1, agent: 4 })];
  expect(nextWaiting(list, 12, null)?.id).toBe(2);
  expect(nextWaiting(list, 12, 2)?.id).toBe(1);
  expect(nextWaiting([list[2]!], 12, null)).toBeNull();
});

test("who_waited_long_rises_one_priority_as_the_server_deals", () => {
  const q = (id: number, priority: number, queued_at: number, rises_at: number | null) => conversation({ id, state: "queued", agent: null, priority, queued_at, rises_at });
  const list = [q(1, 1, 50, 350), q(2, 0, 10, 310), q(3, 0, 90, 390)];
  const at = (now: number) => arranged(list, f({ tab: "queue" }), now).map((c) => c.id);
  expect(at(300)).toEqual([1, 2, 3]);
  expect(at(310)).toEqual([2, 1, 3]);
  expect(at(350)).toEqual([1, 2, 3]);
});
