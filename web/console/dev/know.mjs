// The knowledge of the stand-in shop: scripts, FAQ, products, campaigns, the listing checklist, notices, quizzes.
// Part of world.mjs; invented, and only for looking.
const DAY = 86_400_000;
const both = (zh, en) => ({ zh, en });
const stub = { shop: 0, person: null, group: null, scope: "shop", key: "", title_en: "", stage: "any", bargain: null, step: null, text_en: "", variables: [], status: "published", valid_from: null, valid_until: null, campaign: null, version: 1, uses: 0, used_at: null, changed_by: 12 };

export function makeKnowledge({ T0, empty = false, urgent = false }) {
  const at = (days) => T0 - days * DAY;
  const vars = (text) => [...text.matchAll(/\{([a-z_]+)\}/g)].map((m) => m[1]);
  const scripts = empty ? [] : [
    ["hy", "欢迎语", "greeting", "您好，我是{shop}的客服{agent}，请问有什么可以帮您？", { uses: 320, text_en: "Hello, this is {agent} of {shop}. How can I help?" }],
    ["cm", "问身高体重", "size", "麻烦您报一下身高体重，平时穿什么码，我帮您推荐。", { uses: 211, stage: "pre" }],
    ["fh", "当天发货", "shipping", "16 点前付款的订单当天发出，用{courier}，预计 {ship_by} 前送到。", { uses: 187, stage: "in" }],
    ["th", "退换说明", "returns", "支持 7 天无理由退换，吊牌完好、不影响再次销售即可，运费险已赠送。", { uses: 96, stage: "after" }],
    ["kc", "还有货", "stock", "{product}还有现货（{stock} 件），您喜欢可以直接拍下。", { uses: 31, stage: "pre" }],
    ["jb", "感谢光临", "farewell", "感谢您选择{shop}，后面有任何问题随时找我，祝您生活愉快。", { uses: 44 }],
    ["", "价格有对比", "bargaining", "理解您想多比较。同样 90% 绒的羽绒服，我们用的是防钻绒面料，充绒量写在吊牌上，穿两三个冬天也不跑绒。", { uses: 12, bargain: "compare", stage: "pre" }],
    ["", "小礼物", "bargaining", "价格已经是活动价了。您今天拍下的话，我帮您备注一份旅行收纳袋，一起放进包裹。", { uses: 20, bargain: "gift", stage: "pre" }],
    ["", "下次优惠", "bargaining", "很高兴您愿意介绍朋友来。第二次购买可以享会员价，您收藏店铺就能看到。", { uses: 8, bargain: "promise", stage: "pre" }],
    ["", "先安抚", "complaint", "非常抱歉让您久等了，您先别着急，我马上帮您看。", { step: 1, stage: "after", uses: 30 }],
    ["", "问清情况", "complaint", "麻烦您拍一张照片给我，我看看是哪里的问题。", { step: 2, stage: "after", uses: 26 }],
    ["", "表明立场", "complaint", "如果是我们的原因，运费由我们承担，请您放心。", { step: 3, stage: "after", uses: 21 }],
  ].map(([code, title, category, text, more], n) => ({ ...stub, id: n + 1, code, title, category, text, variables: vars(text), changed_at: at(n * 3), used_at: at(n), ...more }));
  const faqStub = { shop: 0, key: "", intent: "", question_en: "", similar: [], answer_en: "", variables: [], products: [], owner: 13, owner_name: "谷雨", status: "published", reason: null, proposal: null, valid_from: null, valid_until: null, version: 2, uses: 0, helped: 0, not_helped: 0, used_at: null, changed_by: 13 };
  const faq = empty ? [] : [
    ["165 的身高穿什么码", "size", "165/55 平时穿 M 就合身；里面要穿厚毛衣，建议选 L。", { uses: 142, helped: 120, not_helped: 3, similar: [{ id: 1, text: "身高165穿多大" }, { id: 2, text: "一米六五选哪个尺码" }] }],
    ["什么时候发货", "shipping", "16 点前付款当天发出，之后的第二天发；一般两三天能到。", { uses: 260, helped: 230, similar: [{ id: 3, text: "今天能发吗" }] }],
    ["会不会跑绒", "care", "面料是防钻绒工艺，出厂做过 4,000 次摩擦测试，正常穿着不会跑绒。", { uses: 61 }],
    ["可以机洗吗", "care", "建议手洗或送洗：30 ℃ 以下水温，中性洗涤剂，平铺晾干后轻拍。", { uses: 48 }],
    ["能开发票吗", "invoice", "可以的，下单时备注抬头和税号，电子发票会在发货后发到您邮箱。", { uses: 33, valid_until: T0 + 9 * DAY }],
    ["退货的运费谁出", "returns", "质量问题由我们承担；不喜欢的话有运费险，一般能赔 10 元左右。", { uses: 29 }],
    ["雨天能穿吗", "other", "面料有轻微防泼水，小雨没问题，大雨建议带伞。", { status: "proposed", proposal: { by: 14, by_name: "白露", conversation: 7, seq: 12, at: at(1) }, version: 1 }],
  ].map(([question, category, answer, more], n) => ({ ...faqStub, id: n + 1, question, category, answer, changed_at: at(n * 5), used_at: at(n), ...more }));
  const policies = empty ? [] : [["七天无理由退货", "returns", "收到商品之日起 7 天内，吊牌完好、不影响二次销售的，可以申请无理由退货。贴身衣物、定制商品除外。", "taobao"], ["价格保护", "order", "下单后 15 天内同款降价，可以申请补差价。", ""], ["发票", "invoice", "所有订单都可以开电子发票，发货后 3 天内开出。", ""]].map(([title, category, text, platform], n) => ({ shop: 0, key: "", title_en: "", text_en: "", variables: [], status: "published", valid_from: null, valid_until: null, version: 1, changed_by: 12, id: n + 1, title, category, text, platform, changed_at: at(n * 9) }));

  const sku = (id, spec, price_fen, sellable, more = {}) => ({ sku: id, code: `YRF-${id}`, spec, price_fen, sellable, active: true, preorder: null, state: sellable ? "in_stock" : "out", ...more });
  const product = (id, code, title, price_fen, points = []) => ({ id, code, title, picture: null, price_fen, selling_points: points, shops: null, active: true, url: null, skus: [] });
  const products = [product(5, "QY-YRF-01", "青芽 轻盈鹅绒羽绒服 女 中长款", 59_900, ["90% 白鹅绒", "防钻绒面料"]), product(6, "QY-WJ-02", "羊毛围巾", 12_900), product(7, "QY-MY-03", "羊毛混纺高领毛衣", 23_900), product(8, "QY-YRF-05", "极寒鹅绒羽绒服 长款", 79_900)];
  const facts = {
    product: 5, rev: 3, category: "服装", features: ["充绒量 180 克", "可拆卸毛领"], advantages: ["同价位里充绒量最足", "两年不跑绒"], origin: "浙江 平湖", made_at: at(60), shelf_life_days: null,
    tests: [{ name: "含绒量", value: "90", unit: "%", source: "GB/T 14272-2021" }, { name: "蓬松度", value: "800", unit: "FP", source: "报告 2026-1187" }], picture_note: "雾蓝在室内灯光下偏灰，实物比图片深半度。", defects: "无", competitor_note: "别家 499 的是 80% 鸭绒，充绒 120 克。",
    size_table: { unit: "cm", columns: [{ name: "衣长", method: "后领中点量到下摆", tolerance: 1 }, { name: "胸围", method: "腋下 1 cm 平量一周", tolerance: 2 }, { name: "肩宽", method: "", tolerance: null }], rows: [{ size: "S", values: ["86", "98", "38"] }, { size: "M", values: ["88", "102", "39"] }, { size: "L", values: ["90", "106", "40"] }], note: "" }, changed_at: at(4), changed_by: 12,
  };
  const certificates = [{ id: 1, product: 5, product_title: products[0].title, kind: "quality", number: "2026-1187", issuer: "浙江省纺织测试研究院", file: null, expires_at: T0 + 200 * DAY, note: "", state: "ok", days_left: 200 }, { id: 2, product: 5, product_title: products[0].title, kind: "authentic", number: "A-0031", issuer: "青芽服饰", file: null, expires_at: T0 + 12 * DAY, note: "", state: "expiring", days_left: 12 }];
  const warranty = [{ id: 1, product: 5, part: "拉链", months: 24, scope: "自然损坏免费更换", chargeable: "人为拉坏", prices: [{ item: "更换拉链", fen: 3_000 }] }, { id: 2, product: 5, part: "面料", months: 12, scope: "跑绒免费补", chargeable: "刮破", prices: [] }];
  const batches = [{ id: 1, product: 5, product_title: products[0].title, sku: null, code: "B2609", made_at: at(60), expires_at: null, note: "", state: "ok", days_left: null }];
  const related = (relation, kind, p, difference_fen, note = "") => ({ relation, kind, note, product: p.id, sku: null, title: p.title, spec: null, picture: null, price_fen: p.price_fen, sellable: 20, difference_fen, reverse: false });
  const relations = [related(1, "similar", products[3], 20_000), related(2, "complement", products[1], -47_000, "同色系，送礼常一起买"), related(3, "bundle", products[2], -36_000), related(4, "upsell", products[3], 20_000, "多 60 克充绒，零下 20 ℃ 也够")];
  const add = (p) => ({ product: p.id, sku: null, title: p.title, spec: null, picture: null, price_fen: p.price_fen, sellable: 9 });
  const offers = [{ campaign: 1, title: "冬季上新满减", kind: "full_reduction", text: "冬季上新满 299 减 40，满 599 减 100，活动到 12 月 3 日。", coupon: "", ends_at: T0 + 11 * DAY, counted_fen: 58_700, off_fen: 4_000, gift: null, free_freight: false, price_fen: null, next: { threshold_fen: 59_900, missing_fen: 1_200, off_fen: 10_000, gift: null, free_freight: false, add: [add(products[1])] } }, { campaign: 2, title: "新客券", kind: "coupon", text: "第一次来的朋友可以领 20 元券，满 199 可用。", coupon: "QY1121", ends_at: T0 + 5 * DAY, counted_fen: 0, off_fen: 0, gift: null, free_freight: false, price_fen: null, next: null }];
  const campaigns = empty ? [] : [
    { id: 1, title: "冬季上新满减", kind: "full_reduction", text: offers[0].text, starts_at: at(6), ends_at: T0 + 11 * DAY, shops: null, products: null, steps: [{ threshold_fen: 29_900, off_fen: 4_000, gift: null, price_fen: null }, { threshold_fen: 59_900, off_fen: 10_000, gift: null, price_fen: null }], repeats: false, coupon: "", favourite: false, note: "", state: "running" },
    { id: 2, title: "新客券", kind: "coupon", text: offers[1].text, starts_at: at(2), ends_at: T0 + 5 * DAY, shops: [3], products: null, steps: [{ threshold_fen: 19_900, off_fen: 2_000, gift: null, price_fen: null }], repeats: false, coupon: "QY1121", favourite: true, note: "每人一张", state: "running" },
    { id: 3, title: "双十二预热", kind: "gift", text: "满 399 送旅行收纳袋。", starts_at: T0 + 14 * DAY, ends_at: T0 + 21 * DAY, shops: null, products: [5, 8], steps: [{ threshold_fen: 39_900, off_fen: null, gift: "旅行收纳袋", price_fen: null }], repeats: false, coupon: "", favourite: false, note: "", state: "coming" },
  ];
  const pushes = empty ? [] : [{ id: 1, shop: null, product: 8, title: products[3].title, picture: null, price_fen: 79_900, sellable: 20, starts_at: at(3), ends_at: T0 + 20 * DAY, position: 0, note: "冬季主推", state: "running" }];
  const alternatives = [{ product: 8, sku: 81, code: "YRF-81", title: products[3].title, spec: "雾蓝 / M", picture: null, price_fen: 61_900, difference_fen: 2_000, sellable: 8, why: ["same_spec"], card: null }];
  const guides = [{ category: "服装", title: both("服装", "Clothes"), questions: [both("您是自己穿还是送人？", "Is it for you or a present?"), both("平时穿多大码，身高体重大概多少？", "Your usual size, height and weight?"), both("喜欢宽松一点还是合身？", "Loose or fitted?")], builtin: true }, { category: "母婴", title: both("母婴", "Baby"), questions: [both("宝宝多大了？", "How old is the baby?")], builtin: false }];

  const items = [["picture", "program", "主图是正方形", "Main picture is square", "不是正方形的主图在列表里会被裁掉", "Others are cut in lists"], ["sizes", "program", "尺码表写明测量方法", "Size table says how it is measured", "衣长从领子量和从肩膀量能差 5 厘米", "Two ways differ by 5 cm"], ["defects", "program", "瑕疵已说明", "Flaws are disclosed", "没写清楚的瑕疵会变成退货", "Undisclosed flaws come back"], ["detail", "person", "详情页以本款为主", "Page is about this product", "少放其他推荐", "Few other products"]].map(([key, kind, zh, en, wz, we]) => ({ key, kind, title: both(zh, en), why: both(wz, we) }));
  const listing = { product: 5, title: products[0].title, passed: 1, total: 4, items: items.map((one, n) => ({ ...one, state: ["failed", "failed", "passed", "open"][n], reason: ["picture_not_square", "method_missing", "", ""][n], note: ["800x600", "肩宽", "", ""][n], by: null, at: at(2), task: n < 2 ? n + 1 : null })) };
  const tasks = empty ? [] : [["picture", "program", "picture_not_square", "800x600", null], ["sizes", "program", "method_missing", "肩宽", null], ["raised", "agent", "", "买家问了三次衣长从哪里量，页面没写", 7]].map(([item, source, reason, note, conversation], n) => ({ id: n + 1, product: 5, product_title: products[0].title, item, source, reason, note, conversation, shop: 3, state: "open", opened_at: at(n + 1), opened_by: n === 2 ? 14 : null, opened_by_name: n === 2 ? "白露" : "", done_at: null, done_by: null, done_by_name: null, done_note: "" }));
  let notices = empty ? [] : [{ id: 1, kind: "courier_stop", title: "杭州仓今天停发中通", text: "杭州暴雨，中通 11 月 22 日全天停收。今天答应的“当天发出”请改为“明天发出”，已付款的急单改走顺丰，运费我们出。", shops: null, until: T0 + DAY, issued_at: T0 - 20 * 60_000, issued_by: 13, issued_by_name: "谷雨", withdrawn_at: null, state: "current", read_at: urgent ? null : T0 - 60_000, read: 4, concerned: 6 }, { id: 2, kind: "price_error", title: "羊毛围巾详情页价格写错", text: "详情页写的 99 元是旧价，以下单页 129 元为准。", shops: [3], until: null, issued_at: at(3), issued_by: 12, issued_by_name: "小满", withdrawn_at: null, state: "current", read_at: at(3), read: 6, concerned: 6 }];
  const question = (id, zh, choices, answer, why, source = "generated") => ({ id, product: 5, product_title: products[0].title, source, text: both(zh, ""), choices, answer, why, active: true, asked: 20 + id, right: 14 });
  const questions = empty ? [] : [question(1, "轻盈鹅绒羽绒服的含绒量是多少？", ["80%", "90%", "95%"], 1, "检测报告 GB/T 14272-2021"), question(2, "拉链保修多久？", ["12 个月", "24 个月", "36 个月"], 1, "拉链自然损坏免费更换"), question(3, "M 码的衣长是多少？", ["86 cm", "88 cm", "90 cm"], 1, "后领中点量到下摆"), question(4, "买家说别家便宜，先做什么？", ["直接拒绝", "说明差别", "马上降价"], 1, "对比型议价先说清楚差别", "hand")];
  const asked = (done) => questions.slice(0, 3).map((q, n) => ({ question: q.id, product: q.product, text: q.text, choices: q.choices, given: done ? (n === 2 ? 0 : 1) : null, answer: done ? q.answer : null, why: done ? q.why : null }));
  const attempt = (id, done) => ({ id, person: 12, started_at: at(id), finished_at: done ? at(id) + 180_000 : null, total: 3, right: done ? 2 : null, questions: asked(done) });

  const page = (list) => ({ items: list, next: null });
  const matching = (list, q, of) => list.filter((one) => !q || of(one).toLowerCase().includes(q.toLowerCase()));
  const fill = (text) => text.replace(/\{(agent|shop|buyer|product|stock|price)\}/g, (_, name) => ({ agent: "小满", shop: "青芽旗舰店", buyer: "青柠", product: "轻盈鹅绒羽绒服", stock: "12", price: "599.00 元" })[name]);
  function check(text) {
    const rules = [[/微信|V信|加我/g, "contact", "block", "contact_wechat", ""], [/最便宜|第一名|全网最低/g, "absolute", "confirm", "absolute", null], [/肯定|保证/g, "promise", "confirm", "promise_sure", null], [/你(?!们)/g, "impolite_you", "hint", "impolite_you", "您"], [/没有了?$|不可以$/g, "negative", "hint", "negative", null]];
    const findings = rules.flatMap(([pattern, rule, level, hint, replacement]) => [...text.matchAll(pattern)].map((m) => ({ rule, level, from: m.index, to: m.index + m[0].length, hint, params: { word: m[0] }, replacement }))).sort((a, b) => a.from - b.from);
    if (/^(在|在的|嗯|好)[。！]?$/.test(text.trim())) findings.push({ rule: "bare", level: "hint", from: 0, to: text.length, hint: "bare", params: {}, replacement: null });
    return { send: findings.some((f) => f.level === "block") ? "block" : findings.some((f) => f.level === "confirm") ? "confirm" : "free", findings };
  }
  function answers(q) {
    const word = (one) => [...new Set(q)].filter((sign) => /[\u3400-\u9fff]/.test(sign) && `${one.question ?? ""}${one.title ?? ""}${one.text ?? one.answer}`.includes(sign)).length;
    const hits = q && !empty ? faq.filter((one) => one.status === "published").map((one) => ({ id: one.id, question: one.question, answer: one.answer, answer_en: "", category: one.category, score: Math.min(1, word(one) / 5), confident: word(one) > 4, why: "words", matched: one.similar[0]?.text ?? null, variables: [] })).sort((a, b) => b.score - a.score).slice(0, 3) : [];
    const bargain = /便宜|贵|优惠/.test(q) ? (/别家/.test(q) ? "compare" : "flat") : null;
    return { ready: true, confident: hits.some((one) => one.confident), faq: hits, scripts: scripts.filter((one) => (bargain ? one.bargain : one.stage !== "after")).slice(0, 3).map((one) => ({ ...one, score: 0.4, why: "stage" })), policies: q.includes("退") ? policies.slice(0, 1).map((one) => ({ ...one, score: 0.5, why: "words" })) : [], bargain, ms: 3 };
  }
  const report = (applied) => ({ read: 128, created: 96, changed: 12, unchanged: 18, refused: applied ? 0 : 2, applied, errors: applied ? [] : [{ file: "问答.xlsx", row: 17, column: "答案", code: "text_empty", message: "" }, { file: "问答.xlsx", row: 58, column: "问题", code: "question_twice", message: "", params: { other_row: 12 } }] });

  /** The answer to a request of knowledge, or null when it is none of its. */
  return function answer(method, path, q, body) {
    const get = method === "GET";
    let m;
    if (get && path === "/answers") return [200, answers(q.get("q") ?? "")];
    if (path === "/replies/check") return [200, check(body?.text ?? "")];
    if (path === "/knowledge/emoji") return [200, [["hello", "问候", "Greeting", "😀😊🙋👋"], ["thanks", "感谢", "Thanks", "🙏🤝🌹"], ["goods", "商品与物流", "Goods", "📦🚚🎁🧣"]].map(([mood, zh, en, signs]) => ({ mood, title: both(zh, en), items: [...signs].map((sign, n) => ({ sign, zh: `${zh} ${n + 1}`, en: `${en} ${n + 1}` })) }))];
    if (path === "/knowledge/tone") return [200, { tone: "亲切、利落，不堆砌形容词", address: "您", emoji: true }];
    if (path === "/knowledge/expiring") return [200, empty ? [] : [{ kind: "faq", id: 5, title: "能开发票吗", shop: 0, valid_until: T0 + 9 * DAY }, { kind: "script", id: 8, title: "小礼物", shop: 3, valid_until: at(2) }]];
    if (path === "/knowledge/defaults") return [200, { created: 86, unchanged: 0 }];
    if (/\/(import)$/.test(path)) return [200, report(q.get("apply") === "1" || q.get("apply") === "true")];
    for (const [noun, list, text] of [["scripts", scripts, (s) => `${s.code}${s.title}${s.text}`], ["faq", faq, (f) => f.question + f.answer], ["policies", policies, (p) => p.title + p.text]]) {
      if (path === `/${noun}` && get) return [200, page(matching(list, q.get("q"), text).filter((one) => (!q.get("category") || one.category === q.get("category")) && (!q.get("bargain") || one.bargain === q.get("bargain")) && (!q.get("status") || one.status === q.get("status"))))];
      if ((m = new RegExp(`^/${noun}/(\\d+)(/\\w+)?$`).exec(path))) {
        const one = list.find((held) => held.id === +m[1]) ?? list[0];
        if (m[2] === "/versions") return [200, [{ version: 2, at: at(1), by: 12, by_name: "小满", body: one }, { version: 1, at: at(30), by: 13, by_name: "谷雨", body: { ...one, text: "旧的写法", answer: "旧的答案" } }]];
        if (m[2] === "/render") return [200, { text: fill(one.text ?? one.answer), missing: vars(fill(one.text ?? one.answer)), version: 1, until: null }];
        if (method !== "GET" && !m[2] && body) Object.assign(one, body, noun === "faq" ? { similar: (body.similar ?? []).map((similar, id) => ({ id, text: similar })) } : {});
        return method === "DELETE" || m[2] === "/used" ? [204, null] : [200, one];
      }
      if (path === `/${noun}` && method === "POST") return [201, { ...list[0], ...body, id: 90 }];
    }
    if (path === "/faq/categories") return [200, ["size", "shipping", "care", "invoice", "returns", "other"].map((category, n) => ({ category, count: 9 - n }))];
    if (path === "/faq/unused") return [200, page(faq.slice(3, 5))];
    if (path === "/faq/unanswered") return [200, empty ? [] : [{ text: "有没有加长款", times: 14, conversations: [{ conversation: 2, seq: 9, at: at(1) }, { conversation: 5, seq: 3, at: at(2) }], last_at: at(1), nearest: { id: 1, question: "165 的身高穿什么码", confidence: 0.31 }, others: ["长款有吗", "能不能做到 95 长"] }, { text: "可以当礼物包装吗", times: 8, conversations: [{ conversation: 4, seq: 6, at: at(2) }], last_at: at(2), nearest: null, others: [] }]];
    if (path === "/faq/heard" || /^\/faq\/\d+\/heard$/.test(path)) return [200, page(empty ? [] : [{ id: 1, faq: 2, question: "什么时候发货", text: "拍了啥时候能寄出来", times: 5, at: at(1) }, { id: 2, faq: 1, question: "165 的身高穿什么码", text: "166 的能穿 m 不", times: 3, at: at(2) }])];
    if ((m = /^\/products\/(\d+)\/brief$/.exec(path))) {
      const one = products.find((held) => held.id === +m[1]) ?? products[0];
      const own = one.id === 5;
      return [200, { product: one, facts: own ? facts : { ...facts, product: one.id, size_table: null, tests: [], features: [], advantages: [], picture_note: "", defects: "", competitor_note: "", origin: "", made_at: null }, stock: own ? [sku(51, "雾蓝 / M", 59_900, 12), sku(52, "雾蓝 / L", 59_900, 3), sku(53, "燕麦 / M", 59_900, 0, { state: "preorder", preorder: { ships_at: T0 + 8 * DAY, note: "" } }), sku(54, "燕麦 / L", 61_900, 0)] : [sku(60, "均码", one.price_fen, one.id === 6 ? 0 : 30)], batches: own ? batches : [], certificates: own ? certificates : [], warranty: own ? warranty : [], relations: own ? relations : [], campaigns: offers, main_push: pushes[0] ?? null, alternatives: one.id === 6 ? alternatives : [], guide: own ? guides[0] : null, card: { product: one.id, sku: null, title: one.title, spec: null, price_fen: one.price_fen, picture: null } }];
    }
    if (path === "/products" && get) return [200, page(matching(empty ? [] : products, q.get("q"), (p) => p.title + p.code))];
    if ((m = /^\/products\/(\d+)$/.exec(path))) return [200, { ...(products.find((held) => held.id === +m[1]) ?? products[0]), skus: [51, 52].map((id) => ({ id, code: `YRF-${id}`, spec: id === 51 ? "雾蓝 / M" : "雾蓝 / L", price_fen: 59_900, sellable: 12, active: true })) }];
    if (/^\/products\/\d+\/facts$/.test(path)) return [200, body ? Object.assign(facts, body, { rev: facts.rev + 1 }) : facts];
    if (/^\/products\/\d+\/batches$/.test(path)) return [200, get ? batches : batches[0]];
    if (/^\/products\/\d+\/certificates$/.test(path)) return [200, get ? certificates : certificates[0]];
    if (/^\/products\/\d+\/warranty$/.test(path)) return [200, get ? warranty : warranty[0]];
    if (/^\/products\/\d+\/relations$/.test(path)) return [200, relations];
    if (path === "/certificates") return [200, page(certificates)];
    if (path === "/batches") return [200, page(batches)];
    if (path === "/preorders") return [200, empty ? [] : [{ sku: 53, product: 5, product_title: products[0].title, code: "YRF-53", spec: "燕麦 / M", ships_at: T0 + 8 * DAY, note: "", late: false }]];
    if (/^\/skus\/\d+\/alternatives$/.test(path)) return [200, alternatives];
    if (path === "/campaigns") return [200, get ? page(campaigns.filter((one) => !q.get("state") || one.state === q.get("state"))) : campaigns[0]];
    if (path === "/campaigns/next") return [200, empty ? [] : offers];
    if (path === "/main-push") return [200, get ? pushes : pushes[0]];
    if (path === "/guides") return [200, guides];
    if (path === "/recommendations/summary") return [200, empty ? [] : [{ person: 12, name: "小满", recommended: 42, bought: 13, rate: 0.31 }, { person: 13, name: "谷雨", recommended: 30, bought: 6, rate: 0.2 }]];
    if (path === "/listing/items") return [200, items];
    if (/^\/products\/\d+\/listing/.test(path)) return [200, listing];
    if (path === "/listing/tasks") return [200, page(tasks.filter((one) => one.state === (q.get("state") ?? "open")))];
    if (path === "/listing/tasks/count") return [200, { open: tasks.filter((one) => one.state === "open").length }];
    if ((m = /^\/listing\/tasks\/(\d+)\/(done|reopen)$/.exec(path))) {
      const one = tasks.find((held) => held.id === +m[1]);
      return [200, Object.assign(one, { state: m[2] === "done" ? "done" : "open", done_at: Date.now(), done_by: 12, done_by_name: "小满", done_note: body?.note ?? "" })];
    }
    if (path === "/listing/check") return [200, { checked: 4, failed: 2, after: null }];
    if (path === "/notices") return [200, get ? page(q.get("state") === "unread" ? notices.filter((one) => one.read_at === null && one.state === "current") : notices) : notices[0]];
    if ((m = /^\/notices\/(\d+)\/(\w+)$/.exec(path))) {
      if (m[2] === "readers") return [200, { read: [{ person: 13, name: "谷雨", at: T0 - 900_000 }, { person: 17, name: "惊蛰", at: T0 - 600_000 }], unread: [{ person: 12, name: "小满" }, { person: 15, name: "立夏" }] }];
      notices = notices.map((one) => (one.id === +m[1] ? { ...one, ...(m[2] === "read" ? { read_at: Date.now(), read: one.read + 1 } : { state: "withdrawn", withdrawn_at: Date.now() }) } : one));
      return [200, notices.find((one) => one.id === +m[1])];
    }
    if (path === "/quiz/questions") return [200, get ? page(questions) : questions[0]];
    if (path === "/quiz/attempts") return get ? [200, page(empty ? [] : [{ ...attempt(2, true), person_name: "小满" }, { ...attempt(5, true), person_name: "小满", right: 3 }])] : [201, attempt(9, false)];
    if ((m = /^\/quiz\/attempts\/(\d+)/.exec(path))) return [200, attempt(+m[1], true)];
    if (path === "/quiz/standings") return [200, empty ? [] : [{ person: 12, name: "小满", attempts: 4, questions: 40, right: 36, rate: 0.9, last_at: at(2) }, { person: 13, name: "谷雨", attempts: 2, questions: 20, right: 15, rate: 0.75, last_at: at(6) }]];
    if (path === "/quiz/questions/make") return [200, { made: 12, changed: 1, retired: 0 }];
    return null;
  };
}
