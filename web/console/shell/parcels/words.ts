// The words of parcels and of what was promised, shown beside the talk and at the order desk. Part of the shell's words.
export const zh = {
  title: "审单与发货",
  state: { waiting: "待审", held: "挂起", passed: "已审", printed: "已打单", packed: "已打包", shipped: "已发出", gone: "已撤" },
  check: { number: "编号", style: "款号", quantity: "数量", colour: "颜色", size: "码数", courier: "物流", address: "地址" },
  checkState: { ok: "无误", by_hand: "{name}人工确认", fail: "有问题" },
  why: {
    address: "地址不全", courier_missing: "还没有快递", courier_off: "快递已停用", courier_wished: "买家要求用别的快递", masked: "收件信息被打码", moved: "平台上改了收件信息，向买家要完整的", no_lines: "没有商品明细", number_odd: "编号不对", phone: "电话位数不对", receiver: "收件人不全", short: "库存不够", sku_inactive: "规格已下架", sku_unknown: "规格对不上", stop_area: "快递停发区", unknown: "需要人工看",
  },
  hold: {
    refund: "退款中", balance: "尾款未付", buyer_note: "有买家留言", remark: "有卖家备注", sku_unknown: "规格对不上", short: "缺货", receiver: "收件人不全", phone: "电话不对", address: "地址不全", masked: "收件信息被打码", moved: "平台上改了收件信息，向买家要完整的", addresses_differ: "合并的订单收件信息不同，请拆开", courier: "快递与要求不符", stop_area: "停发区", price: "低于底价", merge: "可以合并", changed: "审后有变更", closed: "已关闭", out_of_stock: "暂时缺货", wrong_model: "型号不符", attention: "特别关注", wait_until: "指定时间", unreachable: "联系不上", wrong_price: "价格错误", notify: "有货通知", fraud: "恶意买家", flawed: "商品有瑕疵", other: "其他",
  },
  flag: { label: "旗子", 0: "灰旗", 1: "红旗", 2: "黄旗", 3: "绿旗", 4: "蓝旗", 5: "紫旗", 6: "橙旗", 7: "浅蓝旗", 8: "浅粉旗", 9: "深绿旗", 10: "桃红旗" },
  ask: {
    title: "答应买家的事", kind: { remark: "备注", flag: "插旗", courier: "指定快递", gift: "赠品", address: "改地址", price: "改价", special: "特殊要求", urgent: "加急", wait: "指定发货日" },
    state: { open: "有效", done: "已同意", refused: "未同意", withdrawn: "已撤回" }, hard: "务必", soft: "最好", until: "{time} 之后再发", price: "买家想付 {price}", waiting: "等主管定", dueBy: "答应买家 {time} 前答复", overdue: "答应买家 {time} 前答复，已经过了", by: "{name} 记下", decidedBy: "{name} 答复", withdraw: "撤回", withdrawn: "已撤回", from: "看会话", reveal: "显示（会留记录）",
  },
  tell: { button: "告诉买家", title: "告诉买家：订单 {number}", tongue: "用哪种语言", words: "备好的话", hint: "打开会话后，这段话在回复框里，您看过、改过再发送；系统不会自动发给买家。", open: "打开会话，放进回复框", none: "这位买家没有您能看到的会话。可以复制这段话，从电话或平台告诉买家，再记为已告知。", nobody: "这个包裹没有对应的买家，也就没有会话。可以复制这段话，从别处告诉买家，再记为已告知。", noTalk: "您没有接待买家的权限。可以复制这段话交给客服，或从别处告诉买家后记为已告知。", copy: "复制", copied: "已复制", mark: "记为已告知", marked: "已记为告诉过买家", unmark: "改为没有告知", unmarked: "已改为没有告知", by: "{name} 已告诉买家", told: "已告诉买家", filter: "告诉买家没有", all: "全部", yes: "告诉过", no: "还没告诉" },
  trouble: { stalled: "物流一直没有更新", lost: "包裹可能丢失", refused: "快递记录为拒收", unreachable: "快递员联系不上收件人", wrong_address: "快递找不到收件地址", damaged: "包裹有破损", other: "派送遇到异常", ratio: "派送遇到异常", quality: "派送遇到异常", count: "派送遇到异常" },
  due: "预计 {time} 前到", arrived: "{time} 送到", elsewhere: "在别处发货", trace: "快递（{time}）：{words}",
  urgent: "加急", late: "已超时", shipBy: "最晚 {time} 发出", batch: "批次 {number}", waybill: "单号 {number}", soon: "{n} 单快要超时", requests: "{n} 个改价申请待定", passedBy: "{name}审过", passedByRule: "规则自动通过",
};

export const en: typeof zh = {
  title: "Audit and shipping",
  state: { waiting: "To audit", held: "Held", passed: "Passed", printed: "Printed", packed: "Packed", shipped: "Shipped", gone: "Gone" },
  check: { number: "Number", style: "Style", quantity: "Quantity", colour: "Colour", size: "Size", courier: "Courier", address: "Address" },
  checkState: { ok: "right", by_hand: "confirmed by {name}", fail: "not right" },
  why: {
    address: "the address is incomplete", courier_missing: "no courier yet", courier_off: "the courier is switched off", courier_wished: "the buyer wants another courier", masked: "the receiver is masked", moved: "the receiver changed at the platform; ask for the full one", no_lines: "no lines", number_odd: "the number is odd", phone: "the phone has the wrong length", receiver: "the receiver is incomplete", short: "not enough stock", sku_inactive: "the SKU is no longer sold", sku_unknown: "the SKU is unknown", stop_area: "the courier does not go there now", unknown: "somebody must look",
  },
  hold: {
    refund: "Refund open", balance: "Balance unpaid", buyer_note: "Buyer's note", remark: "Seller's remark", sku_unknown: "Unknown SKU", short: "Short", receiver: "Receiver incomplete", phone: "Wrong phone", address: "Address incomplete", masked: "Receiver masked", moved: "Receiver changed at the platform; ask for the full one", addresses_differ: "Merged orders go to different places: part them", courier: "Another courier wished", stop_area: "Stop area", price: "Below the floor", merge: "Can be merged", changed: "Changed after audit", closed: "Closed", out_of_stock: "Out of stock", wrong_model: "Wrong model", attention: "Special attention", wait_until: "Wait until", unreachable: "Unreachable", wrong_price: "Wrong price", notify: "Tell when in stock", fraud: "Malicious buyer", flawed: "Flawed", other: "Other",
  },
  flag: { label: "Flag", 0: "Grey flag", 1: "Red flag", 2: "Yellow flag", 3: "Green flag", 4: "Blue flag", 5: "Purple flag", 6: "Orange flag", 7: "Light blue flag", 8: "Light pink flag", 9: "Dark green flag", 10: "Peach flag" },
  ask: {
    title: "Promised to the buyer", kind: { remark: "Remark", flag: "Flag", courier: "Courier", gift: "Gift", address: "New address", price: "Price", special: "Special request", urgent: "Urgent", wait: "Ship later" },
    state: { open: "stands", done: "granted", refused: "refused", withdrawn: "withdrawn" }, hard: "must", soft: "if possible", until: "not before {time}", price: "would pay {price}", waiting: "a supervisor decides", dueBy: "the buyer was promised an answer by {time}", overdue: "the buyer was promised an answer by {time}, which is past", by: "written by {name}", decidedBy: "answered by {name}", withdraw: "Withdraw", withdrawn: "Withdrawn", from: "The talk", reveal: "Show (recorded)",
  },
  tell: { button: "Tell the buyer", title: "Tell the buyer: order {number}", tongue: "Language", words: "Words made ready", hint: "Opening the talk puts these words into the reply; read and change them, then send. Nothing is sent by itself.", open: "Open the talk with these words", none: "There is no talk with this buyer that you may see. Copy the words, tell the buyer by phone or on the platform, then mark it as told.", nobody: "No buyer is known for this parcel, so there is no talk. Copy the words, tell the buyer elsewhere, then mark it as told.", noTalk: "You may not talk to buyers. Copy the words for an agent, or tell the buyer elsewhere and mark it as told.", copy: "Copy", copied: "Copied", mark: "Mark as told", marked: "Marked as told", unmark: "Not told after all", unmarked: "Marked as not told", by: "{name} told the buyer", told: "The buyer was told", filter: "Whether the buyer was told", all: "All", yes: "Told", no: "Not told yet" },
  trouble: { stalled: "there has been no news of it", lost: "it may be lost", refused: "the courier noted it as refused", unreachable: "the courier could not reach the receiver", wrong_address: "the courier cannot find the address", damaged: "it was damaged", other: "its delivery failed", ratio: "its delivery failed", quality: "its delivery failed", count: "its delivery failed" },
  due: "expected by {time}", arrived: "arrived {time}", elsewhere: "shipped elsewhere", trace: "Courier ({time}): {words}",
  urgent: "Urgent", late: "Late", shipBy: "Ship by {time}", batch: "Batch {number}", waybill: "Waybill {number}", soon: "{n} about to break their promise", requests: "{n} prices to decide", passedBy: "Passed by {name}", passedByRule: "Passed by a rule",
};
