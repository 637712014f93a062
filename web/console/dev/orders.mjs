// Orders, customers and imports of the stand-in shop. Part of world.mjs; invented, and only for looking.
const MIN = 60_000;
const DAY = 86_400_000;

export function makeOrders({ T0, empty = false }) {
  const goods = [["青芽 轻盈鹅绒羽绒服 女 中长款", "雾蓝 / L", "QY-YRF-01-L", 59_900], ["羊毛围巾", "燕麦", "QY-WJ-02", 12_900], ["羊毛混纺高领毛衣", "炭灰 / M", "QY-MY-03-M", 23_900], ["极寒鹅绒羽绒服 长款", "雾蓝 / M", "QY-YRF-05-M", 79_900]];
  const receivers = [["林**", "138****5678", "浙江省杭州市****"], ["何**", "159****0021", "广东省深圳市****"], ["苏*", "186****9930", "四川省成都市****"]];
  const stands = [["paid", "open", "paid", "none", "none"], ["shipped", "open", "paid", "shipped", "none"], ["done", "done", "paid", "signed", "none"], ["unpaid", "open", "unpaid", "none", "none"], ["refunded", "closed", "refunded", "none", "done"], ["received", "open", "paid", "signed", "open"], ["closed", "closed", "unpaid", "none", "none"]];
  const orders = Array.from({ length: empty ? 0 : 46 }, (_, n) => {
    const [status, order_status, pay_status, ship_status, after_status] = stands[n % stands.length];
    const lines = goods.slice(n % 3, (n % 3) + 1 + (n % 2)).map(([title, spec, code, price_fen], k) => ({ id: n * 10 + k, sku: k ? null : 51, code, title, spec, quantity: 1 + (n % 4 === 3), price_fen }));
    const total_fen = lines.reduce((sum, line) => sum + line.price_fen * line.quantity, 0);
    const placed_at = T0 - n * 7 * 3_600_000 - 40 * MIN;
    const paid = pay_status !== "unpaid";
    const shipped = ship_status !== "none";
    const [receiver_masked, phone_masked, address_masked] = receivers[n % 3];
    return {
      id: 9 + n, shop: n % 6 === 5 ? 4 : 3, platform: n % 6 === 5 ? "jd" : "tmall", number: `31${String(28_874_465_519_000_000 + n * 7_919)}`, customer: 1001 + (n % 12), status, order_status, pay_status, ship_status, after_status, total_fen, paid_fen: paid ? total_fen : 0,
      placed_at, paid_at: paid ? placed_at + 3 * MIN : null, shipped_at: shipped ? placed_at + 20 * 3_600_000 : null, signed_at: ship_status === "signed" ? placed_at + 3 * DAY : null, done_at: order_status === "done" ? placed_at + 9 * DAY : null, changed_at: placed_at + DAY, confirmed_at: n === 1 ? placed_at + MIN : null,
      payment: paid ? "支付宝" : null, delivery: "快递", remark: n % 5 === 0 ? "务必发顺丰；附贺卡" : null, receiver_masked, phone_masked, address_masked, refund_fen: status === "refunded" ? total_fen : 0, post_fen: n % 4 === 0 ? 1_000 : null, buyer_note: n % 7 === 0 ? "麻烦今天发出，周日要送人" : null, courier: shipped ? "顺丰速运" : null, waybill: shipped ? (n % 8 === 1 ? "SF1423388209011 SF1423388209028" : `SF14233882${String(10_000 + n)}`) : null,
      close_reason: status === "closed" ? "买家未付款" : null, words: "卖家已发货，等待买家确认", promise_at: shipped ? null : placed_at + 2 * DAY, presale: n === 5 ? { order: n, deposit_fen: 2_000, balance_fen: 8_900, balance_from: placed_at, balance_until: placed_at + DAY, balance_paid_at: null } : null, extra: n % 3 === 0 ? { 打包员: "小叶", 店铺备注旗帜: "红" } : null, short: n === 7, lines,
    };
  });
  const names = ["青柠", "阿木木", "云朵棉花糖", "tb3921_小鱼", "南方有嘉木", "刘女士", "大眼睛的猫", "一只橘", "秋水长天", "晨曦微露", "豆豆妈妈", "山里来的风"];
  const customers = empty ? [] : names.map((name, n) => ({
    id: 1001 + n, name, nick: n % 3 ? name : `${name}_tb`, level: n % 4, vip: n % 5 === 0, vip_note: n === 0 ? "包裹里放手写卡片；只收周末件" : "", note: n === 0 ? "给妈妈买的居多，爱问面料。" : "", known: n % 3 !== 0, spent_fen: 128_800 - n * 7_300, orders: 12 - n, created_at: T0 - (n + 3) * 30 * DAY, real_name_masked: n % 2 ? null : "林**", phone_masked: n % 4 === 3 ? null : "138****5678", address_masked: n % 2 ? null : "浙江省杭州市****",
    blocked: n === 3 ? { reason: "反复恶意退款", until: T0 + 5 * DAY, by: "谷雨", shop: 3 } : null, identities: [{ kind: "nick", shop: 3, value: name, proven: false }, ...(n % 3 ? [{ kind: "shop_user", shop: null, value: "****15", proven: true }] : []), { kind: "visitor", shop: 3, value: null, proven: false }],
  }));

  const counts = (read, created, changed, refused) => ({ read, created, changed, unchanged: read - created - changed - refused, refused, masked_buyers: created ? 214 : 0 });
  const sheet = (more = {}) => ({
    index: 0, name: null, form: "text", encoding: "GB18030", kind: "orders", platform: "taobao", generation: "2019", confidence: 0.94, sure: true, candidates: [], header_row: 1,
    headers: ["订单编号", "买家会员名", "总金额", "买家实际支付金额", "订单状态", "收货人姓名", "联系手机", "订单创建时间", "宝贝标题", "物流单号", "打包员", "渠道来源", "内部码"],
    columns: [["order_no", "订单编号", 0], ["nick", "买家会员名", 1], ["total", "总金额", 2], ["paid", "买家实际支付金额", 3], ["status", "订单状态", 4], ["receiver", "收货人姓名", 5], ["phone", "联系手机", 6], ["placed_at", "订单创建时间", 7], ["title", "宝贝标题", 8], ["waybill", "物流单号", 9]].map(([column, header, index]) => ({ column, header, index, taught: index === 3 })),
    unknown: [{ header: "打包员", index: 10, samples: ["小*", "阿*"] }, { header: "渠道来源", index: 11, samples: ["手淘搜索", "直播间", "老客回购"] }], missing: [], left_out: null, ...more,
  });
  const none = counts(0, 0, 0, 0);
  const run = (id, file, state, more = {}) => ({ id, shop: 3, by: { id: 12, name: "小满" }, made_at: T0 - id * 50 * MIN, file, bytes: 4_820_113, hash: "9f2c", state, ask: { kind: null, platform: null, columns: {}, header_rows: {} }, sheets: [sheet()], counts: none, unknown_words: {}, same_as: null, error: null, started_at: null, ended_at: null, given_back: 0, kept: 0, progress: null, rate_rows_s: null, left_s: null, ...more });
  const T = T0 - 30 * MIN;
  const runs = new Map((empty ? [] : [
    run(1, "ExportOrderList202611220915.csv", "looked", { same_as: 6 }),
    run(2, "订单导出-11月.xlsx", "looked", { sheets: [sheet({ form: "xlsx", encoding: null, name: "Sheet1", kind: null, platform: null, generation: null, confidence: 0.41, sure: false, candidates: [{ kind: "orders", platform: "taobao", generation: "2017", confidence: 0.41 }, { kind: "items", platform: "jst", generation: "one", confidence: 0.33 }, { kind: "settlements", platform: "jd", generation: "one", confidence: 0.2 }] }), sheet({ index: 1, name: "说明", form: "xlsx", encoding: null, kind: null, sure: false, confidence: 0, header_row: 0, headers: [], columns: [], unknown: [], left_out: { code: "header_missing", file: "订单导出-11月.xlsx", sheet: "说明", seen: 2 } })] }),
    run(3, "自己记的单.csv", "looked", { sheets: [sheet({ platform: "generic", generation: "min", confidence: 0.71, missing: ["order_no"], columns: sheet().columns.slice(1), unknown: [{ header: "订单编号", index: 0, samples: ["Q26110001", "Q26110002", "Q26110003"] }, ...sheet().unknown] })] }),
    run(4, "ExportOrderList202611211830.csv", "running", { counts: { ...counts(412_000, 398_210, 9_120, 37) }, progress: { done: 41, total: 100 }, rate_rows_s: 41_250, left_s: 14, started_at: T0 - 10_000 }),
    run(5, "京东订单1121.xls", "waiting", { sheets: [sheet({ platform: "jd", form: "xls", encoding: null })] }),
    run(6, "ExportOrderList202611200900.csv", "done", { counts: counts(20_621, 20_300, 120, 41), unknown_words: { 已揽收待出库: 12, 定金已付: 3 }, started_at: T, ended_at: T + 2_100 }),
    run(7, "商品库存.xlsx", "undone", { sheets: [sheet({ kind: "stock", platform: "generic", form: "xlsx", encoding: null })], counts: counts(310, 0, 305, 5), given_back: 303, kept: 2, started_at: T - DAY, ended_at: T - DAY + 900 }),
    run(8, "退款单.csv", "failed", { sheets: [sheet({ kind: "refunds" })], counts: counts(900, 700, 0, 12), error: { code: "file_gone", file: "退款单.csv" }, started_at: T - 2 * DAY, ended_at: T - 2 * DAY + 900 }),
    run(9, "客户名单.csv", "cancelled", { by: null, sheets: [sheet({ kind: "customers", platform: "generic" })], given_back: 1_200, counts: none }),
  ]).map((one) => [one.id, one]));
  const faults = [
    { file: "a.csv", row: 302, column: "总金额", code: "number_bad", value: "many" }, { file: "a.csv", row: 417, column: "订单编号", code: "id_lost", value: "3.12889E+17" }, { file: "a.csv", row: 418, code: "row_shifted", cells: 32, columns: 30 }, { file: "a.csv", row: 2_011, column: "订单创建时间", code: "date_bad", value: "十一月初" }, { file: "a.csv", row: 2_015, code: "order_scattered", number: "3128887446551900123" }, { file: "a.csv", row: 5_120, column: "买家实际支付金额", code: "number_negative", value: "-12.00" },
  ];
  const columns = [["order_no", "订单编号", "Order number", true], ["nick", "买家会员名", "Buyer"], ["total", "总金额", "Total"], ["paid", "买家实际支付金额", "Paid"], ["status", "订单状态", "Status"], ["receiver", "收货人姓名", "Receiver"], ["phone", "联系手机", "Phone"], ["placed_at", "订单创建时间", "Placed at"], ["title", "宝贝标题", "Title"], ["waybill", "物流单号", "Waybill"], ["remark", "商家备忘", "Remark"]].map(([column, zh, en, needed = false]) => ({ column, zh, en, needed }));
  let last = 100;

  const page = (list, query) => {
    const from = Number(query.get("cursor") ?? 0);
    const limit = Number(query.get("limit") ?? 50);
    return { items: list.slice(from, from + limit), next: from + limit < list.length ? String(from + limit) : null };
  };
  return function http(method, path, query, body) {
    let m;
    if (method === "GET" && path === "/orders") return [200, page(orders.filter((o) => o.number.startsWith(query.get("q") ?? "") && (!query.get("customer") || o.customer === +query.get("customer")) && (!query.get("shop") || o.shop === +query.get("shop"))), query)];
    if (method === "GET" && (m = /^\/orders\/(\d+)$/.exec(path))) return orders.some((o) => o.id === +m[1]) ? [200, orders.find((o) => o.id === +m[1])] : [404, { code: "not_found" }];
    if (/^\/orders\/\d+\/refunds$/.test(path)) return [200, [{ id: 1, number: "26112200871", status: "open", words: "买家已退货，等待卖家确认", amount_fen: 23_900, kind: "退货退款", reason: "尺码不合适", explained: "肩太窄，想换 L", goods_state: "买家已收到货", back_courier: "圆通", back_waybill: "YT88123450091", applied_at: T0 - 3 * 3_600_000, settled_at: null }]];
    if (method === "GET" && path === "/customers") return [200, page(customers.filter((c) => c.name.includes(query.get("q") ?? "") && (!query.get("known") || String(c.known) === query.get("known"))), query)];
    if ((m = /^\/customers\/(\d+)$/.exec(path)) && customers.some((c) => c.id === +m[1])) {
      const at = customers.findIndex((c) => c.id === +m[1]);
      if (method === "PATCH") customers[at] = { ...customers[at], ...body };
      return [200, customers[at]];
    }
    if (method === "GET" && (m = /^\/customers\/(\d+)\/orders$/.exec(path)) && query.get("limit")) return [200, page(orders.filter((o) => o.customer === +m[1]), query)];
    if (method === "GET" && path === "/audit" && query.get("what") === "order") return [200, { items: [{ seq: 2, at: T0 - 30 * MIN, actor: "person", person: 13, name: "谷雨", event: "order.revealed", subject_kind: "order", subject: 9, shop: 3, data: { field: "phone" } }, { seq: 1, at: T0 - DAY, actor: "program", person: null, name: null, event: "order.changed", subject_kind: "order", subject: 9, shop: 3, data: {} }], next: null }];
    if (!path.startsWith("/imports")) return null;
    if (path === "/imports/columns") return [200, columns];
    if (path === "/imports/names") return method === "DELETE" ? [204, null] : [200, [{ kind: "orders", header: "实际支付", column: "paid", at: T0 - DAY }, { kind: "orders", header: "内部码", column: "", at: T0 - 2 * DAY }]];
    if (path === "/imports/shops") return method === "DELETE" ? [204, null] : [200, [{ name: "青芽旗舰店（聚水潭）", shop: 1, by: { id: 12, name: "小满" }, at: T0 - DAY }, { name: "样品间", shop: null, by: null, at: T0 - 9 * DAY }]];
    if (method === "GET" && path === "/imports") return [200, page([...runs.values()].filter((one) => !query.get("state") || one.state === query.get("state")), query)];
    if (method === "POST" && path === "/imports") {
      const made = run(++last, "刚拖进来的订单.csv", "looked", { made_at: Date.now() });
      runs.set(made.id, made);
      return [201, made];
    }
    if (!(m = /^\/imports\/(\d+)(?:\/(\w+))?$/.exec(path)) || !runs.has(+m[1])) return [404, { code: "not_found" }];
    const one = runs.get(+m[1]);
    const put = (more) => (runs.set(one.id, { ...one, ...more }), runs.get(one.id));
    if (m[2] === "preview") return [200, { counts: counts(20_621, 1_204, 88, 41), samples: [{ sheet: 0, name: null, samples: [1, 2, 3].map((n) => ({ of: "order", number: `31288874465519001${n}`, shop: 1, buyer: "竹**", words: "卖家已发货，等待买家确认", order_status: "open", pay_status: "paid", ship_status: "shipped", after_status: null, total_fen: 12_900, paid_fen: 12_900, refund_fen: null, placed_at: T0 - n * DAY, lines: [{ title: "羊毛围巾", spec: "米白", code: "WJ-01", quantity: n, price_fen: 12_900 }] })) }], errors: faults, unknown_words: [["已揽收待出库", 12]], fatal: null }];
    if (m[2] === "errors") return [200, { items: faults, next: null }];
    if (m[2] === "kept") return [200, { items: [{ kind: "order", id: 9, why: "touched" }, { kind: "customer", id: 1001, why: "touched" }], next: null }];
    if (m[2] === "apply") return [202, put({ state: "running", started_at: Date.now(), progress: { done: 2, total: 100 } })];
    if (m[2] === "cancel") return [202, put({ state: "cancelled" })];
    if (m[2] === "undo") return [202, put({ state: "undone", given_back: 20_300, kept: 2 })];
    if (method === "PATCH") return [200, put({ ask: { ...one.ask, kind: body.kind && body.kind !== "auto" ? body.kind : one.ask.kind }, sheets: one.sheets.map((each) => (each.left_out ? each : sheet({ kind: body.kind ?? each.kind ?? "orders" }))) })];
    return [200, one];
  };
}
