// The words of the trail for what is neither people nor talks: the order desk, imports, knowledge, goods, customers' tags
// and segments. A thing is called by its kind and, where it has one, its name.
const kept = (added: string, changed: string, removed: string): Record<string, string> => ({ added, changed, removed });
const keptZh = kept("新增了{subject}", "修改了{subject}", "删除了{subject}");
const keptEn = kept("added {subject}", "changed {subject}", "removed {subject}");

export const zh = {
  thing: {
    parcel: "包裹", batch: "批次", trouble: "问题件", audit_rule: "审单规则", gift_rule: "赠品规则", courier: "快递公司", transit: "快递时效", stop_area: "停发区", status_file: "回传文件", price_list: "改价单", import: "导入", orders: "订单名单",
    sku: "规格", tag: "标签", segment: "分群", levels: "会员等级", customers: "复购报表", script: "话术", faq: "问答", policy: "政策", campaign: "活动", notice: "紧急通知", quiz: "测验", quiz_question: "测验题", certificate: "证书", warranty: "保修说明", relation: "关联商品", main_push: "主推商品", guide: "引导提问", preorder: "预售", listing_task: "资料检查任务", reply: "回复", card: "卡片",
  },
  noun: {
    parcel: "审单与发货", batch: "批次", trouble: "疑难与仓库问题", audit_rule: "审单规则", gift_rule: "赠品规则", courier: "快递公司", transit: "快递时效", stop_area: "停发区", status_file: "回传平台", price_list: "改价", import: "导入", orders: "订单导出",
    sku: "库存", tag: "标签", segment: "分群", levels: "会员等级", customers: "报表导出", script: "话术", faq: "问答", policy: "政策", campaign: "活动", notice: "紧急通知", quiz: "测验", quiz_question: "测验题", certificate: "证书", warranty: "保修", relation: "关联商品", main_push: "主推商品", guide: "引导提问", preorder: "预售", listing_task: "资料检查", reply: "发送前检查", card: "卡片",
  },
  event: {
    parcel: { checked: "确认了{subject}的一项核对", held: "挂起了{subject}", released: "解除了{subject}的挂起", passed: "审过了{subject}", unpassed: "撤回了{subject}的审核", courier: "改了{subject}的快递", merged: "合并了{subject}", unmerged: "拆开了合并的{subject}", split: "拆分了{subject}", rejoined: "合回了{subject}", batched: "把{subject}放进批次", printed: "打印了{subject}的单据", waybill: "填了{subject}的快递单号", packed: "打包了{subject}", checked_again: "复核了{subject}", weighed: "称了{subject}的重量", shipped: "发出了{subject}", unshipped: "撤回了{subject}的发出", copy: "对上了{subject}的底单", arrived: "记录了{subject}已签收", sent_back: "把{subject}退回审单", gone: "取消了{subject}", error: "登记了{subject}的差错" },
    batch: { made: "建了{subject}", printed: "打印了{subject}", ...keptZh },
    trouble: { written: "登记了{subject}", solved: "解决了{subject}" },
    audit_rule: { changed: "修改了{subject}", ordered: "调整了{subject}的次序" },
    gift_rule: { changed: "修改了{subject}" }, courier: { changed: "修改了{subject}" }, transit: { changed: "修改了{subject}" }, stop_area: { changed: "修改了{subject}" },
    status_file: { made: "生成了{subject}", answered: "填了{subject}的结果" },
    price_list: { made: "新建了{subject}", applied: "执行了{subject}", revoked: "撤回了{subject}" },
    import: { asked: "开始了{subject}", finished: "完成了{subject}", failed: "中断了{subject}", cancelled: "取消了{subject}", undo_asked: "要求撤销{subject}", undone: "撤销了{subject}" },
    orders: { exported: "导出了{subject}" },
    sku: { created: "新增了{subject}", changed: "修改了{subject}", locked: "给订单留出了{subject}的库存", unlocked: "放回了{subject}留出的库存", taken: "扣减了{subject}的库存", given_back: "退回了{subject}的库存", handling: "修改了{subject}的作业资料", bundled: "修改了{subject}的组合" },
    tag: keptZh, segment: { ...keptZh, exported: "导出了{subject}" }, levels: { changed: "修改了{subject}" }, customers: { report_exported: "导出了{subject}" },
    script: keptZh, faq: { ...keptZh, declined: "退回了提交的{subject}" }, policy: keptZh, campaign: keptZh, certificate: keptZh, warranty: keptZh, relation: keptZh, main_push: keptZh,
    notice: { issued: "发布了{subject}", read: "签收了{subject}", withdrawn: "撤回了{subject}" },
    quiz: { finished: "完成了{subject}" }, quiz_question: { made: "出了{subject}", changed: "修改了{subject}", removed: "停用了{subject}" },
    guide: { kept: "修改了{subject}", dropped: "删除了{subject}" }, preorder: { set: "设了{subject}", ended: "结束了{subject}" },
    listing_task: { raised: "提出了{subject}", done: "完成了{subject}", reopened: "重新打开了{subject}" },
    reply: { confirmed: "看过提醒后仍发出了{subject}" }, card: { answered: "回应了{subject}" },
  },
  order: { asked: "记下了{subject}的要求", ask_withdrawn: "撤回了{subject}的要求", ask_decided: "答复了{subject}的要求", presale: "更新了{subject}的预售", reviewed: "记录了{subject}的评价" },
  customer: { tagged: "给{subject}加了标签", untagged: "去掉了{subject}的标签", level_raised: "升了{subject}的等级", consent_changed: "登记了{subject}的联系许可", referral_changed: "修改了{subject}的介绍人", parted: "拆开了合并的{subject}", entry_added: "登记了{subject}的档案", entry_removed: "删除了{subject}的一条登记", plan_added: "给{subject}定了计划", plan_changed: "修改了{subject}的计划", plan_done: "完成了{subject}的计划", plan_undone: "撤回了{subject}已完成的计划", plan_ended: "停止了{subject}的计划" },
  product: { deleted: "删除了商品 {subject}", facts_changed: "修改了商品资料 {subject}", listing_checked: "检查了商品资料 {subject}", listing_marked: "标记了资料检查 {subject}", recommended: "推荐了商品 {subject}" },
  paper: { expiring: "提醒证照快到期：{subject}" },
  conversation: { risk: "标记了{subject}的风险", threat: "发现{subject}里买家说要投诉或差评" },
  field: { rules: "提醒的规则", seq: "第几条消息", right: "答对", total: "共几题", locked: "留出", on_hand: "在库", courier: "快递", waybill: "快递单号", text: "内容", reason: "原因", hold: "挂起", weight_g: "重量（克）", risk: "风险", file: "文件", from_level: "原等级", to_level: "新等级", channel: "渠道", given: "意思", category: "分类", answer: "答案", question: "问题", similar: "相似问", priority: "优先级", on: "启用", quantity: "数量", spec: "规格", check: "核对项", safety: "安全库存", rows: "行数", form: "格式", days: "天数", reasons: "原因", batch: "批次", place: "序号", flag: "旗子", tag: "标签", plan: "计划", entry: "登记", starts_at: "开始", ends_at: "结束", expires_at: "到期", ships_at: "发货日期", scope: "给谁用", pieces: "件数", rule: "规则内容", flaw: "瑕疵确认", defects: "瑕疵说明", features: "特点", advantages: "优势", origin: "产地", picture_note: "与图片的差别", size_table: "尺码表", tests: "检测数据", months: "保修（月）", part: "部件", bin: "库位", packing: "包装", made: "新出", changed: "更新", retired: "停用", order_status: "交易", pay_status: "付款", ship_status: "物流", after_status: "售后", lines: "商品", picture: "主图", selling_points: "卖点", floor_fen: "底价", paid_fen: "实付", post_fen: "运费", hard: "必须" },
  value: { promise: "承诺超出权限", contact: "站外联系方式", reward: "好处换评价", absolute: "绝对化用语", negative: "直接回绝", bare: "回复太短", quarrel: "争吵", impolite: "不够礼貌", long: "太长", forbidden: "禁用词", first_person: "称呼不当", sms: "短信", email: "邮件", call: "电话", group: "会员群", waiting: "待审", held: "挂起", passed: "已审", printed: "已打单", packed: "已打包", draft: "草稿", live: "使用中", archived: "已下架", published: "使用中", shop: "店铺", personal: "个人", confirmed: "已确认", declined: "不接受", unpaid: "未付款", open: "进行中", none: "没有", gift: "满送", full_reduction: "满减", free_freight: "包邮", coupon: "优惠券", fixed_price: "统一价", upsell: "升级", complement: "互补", bundle: "搭配", promotion: "凑单", safety: "安全认证", authentic: "正品授权", organic: "有机认证", special: "特殊要求", remark: "备注", urgent: "加急", price: "改价" },
};
export const en: typeof zh = {
  thing: {
    parcel: "a parcel", batch: "a batch", trouble: "a difficult parcel", audit_rule: "an audit rule", gift_rule: "a gift rule", courier: "a courier", transit: "a transit time", stop_area: "an area without delivery", status_file: "a file for the platform", price_list: "a price list", import: "an import", orders: "a list of orders",
    sku: "a SKU", tag: "a tag", segment: "a segment", levels: "the member levels", customers: "the repeat report", script: "a script", faq: "an FAQ entry", policy: "a policy", campaign: "a campaign", notice: "an urgent notice", quiz: "a quiz", quiz_question: "a quiz question", certificate: "a certificate", warranty: "a warranty", relation: "a related product", main_push: "a pushed product", guide: "guiding questions", preorder: "a pre-order", listing_task: "a listing task", reply: "a reply", card: "a card",
  },
  noun: {
    parcel: "parcels", batch: "batches", trouble: "difficult parcels", audit_rule: "audit rules", gift_rule: "gift rules", courier: "couriers", transit: "transit times", stop_area: "areas without delivery", status_file: "files for platforms", price_list: "price lists", import: "imports", orders: "exports of orders",
    sku: "stock", tag: "tags", segment: "segments", levels: "member levels", customers: "exports of reports", script: "scripts", faq: "FAQ", policy: "policies", campaign: "campaigns", notice: "urgent notices", quiz: "quizzes", quiz_question: "quiz questions", certificate: "certificates", warranty: "warranties", relation: "related products", main_push: "pushed products", guide: "guiding questions", preorder: "pre-orders", listing_task: "listing tasks", reply: "the reply check", card: "cards",
  },
  event: {
    parcel: { checked: "confirmed a check of {subject}", held: "held {subject}", released: "released {subject}", passed: "passed {subject}", unpassed: "took back the pass of {subject}", courier: "changed the courier of {subject}", merged: "merged {subject}", unmerged: "undid the merge of {subject}", split: "split {subject}", rejoined: "joined {subject} again", batched: "put {subject} into a batch", printed: "printed the papers of {subject}", waybill: "entered the waybill of {subject}", packed: "packed {subject}", checked_again: "looked twice at {subject}", weighed: "weighed {subject}", shipped: "handed over {subject}", unshipped: "took back the hand-over of {subject}", copy: "found the second copy of {subject}", arrived: "noted the arrival of {subject}", sent_back: "sent {subject} back to audit", gone: "cancelled {subject}", error: "noted an error in {subject}" },
    batch: { made: "made {subject}", printed: "printed {subject}", ...keptEn },
    trouble: { written: "noted {subject}", solved: "solved {subject}" },
    audit_rule: { changed: "changed {subject}", ordered: "moved {subject}" },
    gift_rule: { changed: "changed {subject}" }, courier: { changed: "changed {subject}" }, transit: { changed: "changed {subject}" }, stop_area: { changed: "changed {subject}" },
    status_file: { made: "made {subject}", answered: "entered the answer to {subject}" },
    price_list: { made: "made {subject}", applied: "carried out {subject}", revoked: "took back {subject}" },
    import: { asked: "began {subject}", finished: "finished {subject}", failed: "broke off {subject}", cancelled: "cancelled {subject}", undo_asked: "asked to undo {subject}", undone: "undid {subject}" },
    orders: { exported: "exported {subject}" },
    sku: { created: "added {subject}", changed: "changed {subject}", locked: "kept stock of {subject} for an order", unlocked: "freed kept stock of {subject}", taken: "took stock of {subject}", given_back: "gave back stock of {subject}", handling: "changed how {subject} is handled", bundled: "changed the set of {subject}" },
    tag: keptEn, segment: { ...keptEn, exported: "exported {subject}" }, levels: { changed: "changed {subject}" }, customers: { report_exported: "exported {subject}" },
    script: keptEn, faq: { ...keptEn, declined: "declined {subject}" }, policy: keptEn, campaign: keptEn, certificate: keptEn, warranty: keptEn, relation: keptEn, main_push: keptEn,
    notice: { issued: "issued {subject}", read: "signed {subject}", withdrawn: "withdrew {subject}" },
    quiz: { finished: "finished {subject}" }, quiz_question: { made: "made {subject}", changed: "changed {subject}", removed: "retired {subject}" },
    guide: { kept: "changed {subject}", dropped: "removed {subject}" }, preorder: { set: "set {subject}", ended: "ended {subject}" },
    listing_task: { raised: "raised {subject}", done: "finished {subject}", reopened: "reopened {subject}" },
    reply: { confirmed: "sent {subject} in spite of a warning" }, card: { answered: "answered {subject}" },
  },
  order: { asked: "noted a wish for {subject}", ask_withdrawn: "withdrew a wish for {subject}", ask_decided: "answered a wish for {subject}", presale: "renewed the pre-sale of {subject}", reviewed: "noted a review of {subject}" },
  customer: { tagged: "tagged {subject}", untagged: "took a tag from {subject}", level_raised: "raised the level of {subject}", consent_changed: "noted whether {subject} may be contacted", referral_changed: "changed who brought {subject}", parted: "parted the merged file of {subject}", entry_added: "noted something on {subject}", entry_removed: "removed a note on {subject}", plan_added: "planned something for {subject}", plan_changed: "changed a plan for {subject}", plan_done: "finished a plan for {subject}", plan_undone: "took back a finished plan for {subject}", plan_ended: "stopped a plan for {subject}" },
  product: { deleted: "deleted the product {subject}", facts_changed: "changed the facts of {subject}", listing_checked: "checked the listing of {subject}", listing_marked: "marked a check of {subject}", recommended: "recommended {subject}" },
  paper: { expiring: "warned that a paper expires: {subject}" },
  conversation: { risk: "marked the risk of {subject}", threat: "found a threat of a complaint or bad review in {subject}" },
  field: { rules: "Rules that warned", seq: "Message number", right: "Right", total: "Of", locked: "Kept", on_hand: "On hand", courier: "Courier", waybill: "Waybill", text: "Text", reason: "Reason", hold: "Hold", weight_g: "Weight (g)", risk: "Risk", file: "File", from_level: "Level before", to_level: "Level now", channel: "Channel", given: "Meaning", category: "Category", answer: "Answer", question: "Question", similar: "Similar questions", priority: "Priority", on: "On", quantity: "Quantity", spec: "Spec", check: "Check", safety: "Safety stock", rows: "Rows", form: "Form", days: "Days", reasons: "Reasons", batch: "Batch", place: "Place", flag: "Flag", tag: "Tag", plan: "Plan", entry: "Note", starts_at: "Begins", ends_at: "Ends", expires_at: "Expires", ships_at: "Ships", scope: "For whom", pieces: "Pieces", rule: "Rule", flaw: "Flaw confirmed", defects: "Flaws", features: "Features", advantages: "Advantages", origin: "Origin", picture_note: "Unlike the pictures", size_table: "Sizes", tests: "Test figures", months: "Warranty (months)", part: "Part", bin: "Bin", packing: "Packing", made: "Made", changed: "Changed", retired: "Retired", order_status: "Trade", pay_status: "Payment", ship_status: "Shipping", after_status: "After-sale", lines: "Goods", picture: "Picture", selling_points: "Selling points", floor_fen: "Floor price", paid_fen: "Paid", post_fen: "Postage", hard: "Must" },
  value: { promise: "promise beyond one's right", contact: "contact outside", reward: "reward for a review", absolute: "absolute claim", negative: "blunt refusal", bare: "bare reply", quarrel: "quarrel", impolite: "impolite", long: "too long", forbidden: "forbidden word", first_person: "first person", sms: "text message", email: "mail", call: "call", group: "member group", waiting: "waiting", held: "held", passed: "passed", printed: "printed", packed: "packed", draft: "draft", live: "live", archived: "retired", published: "live", shop: "the shop", personal: "personal", confirmed: "confirmed", declined: "declined", unpaid: "unpaid", open: "open", none: "none", gift: "gift", full_reduction: "money off", free_freight: "free postage", coupon: "coupon", fixed_price: "one price", upsell: "better one", complement: "goes with", bundle: "bundle", promotion: "to reach the step", safety: "safety", authentic: "authenticity", organic: "organic", special: "special wish", remark: "remark", urgent: "urgent", price: "price" },
};
