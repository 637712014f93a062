// What went wrong, in the reader's language. Owns the words for every stable problem code; never shows a cause
// the server did not mean for people.

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

type Words = Readonly<Record<Tongue, string>>;
const say = (zh: string, en: string): Words => ({ "zh-CN": zh, en });

const WORDS: Readonly<Record<string, Words>> = {
  network: say("网络不通，请检查网络后再试", "The network is not reachable. Check it and try again"),
  timeout: say("服务器没有及时回答，请再试一次", "The server did not answer in time. Try again"),
  unexpected: say("出了意外，请再试一次", "Something unexpected happened. Try again"),
  internal: say("服务器出错了，已记录；请稍后再试", "The server failed; it has been recorded. Try again later"),
  unavailable: say("数据库暂时连不上，请稍后再试", "The database is away. Try again shortly"),
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
  too_late: say("已超过可撤回的时间", "It is too late for that"),
  already_read: say("对方已读，不能撤销，可以撤回并留痕", "Already read: it can be recalled with a trace, not undone"),
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
  note_required: say("请写明交接备注", "Write a note for the colleague"),
  at_capacity: say("对方接待已满", "That colleague is at capacity"),
  not_online: say("对方不在线", "That colleague is not online"),
  taken: say("已被别的同事接走", "A colleague has already taken it"),
  conflict: say("别人刚改过，请看过最新内容再改", "Somebody changed it meanwhile. Look at the newest first"),
  exists: say("已经存在", "It exists already"),
  invalid: say("填写有误", "Not valid"),
  required: say("必填", "Required"),
  too_long: say("太长了", "Too long"),
  too_short: say("太短了", "Too short"),
  out_of_range: say("超出允许的范围", "Out of range"),
  password_weak: say("密码太弱：至少 10 位，不要用常见密码", "The password is too weak: at least 10 characters, not a common one"),
  already_invited: say("这次接待已经邀请过评价", "This session has been invited already"),
  not_owner: say("这张订单不属于这位买家", "The order does not belong to this buyer"),
  last_owner: say("至少要留一位掌柜", "At least one owner must remain"),
};

const BY_STATUS: Readonly<Record<number, string>> = {
  400: "invalid", 401: "unauthenticated", 403: "forbidden", 404: "not_found", 409: "conflict", 413: "file_too_big", 422: "invalid", 429: "throttled", 500: "internal", 502: "unavailable", 503: "unavailable", 504: "timeout",
};

/** The sentence for a problem. A code we have no words for is worded by its status, with the server's detail beside it. */
export function wordProblem(error: unknown, tongue: Tongue): string {
  const problem = asProblem(error);
  const known = WORDS[problem.code];
  if (known) return known[tongue];
  const fallback = WORDS[BY_STATUS[problem.status] ?? "unexpected"] ?? WORDS["unexpected"]!;
  return problem.detail && problem.status < 500 ? `${fallback[tongue]}（${problem.detail}）` : fallback[tongue];
}

/** Every code that has words; the parity test reads it. */
export const problemCodes: readonly string[] = Object.keys(WORDS);
export const problemWords = WORDS;
