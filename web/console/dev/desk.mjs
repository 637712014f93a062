// The order desk of the stand-in shop: parcels, rules, batches. Part of world.mjs; invented, and only for looking.
const HOUR = 3_600_000;
const KEYS = ["number", "style", "quantity", "colour", "size", "courier", "address"];

export function makeDesk({ T0, empty = false }) {
  const by = { id: 13, name: "谷雨" };
  const ask = (id, order, kind, more) => ({ id, order, shop: 3, kind, text: "", flag: null, courier: null, hard: false, sku: null, sku_code: null, quantity: null, fen: null, until: null, address: null, state: "open", by, at: T0 - 40 * 60_000, conversation: 1, decided: null, ...more });
  const asks = [ask(1, 9, "remark", { text: "蝴蝶结换成红色，附手写贺卡“生日快乐”" }), ask(2, 9, "courier", { courier: "SF", hard: true }), ask(3, 9, "flag", { flag: 5, text: "等通知" }), ask(4, 9, "price", { fen: 58_000, state: "open", text: "第二次来买" })];
  const hold = (reason, blocking, more) => ({ id: 7, reason, text: "", at: T0 - 2 * HOUR, by: blocking ? null : by, rule: null, until: null, blocking, ...more });
  const line = (place, title, spec, quantity, price_fen, more) => ({ place, order: 9, sku: 50 + place, code: `YRF-${place}`, title, spec, quantity, price_fen, bundle: null, gift: false, short: false, bin: `A-${place}`, packing: "", ...more });
  const make = (n) => {
    const state = ["waiting", "waiting", "held", "waiting", "passed", "printed", "held", "packed", "waiting", "shipped"][n % 10];
    const fails = { 1: ["address", "phone"], 3: ["size", "sku_unknown"] }[n % 5];
    return {
      id: n, shop: 3, state, since: T0 - n * 17 * 60_000, age_ms: n * 17 * 60_000, rev: 4,
      orders: [{ id: 8 + n, number: `2026112100${80 + n}`, platform: "taobao", status: "paid", after_status: "none", paid_at: T0 - 3 * HOUR, paid_fen: 68_800, customer: 1001, buyer_note: n % 4 === 1 ? "麻烦尽快，周五前要收到，谢谢" : null, seller_remark: n % 6 === 2 ? "老客户，多送一双袜子" : null }, ...(n === 4 ? [{ id: 90, number: "202611210190", platform: "taobao", status: "paid", after_status: "none", paid_at: T0, paid_fen: 9_900, customer: 1001, buyer_note: null, seller_remark: null }] : [])],
      customer: 1001, buyer: ["青柠", "阿木木", "云朵棉花糖", "刘女士"][n % 4],
      lines: [line(1, "青芽 轻盈鹅绒羽绒服 女 中长款", "雾蓝 / L", 1, 59_900, { packing: "防水袋加纸箱" }), line(2, "羊毛围巾", "燕麦", n % 3 ? 1 : 2, 12_900, { short: n % 10 === 2 }), line(3, "旅行收纳袋", "", 1, 0, { gift: true })],
      pieces: n % 3 ? 3 : 4, kinds: 3, total_fen: 68_800, checks: KEYS.map((key) => (fails?.[0] === key && state !== "shipped" ? { key, state: n % 2 ? "fail" : "by_hand", why: fails[1], by: n % 2 ? null : by } : { key, state: "ok", why: null, by: null })),
      holds: state === "held" ? (n % 10 === 2 ? [hold("short", false), hold("attention", false, { id: 8, text: "颜色要再确认" })] : [hold("refund", true)]) : [],
      asks: n % 4 === 1 ? asks.slice(0, 3) : [], courier: n % 4 === 1 ? "SF" : "YUNDA", courier_name: n % 4 === 1 ? "顺丰速运" : "韵达快递", courier_hard: n % 4 === 1, receiver_masked: "林**", phone_masked: "138****5678", address_masked: "浙江省杭州市西湖区***", address_changed: n % 7 === 1,
      promise_at: T0 + (n % 5) * 2.2 * HOUR - 2 * HOUR, promise_late: n % 5 === 0, flag: n % 4 === 1 ? 5 : n % 6 === 2 ? 1 : null, urgent: n % 9 === 1,
      passed: ["passed", "printed", "packed", "shipped"].includes(state) ? { at: T0 - HOUR, by: n % 2 ? by : null, rule: n % 2 ? null : 1 } : null, batch: ["printed", "packed", "shipped"].includes(state) ? { id: 1, number: `261122-003-00${n % 10}` } : null, waybill: state === "packed" || state === "shipped" ? `YT88001234${n}` : null,
      weight: { expected_g: 940, weighed_g: null }, packed: null, second: null, shipped_at: null, merged_into: null, split_from: null, error: null,
    };
  };
  let parcels = empty ? [] : Array.from({ length: 38 }, (_, n) => make(n + 1));
  const couriers = [["SF", "顺丰速运", 1_200], ["YUNDA", "韵达快递", 0], ["ZTO", "中通快递", 0], ["EMS", "EMS", 800], ["JD", "京东快递", 600]].map(([code, name, surcharge_fen], n) => ({ code, name, on: n !== 2, surcharge_fen, surcharge_url: "", query_url: "" }));
  const rules = empty ? [] : [
    { id: 1, shop: null, name: "新疆用 EMS", priority: 10, on: true, when: { regions: ["新疆", "西藏"] }, then: { do: "courier", courier: "EMS" }, changed_at: T0, changed_by: 13, hits_7d: 0 },
    { id: 2, shop: 3, name: "有留言先看", priority: 20, on: true, when: { buyer_note: true }, then: { do: "hold", reason: "buyer_note", text: "" }, changed_at: T0, changed_by: 13, hits_7d: 0 },
    { id: 3, shop: null, name: "小单自动过", priority: 30, on: false, when: { total_fen: { max: 30_000 }, pieces: { max: 3 }, paid_min: 30 }, then: { do: "pass" }, changed_at: T0, changed_by: 13, hits_7d: 214 },
  ];
  const tried = { orders: 186, more: false, pass: 132, hold: 21, person: 33, by_rule: [{ name: "小单自动过", orders: 132 }], by_reason: [{ name: "buyer_note", orders: 18 }, { name: "short", orders: 3 }], by_check: [{ name: "address", orders: 9 }], sample: [{ order: 9, number: "202611210080", outcome: "hold", rule: "有留言先看", reasons: ["buyer_note"], checks: [] }] };
  const batch = { id: 1, number: "261122-003", shop: 3, at: T0 - HOUR, by, parcels: 12, pulled: 1, shipped: 0, printed: { pick: 1, note: 1, label: 0 } };
  const page = (items) => [200, { items, next: null }];
  const SHEET = "<!doctype html><meta charset=utf-8><title>p</title><h1>拣货单 261122-003</h1><table border=1 cellpadding=6><tr><td>A-1<td>YRF-1<td>轻盈鹅绒羽绒服 雾蓝 / L<td>3</table>";

  return (method, path, q, body) => {
    if (path === "/parcels") return page(parcels.filter((one) => q.get("state").split(",").includes(one.state) && (!q.get("late") || one.promise_late) && (!q.get("urgent") || one.urgent)));
    if (path === "/parcels/counts") return [200, { by_state: Object.fromEntries(["waiting", "held", "passed", "printed", "packed"].map((s) => [s, { count: parcels.filter((p) => p.state === s).length, oldest_at: T0 - 9 * HOUR }])), by_reason: [{ reason: "refund", count: 4, oldest_at: T0 }, { reason: "short", count: 4, oldest_at: T0 }], late: empty ? 0 : 7, soon: 3, urgent: empty ? 0 : 4, passed_24h: 86, shipped_24h: 61 }];
    if (path === "/couriers") return [200, couriers];
    if (path === "/desk/rules") return [200, rules];
    if (path === "/desk/rules/try") return [200, tried];
    if (path === "/desk/auditors") return [200, empty ? [] : [{ person: by, passed: 1_240, errors: 6, rate: 6 / 1_240 }, { person: null, passed: 3_020, errors: 2, rate: 2 / 3_020 }]];
    if (path === "/stop-areas") return [200, empty ? [] : [{ id: 1, courier: "SF", region: "新疆", from: T0 - 24 * HOUR, until: T0 + 48 * HOUR, note: "大雪停收" }]];
    if (path === "/desk/batches") return method === "POST" ? [201, { ...batch, places: [] }] : page(empty ? [] : [batch, { ...batch, id: 2, number: "261122-002", pulled: 0, printed: { pick: 1, note: 1, label: 2 } }]);
    if (path === "/desk/batches/1") return [200, { ...batch, places: parcels.slice(0, 12).map((parcel, n) => ({ place: n + 1, number: `261122-003-${String(n + 1).padStart(3, "0")}`, parcel: n === 4 ? null : parcel, pulled: n === 4 ? { parcel: 5, at: T0 - 600_000, why: "refund" } : null })) }];
    if (path === "/desk/prints") return page([{ id: 1, batch: 1, number: "261122-003", paper: "pick", url: "", places: [1, 2, 3], again: false, reason: "", at: T0 - 30 * 60_000, by, printed_at: T0 - 29 * 60_000, left_out: [] }]);
    if (path === "/desk/batches/1/prints") return [201, { id: 2, batch: 1, number: "261122-003", paper: body.paper, url: "/api/v1/desk/prints/2", places: [1], again: true, reason: body.reason, at: T0, by, printed_at: null, left_out: [{ place: 5, why: "refund" }] }];
    if (path === "/desk/prints/2/printed") return [200, { id: 2, batch: 1, number: "261122-003", paper: "label", url: "/api/v1/desk/prints/2", places: [1], again: true, reason: "卡纸", at: T0, by, printed_at: T0, left_out: [] }];
    if (path === "/desk/prints/2") return [200, SHEET];
    if (/^\/parcels\/\d+\/stays$/.test(path)) return [200, { ...parcels.find((one) => path === `/parcels/${one.id}/stays`), stays: { code: "wrong_state", params: { state: "printed" } } }];
    if (path === "/desk/scan") return [200, { ...parcels.find((one) => one.state === "printed"), stays: q.get("code") === "bad" ? { code: "parcel_held", params: { holds: ["refund"] } } : { code: "wrong_state", params: { state: "printed" } } }];
    if (path === "/asks/promised") return [200, empty ? [] : asks.filter((one) => one.kind === "price" && one.state === "open").map((one) => ({ due: Date.now() + 125_000, ask: one }))];
    if (path === "/asks") return page(empty ? [] : asks.filter((one) => one.kind === q.get("kind") && one.state === q.get("state")));
    if (path === "/transit/answer") return [200, { id: 0, courier: "", region: "浙江", min_days: 2, max_days: 3 }];
    let m;
    if ((m = /^\/asks\/(\d+)\/decide$/.exec(path))) {
      const one = asks.find((held) => held.id === +m[1]);
      Object.assign(one, { state: body.accept ? "done" : "refused", decided: { by, at: T0, note: body.note } });
      return [200, one];
    }
    if ((m = /^\/skus\/(\d+)\/handling$/.exec(path))) return [200, body ?? { weight_g: 480, bin: "A-03-2", packing: "防水袋加纸箱" }];
    if ((m = /^\/orders\/(\d+)\/asks$/.exec(path))) return method === "POST" ? [201, { ...ask(9, +m[1], body.kind, body), sent_back: [] }] : [200, m[1] === "9" ? asks : []];
    if ((m = /^\/orders\/(\d+)\/parcels$/.exec(path))) return [200, parcels.filter((one) => one.orders.some((o) => o.id === +m[1]))];
    if ((m = /^\/parcels\/(\d+)\/?(\w*)$/.exec(path))) {
      const one = parcels.find((p) => p.id === +m[1]);
      if (!one) return [404, { code: "not_found" }];
      if (m[2] === "trail") return page([{ at: T0 - 2 * HOUR, by: null, what: "parcel.checked_again", data: {} }, { at: T0 - HOUR, by, what: "parcel.held", data: {} }]);
      if (m[2] === "merge" && method === "GET") return [200, parcels.filter((p) => p.id === one.id + 3)];
      const state = { pass: "passed", unpass: "waiting", hold: "held", pack: "packed" }[m[2]] ?? one.state;
      if (method !== "GET") parcels = parcels.map((p) => (p === one ? { ...one, state, rev: one.rev + 1 } : p));
      return [200, parcels.find((p) => p.id === +m[1])];
    }
    return null;
  };
}
