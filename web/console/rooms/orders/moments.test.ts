import { expect, test } from "vitest";
import type { Order } from "@api/orders";
import { extrasOf, momentsOf, parcelsOf } from "./moments";

const order = (more: Partial<Order>): Order => ({ placed_at: null, paid_at: null, shipped_at: null, signed_at: null, done_at: null, confirmed_at: null, promise_at: null, ...more }) as Order;

test("the_way_of_an_order_is_told_in_its_order_and_what_lies_ahead_is_marked", () => {
  const way = momentsOf(order({ placed_at: 10, paid_at: 20, promise_at: 90 }), 50);
  expect(way.map((one) => [one.key, one.ahead])).toEqual([["placed", false], ["paid", false], ["promise", true]]);
  expect(momentsOf(order({ shipped_at: 40, promise_at: 90 }), 50).map((one) => one.key)).toEqual(["shipped"]);
  // What its parcels say goes before what the platform expects, until it came.
  const sent = order({ order_status: "open", shipped_at: 40, due_at: 80 });
  expect(momentsOf(sent, 50).map((one) => [one.key, one.at])).toEqual([["shipped", 40], ["due", 80]]);
  expect(momentsOf(sent, 50, 60).map((one) => [one.key, one.at])).toEqual([["shipped", 40], ["due", 60]]);
  expect(momentsOf({ ...sent, signed_at: 70 } as Order, 75, 60).map((one) => one.key)).toEqual(["shipped", "signed"]);
});

test("parcels_share_one_courier_or_have_each_their_own", () => {
  expect(parcelsOf({ waybill: "SF1, SF2", courier: "顺丰速运" })).toEqual([{ waybill: "SF1", courier: "顺丰速运" }, { waybill: "SF2", courier: "顺丰速运" }]);
  expect(parcelsOf({ waybill: "SF1；YT2", courier: "顺丰；圆通" })).toEqual([{ waybill: "SF1", courier: "顺丰" }, { waybill: "YT2", courier: "圆通" }]);
  expect(parcelsOf({ waybill: null, courier: null })).toEqual([]);
});

test("empty_cells_of_unknown_columns_are_not_shown", () => {
  expect(extrasOf({ extra: { 打包员: "小叶", 空: "", 数: 3 } })).toEqual([["打包员", "小叶"], ["数", "3"]]);
  expect(extrasOf({ extra: null })).toEqual([]);
});
