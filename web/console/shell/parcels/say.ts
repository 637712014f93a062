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
