// The words of the supervisor's wall.
export default {
  "zh-CN": {
    title: "看板",
    waiting: "等待中", longest: "最久等待", sessions: "今日接待", answered: "已答回合", breaches: "今日超时", average: "平均响应", rate: "响应率", rateHint: "3 分钟内人工答复的回合占比", satisfaction: "满意度", participation: "评价参与率", participationHint: "今日邀请 {invited} 次，收到评价 {ratings} 个", queue: "排队",
    agents: "客服", agent: "客服", state: "状态", load: "接待", hers: "等待", longestOf: "最久等待", breached: "超时", answers: "回复", handed: "转出", handedHint: "今天自己转给同事、小组或放回排队的会话", none: "还没有客服上线", noneHint: "客服把状态设为在线后会出现在这里", since: "{time}起", buyers: "等待的买家", noBuyers: "没有买家在等", noBuyersHint: "等待的买家按时间排在这里，可以直接接管", takeOver: "接管", claim: "接入", open: "查看", unassigned: "未分配", move: "转移全部会话", moveShort: "转移", moveTitle: "转移 {name} 的全部会话", moved: "已转移 {n} 个会话", to: "转给", note: "交接备注", noteRequired: "请写明交接备注", noneSmall: "—", took: "已接管", claimed: "已接入", people: "人", over: "超出容量",
    manners: { title: "礼貌用语", time: "时间", today: "今天", days: "近 {n} 天", hint: "看每个回合的第一条人工答复：有礼貌用语、没有生硬的话，就算礼貌。", more: "回合太多，只看最近 {n} 条。", none: "这段时间还没有人工答复", noneHint: "客服答复买家后，这里按人列出礼貌用语的占比", score: "{n} 分", of: "{polite}/{answers} 条", curt: "生硬 {n} 条", word: "“{word}” {time}" },
  },
  en: {
    title: "Wall",
    waiting: "Waiting", longest: "Longest wait", sessions: "Sessions today", answered: "Rounds answered", breaches: "Breaches today", average: "Average answer", rate: "Response rate", rateHint: "Share of rounds answered by an agent within 3 minutes", satisfaction: "Satisfaction", participation: "Ratings given", participationHint: "{invited} asked today, {ratings} answered", queue: "Queue",
    agents: "Agents", agent: "Agent", state: "State", load: "Load", hers: "Waiting", longestOf: "Longest wait", breached: "Breaches", answers: "Answered", handed: "Passed on", handedHint: "Talks they passed to a colleague, a group or the queue today", none: "No agent is online yet", noneHint: "Agents appear here once they set themselves online", since: "since {time}", buyers: "Waiting buyers", noBuyers: "Nobody waits", noBuyersHint: "Buyers who wait stand here by time and can be taken over at once", takeOver: "Take over", claim: "Take", open: "Look", unassigned: "Nobody yet", move: "Move all conversations", moveShort: "Move", moveTitle: "Move all conversations of {name}", moved: "{n} conversations moved", to: "To", note: "Hand-over note", noteRequired: "Write a hand-over note", noneSmall: "—", took: "Taken over", claimed: "Taken", people: "people", over: "over capacity",
    manners: { title: "Manners", time: "Time", today: "Today", days: "{n} days", hint: "The first answer of a person in each round: with a polite word and no curt one it is polite. ", more: "There are many: the last {n} were looked at.", none: "Nobody has answered in this time", noneHint: "Once agents answer buyers, the share of polite answers of each stands here", score: "{n} of 100", of: "{polite}/{answers} answers", curt: "{n} curt", word: "“{word}” {time}" },
  },
};
