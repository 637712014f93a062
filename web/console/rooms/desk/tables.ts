// Small tables dropped on a page: the server reads them into rows and keeps nothing.
import { freshId, headersFor, problemOf } from "@api/client";
import type { ReadTable, TableOf } from "@api/deskLists";

export async function readTable(of: TableOf, file: Blob, name: string): Promise<ReadTable> {
  const response = await fetch(`/api/v1/desk/table?${new URLSearchParams({ of, name }).toString()}`, { method: "POST", body: file, credentials: "same-origin", headers: { ...headersFor(freshId()), "Content-Type": "application/octet-stream" } });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as ReadTable;
}
/** What somebody pasted: lines of a spreadsheet, under the names the server knows when they have none of their own. */
export function pasted(of: TableOf, text: string): Blob {
  const head: Record<TableOf, string> = { waybills: "订单号\t快递单号\t快递公司", prices: "商家编码\t新价", freights: "订单号\t新运费", failures: "订单号\t失败原因", codes: "运单号", traces: "运单号\t物流状态" };
  const lines = text.replace(/\r\n?/g, "\n").split("\n").filter((line) => line.trim());
  const width = head[of].split("\t").length;
  // One line of a few words parted by blanks is a row too.
  const rows = lines.map((line) => (line.includes("\t") || line.includes(",") ? line : line.trim().split(/\s+/).reduce<string[]>((cells, word) => (cells.length < width ? [...cells, word] : [...cells.slice(0, -1), `${cells.at(-1)} ${word}`]), []).join("\t")));
  const named = /订单|编码|编号|单号|货号|款号|批次|code|order|sku/i.test((rows[0] ?? "").split(/[\t,]/)[0] ?? "");
  return new Blob([[...(named ? [] : [head[of].split("\t").slice(0, Math.max(1, (rows[0] ?? "").split("\t").length)).join("\t")]), ...rows].join("\n") + "\n"], { type: "text/plain" });
}
