// The words of the customers' pages.
export default {
  "zh-CN": {
    title: "客户",
    list: { search: "查找客户", searchPlace: "名字，或完整的昵称、会员号", known: "身份", anyKnown: "全部", yes: "身份已确认", no: "未确认", none: "还没有客户", noneHint: "买家来咨询，或导入订单和客户文件之后，客户会出现在这里", toImport: "去导入", name: "客户", level: "等级", orders: "订单", spent: "累计消费", phone: "电话", since: "首次到访", vip: "VIP", blocked: "已屏蔽", edit: "编辑" },
    card: { back: "客户", spent: "累计消费", orders: "付款订单", average: "平均每单", since: "首次到访", contact: "联系信息", noContact: "还没有联系信息", note: "备注", vipNote: "VIP 特殊要求", identities: "怎么认出的", visitor: "网页访客", shop_user: "店铺会员 {value}", nick: "昵称 {value}", allShops: "全部店铺", proven: "已证实", timeline: "订单与会话", noTimeline: "还没有订单和会话", more: "再看一些", talk: "会话", noOrders: "看不到订单：你没有查看订单的权限", merged: "身份证实以后，这里的会话和订单会自动并入证实的那位客户", level: "等级 {n}", open: "进行中", closed: "已结束", queued: "排队中" },
    block: { title: "屏蔽客户", hint: "被屏蔽的买家不能再发消息；到期自动解除，谁在什么时候屏蔽会留记录。", reason: "原因", until: "期限", day1: "1 天", day7: "7 天", day30: "30 天", forever: "不限期", where: "店铺", done: "已屏蔽", undo: "解除屏蔽", undone: "已解除屏蔽", by: "{by} 屏蔽：{reason}", till: "至 {time}", someone: "同事" },
    edit: { title: "编辑客户", vip: "VIP", level: "会员等级", vipNote: "VIP 特殊要求", note: "备注", contact: "联系信息", contactHint: "留空表示不改；保存后只显示打码的内容", real_name: "真实姓名", phone: "电话", address: "地址", saved: "已保存", leave: "放弃修改？", leaveText: "改动还没有保存。", leaveYes: "放弃修改", leaveNo: "继续编辑" },
    problem: { out_of_range: "要在 0 到 99 之间" },
  },
  en: {
    title: "Customers",
    list: { search: "Find customers", searchPlace: "Name, whole nick or member no.", known: "Identity", anyKnown: "All", yes: "Proven", no: "Not proven", none: "No customers yet", noneHint: "Buyers appear here once they write, or once orders or customers are imported", toImport: "Import", name: "Customer", level: "Level", orders: "Orders", spent: "Spent", phone: "Phone", since: "First seen", vip: "VIP", blocked: "Blocked", edit: "Edit" },
    card: { back: "Customers", spent: "Spent", orders: "Paid orders", average: "Average order", since: "First seen", contact: "Contact", noContact: "Nothing is known yet", note: "Note", vipNote: "VIP's special demands", identities: "Recognised by", visitor: "Visitor of the website", shop_user: "Member {value}", nick: "Nick {value}", allShops: "All shops", proven: "Proven", timeline: "Orders and talks", noTimeline: "No orders and no talks yet", more: "Show more", talk: "Talk", noOrders: "Orders are not shown: you may not see orders", merged: "Once the identity is proven, these talks and orders join the proven customer by themselves", level: "Level {n}", open: "Open", closed: "Closed", queued: "Waiting" },
    block: { title: "Block the customer", hint: "A blocked buyer can send no message. It ends by itself, and who decided it is recorded.", reason: "Reason", until: "How long", day1: "1 day", day7: "7 days", day30: "30 days", forever: "No end", where: "Shop", done: "Blocked", undo: "Unblock", undone: "Unblocked", by: "Blocked by {by}: {reason}", till: "until {time}", someone: "a colleague" },
    edit: { title: "Edit the customer", vip: "VIP", level: "Member level", vipNote: "VIP's special demands", note: "Note", contact: "Contact", contactHint: "Empty means unchanged; once saved, it is shown masked", real_name: "Real name", phone: "Phone", address: "Address", saved: "Saved", leave: "Discard changes?", leaveText: "What you changed is not saved yet.", leaveYes: "Discard", leaveNo: "Keep editing" },
    problem: { out_of_range: "Between 0 and 99" },
  },
};
