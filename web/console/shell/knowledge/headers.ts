// Tables by their headers: what a file that is taken in cannot do without, and what a file is of that came to the wrong
// place. Reads no file.

/** What the knowledge base takes in: FAQ, scripts, policies, and facts of products. */
export type Carried = "faq" | "scripts" | "policies" | "products";
/** The columns a file of a kind must have, each by the headers the server knows it by, the first as it writes it. */
export const NEEDED: Readonly<Record<Carried, Readonly<Record<string, readonly string[]>>>> = {
  faq: { question: ["问题", "标准问题", "标准问", "question"] },
  scripts: { text: ["内容", "话术", "快捷短语", "text"] },
  policies: { title: ["标题", "名称", "政策", "title"], text: ["内容", "正文", "text"] },
  products: { code: ["商品编码", "商家编码", "货号", "款号", "product code", "code"] },
};

/** Where a table is taken in. */
export type Inlet = Exclude<Carried, "products"> | "orders";
/** Headers that stand in tables of one kind alone. */
const MARKS: readonly [Inlet, RegExp][] = [
  ["orders", /订单|买家|收货人|收件人|运单|快递单号|库存|sku|order|waybill/i],
  ["faq", /^(问题|标准问题?|相似问.*|question|similar.*)$/i],
  ["scripts", /^(话术|快捷短语|快捷码|快捷编码)$/],
  ["policies", /^(政策|正文)$/],
];
/** What a table is of, by headers that nobody knew where it came to; null: nothing says. */
export function looksLike(seen: readonly string[]): Inlet | null {
  return MARKS.find(([, mark]) => seen.some((one) => mark.test(one.trim())))?.[0] ?? null;
}
/** A header that tells what lines of json are of, by the name the knowledge base gives such a file. */
export function ofLines(name: string): readonly string[] {
  if (/script|话术/i.test(name)) return ["话术"];
  return /polic|政策/i.test(name) ? ["政策"] : (NEEDED.faq["question"] ?? []);
}
