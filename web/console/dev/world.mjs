// A small invented shop that answers like the server, so that the built console can be looked at without one.
// Only for looking and for measuring smoothness: never bundled, and no test of behaviour rests on it.

import { makeDesk } from "./desk.mjs";
import { makeKnowledge } from "./know.mjs";
import { makeOrders } from "./orders.mjs";
import { asServed } from "./shapes.mjs";

const T0 = Date.now();
const MIN = 60_000;
const people = [
  [12, "小满", "online", null, 5, 8], [13, "谷雨", "online", null, 7, 8], [14, "白露", "busy", "会议", 3, 8], [15, "立夏", "away", "用餐", 2, 8], [16, "霜降", "off", null, 0, 8], [17, "惊蛰", "online", null, 8, 8],
].map(([person, name, state, reason, load, capacity]) => ({ person, name, state, reason, load, capacity }));
const names = ["青柠", "阿木木", "云朵棉花糖", "tb3921_小鱼", "南方有嘉木", "刘女士", "大眼睛的猫", "一只橘", "秋水长天", "晨曦微露", "陈先生", "豆豆妈妈", "Lily2019", "北纬三十度", "山里来的风", "不吃香菜", "周末爬山", "林间小鹿", "半糖去冰", "海盐芝士"];
const lines = ["在吗", "这款连衣裙 165 的身高穿 M 合适吗？", "什么时候能发货呀，急用", "能不能便宜点，第二次来买了", "我想换个颜色，还没发货吧？", "收到了，颜色和图片有点不一样", "地址写错了怎么改", "可以开发票吗", "退货的运费谁出", "谢谢，已经下单了", "快递三天没动了", "洗了会缩水吗？", "这个有货吗", "优惠券用不了", "好的，我再看看"];
const replies = ["您好，在的呢，请问有什么可以帮您？", "亲，165 建议穿 M 码哦，宽松一点可以选 L。", "今天 16 点前下单当天发出，后天能到。", "您稍等 2 分钟，我去仓库帮您核实一下。", "已经帮您备注好了，请放心。", "这款是 95% 棉，冷水轻柔洗不会缩水的。", "可以的，发票会随包裹一起寄出。"];
const pick = (list, n) => list[((n % list.length) + list.length) % list.length];

export function makeWorld({ conversations: total = 40, messages: long = 60, empty = false, broken = false, urgent = false, locale = "zh-CN", theme = "light", density = "comfortable" } = {}) {
  const me = {
    person: { id: 12, login: "xiaoman", name: "小满", nick: "小满", number: 8, locale, theme, density, send_key: "enter" },
    org: { id: 1, name: "青芽服饰" }, roles: ["主管"],
    permissions: ["reception.talk", "reception.see_all", "reception.supervise", "reception.move", "reception.replies", "customers.see", "customers.edit", "customers.reveal", "customers.block", "orders.see", "orders.edit", "orders.audit", "orders.ship", "orders.rules", "orders.edit", "catalogue.edit", "audit.see", "team.people", "team.roles", "team.shops", "team.roster", "team.tokens", "settings.edit", "audit.see", "knowledge.edit", "knowledge.notices", "export"],
    shops: [{ id: 3, name: "青芽旗舰店", platform: "web", kind: "flagship", time_zone: "Asia/Shanghai" }, { id: 4, name: "青芽童装店", platform: "web", kind: "store", time_zone: "Asia/Shanghai" }],
    csrf: "t", totp: false, server_now: Date.now(),
  };
  const orderDesk = makeDesk({ T0, empty });
  const know = makeKnowledge({ T0, empty, urgent });
  const shop = makeOrders({ T0, empty });
  const conversations = new Map();
  const threads = new Map();
  for (let n = 1; n <= (empty ? 0 : total); n++) {
    const queued = n % 5 === 3;
    const mine = !queued && (n < 9 || n % 4 === 0);
    const waits = n % 3 !== 2 || queued;
    const since = waits ? T0 - (n === 1 ? 58_000 : n === 2 ? 16_000 : n === 4 ? 7_000 : (n % 40) * 9_000) : null;
    conversations.set(n, {
      id: n, rev: 1, shop: n % 6 === 0 ? 4 : 3, channel: "web", state: queued ? "queued" : n % 11 === 10 ? "closed" : "open", stage: pick(["pre", "pre", "after", "in"], n),
      customer: { id: 1000 + n, name: n <= names.length ? names[n - 1] : `${pick(names, n * 7)}${n}`, level: n % 4, vip: n % 7 === 1, known: n % 3 !== 0, blocked: false },
      agent: queued ? null : mine ? 12 : pick([13, 14, 17], n), agent_name: queued ? null : mine ? "小满" : pick(["谷雨", "白露", "惊蛰"], n), group: null, group_name: null, priority: n % 13 === 3 ? 1 : 0, complaint: n === 4, session: 70 + n,
      waiting_since: since, queued_at: queued ? since : null, warn_at: since && since + 10_000, breach_at: since && since + 30_000, promise_at: n === 6 ? T0 + 95_000 : null, remind_at: n === 8 ? T0 + 120 * MIN : null,
      slow: n === 7, idle: n === 12, last_seq: n === 1 ? long : 24, agent_read_seq: n === 1 ? long - 2 : 22, buyer_read_seq: n === 1 ? long - 4 : 20, unread: waits ? 1 + (n % 3) : 0,
      last: { from: waits ? "buyer" : "agent", kind: n === 9 ? "image" : "text", text: n === 9 ? "" : waits ? pick(lines, n) : pick(replies, n), at: since ?? T0 - n * 4 * MIN },
      template: "seven", step: n % 7, bargain: n === 1 ? "comfort" : null, payment: n === 1 ? "unpaid" : null, payment_done: n === 1 ? ["p0"] : [], tags: n === 1 ? ["回头客", "尺码"] : [], created_at: T0 - 40 * 86_400_000, closed_at: null,
    });
  }
  const base = (c, seq, at, more) => ({ conversation: c, seq, rev: 1, from: "buyer", kind: "text", body: { text: "" }, person: null, name: null, at, client_id: null, quote: null, state: "sent", ...more });
  const mineM = { from: "agent", person: 12, name: "小满" };
  function threadOf(id) {
    if (threads.has(id)) return threads.get(id);
    const c = conversations.get(id);
    const n = c.last_seq;
    const list = [];
    const talk = [
      { kind: "system", from: "system", body: { event: "queued" } }, { kind: "system", from: "system", body: { event: "assigned", to: 12, name: "小满" } }, { from: "auto", body: { text: "您好，欢迎光临青芽！冬季上新满 299 减 40，活动到 12 月 3 日。" } },
      { body: { text: "在吗" } }, { ...mineM, body: { text: "您好，在的呢，请问有什么可以帮您？" } }, { body: { text: "这件羽绒服 165/55 穿什么码？\n想宽松一点，里面要穿毛衣" } },
      { kind: "product", body: { product: 5, sku: 51, title: "青芽 轻盈鹅绒羽绒服 女 中长款", spec: "雾蓝 / M", price_fen: 59900, picture: null } }, { ...mineM, body: { text: "165/55 平时穿 M 就合身，里面要穿毛衣建议选 L。您看这张尺码表：https://example.com/size" }, quote: 6 },
      { ...mineM, kind: "image", body: { file: "pic", width: 640, height: 420, size: 80_000 } }, { ...mineM, kind: "note", body: { text: "上次退过一件尺码不合的，这次推荐大一码。@谷雨 如果转给你请留意", mentions: [13], whisper: false } }, { kind: "voice", body: { file: "v", ms: 7_000, size: 30_000 } },
      { body: { text: "那我拍 L 雾蓝，今天能发吗" } }, { ...mineM, body: { text: "您稍等 2 分钟，我去仓库帮您核实一下。" } }, { ...mineM, body: { text: "核实好了，16 点前付款今天发出，后天到杭州。" } },
      { ...mineM, kind: "order", body: { order: 9, number: "202611210087", lines: [{ title: "轻盈鹅绒羽绒服", spec: "雾蓝 / L", quantity: 1, price_fen: 59900 }, { title: "羊毛围巾", spec: "燕麦", quantity: 1, price_fen: 12900 }], total_fen: 68800, receiver: "林** 138****5678", address: "浙江省杭州市西湖区 文三路 ***", pay: "支付宝", ship: "顺丰", confirm: true, answer: "confirmed", note: null, answered_at: T0 - 5 * MIN } },
      { kind: "system", from: "system", body: { event: "stage", from: "pre", to: "in" } }, { ...mineM, kind: "coupon", body: { title: "回头客专享", amount_fen: 2000, floor_fen: 19900, code: "QY1121", until: T0 + 7 * 86_400_000 } }, { state: "recalled", body: {} },
      { ...mineM, kind: "form", body: { title: "开票信息", fields: [{ name: "a", title: "发票抬头", kind: "text", required: true }, { name: "b", title: "税号", kind: "text", required: false }], answers: { a: "杭州某某科技有限公司", b: "9133…" } } }, { kind: "file", body: { file: "f", name: "退换货说明（第三版）.pdf", size: 482_113, type: "application/pdf" } },
      { ...mineM, body: { text: "已经帮您备注好了，请放心。" } }, { body: { text: "好的谢谢～另外围巾可以单独换颜色吗" } },
    ];
    for (let seq = 1; seq <= n; seq++) {
      const fromEnd = n - seq;
      const at = fromEnd < talk.length ? T0 - 9 * MIN + (talk.length - fromEnd) * 22_000 : T0 - 86_400_000 - fromEnd * 40_000;
      const m = fromEnd < talk.length ? talk[talk.length - 1 - fromEnd] : seq % 3 ? { body: { text: `${pick(lines, seq)}${seq % 7 === 0 ? "，" + pick(lines, seq + 3).repeat(1 + (seq % 5)) : ""}` } } : { ...mineM, body: { text: pick(replies, seq) } };
      const own = m.person === 12 && c.agent !== 12 && c.agent !== null ? { person: c.agent, name: c.agent_name } : {};
      list.push(base(id, seq, at, { ...m, ...own, quote: m.quote ? n - talk.length + m.quote : null }));
    }
    threads.set(id, list);
    return list;
  }

  const answers = {
    "GET /me": () => me,
    "GET /people": () => ({ items: people.map((p) => ({ id: p.person, name: p.name, nick: p.name, capacity: p.capacity, disabled: false, presence: { state: p.state, reason: p.reason, load: p.load } })), next: null }),
    "GET /groups": () => ({ next: null, items: [{ id: 1, name: "售前组", stage: "pre", members: [12, 13] }, { id: 2, name: "售后组", stage: "after", members: [14, 15, 17] }] }),
    "GET /templates": () => [{ key: "seven", title: { zh: "接待七步", en: "Seven steps" }, steps: [["问候", "Greet"], ["确认需求", "Needs"], ["方案", "Offer"], ["协商", "Agree"], ["确认订单", "Order"], ["售后服务", "After-sale"], ["结束接待", "Farewell"]].map(([zh, en], n) => ({ key: `s${n}`, zh, en })) }, { key: "five", title: { zh: "五步流程", en: "Five steps" }, steps: [["欢迎语", "Welcome"], ["宝贝介绍", "Product"], ["活动告知", "Campaign"], ["订单确认", "Confirm"], ["收藏店铺", "Follow"]].map(([zh, en], n) => ({ key: `f${n}`, zh, en })) }],
    "GET /reminders": () => [],
    "GET /payment-cases": () => [{ key: "unpaid", title: { zh: "新手买家：下单未付款", en: "New buyer: ordered, not paid" }, steps: [["询问没有付款的原因", "Ask why it is unpaid"], ["一步一步引导付款", "Guide the payment"], ["确认款项到账", "See that it arrived"]].map(([zh, en], n) => ({ key: `p${n}`, zh, en })) }, { key: "price", title: { zh: "改价订单：优惠或运费", en: "Price change: discount or postage" }, steps: [{ key: "c0", zh: "改价后请买家核对", en: "Let the buyer check" }] }],
    "GET /conversations/counts": () => counts(),
    "GET /wall": () => ({ agents: people.map((p, n) => ({ ...p, waiting: n, longest_wait_ms: n * 9000, breaches_today: [0, 2, 1, 0, 0, 5][n], answered_today: [86, 112, 40, 33, 0, 140][n], response_ms: [9000, 14000, 21000, 17000, null, 33000][n] })), queue: { waiting: 6, longest_wait_ms: 70_000 }, today: { sessions: 1284, answered: 1260, breaches: 8, response_ms: 19_800, ratings: 212, invited: 640, score_hundredths: 470 } }),
    "GET /search": (_, url) => ({ items: empty ? [] : url.searchParams.get("q") === "青柠" ? [{ kind: "customer", id: 1001, seq: null, title: "青柠", snippet: "", at: null }, { kind: "order", id: 9, seq: null, title: "202611210080 · 青柠", snippet: "", at: null }] : [1, 2, 5, 9].filter((n) => conversations.has(n)).map((n) => ({ kind: "message", id: n, seq: 12, title: conversations.get(n).customer.name, snippet: `${pick(lines, n)}，那件\u0001${url.searchParams.get("q")}\u0002还有货吗`, at: T0 - n * 3_600_000 })), next: null }),
  };
  function counts() {
    const all = [...conversations.values()];
    return { mine: all.filter((c) => c.agent === 12 && c.state === "open").length, queue: all.filter((c) => c.state === "queued").length, all: all.filter((c) => c.state !== "closed").length, waiting: all.filter((c) => c.agent === 12 && c.waiting_since).length };
  }
  const order = (n) => ({ id: 9 + n, number: `20261121008${n}`, status: ["paid", "shipped", "done"][n % 3], total_fen: 68_800 - n * 13_000, placed_at: T0 - n * 9 * 86_400_000, lines: [{ title: "轻盈鹅绒羽绒服", spec: "雾蓝 / L", quantity: 1, price_fen: 59_900 }] });

  function http(method, url, body) {
    const [status, answer] = invented(method, url, body);
    return status < 400 ? [status, asServed(method, url.pathname, answer)] : [status, answer];
  }
  function invented(method, url, body) {
    const path = url.pathname.replace("/api/v1", "");
    if (broken && path !== "/me") return [500, { code: "internal", detail: "" }];
    const fixed = answers[`${method} ${path}`];
    if (fixed) return [200, fixed(body, url)];
    const known = orderDesk(method, path, url.searchParams, body) ?? know(method, path, url.searchParams, body);
    if (known) return known;
    const ordered = shop(method, path, url.searchParams, body);
    if (ordered) return ordered;
    let m;
    if (method === "GET" && path === "/conversations") {
      const q = url.searchParams;
      const tab = q.get("tab");
      let list = [...conversations.values()].filter((c) => (tab === "queue" ? c.state === "queued" : (q.get("state") === "closed" ? c.state === "closed" : c.state !== "closed") && (tab === "all" || c.agent === 12)));
      list.sort((a, b) => (a.waiting_since ?? Infinity) - (b.waiting_since ?? Infinity) || b.last.at - a.last.at);
      const from = Number(q.get("cursor") ?? 0);
      const limit = Number(q.get("limit") ?? 50);
      return [200, { items: list.slice(from, from + limit), next: from + limit < list.length ? String(from + limit) : null }];
    }
    if ((m = /^\/conversations\/(\d+)$/.exec(path))) return conversations.has(+m[1]) ? [200, conversations.get(+m[1])] : [404, { code: "not_found" }];
    if (/\/records$/.test(path)) return [200, empty ? [] : [{ id: 1, topic: "尺码", product: 5, solution: "推荐 L，里面穿毛衣不紧", at: T0 - 86_400_000, person: 13 }]];
    if (/\/sessions$/.test(path)) return [200, [{ no: 2, started_at: T0 - 9 * MIN, ended_at: null, ended: null, stage: "pre", score: null, rounds: [{ no: 1, agent: 12, began_at: T0 - 9 * MIN, ended_at: T0 - 9 * MIN + 8_000, reply_seq: 3 }] }, { no: 1, started_at: T0 - 5 * 86_400_000, ended_at: T0 - 4.9 * 86_400_000, ended: "closed", stage: "after", score: 5, rounds: [{ no: 1, agent: 13, began_at: T0 - 5 * 86_400_000, ended_at: T0 - 5 * 86_400_000 + 21_000, reply_seq: 3 }] }]];
    if ((m = /^\/customers\/(\d+)$/.exec(path))) { const c = conversations.get(+m[1] - 1000); return [200, { id: +m[1], name: c.customer.name, nick: c.customer.name, level: c.customer.level, vip: c.customer.vip, vip_note: null, blocked: null, phone_masked: "138****5678", spent_fen: 328_650, orders: 6, identities: [], note: "喜欢宽松款，送礼会要贺卡", created_at: T0 - 240 * 86_400_000 }]; }
    if (/^\/customers\/\d+\/orders$/.test(path)) return [200, { items: empty ? [] : [0, 1, 2].map(order), next: null }];
    if (/^\/customers\/\d+\/conversations$/.test(path)) return [200, []];
    if (/\/reveal$/.test(path)) return [200, { value: "13812345678" }];
    if ((m = /^\/conversations\/(\d+)\/(.+)$/.exec(path)) && method === "POST") {
      const c = conversations.get(+m[1]);
      const verb = m[2];
      if (verb === "close" && c.unread && !body?.reason) return [409, { code: "close_reason_required", why: "unanswered" }];
      const change = { close: { state: "closed" }, reopen: { state: "open" }, claim: { state: "open", agent: 12, agent_name: "小满" }, "take-over": { agent: 12, agent_name: "小满" }, step: { step: body?.step }, stage: { stage: body?.stage }, tags: { tags: body?.tags }, promise: { promise_at: body?.until }, remind: { remind_at: body?.at }, complaint: { complaint: body?.on } }[verb] ?? {};
      const next = { ...c, ...change, rev: c.rev + 1 };
      conversations.set(c.id, next);
      return [200, next];
    }
    return [200, undefined];
  }

  function socket(frame, push) {
    const ok = (value) => ({ re: frame.id, ok: value });
    switch (frame.do) {
      case "hello":
        setTimeout(() => push({ on: "counts", ...counts() }), 5);
        return ok({ person: 12, name: "小满", cursor: "c0", resync: false, changed: [], presence: { state: "online", reason: null } });
      case "open": {
        const list = threadOf(frame.conversation);
        return ok({ conversation: conversations.get(frame.conversation), messages: list.slice(-50), viewers: [{ person: 12, name: "小满", typing: false }, ...(frame.conversation === 1 ? [{ person: 13, name: "谷雨", typing: false }] : [])], draft: null });
      }
      case "history": {
        const list = threadOf(frame.conversation);
        const limit = frame.limit ?? 50;
        return ok({ messages: frame.before ? list.slice(Math.max(0, frame.before - 1 - limit), frame.before - 1) : list.slice(frame.after, frame.after + limit) });
      }
      case "send": {
        if (frame.body?.text?.includes("全网最低") && !frame.confirmed?.length) return { re: frame.id, problem: { code: "reply_confirm", detail: "", field: "body.text", params: { findings: [{ rule: "absolute", level: "confirm", from: 0, to: 4, hint: "absolute", params: { word: "全网最低" }, replacement: null }] } } };
        if (frame.body?.text?.includes("发不出去")) return { re: frame.id, problem: { code: "limit_messages", detail: "" } };
        const list = threadOf(frame.conversation);
        const m = base(frame.conversation, list.length + 1, Date.now(), { ...mineM, kind: frame.kind, body: frame.body, client_id: frame.client_id, quote: frame.quote ?? null });
        list.push(m);
        const c = conversations.get(frame.conversation);
        const next = { ...c, rev: c.rev + 1, last_seq: m.seq, agent_read_seq: m.seq, unread: 0, ...(frame.kind === "note" ? {} : { waiting_since: null, warn_at: null, breach_at: null }), last: { from: "agent", kind: frame.kind, text: frame.body.text ?? "", at: m.at } };
        conversations.set(c.id, next);
        setTimeout(() => push({ on: "message", message: m, conversation: next }), 3);
        return ok({ message: m });
      }
      case "presence":
        return ok({ state: frame.state, reason: frame.reason ?? null });
      case "ping":
        return ok({ at: Date.now() });
      default:
        return ok({});
    }
  }
  /** A buyer says something: what the server would push. */
  function say(id, text) {
    const list = threadOf(id);
    const c = conversations.get(id);
    const m = base(id, list.length + 1, Date.now(), { body: { text } });
    list.push(m);
    const since = c.waiting_since ?? m.at;
    const next = { ...c, rev: c.rev + 1, last_seq: m.seq, unread: c.unread + 1, waiting_since: since, warn_at: since + 10_000, breach_at: since + 30_000, last: { from: "buyer", kind: "text", text, at: m.at } };
    conversations.set(id, next);
    return { on: "message", message: m, conversation: next };
  }
  return { http, socket, say, conversations, threadOf };
}
