// The words of the companion page.
export default {
  "zh-CN": {
    title: "助手窗",
    place: "粘贴买家昵称、订单号，或买家的问题",
    ask: "查",
    shop: "店铺",
    hint: "在千牛、飞鸽等窗口旁使用：把买家的昵称、订单号或问题粘贴进来，选好答案后按 Enter 复制。",
    found: "找到", nobody: "没有找到这位买家或订单",
    who: "买家", orders: "订单 {n}", level: "{n} 级", vip: "VIP", clear: "清除", unknown: "没有买家资料的订单", stock: "看库存", moreLines: "还有 {n} 件商品", copiedNumber: "订单号已复制",
    draft: "要发的话", draftPlace: "选中的答案会到这里，可以改；Enter 复制", copy: "复制", copied: "已复制，去聊天窗口粘贴", failed: "复制不了，请手动选中复制", copyAnyway: "仍然复制", unchecked: "发送前检查没有完成，先不复制：{why}",
    product: "找商品", console: "打开工作台",
    status: { unpaid: "待付款", paid: "待发货", shipped: "已发货", done: "已完成", closed: "已关闭", cancelled: "已取消", refunded: "已退款" },
    keys: { group: "助手窗", focus: "粘贴新的问题" },
  },
  en: {
    title: "Companion",
    place: "Paste a nick, an order number, or what the buyer asks",
    ask: "Look",
    shop: "Shop",
    hint: "Beside another program: paste a buyer's nick, an order number or a question, choose an answer, and Enter copies it.",
    found: "Found", nobody: "No such buyer or order",
    who: "Buyer", orders: "Orders: {n}", level: "Level {n}", vip: "VIP", clear: "Clear", unknown: "An order without a known buyer", stock: "See its stock", moreLines: "{n} more lines", copiedNumber: "Order number copied",
    draft: "What to send", draftPlace: "A chosen answer comes here and can be changed; Enter copies", copy: "Copy", copied: "Copied; paste it into the talk", failed: "It cannot be copied; select it by hand", copyAnyway: "Copy anyway", unchecked: "It could not be checked, so nothing was copied: {why}",
    product: "Find a product", console: "Open the console",
    status: { unpaid: "Unpaid", paid: "To ship", shipped: "Shipped", done: "Done", closed: "Closed", cancelled: "Cancelled", refunded: "Refunded" },
    keys: { group: "Companion", focus: "Paste something new" },
  },
};
