// The words of the accounts a shop has on its platform, and whose they are when.
export const zh = {
  title: "平台子账号", hint: "聊天记录里每个账号说的话，按当时是谁的账号算给谁。改了之后，已经导入的记录会重新归属。",
  account: "账号", accountPlace: "店铺:子账号", person: "是谁的", from: "从", until: "到", always: "一直", now: "至今", add: "登记账号", edit: "修改账号", map: "是谁的？", whose: "{account} 是谁的？",
  left: "已离职的人", leftName: "姓名", leftHint: "会添加一位不能登录的人员，只用来归属聊天记录。", none: "还没有登记过账号", saved: "已登记，导入过的聊天记录会重新归属", dropped: "已删除 {account}", whoFirst: "选择一个人", save: "保存", remove: "删除",
  problem: { account_taken: "这段时间里它是{name}的账号；先把那一段的结束日期提前，或换一段时间", time_ends_early: "结束早于开始，请改晚一些", person_missing: "选择是谁的账号", person_unknown: "您的店铺里没有这个人" },
};
export const en: typeof zh = {
  title: "Platform accounts", hint: "What an account says in a chat log counts for whoever had it then. When this changes, logs that are in are attributed anew.",
  account: "Account", accountPlace: "shop:sub", person: "Whose", from: "From", until: "Until", always: "always", now: "now", add: "Add an account", edit: "Change an account", map: "Whose?", whose: "Whose is {account}?",
  left: "Somebody who left", leftName: "Name", leftHint: "Adds a person who cannot sign in, for chat logs only.", none: "No account yet", saved: "Kept; imported chat logs are attributed anew", dropped: "{account} removed", whoFirst: "Choose a person", save: "Save", remove: "Remove",
  problem: { account_taken: "In this time it is {name}'s account; end that time earlier or choose another one", time_ends_early: "It ends before it begins; choose a later end", person_missing: "Say whose account it is", person_unknown: "There is no such person in your shops" },
};
