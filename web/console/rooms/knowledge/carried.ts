// Files taken in: an example of each kind, the faults as a table to save, what a row changes.
import type { ImportError, ImportReport, ImportRow } from "@api/knowledge";
import { NEEDED, type Carried } from "@shell/knowledge/headers";

export type { Carried };

/** Headers as the server writes them, and a row or two as a shop would. */
const EXAMPLES: Record<Carried, string[][]> = {
  faq: [
    ["问题", "相似问", "答案", "分类", "意图", "英文问题", "英文答案", "状态", "生效时间", "失效时间", "负责人", "适用商品", "活动"],
    ["什么时候发货？", "多久能发；今天能发吗", "现货 48 小时内发出，预售以页面写的日期为准。", "shipping", "", "When will it ship?", "In-stock items ship within 48 hours.", "启用", "", "", "", "", ""],
    ["可以开发票吗？", "能开票不；有没有电子发票", "可以，在订单里申请，开好后在订单里下载。", "invoice", "", "", "", "草稿", "2026-11-01", "2026-12-31", "", "", ""],
  ],
  scripts: [
    ["快捷码", "标题", "内容", "分类", "阶段", "议价类型", "安抚步骤", "英文标题", "英文内容", "状态", "生效时间", "失效时间", "活动"],
    ["hy", "欢迎", "您好，我是{agent}，请问有什么可以帮您？", "greeting", "", "", "", "Welcome", "Hello, this is {agent}. How can I help?", "启用", "", "", ""],
  ],
  policies: [
    ["标题", "内容", "分类", "平台", "英文标题", "英文内容", "状态", "生效时间", "失效时间", "活动"],
    ["七天无理由", "签收后七天内，不影响二次销售的可以退货。", "returns", "", "", "", "启用", "", "", ""],
  ],
  products: [
    ["商品编码", "类目", "产地", "生产日期", "保质期（天）", "特点", "优势", "检测数据", "尺码表", "图片与实物差别", "瑕疵说明", "同行对比说明"],
    ["SJ01", "bedding", "江苏南通", "2026-10-01", "", "双面磨毛；40 支斜纹", "首洗水只微微变色", "", "", "实物比图片略深", "无", ""],
  ],
};

/** The columns a file of a kind may have. */
export function columnsOf(kind: Carried): string[] {
  return EXAMPLES[kind][0] ?? [];
}
/** A cell of a csv; none carries a formula. */
function cell(text: string): string {
  const tame = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}
/** Rows as a csv that spreadsheets open in the right encoding. */
export function csv(rows: readonly (readonly string[])[]): string {
  return "\ufeff" + rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
/** A file to begin from; facts are of a product there is, where one is known. */
export function example(kind: Carried, code?: string): string {
  const [head = [], ...rows] = EXAMPLES[kind];
  return csv([head, ...rows.map((row) => (kind === "products" && code ? [code, ...row.slice(1)] : row))]);
}
/** What a whole file lacks: columns, each by the headers it may have; what stood where a header was looked for. */
export interface Lacking {
  columns: (readonly string[])[];
  seen: string[];
}
/** The fault of a file that lacks a column, once and not once a row, and the faults that are left. */
export function lackingOf(kind: Carried, report: Pick<ImportReport, "errors" | "read">): { lacks: Lacking | null; rest: ImportError[] } {
  const { errors, read } = report;
  const needed = NEEDED[kind];
  const unknown = errors.find((one) => one.code === "header_missing");
  if (unknown) return { lacks: { columns: Object.values(needed), seen: (unknown.params["seen"] as string[] | undefined) ?? [] }, rest: errors.filter((one) => one.code !== "header_missing") };
  // A column that is not there has no name: of facts each row says so, of lines of JSON each by the program's name.
  const found = Object.entries(needed).map(([name, headers]) => {
    const whole = errors.filter((one) => one.code === "column_missing" && one.row === null && one.params["column"] === headers[0]);
    const empty = errors.filter((one) => kind === "products" && name === "code" && one.code === "cell_empty" && one.column === null);
    const lines = errors.filter((one) => one.code === "column_missing" && one.row !== null && one.column === name);
    const of = new Set([...whole, ...empty, ...(lines.length >= read || lines.length === errors.length ? lines : [])]);
    return { headers, of };
  });
  const lacking = found.filter((one) => one.of.size);
  if (!lacking.length) return { lacks: null, rest: errors };
  return { lacks: { columns: lacking.map((one) => one.headers), seen: [] }, rest: errors.filter((one) => !lacking.some(({ of }) => of.has(one))) };
}
/** What a field holds, in words. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map(shownValue).join("；");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
/** The fields of a row, each worded by `word`: of words with what they were, of products by name alone. */
export function changesOf(row: ImportRow, word: (field: string, value: unknown) => string = (_field, value) => shownValue(value)): { field: string; was: string; is: string }[] {
  return (row.fields ?? []).map((one) => (typeof one === "string" ? { field: one, was: "", is: "" } : { field: one.field, was: word(one.field, one.was), is: word(one.field, one.is) }));
}
/** Whether a row of a preview does something. */
export function does(row: ImportRow): boolean {
  return row.action === undefined || row.action === "create" || row.action === "change";
}
/** Lets the browser save a text as a file. */
export function saveAs(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
