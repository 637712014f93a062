import { expect, test } from "vitest";
import { conversation } from "@api/samples";
import type { Order } from "@api/orders";
import { timelineOf } from "./timeline";

const order = (id: number, placed_at: number | null): Order => ({ id, placed_at, paid_at: null, changed_at: null }) as Order;
const talk = (id: number, at: number) => conversation({ id, created_at: at, last: null });
const ids = (entries: ReturnType<typeof timelineOf>): string[] => entries.map((one) => one.id);

test("orders_and_talks_stand_in_one_line_the_newest_first", () => {
  expect(ids(timelineOf([order(1, 50), order(2, 20)], [talk(8, 30), talk(9, 60)], false))).toEqual(["t9", "o1", "t8", "o2"]);
});

test("while_older_orders_are_not_read_older_talks_wait", () => {
  expect(ids(timelineOf([order(1, 50), order(2, 20)], [talk(8, 10), talk(9, 30)], true))).toEqual(["o1", "t9", "o2"]);
  expect(ids(timelineOf([], [talk(8, 10)], false))).toEqual(["t8"]);
});
