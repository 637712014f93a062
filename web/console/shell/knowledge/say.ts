// What is known of a product, said to a buyer: size table, warranty, certificate, offer. Pure; the words of either
// language stand here because they leave for the buyer and do not follow the console's own language.
import type { Certificate, Facts, Offer, SizeTable, Warranty } from "@api/goods";
import { money } from "@ui/money";

export type Tongue = "zh" | "en";
const pick = (tongue: Tongue, zh: string, en: string): string => (tongue === "en" ? en : zh);

/** ¥200 as one says it: 200 元, 12.5 元. */
export function yuan(fen: number, tongue: Tongue = "zh"): string {
  const text = String(Math.round(fen) / 100);
  return tongue === "en" ? `¥${text}` : `${text} 元`;
}

/** A product's page, as one hands it over. Nothing that is no address a browser opens. */
export function linkText(title: string, url: string | null, tongue: Tongue = "zh"): string | null {
  const address = (url ?? "").trim();
  return /^https?:\/\/\S+$/i.test(address) ? pick(tongue, `我把链接发给您：${address}`, `Here is the link to ${title}: ${address}`) : null;
}
/** A card in words, for where no card can be sent: title, price, link. */
export function cardText(title: string, price: string, url: string | null, tongue: Tongue = "zh"): string {
  const link = linkText(title, url, tongue) ? (url ?? "").trim() : "";
  return [tongue === "en" ? title : `【${title}】`, price, link].filter(Boolean).join("\n");
}
/** The size table line by line, each column with how it is measured and how far it may be off. */
export function sizeText(table: SizeTable, tongue: Tongue = "zh"): string {
  const heads = table.columns.map((one) => `${one.name}${one.method ? (tongue === "en" ? ` (${one.method})` : `（${one.method}）`) : ""}`);
  const rows = table.rows.map((row) => `${row.size}${pick(tongue, "：", ": ")}${row.values.map((value, n) => `${table.columns[n]?.name ?? ""} ${value}`).join(pick(tongue, "，", ", "))}`);
  const off = [...new Set(table.columns.map((one) => one.tolerance).filter((one): one is number => one !== null))];
  const tail = [off.length === 1 ? pick(tongue, `手工测量允许误差 ±${off[0]} ${table.unit}。`, `Measured by hand, ±${off[0]} ${table.unit}.`) : "", table.note].filter(Boolean).join("");
  return [pick(tongue, `尺码表（单位 ${table.unit}）`, `Sizes (in ${table.unit})`), ...rows, pick(tongue, `量法：${heads.join("、")}`, `Measured: ${heads.join(", ")}`), tail].filter(Boolean).join("\n");
}

/** Two years, 18 months, none. */
export function monthsText(months: number, tongue: Tongue = "zh"): string {
  if (months === 0) return pick(tongue, "不保修", "no warranty");
  if (months % 12 === 0) return pick(tongue, `${months / 12} 年`, months === 12 ? "1 year" : `${months / 12} years`);
  return pick(tongue, `${months} 个月`, `${months} months`);
}
export function warrantyText(one: Warranty, tongue: Tongue = "zh"): string {
  const first = pick(tongue, `${one.part}保修 ${monthsText(one.months)}`, `${one.part}: ${monthsText(one.months, "en")} of warranty`);
  const free = one.scope ? pick(tongue, `免费维修：${one.scope}`, `Repaired free: ${one.scope}`) : "";
  const paid = one.chargeable ? pick(tongue, `需要收费：${one.chargeable}`, `Charged for: ${one.chargeable}`) : "";
  const prices = one.prices.map((price) => `${price.item} ${yuan(price.fen, tongue)}`).join(pick(tongue, "，", ", "));
  return [first, free, paid, prices].filter(Boolean).join(pick(tongue, "。", ". ")) + pick(tongue, "。", ".");
}
export function certificateText(one: Certificate, kind: string, tongue: Tongue = "zh"): string {
  return pick(tongue, `${kind}：${[one.issuer, one.number].filter(Boolean).join("，编号 ")}。`, `${kind}: ${[one.issuer, one.number].filter(Boolean).join(", no. ")}.`);
}
export function testText(one: Facts["tests"][number], tongue: Tongue = "zh"): string {
  return `${one.name} ${one.value}${one.unit}${one.source ? pick(tongue, `（${one.source}）`, ` (${one.source})`) : ""}`;
}

/** What reaching the next step of a campaign takes and gives: 再买 12 元，满 299 元减 40 元. */
export function nextText(offer: Offer, tongue: Tongue = "zh"): string | null {
  const { next } = offer;
  if (!next) return null;
  const gain = next.off_fen !== null ? pick(tongue, `减 ${yuan(next.off_fen)}`, `${yuan(next.off_fen, "en")} off`) : next.gift ? pick(tongue, `送${next.gift}`, `a gift: ${next.gift}`) : next.free_freight ? pick(tongue, "包邮", "free postage") : "";
  return pick(tongue, `再买 ${yuan(next.missing_fen)}，满 ${yuan(next.threshold_fen)}${gain}`, `${yuan(next.missing_fen, "en")} more: from ${yuan(next.threshold_fen, "en")} ${gain}`);
}
/** +200 元 for what costs more, 便宜 30 元 for what costs less. */
export function differenceText(fen: number, tongue: Tongue = "zh"): string {
  if (fen === 0) return pick(tongue, "同价", "same price");
  return fen > 0 ? `+${yuan(fen, tongue)}` : pick(tongue, `便宜 ${yuan(-fen)}`, `${money(-fen)} less`);
}
