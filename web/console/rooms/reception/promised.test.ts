import { expect, test } from "vitest";
import { askOf, fresh, kindsOf } from "./promised";

test("a_price_is_asked_only_while_the_order_is_unpaid", () => {
  expect(kindsOf(true)).toContain("price");
  expect(kindsOf(false)).not.toContain("price");
  expect(kindsOf(false)).toHaveLength(8);
});

test("only_what_belongs_to_the_kind_is_sent", () => {
  const filled = { ...fresh(), text: " 红色蝴蝶结 ", courier: "SF", hard: true, sku: 7, yuan: 88.5, phone: "13800001111" };
  expect(askOf({ ...filled, kind: "remark" }, 3)).toEqual({ kind: "remark", conversation: 3, text: "红色蝴蝶结" });
  expect(askOf({ ...filled, kind: "courier", text: "" }, 3)).toEqual({ kind: "courier", conversation: 3, courier: "SF", hard: true });
  expect(askOf({ ...filled, kind: "address", text: "" }, 3)).toEqual({ kind: "address", conversation: 3, phone: "13800001111" });
  expect(askOf({ ...filled, kind: "price", text: "" }, 3)).toEqual({ kind: "price", conversation: 3, fen: 8850 });
  expect(askOf({ ...filled, kind: "gift", text: "" }, 3)).toEqual({ kind: "gift", conversation: 3, sku: 7, quantity: 1 });
});

test("what_is_not_whole_is_not_sent", () => {
  for (const kind of ["remark", "special", "courier", "gift", "address", "price", "wait"] as const) expect(askOf({ ...fresh(), kind, text: "  " }, 3), kind).toBeNull();
  expect(askOf({ ...fresh(), kind: "urgent" }, 3)).toEqual({ kind: "urgent", conversation: 3 });
});
