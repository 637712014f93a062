// A parcel with everything in place, for tests only.
import { CHECK_KEYS, type DeskParcel, type ParcelHold } from "@api/desk";

export function parcel(id: number, more: Partial<DeskParcel> = {}): DeskParcel {
  return {
    id, shop: 3, state: "waiting", since: Date.now() - 600_000, age_ms: 600_000, rev: 4,
    orders: [{ id: 100 + id, number: `T2611${id}`, platform: "taobao", status: "paid", after_status: "none", paid_at: Date.now() - 3_600_000, paid_fen: 59_900, customer: 8, buyer_note: null, seller_remark: null }],
    customer: 8, buyer: "青柠", lines: [{ place: 1, order: 100 + id, sku: 5, code: "YRF-M", title: "轻盈鹅绒羽绒服", spec: "雾蓝 / M", quantity: 2, price_fen: 59_900, bundle: null, gift: false, short: false, bin: "A-3", packing: "" }],
    pieces: 2, kinds: 1, total_fen: 119_800, checks: CHECK_KEYS.map((key) => ({ key, state: "ok", why: null, by: null })), holds: [], asks: [],
    courier: "YUNDA", courier_name: "韵达快递", courier_hard: false, receiver_masked: "林**", phone_masked: "138****5678", address_masked: "浙江省杭州市西湖区***", province: "浙江", address_changed: false,
    promise_at: Date.now() + 6 * 3_600_000, promise_late: false, flag: null, urgent: false, passed: null, batch: null, waybill: null,
    weight: { expected_g: 900, weighed_g: null }, packed: null, second: null, shipped_at: null, elsewhere: false, due_at: null, arrived_at: null, trace: null, stop: null, merged_into: null, split_from: null, error: null,
    ...more,
  };
}
export const hold = (reason: string, blocking = false): ParcelHold => ({ id: 1, reason, text: "", at: Date.now(), by: null, rule: null, until: null, blocking, told: null });
