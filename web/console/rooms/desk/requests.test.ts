import { expect, test } from "vitest";
import { compared } from "./requests";

const order = { total_fen: 59_900, pay_status: "unpaid", order_status: "open" } as const;

test("a_price_that_is_asked_for_is_said_beside_what_is_to_be_paid_now", () => {
  expect(compared(58_000, order)).toEqual({ key: "less", fen: 1_900, percent: "3.2", why: null });
  expect(compared(59_900, order)).toMatchObject({ key: "same", fen: 0, percent: "0" });
  expect(compared(60_000, order)).toMatchObject({ key: "more", fen: 100 });
  expect(compared(0, { ...order, total_fen: 0 })).toMatchObject({ key: "same", percent: "0" });
});

test("what_was_paid_or_closed_meanwhile_is_granted_no_more", () => {
  expect(compared(58_000, { ...order, pay_status: "paid" }).why).toBe("paidAlready");
  expect(compared(58_000, { ...order, order_status: "closed" }).why).toBe("gone");
  expect(compared(58_000, { ...order, pay_status: "refunded" }).why).toBe("gone");
});
