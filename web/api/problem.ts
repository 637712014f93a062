// What went wrong, in the reader's language. Owns the words for every stable problem code; never shows a cause
// the server did not mean for people.

import { ROOMS, say, type Words } from "./problemRooms";

/** An answer that is not a success: from HTTP (`application/problem+json`), from a socket, or from the network. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly field: string | null;
  readonly params: Readonly<Record<string, unknown>>;

  constructor(code: string, more: { status?: number; detail?: string | null; field?: string | null; params?: Record<string, unknown> | null } = {}) {
    super(code);
    this.name = "Problem";
    this.code = code;
    this.status = more.status ?? 0;
    this.detail = more.detail ?? "";
    this.field = more.field ?? null;
    this.params = more.params ?? {};
  }
}

/** Anything thrown, as a Problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TypeError) return new Problem("network");
  return new Problem("unexpected", { detail: error instanceof Error ? error.message : "" });
}

export type Tongue = "zh-CN" | "en";

const WORDS: Readonly<Record<string, Words>> = {
  ...ROOMS,
  network: say("网络不通，请检查网络后再试", "The network is not reachable. Check it and try again"),
  timeout: say("服务器没有及时回答，请再试一次", "The server did not answer in time. Try again"),
  unexpected: say("出了意外，请再试一次", "Something unexpected happened. Try again"),
  internal: say("服务器出错了，已记录；请稍后再试", "The server failed; it has been recorded. Try again later"),
  unavailable: say("服务器暂时存取不到数据，请稍后再试", "The server cannot reach its data. Try again shortly"),
  busy: say("服务器正忙，请稍后再试", "The server is busy. Try again shortly"),
  bad_frame: say("发送的内容格式不对", "What was sent is malformed"),
  unknown_command: say("服务器不认识这个操作，请刷新页面", "The server does not know this action. Reload the page"),
  not_hello: say("连接尚未就绪，请稍后再试", "The connection is not ready yet"),
  not_found: say("找不到，可能已删除或你无权查看", "Not found, or not yours to see"),
  forbidden: say("你没有这项权限，请联系掌柜或主管", "You do not have this right. Ask the owner or a supervisor"),
  text_empty: say("内容不能为空", "The text is empty"),
  text_too_long: say("文字超过长度上限，请拆成几条", "The text is too long. Split it into several messages"),
  client_id_invalid: say("消息编号不对，请重新发送", "The message id is invalid. Send again"),
  file_too_big: say("文件太大", "The file is too big"),
  file_kind: say("不支持这种文件", "This kind of file is not accepted"),
  not_yours: say("这个会话由别的同事接待，请先接手", "Another colleague owns this conversation. Take it over first"),
  closed: say("会话已结束，请先重新打开", "The conversation is closed. Reopen it first"),
  too_late: say("已读或超过时限，不能再收回", "It was read, or it is too late to take it back"),
  blocked: say("买家已被屏蔽", "The buyer is blocked"),
  limit_messages: say("发送太快，请稍等几秒", "Too many messages. Wait a few seconds"),
  limit_sockets: say("打开的窗口太多，请关掉几个", "Too many windows are open. Close some"),
  identity_invalid: say("身份签名不对", "The identity signature is wrong"),
  origin: say("这个网址不在允许的来源里", "This origin is not allowed"),
  wrong_sign_in: say("账号或密码不对", "The sign-in or password is wrong"),
  code_required: say("请输入动态验证码", "Enter the code of your authenticator"),
  code_wrong: say("验证码不对，请用最新的一个", "The code is wrong. Use the newest one"),
  throttled: say("尝试太多次，请稍后再试", "Too many attempts. Wait a while"),
  disabled: say("账号已停用，请联系掌柜", "This account is disabled. Ask the owner"),
  unauthenticated: say("登录已失效，请重新登录", "You are signed out. Sign in again"),
  csrf: say("页面已过期，请刷新后再试", "The page has expired. Reload and try again"),
  close_reason_required: say("关闭前请写明原因", "Give a reason before closing"),
  taken: say("已被别的同事接走", "A colleague has already taken it"),
  conflict: say("别人刚改过，请看过最新内容再改", "Somebody changed it meanwhile. Look at the newest first"),
  exists: say("已经存在", "It exists already"),
  invalid: say("填写有误", "Not valid"),
  required: say("必填", "Required"),
  too_long: say("太长了", "Too long"),
  too_short: say("太短了", "Too short"),
  out_of_range: say("超出允许的范围", "Out of range"),
  agent_full: say("对方接待已满，换一位或转给小组", "They are at capacity. Choose somebody else or a group"),
  agent_offline: say("对方不在线，换一位或转给小组", "They are not online. Choose somebody else or a group"),
  agent_cannot: say("对方不能接待这家店的买家", "They cannot serve buyers of this shop"),
  no_agent: say("会话没有接待客服", "Nobody has this conversation"),
  already_theirs: say("会话已经在对方手上", "They have it already"),
  already_done: say("已经完成了", "Already done"),
  answered: say("买家已经答复过了", "It was answered already"),
  no_question: say("这条消息不需要答复", "This message asks nothing"),
  not_closed: say("会话还在进行中", "The conversation is not closed"),
  no_session: say("还没有接待可以评价", "There was no session yet"),
  invited: say("这次接待已经邀请过评价", "This session has been invited already"),
  not_invited: say("没有邀请评价，或已经评过", "No rating was asked for, or it was given already"),
  taken_back: say("已经收回了", "It was taken back already"),
  file_elsewhere: say("这个文件发在别的会话里，请重新上传", "This file belongs to another conversation. Upload it again"),
  file_empty: say("文件是空的", "The file is empty"),
  file_missing: say("文件不见了，请重新上传", "The file is gone. Upload it again"),
  file_unreadable: say("文件读不出来", "The file cannot be read"),
  too_big: say("内容太大", "Too big"),
  voice_length: say("语音最长 60 秒", "A voice message has at most 60 s"),
  order_not_theirs: say("这张订单不属于这位买家", "The order does not belong to this buyer"),
  identity_not_proven: say("买家身份没有确认，不能展示订单", "The buyer's identity is not proven, so no order may be shown"),
  quote_unknown: say("引用的消息不存在", "The quoted message does not exist"),
  reference_unknown: say("引用的对象不存在", "What it refers to does not exist"),
  time_past: say("时间要在现在之后", "Choose a time from now on"),
  step_range: say("模板没有这么多步", "The template has fewer steps"),
  one_only: say("只能选一个", "Choose one only"),
  choice: say("请在可选项里选择", "Choose one of the offered"),
  choice_unknown: say("没有这个选项", "There is no such choice"),
  missing: say("必填", "Required"),
  empty: say("不能为空", "May not be empty"),
  range: say("超出允许的范围", "Out of range"),
  too_many: say("太多了", "Too many"),
  date: say("日期不对", "Not a date"),
  color: say("颜色写法不对，例如 #0E7C86", "Not a colour, for example #0E7C86"),
  form_fields: say("表单至少要有一项，最多 12 项", "A form has 1 to 12 fields"),
  form_choices: say("选择项要有 2 个以上的选项", "A choice needs two or more options"),
  amount_invalid: say("金额不对", "Not an amount"),
  score_range: say("评分是 1 到 5 分", "A score is 1 to 5"),
  bad_field: say("填写有误", "Not valid"),
  bad_body: say("请求内容不对，请刷新页面再试", "The request is malformed. Reload and try again"),
  bad_json: say("请求内容不对，请刷新页面再试", "The request is malformed. Reload and try again"),
  bad_query: say("查询条件不对", "The query is malformed"),
  not_json: say("请求内容不对，请刷新页面再试", "The request is malformed. Reload and try again"),
  idempotency_mismatch: say("重复提交的内容不一致，请刷新再试", "The repeated request differs. Reload and try again"),
  refused: say("被拒绝了", "Refused"),
  login_taken: say("这个账号已被使用", "This sign-in is taken"),
  password_length: say("密码要 10 到 200 个字符", "A password has 10 to 200 characters"),
  wrong_password: say("密码不对", "The password is wrong"),
  sign_in_required: say("请先登录", "Sign in first"),
  no_cookie: say("浏览器没有保存登录信息，请允许 Cookie", "The browser kept no sign-in. Allow cookies"),
  totp_not_begun: say("请先开始设置动态验证码", "Begin setting up the authenticator first"),
  no_role: say("至少要有一个角色", "At least one role is needed"),
  outsourced_rights: say("外包客服不能有这项权限", "An outsourced agent may not hold this right"),
  shop_required: say("请选择一家店铺", "Choose one of your shops"),
  setting_value: say("设置的值不对", "Not a value of this setting"),
  differs: say("与现有的不一致", "Differs from what is there"),
  not_empty: say("还有内容，不能删除", "It is not empty"),
  unknown_platform: say("没有这个平台", "There is no such platform"),
  row_repeated: say("同一个编码有两行，价格不一样，请只留一行", "One code has two rows with different amounts. Keep one of them"),
  refund_above_paid: say("退款比订单金额还多", "More is paid back than the order cost"),
  floor_above_price: say("底价高于售价", "The floor is above the price"),
  sku_code_taken: say("这个商家编码已被使用", "This code is taken"),
  reply_blocked: say("这句话不能发出，请按提示修改", "This may not be sent. Change it as the hints say"),
  reply_confirm: say("发送前请再确认一次", "Confirm it before it is sent"),
  value_changed: say("价格、库存或优惠变了，请按现在的再发", "A price, a stock or an offer has changed. Send it as it is now"),
  variable_unfilled: say("还有没填的内容", "Something is not filled yet"),
  variable_unknown: say("有不认识的变量", "There is an unknown variable"),
  greeting_without_agent: say("欢迎语要带上客服名 {agent}", "A greeting must contain {agent}"),
  valid_range: say("结束要晚于开始", "The end must be after the beginning"),
  step_unfit: say("只有投诉安抚话术有步骤", "Only complaint scripts have a step"),
  bargain_unfit: say("只有议价话术有类型", "Only bargaining scripts have a type"),
  code_taken: say("这个短码已被使用", "This code is taken"),
  group_missing: say("请选择小组", "Choose a group"),
  personal_data: say("请去掉电话、订单号、运单号和邮箱：问答是给所有买家用的", "Leave out phone, order and parcel numbers and mail addresses: the entry is for all buyers"),
  question_exists: say("已经有同样的问题", "The same question is there already"),
  title_exists: say("已经有同名的政策", "Another policy has this title"),
  similar_too_many: say("相似问最多 500 个", "At most 500 similar questions"),
  product_unknown: say("没有这件商品", "No such product"),
  owner_unknown: say("没有这位同事", "No such colleague"),
  answer_empty: say("发布前请写上答案", "Write the answer before publishing"),
  still_published: say("先下架才能删除", "Retire it before deleting"),
  not_proposed: say("已经有人处理过了", "Somebody has dealt with it already"),
  expired: say("已经过期或还没有发布", "Expired, or not published"),
  changed_meanwhile: say("别人刚改过，请看过最新内容再改", "Somebody changed it meanwhile. Look at the newest first"),
  size_row: say("每个尺码都要填满每一列", "Each size needs a value in every column"),
  duplicate_size: say("尺码重复了", "A size is there twice"),
  duplicate_column: say("列名重复了", "A column is there twice"),
  batch_exists: say("这个批次已经有了", "This batch is there already"),
  expires_before_made: say("到期要晚于生产日期", "It must expire after it was made"),
  warranty_exists: say("这个部件已经有保修说明", "This part has its warranty already"),
  relation_self: say("不能和自己关联", "A product cannot be related to itself"),
  relation_exists: say("这条关联已经有了", "This relation is there already"),
  relation_circular: say("升级关系绕成了圈，请去掉其中一条", "The up-sells run in a circle. Take one of them away"),
  upsell_not_higher: say("升级款的价格要更高", "The better one must cost more"),
  step_order: say("门槛要一级比一级高", "Each threshold must be higher than the one before"),
  step_off: say("优惠要一级比一级多，并低于门槛", "Each reduction must be more than the one before and below its threshold"),
  step_fields: say("这种活动的阶梯填法不对", "The steps do not fit this kind of campaign"),
  steps_missing: say("至少要有一级", "At least one step is needed"),
  coupon_missing: say("请写上券码", "Write the code of the coupon"),
  repeats_one_step: say("“每满”只能有一级", "A repeating campaign has one step"),
  ends_before_start: say("结束要晚于开始", "The end must be after the beginning"),
  review_reward: say("不能用好处换评价", "Reviews may not be rewarded"),
  campaign_ended: say("活动已经结束", "The campaign has ended"),
  still_failing: say("这一项还没有通过，改好资料再勾选", "It still fails. Mend the product first"),
  task_open: say("已经重新打开了", "It is open already"),
  program_decides: say("这一项由程序检查，不能手动标为没通过", "The program checks this; it cannot be marked as failed by hand"),
  generated: say("自动出的题不能改，可以停用", "A question made by the program cannot be changed, only turned off"),
  task_done: say("已经完成了", "Already done"),
  notice_withdrawn: say("通知已撤回", "The notice was withdrawn"),
  no_questions: say("还没有题目，请主管先出题", "There are no questions yet"),
  attempt_finished: say("这次测验已经交卷", "This quiz was handed in already"),
  answers_count: say("答案数量不对，请刷新再试", "The number of answers is wrong. Reload and try again"),
  broken_file: say("文件打不开，可能已损坏", "The file cannot be opened; it may be broken"),
  encoding: say("文件编码读不出来，请另存为 UTF-8 或 xlsx", "The encoding cannot be read. Save it as UTF-8 or xlsx"),
  column_missing: say("缺少必需的列", "A needed column is missing"),
  too_many_rows: say("行数太多，请分成几个文件", "Too many rows. Split the file"),
  cell_too_long: say("单元格内容太长", "A cell is too long"),
  question_twice: say("同一文件里有重复的问题", "The question is in the file twice"),
  code_twice: say("同一文件里有重复的短码", "The code is in the file twice"),
  date_invalid: say("日期不对", "Not a date"),
  from_log: say("这是导入的聊天记录，不能接待", "This talk comes out of a chat log; nobody can be answered here"),
  went_on: say("买家登录后在另一个会话里继续，请到那里回复", "This buyer signed in and goes on in another conversation. Answer there"),
  talk_unknown: say("这家店没有这个会话", "There is no such conversation in this shop"),
  gift_above_right: say("超过客服能给的金额", "More than an agent may give in this shop"),
  span_invalid: say("两个数都不能为负，后一个不能比前一个小", "From the less to the more, nothing negative"),
  range_empty: say("前一个数比后一个大", "The least is above the most"),
  month_invalid: say("月份写成 2026-01 这样", "A month is written like 2026-01"),
  range_invalid: say("结束不能早于开始", "The end may not be before the beginning"),
  date_bad: say("日期不对", "Not a date"),
  in_the_past: say("要选现在以后的时间", "Choose a moment that is still to come"),
  in_the_future: say("不能晚于现在", "Not later than now"),
  ends_before_it_begins: say("结束要晚于开始", "The end must be after the beginning"),
  shop_missing: say("请选择一家店铺", "Choose one of your shops"),
  nick_masked: say("这个昵称打了码，认不出是谁", "This nick is masked and names nobody"),
  nick_taken: say("这个昵称属于另一位客户", "This nick is another customer's"),
  buyer_erased: say("这位买家的资料已清除", "This buyer's data was erased"),
  masked: say("请填完整的内容，带星号的送不到", "Give it in full: a masked one reaches nobody"),
  waybill: say("运单号是 6 到 40 位的字母、数字和短横", "A waybill has 6 to 40 letters, digits and dashes"),
  unknown_courier: say("没有这家快递，或店里不发这家", "There is no such courier, or the shop does not send with it"),
  courier_code: say("快递代号是 1 到 16 位大写字母和数字", "A courier's code has 1 to 16 capital letters and digits"),
  web_address: say("网址要以 https:// 开头", "A web address begins with https://"),
  not_an_address: say("网址要以 https:// 开头", "A web address begins with https://"),
  already_shipped: say("订单已经发货", "The order has left already"),
  already_paid: say("订单已经付款，价格不能再改", "The order is paid; its price stands"),
  order_not_open: say("订单已经关闭或退款", "The order is closed or paid back"),
  order_unknown: say("没有这张订单", "There is no such order"),
  not_to_decide: say("只有改价要批复", "Only a price is decided"),
  not_passed: say("这个包裹还没有人审过", "Nobody passed this parcel"),
  no_such_place: say("这一批里没有这个位置", "The batch has no such place"),
  not_all_rules: say("每条规则都要写一次", "Name every rule once"),
  sku_missing: say("商品至少要有一个规格", "A product needs at least one SKU"),
  sku_unknown: say("没有这个商家编码的规格", "There is no SKU of this code"),
  not_sold: say("升级款两边都要是现在在卖的", "An up-sell is between what is sold now"),
  products_too_many: say("商品太多，最多 {limit} 件", "Too many products, {limit} at most"),
  bad_items: say("商品清单写法不对，请刷新页面再试", "The list of goods is malformed. Reload and try again"),
  duplicate_choice: say("有两个选项一样", "Two choices are the same"),
  file_too_large: say("文件太大", "The file is too big"),
  frame_too_big: say("发送的内容太大", "What was sent is too big"),
  idempotency_key: say("请求内容不对，请刷新页面再试", "The request is malformed. Reload and try again"),
  last_owner: say("至少要留一位掌柜", "At least one owner must remain"),
};

const BY_STATUS: Readonly<Record<number, string>> = {
  400: "invalid", 401: "unauthenticated", 403: "forbidden", 404: "not_found", 409: "conflict", 413: "file_too_big", 422: "invalid", 429: "throttled", 500: "internal", 502: "unavailable", 503: "unavailable", 504: "timeout",
};

/** The sentence for a problem. A code we have no words for is worded by its status, with the server's detail beside it. */
export function wordProblem(error: unknown, tongue: Tongue): string {
  const problem = asProblem(error);
  const known = WORDS[problem.code];
  if (known) return filled(known[tongue], problem.params);
  const fallback = WORDS[BY_STATUS[problem.status] ?? "unexpected"] ?? WORDS["unexpected"]!;
  return problem.detail && problem.status < 500 ? `${fallback[tongue]}（${problem.detail}）` : fallback[tongue];
}

/** A sentence with the facts the server gave; what it did not give stays a name in braces. */
function filled(sentence: string, params: Readonly<Record<string, unknown>>): string {
  return sentence.replace(/\{(\w+)\}/g, (hole, name: string) => (name in params ? String(params[name]) : hole));
}

/** Every code that has words; the parity test reads it. */
export const problemCodes: readonly string[] = Object.keys(WORDS);
export const problemWords = WORDS;
