// Recognises a promise of time in what an agent writes ("您稍等2分钟", "半小时内给您答复"). Knows nothing of clocks:
// the server keeps them; this only says how long was promised.

const DIGITS: Record<string, number> = { 零: 0, 一: 1, 二: 2, 两: 2, 俩: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 };
const MINUTE = 60_000;

/** A whole number written with Chinese signs up to 99 (十五, 二十, 三十五), or null. */
export function chineseNumber(text: string): number | null {
  const ten = text.indexOf("十");
  if (ten < 0) return text.length === 1 ? (DIGITS[text] ?? null) : null;
  const tens = ten === 0 ? 1 : DIGITS[text.slice(0, ten)];
  const ones = ten === text.length - 1 ? 0 : DIGITS[text.slice(ten + 1)];
  return tens === undefined || ones === undefined ? null : tens * 10 + ones;
}

const AMOUNT = "(\\d{1,3}(?:\\.\\d)?|[一二两俩三四五六七八九十]{1,3}|几|半)";
const RANGE = `${AMOUNT}(?:\\s*(?:-|~|～|—|到|至|、)?\\s*${AMOUNT})?`;
const UNIT = "(?:个)?\\s*(半)?\\s*(分钟|分(?![之种手享析])|min(?:ute)?s?|小时|钟头|hours?|h(?![a-z])|刻钟|秒(?:钟)?|天|工作日|days?)(半)?";
const SPAN = new RegExp(`${RANGE}\\s*${UNIT}`, "gi");
const BEFORE = /(稍等|等我|等下|等一下|请等|等待|等个|给我|最多|大概|大约|预计|需要|约|within|in|give me|wait|about)[^，。！？,.!?]{0,8}$/i;
const AFTER = /^[^，。！？,.!?]{0,4}(之?内|以内|后|之后|左右)?[^，。！？,.!?]{0,8}(回复|答复|回您|回你|给您|给你|告诉|处理|核实|查|确认|联系|反馈|搞定|解决|回来|reply|answer|get back|let you know)/i;
const PAST = /(前|以前|之前|ago|发货|送达|到货|到账|签收|保质|质保|保修|退货|包邮|续航|充电|待机)/;

function amount(text: string | undefined): number | null {
  if (!text) return null;
  if (text === "半") return 0.5;
  if (text === "几") return 5;
  return /^[\d.]+$/.test(text) ? Number(text) : chineseNumber(text);
}
function unitMs(unit: string): number {
  const u = unit.toLowerCase();
  if (u.startsWith("秒")) return 1_000;
  if (u.startsWith("分") || u.startsWith("min")) return MINUTE;
  if (u === "刻钟") return 15 * MINUTE;
  if (u === "天" || u === "工作日" || u.startsWith("day")) return 24 * 60 * MINUTE;
  return 60 * MINUTE;
}

/** How long the text promises, ms; of "2-3 分钟" the longer. Null when nothing is promised. */
export function promisedMs(text: string): number | null {
  for (const found of text.matchAll(SPAN)) {
    const [whole, low, high, halfBefore, unit = "", halfAfter] = found;
    const before = text.slice(0, found.index);
    const after = text.slice(found.index + whole.length);
    if (PAST.test(after.slice(0, 6)) && !BEFORE.test(before)) continue;
    if (!BEFORE.test(before) && !AFTER.test(after)) continue;
    const n = amount(high) ?? amount(low);
    if (n === null) continue;
    const ms = (n + (halfBefore || halfAfter ? 0.5 : 0)) * unitMs(unit);
    if (ms >= 10_000 && ms <= 7 * 24 * 60 * MINUTE) return Math.round(ms);
  }
  return null;
}
