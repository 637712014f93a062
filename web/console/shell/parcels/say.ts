// What the order desk knows, said to a buyer: how long the way takes, where a courier does not go, what another costs.
// Pure; the words of either language stand here because they leave for the buyer.
import { yuan, type Tongue } from "../knowledge/say";

const pick = (tongue: Tongue, zh: string, en: string): string => (tongue === "en" ? en : zh);

/** 2–3, or 3 where both are the same. */
export const daysOf = (min: number, max: number): string => (min === max ? String(max) : `${min}–${max}`);

export function transitText(courier: string, days: string, place: string, tongue: Tongue = "zh"): string {
  return pick(tongue, `${courier}发到${place}一般 ${days} 天到。`, `${courier} usually takes ${days} days to ${place}.`);
}
/** The shop's own words where it wrote some, then who goes there. */
export function stopText(note: string, courier: string, place: string, others: readonly string[], tongue: Tongue = "zh"): string {
  const told = note.trim().replace(/[。.]$/, "") || pick(tongue, `${courier}暂时不发${place}`, `${courier} does not deliver to ${place} at present`);
  const rest = others.length ? pick(tongue, `可以改发${others.join("、")}，您看可以吗？`, `We can send it with ${others.join(" or ")}. Is that all right?`) : "";
  return `${told}${pick(tongue, "。", ". ")}${rest}`.trim();
}
export function surchargeText(courier: string, fen: number, url: string, tongue: Tongue = "zh"): string {
  const paid = pick(tongue, `发${courier}需要补差价 ${yuan(fen)}`, `Sending it with ${courier} costs ${yuan(fen, "en")} more`);
  return url ? `${paid}${pick(tongue, `，请在这里补：${url}`, `. Please pay it here: ${url}`)}` : `${paid}${pick(tongue, "。", ".")}`;
}

/** A parcel as a buyer is told of it. */
export interface ToldParcel {
  number: string;
  courier: string;
  waybill: string;
  /** When it should be there, in words of the buyer's language; empty: nobody knows. */
  due: string;
  /** What the courier last said, and when; empty: nothing. */
  trace: string;
  traceAt: string;
}
const way = (one: ToldParcel, tongue: Tongue): string => [one.courier, one.waybill && pick(tongue, `单号 ${one.waybill}`, `waybill ${one.waybill}`)].filter(Boolean).join(pick(tongue, "，", ", "));
const lastTrace = (one: ToldParcel, tongue: Tongue): string => (one.trace ? pick(tongue, `快递最近的记录（${one.traceAt}）：${one.trace.replace(/[。.]$/, "")}。`, ` The courier's last word (${one.traceAt}): ${one.trace.replace(/[。.]$/, "")}.`) : "");

/** It is late: what is known of it, and that somebody asks. Names no time in which an answer comes. */
export function lateText(one: ToldParcel, tongue: Tongue = "zh"): string {
  const by = way(one, tongue);
  const due = one.due ? pick(tongue, `，原本预计 ${one.due} 前送到`, `, expected by ${one.due},`) : "";
  return pick(tongue, `您好，您的订单 ${one.number}${by ? `（${by}）` : ""}${due}，现在还没有送到，让您久等了，很抱歉。${lastTrace(one, tongue)}我们已经在向快递催查，有消息就告诉您。`, `Hello, your order ${one.number}${by ? ` (${by})` : ""}${due} has not reached you yet. We are sorry for the wait.${lastTrace(one, tongue)} We are asking the courier and will tell you what they say.`);
}
/** Something is the matter with it under way. */
export function troubleText(one: ToldParcel, what: string, tongue: Tongue = "zh"): string {
  const by = way(one, tongue);
  const due = one.due ? pick(tongue, `预计送达时间是 ${one.due}，可能会晚一些。`, ` It was expected by ${one.due} and may come later.`) : "";
  return pick(tongue, `您好，您的订单 ${one.number}${by ? `（${by}）` : ""}在路上遇到了问题：${what}。${lastTrace(one, tongue)}${due}我们正在跟快递处理，有结果就告诉您，很抱歉给您添麻烦。`, `Hello, something is wrong with your order ${one.number}${by ? ` (${by})` : ""} on its way: ${what}.${lastTrace(one, tongue)}${due} We are settling it with the courier and will tell you the result. We are sorry for the trouble.`);
}
/** It waits here, as its courier does not go there. */
export function stoppedText(number: string, stop: string, tongue: Tongue = "zh"): string {
  return pick(tongue, `您好，关于您的订单 ${number}：${stop}`, `Hello, about your order ${number}: ${stop}`);
}

/** What a courier who is to come is told, by phone or 旺旺: of whom, when, how much. */
export function pickupText(ask: { courier: string; when: string; parcels: number; kg: string; unweighed: number; note: string }, tongue: Tongue = "zh"): string {
  const weight = ask.kg ? pick(tongue, `，约 ${ask.kg} 公斤${ask.unweighed ? `（另有 ${ask.unweighed} 件没有称重）` : ""}`, `, about ${ask.kg} kg${ask.unweighed ? ` (${ask.unweighed} more not weighed)` : ""}`) : "";
  const note = ask.note.trim() ? pick(tongue, `备注：${ask.note.trim()}`, ` Note: ${ask.note.trim()}`) : "";
  return pick(tongue, `您好，请${ask.courier} ${ask.when} 来取件，共 ${ask.parcels} 件${weight}。${note}`, `Hello, please have ${ask.courier} collect ${ask.parcels} parcels${weight}, ${ask.when}.${note}`);
}
