// The words of the supervisor's wall.
export default {
  "zh-CN": {
    title: "看板",
    waiting: "等待中", longest: "最久等待", sessions: "今日接待", answered: "已答回合", breaches: "今日超时", average: "平均响应", rate: "响应率", rateHint: "3 分钟内人工答复的回合占比", satisfaction: "满意度", participation: "评价参与率", participationHint: "今日邀请 {invited} 次，收到评价 {ratings} 个", queue: "排队",
    agents: "客服", agent: "客服", state: "状态", load: "接待", hers: "等待", longestOf: "最久等待", breached: "超时", answers: "回复", handed: "转出", handedHint: "今天自己转给同事、小组或放回排队的会话", none: "还没有客服上线", noneHint: "客服把状态设为在线后会出现在这里", since: "{time}起", buyers: "等待的买家", noBuyers: "没有买家在等", noBuyersHint: "等待的买家按时间排在这里，可以直接接管", takeOver: "接管", claim: "接入", open: "查看", unassigned: "未分配", move: "转移全部会话", moveShort: "转移", moveTitle: "转移 {name} 的全部会话", moved: "已转移 {n} 个会话", to: "转给", note: "交接备注", noteRequired: "请写明交接备注", noneSmall: "—", took: "已接管", claimed: "已接入", people: "人", over: "超出容量",
  },
  en: {
    title: "Wall",
    waiting: "Waiting", longest: "Longest wait", sessions: "Sessions today", answered: "Rounds answered", breaches: "Breaches today", average: "Average answer", rate: "Response rate", rateHint: "Share of rounds answered by an agent within 3 minutes", satisfaction: "Satisfaction", participation: "Ratings given", participationHint: "{invited} asked today, {ratings} answered", queue: "Queue",
    agents: "Agents", agent: "Agent", state: "State", load: "Load", hers: "Waiting", longestOf: "Longest wait", breached: "Breaches", answers: "Answered", handed: "Passed on", handedHint: "Talks they passed to a colleague, a group or the queue today", none: "No agent is online yet", noneHint: "Agents appear here once they set themselves online", since: "since {time}", buyers: "Waiting buyers", noBuyers: "Nobody waits", noBuyersHint: "Buyers who wait stand here by time and can be taken over at once", takeOver: "Take over", claim: "Take", open: "Look", unassigned: "Nobody yet", move: "Move all conversations", moveShort: "Move", moveTitle: "Move all conversations of {name}", moved: "{n} conversations moved", to: "To", note: "Hand-over note", noteRequired: "Write a hand-over note", noneSmall: "—", took: "Taken over", claimed: "Taken", people: "people", over: "over capacity",
  },
};
