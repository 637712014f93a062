import { expect, test } from "vitest";
import { draftOf, kept, mayBePresale, presaleOf, standing, type Presale } from "./presale";

const presale = (more: Partial<Presale> = {}): Presale => ({ order: 9, deposit_fen: 2_000, balance_fen: 8_950, balance_from: 1_000, balance_until: 2_000, balance_paid_at: null, deposit_paid_at: 500, said_at: 600, ...more });

test("deposit_and_balance_go_into_the_form_and_come_out_as_they_were", () => {
  expect(presaleOf(draftOf(presale()))).toEqual(kept(presale()));
  expect(presaleOf(draftOf(presale({ balance_from: null, balance_until: null, balance_paid_at: 1_500 })))).toMatchObject({ balance_fen: 8_950, balance_from: null, balance_paid_at: 1_500 });
  expect(presaleOf(draftOf(null))).toBeNull();
  expect(presaleOf({ ...draftOf(null), deposit: 19.99, balance: 0 })).toMatchObject({ deposit_fen: 1_999, balance_fen: 0 });
});

test("a_balance_is_early_due_over_or_paid", () => {
  expect(standing(presale(), 999)).toBe("early");
  expect(standing(presale(), 1_000)).toBe("due");
  expect(standing(presale(), 2_000)).toBe("over");
  expect(standing(presale({ balance_paid_at: 1_200 }), 5_000)).toBe("paid");
  expect(standing(presale({ balance_from: null, balance_until: null }), 5_000)).toBe("due");
});

test("what_left_or_is_over_is_no_presale_any_more", () => {
  const order = { order_status: "open", pay_status: "unpaid", ship_status: "none" } as const;
  expect(mayBePresale(order)).toBe(true);
  expect(mayBePresale({ ...order, ship_status: "shipped" })).toBe(false);
  expect(mayBePresale({ ...order, order_status: "closed" })).toBe(false);
  expect(mayBePresale({ ...order, pay_status: "refunded" })).toBe(false);
});
