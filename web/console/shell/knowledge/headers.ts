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
