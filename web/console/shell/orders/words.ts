// The words of what several rooms show of orders: where one stands, where it was placed, what is secret of it.
export const zh = {
  status: { unpaid: "待付款", paid: "待发货", shipped: "已发货", received: "已签收", done: "已完成", refunded: "已退款", closed: "已关闭" },
  part: { order: "交易", pay: "付款", ship: "物流", after: "售后" },
  stands: { order: { open: "进行中", done: "已完成", closed: "已关闭" }, pay: { unpaid: "未付款", paid: "已付款", refunded: "已退款" }, ship: { none: "未发货", shipped: "运输中", signed: "已签收" }, after: { none: "没有", open: "处理中", done: "已完结" } },
  platform: { web: "自有网站", taobao: "淘宝", tmall: "天猫", jd: "京东", pdd: "拼多多", douyin: "抖音", distributor: "分销商", jst: "聚水潭", generic: "通用表格" },
  secret: { receiver: "收件人", phone: "电话", address: "地址", real_name: "真实姓名", show: "显示（会留记录）", shown: "已显示，并已记录" },
  pieces: "{n} 件",
};
export const en: typeof zh = {
  status: { unpaid: "Unpaid", paid: "To ship", shipped: "Shipped", received: "Received", done: "Done", refunded: "Refunded", closed: "Closed" },
  part: { order: "Trade", pay: "Payment", ship: "Parcel", after: "After-sale" },
  stands: { order: { open: "Going on", done: "Completed", closed: "Closed" }, pay: { unpaid: "Unpaid", paid: "Paid", refunded: "Refunded" }, ship: { none: "Not shipped", shipped: "Under way", signed: "Signed for" }, after: { none: "None", open: "Going on", done: "Settled" } },
  platform: { web: "Own website", taobao: "Taobao", tmall: "Tmall", jd: "JD", pdd: "Pinduoduo", douyin: "Douyin", distributor: "Distributor", jst: "Jushuitan", generic: "Plain table" },
  secret: { receiver: "Receiver", phone: "Phone", address: "Address", real_name: "Real name", show: "Show (recorded)", shown: "Shown, and recorded" },
  pieces: "× {n}",
};
