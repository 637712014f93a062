// The words of what several rooms show of knowledge: answers, products, the reply check, notices.
export const zh = {
  inlet: { faq: "看起来是问答：到“知识 - 问答”导入", scripts: "看起来是话术：到“知识 - 话术”导入", policies: "看起来是政策：到“知识 - 政策”导入", orders: "看起来是订单、商品或客户：到“订单 - 导入”导入" },
  category: {
    greeting: "欢迎语", bargaining: "议价语", inquiry: "查询语", farewell: "结束语", stock: "库存", payment: "付款", parcels: "物流", "after-sale": "售后", reviews: "评价", complaint: "投诉安抚", order: "订单", campaign: "活动",
    origin: "产地", dates: "生产日期与保质期", authentic: "正品", size: "尺码", invoice: "发票", shipping: "发货", returns: "退换", warranty: "保修", care: "保养", membership: "会员", product: "商品", choice: "选购", service: "服务", colour: "颜色", material: "材质", price: "价格", freight: "运费", privacy: "信息保护", special: "特殊商品", other: "其他",
  },
  stage: { any: "不限", pre: "售前", in: "售中", after: "售后" },
  bargain: { label: "议价类型", promise: "允诺型", compare: "对比型", flat: "武断型", threat: "威逼利诱型", gift: "贪小便宜型", pity: "博取同情型", excuse: "借口型" },
  step: { 1: "安抚", 2: "查明原因", 3: "表明立场", 4: "全力解决", 5: "真诚道歉", 6: "感谢理解", title: "安抚六步" },
  freshness: { ok: "有效", expiring: "即将到期", expired: "已过期" },
  variable: { agent: "客服名", agent_no: "工号", shop: "店铺名", buyer: "买家称呼", order: "订单号", product: "商品名", price: "价格", stock: "库存", alternative: "替代款", ship_by: "发货时间", courier: "快递公司", waybill: "运单号", campaign: "活动", coupon: "优惠券", missing: "还差多少", address: "收货地址" },
  answers: {
    title: "答案", search: "换个问法，或找话术", of: "买家问：{q}", none: "还没有合适的答案", noBargain: "还没有这一类的议价话术", noBargainHint: "在“知识”的“话术”里加一条，选议价和这一类", noneHint: "可以把这次的回答提交为问答，主管看过就能用", nothing: "买家开口后，这里会出现最合适的答案", unsure: "没有把握的答案，请看仔细再用", learning: "正在准备答案…", faq: "问答", scripts: "话术", policies: "政策", unfit: "不对题", unfitDone: "记下了，以后少推荐它", propose: "提交为问答", focus: "到答案列表", tone: "本店语气：{tone}", sounds: "像是{type}议价", use: "填入", nth: { 1: "填入第一个答案", 2: "填入第二个答案", 3: "填入第三个答案", 4: "填入第四个答案", 5: "填入第五个答案" }, more: "再看 {n} 条", group: "答案",
    why: { question: "同一个问题", words: "字面相近", learned: "问法相近", product: "这款商品", stage: "本阶段", bargain: "议价" },
  },
  brief: {
    title: "商品", none: "还没有说到商品", noneHint: "买家发来商品，或者在这里找一款", search: "商品名、货号", change: "换一款", card: "发商品卡", putLink: "填入链接", copyLink: "复制链接", cardText: "复制文字卡片", noLink: "这款商品没有链接", inStock: "有货 {n}", doubted: "待核实", doubtedHint: "有人发现账上的数不对，还没盘点：答复买家前先问仓库", out: "无货", coming: "预计 {day} 到货 {n} 件", preorder: "预售，{date}发货", send: "发卡", instead: "替代", insteadOf: "{spec} 的替代", noInstead: "没有同价位的替代", favourite: "可以提示收藏店铺", unsold: "这家店已不卖这款，不能发商品卡",
    sizes: "尺码表", noMethod: "没写量法", tolerance: "误差 ±{n}", putSizes: "填入尺码表", facts: "资料", features: "特点", advantages: "优势", selling: "卖点", origin: "产地", made: "生产日期", shelf: "保质期", days: "{n} 天", tests: "检测数据", picture: "与图片的差别", defects: "瑕疵说明", competitor: "同行比较（仅内部）", category: "类目",
    certificates: "证书", kind: { authentic: "正品授权", organic: "有机认证", quality: "质检报告", safety: "安全认证", other: "其他证书" }, warranty: "保修", chargeable: "收费：{text}", batches: "批次", batch: "{code} · 到期 {date}", daysLeft: "还剩 {n} 天",
    alternatives: "无货时可以推荐", relations: "可以一起推荐", relation: { similar: "相似", complement: "互补", bundle: "搭配", promotion: "凑单", upsell: "升级" }, push: "主推", pushes: "本店主推", inside: "仅内部", unsoldNow: "没有在卖的规格", notCovered: "这款商品不参加", counts: "这个活动按 {money} 计算", recommended: "已推荐并记下", put: "填入",
    why: { chosen: "指定替代", same_product: "同款", same_spec: "同规格", same_category: "同类", price: "价位相近" },
    offers: "进行中的活动", until2: "{time} 结束", off: "已减 {money}", gift: "已送{gift}", freight: "已包邮", fixed: "统一价 {money}", coupon: "券码 {code}", campaign: { full_reduction: "满减", gift: "满送", free_freight: "包邮", coupon: "优惠券", fixed_price: "统一价" },
    counted: { order: "按未付款订单 {number} 的商品 {money} 计算", product: "按这款 {n} 件共 {money} 计算", none: "没有未付款的订单，从 0 元算起", pieces: "件数", less: "少一件", more: "多一件" },
    guide: "引导提问", guideHint: "买家没有目标时，照着问就能推荐", raise: "详情页描述不足", raiseTitle: "反映详情页描述不足", raisePlace: "缺了什么：例如没写测量方法，图片和实物颜色有差别", raised: "已记到资料检查，会有人处理", 
  },
  check: {
    label: "发送前检查", replace: "改为“{text}”", mendKey: "按建议改好", fix: "改好才能发出", ask: "真的要这样发吗？再按一次发送键就发出", send: "仍然发送", back: "改一改", remove: "删去", more: "还有 {n} 处", level: { hint: "建议", confirm: "请确认", block: "不能发" },
    hint: {
      bare: "只回一个字太冷淡，补一句能帮上忙的话", negative: "“{word}”直接回绝了：说明原因，或给一个替代办法", negative_instead: "只说没有，买家就走了：{instead} 有现货", first_person: "少用“{word}”，换成“您”或“咱们”", quarrel_rude: "“{word}”太粗鲁", quarrel_blame: "“{word}”像在责怪买家", quarrel_question: "“{word}”像在质问买家", contact_phone: "像是电话号码：平台不允许留站外联系方式", contact_wechat: "像是微信号：平台不允许留站外联系方式", contact_qq: "像是 QQ 号：平台不允许留站外联系方式", contact_mail: "像是邮箱：平台不允许留站外联系方式", contact_link: "{domain} 是站外链接，平台不允许", contact_pay: "像是约站外付款，平台不允许", contact_app: "像是约到“{word}”，平台不允许", contact_invite: "像是约加好友、私聊，平台不允许", reward_review: "“{word}”是用好处换评价，平台不允许", absolute: "“{word}”是广告法极限词", promise_money: "金额超出你的权限（最多 {most}）", promise_discount: "折扣超出你的权限（最多 {most_percent}%）", promise_gift: "送“{word}”超出你的权限", promise_time: "“{word}”把时间说死了，改成“预计”", promise_sure: "“{word}”说得太满", long: "太长了（{length} 字，建议 {limit} 字以内），分几条发", impolite_you: "把“{word}”换成“您”", forbidden: "“{word}”是店铺的禁用词", other: "这里请再看一下：{word}",
    },
  },
  holes: { some: "还有 {n} 处要填：{names}", next: "去填", still: "还有没填的内容，填好再发" },
  notice: { title: "紧急通知", kind: { price_error: "价格错误", courier_stop: "快递停运", recall: "商品召回", other: "通知" }, by: "{name} 发布", until: "有效至 {time}", sign: "我已阅读", signed: "已签收", rest: "还有 {n} 条", bar: "{n} 条紧急通知待签收", open: "查看" },
};
export const en: typeof zh = {
  inlet: { faq: "It looks like FAQ: import it under Knowledge, FAQ", scripts: "It looks like scripts: import it under Knowledge, Scripts", policies: "It looks like policies: import it under Knowledge, Policies", orders: "It looks like orders, goods or customers: import it under Orders, Import" },
  category: {
    greeting: "Greeting", bargaining: "Bargaining", inquiry: "Inquiry", farewell: "Farewell", stock: "Stock", payment: "Payment", parcels: "Parcels", "after-sale": "After-sale", reviews: "Reviews", complaint: "Complaint", order: "Order", campaign: "Campaign",
    origin: "Origin", dates: "Dates and shelf life", authentic: "Authenticity", size: "Sizes", invoice: "Invoice", shipping: "Shipping", returns: "Returns", warranty: "Warranty", care: "Care", membership: "Membership", product: "Product", choice: "Choosing", service: "Service", colour: "Colour", material: "Material", price: "Price", freight: "Freight", privacy: "Privacy", special: "Special goods", other: "Other",
  },
  stage: { any: "Any stage", pre: "Pre-sale", in: "In-sale", after: "After-sale" },
  bargain: { label: "Bargaining", promise: "Promises", compare: "Compares", flat: "Flat refusal", threat: "Threatens", gift: "Wants gifts", pity: "Asks for pity", excuse: "Makes excuses" },
  step: { 1: "Soothe", 2: "Find the cause", 3: "Take a stand", 4: "Solve it", 5: "Apologise", 6: "Thank", title: "Six steps of soothing" },
  freshness: { ok: "Valid", expiring: "Expires soon", expired: "Expired" },
  variable: { agent: "agent", agent_no: "agent no.", shop: "shop", buyer: "buyer", order: "order no.", product: "product", price: "price", stock: "stock", alternative: "alternative", ship_by: "ship by", courier: "courier", waybill: "waybill", campaign: "campaign", coupon: "coupon", missing: "amount missing", address: "address" },
  answers: {
    title: "Answers", search: "Ask it otherwise, or find a script", of: "The buyer asks: {q}", none: "No fitting answer yet", noBargain: "No script for this kind of bargaining yet", noBargainHint: "Add one under Knowledge, Scripts: bargaining, of this kind", noneHint: "Propose your own answer; once a supervisor has read it, everybody can use it", nothing: "The best answers appear here once the buyer has spoken", unsure: "Not sure of these; read before you use one", learning: "Getting the answers ready…", faq: "FAQ", scripts: "Scripts", policies: "Policies", unfit: "Does not fit", unfitDone: "Noted; it will be offered less", propose: "Propose as FAQ", focus: "To the answers", tone: "How this shop speaks: {tone}", sounds: "Sounds like: {type}", use: "Insert", nth: { 1: "Insert the first answer", 2: "Insert the second answer", 3: "Insert the third answer", 4: "Insert the fourth answer", 5: "Insert the fifth answer" }, more: "{n} more", group: "Answers",
    why: { question: "same question", words: "similar words", learned: "asked like this", product: "this product", stage: "this stage", bargain: "bargaining" },
  },
  brief: {
    title: "Product", none: "No product talked of yet", noneHint: "The buyer sends one, or find one here", search: "Name or code", change: "Another", card: "Send card", putLink: "Insert link", copyLink: "Copy link", cardText: "Copy as text", noLink: "No link for this product", inStock: "{n} in stock", doubted: "in doubt", doubtedHint: "The figure in the books was found wrong and nobody has counted yet: ask the warehouse before you answer", out: "out", coming: "{n} expected {day}", preorder: "pre-order, ships {date}", send: "Send card", instead: "Instead", insteadOf: "Instead of {spec}", noInstead: "Nothing of that price to offer", favourite: "may hint at following the shop", unsold: "This shop no longer sells it, so no card can be sent",
    sizes: "Sizes", noMethod: "not said how", tolerance: "±{n}", putSizes: "Insert the sizes", facts: "Facts", features: "Features", advantages: "Advantages", selling: "Selling points", origin: "Origin", made: "Made on", shelf: "Shelf life", days: "{n} days", tests: "Test figures", picture: "Unlike the pictures", defects: "Flaws", competitor: "Against others (inside only)", category: "Category",
    certificates: "Certificates", kind: { authentic: "Authenticity", organic: "Organic", quality: "Quality test", safety: "Safety", other: "Other" }, warranty: "Warranty", chargeable: "Charged: {text}", batches: "Batches", batch: "{code} · expires {date}", daysLeft: "{n} days left",
    alternatives: "To offer instead", relations: "Goes with it", relation: { similar: "Similar", complement: "Goes with", bundle: "Bundle", promotion: "To reach the step", upsell: "Better one" }, push: "Main push", pushes: "Pushed now", inside: "Inside only", unsoldNow: "nothing of it is sold", notCovered: "This product does not count", counts: "This campaign counts {money}", recommended: "Recommended, and noted", put: "Insert",
    why: { chosen: "chosen", same_product: "same product", same_spec: "same spec", same_category: "same category", price: "similar price" },
    offers: "Running campaigns", until2: "until {time}", off: "{money} off already", gift: "gift: {gift}", freight: "free postage already", fixed: "one price {money}", coupon: "code {code}", campaign: { full_reduction: "Money off", gift: "Gift", free_freight: "Free postage", coupon: "Coupon", fixed_price: "One price" },
    counted: { order: "Counted from the goods of the unpaid order {number}: {money}", product: "Counted from {n} of this product: {money}", none: "No unpaid order: counted from nothing", pieces: "Pieces", less: "One less", more: "One more" },
    guide: "Questions to ask", guideHint: "For a buyer without a goal: ask along these and recommend", raise: "Page says too little", raiseTitle: "The product page says too little", raisePlace: "What is missing, such as how it is measured, or a colour unlike the pictures", raised: "On the listing checklist now; somebody will see to it", 
  },
  check: {
    label: "Check before sending", replace: "Make it “{text}”", mendKey: "Mend it as offered", fix: "Change it, then it can be sent", ask: "Send it like this? Press the send key again to send", send: "Send anyway", back: "Change it", remove: "Remove", more: "{n} more", level: { hint: "Hint", confirm: "Confirm", block: "Blocked" },
    hint: {
      bare: "One word sounds cold; add something that helps", negative: "“{word}” refuses flatly: say why, or offer another way", negative_instead: "A bare no loses the buyer: {instead} is in stock", first_person: "Less “{word}”; speak of the buyer or of both", quarrel_rude: "“{word}” is rude", quarrel_blame: "“{word}” blames the buyer", quarrel_question: "“{word}” sounds like an interrogation", contact_phone: "Looks like a phone number; the platform forbids it", contact_wechat: "Looks like a WeChat id; the platform forbids it", contact_qq: "Looks like a QQ number; the platform forbids it", contact_mail: "Looks like a mail address; the platform forbids it", contact_link: "{domain} is an outside link; the platform forbids it", contact_pay: "Looks like payment outside the platform, which is forbidden", contact_app: "Looks like moving to “{word}”, which is forbidden", contact_invite: "Looks like adding as a friend, which is forbidden", reward_review: "“{word}” rewards a review, which the platform forbids", absolute: "“{word}” is an absolute claim, against the advertising law", promise_money: "More money than you may give (at most {most})", promise_discount: "More discount than you may give (at most {most_percent}%)", promise_gift: "Giving “{word}” is beyond your right", promise_time: "“{word}” makes the time certain; say expected", promise_sure: "“{word}” promises too much", long: "Too long ({length} characters, better {limit} or fewer); send it in parts", impolite_you: "Use the polite form for “{word}”", forbidden: "“{word}” is on the shop's own list", other: "Look at this again: {word}",
    },
  },
  holes: { some: "{n} still to fill: {names}", next: "Fill", still: "Something is not filled yet; fill it, then send" },
  notice: { title: "Urgent notice", kind: { price_error: "Wrong price", courier_stop: "Courier stopped", recall: "Recall", other: "Notice" }, by: "by {name}", until: "until {time}", sign: "I have read it", signed: "Signed", rest: "{n} more", bar: "Urgent notices to sign: {n}", open: "Read" },
};
