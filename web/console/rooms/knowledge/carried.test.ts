// @vitest-environment node
import { describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import type { ImportError } from "@api/knowledge";
import { NEEDED } from "@shell/knowledge/headers";
import { changesOf, columnsOf, csv, does, example, lackingOf } from "./carried";

const fault = (more: Partial<ImportError>): ImportError => ({ file: "a.csv", row: null, column: null, code: "column_missing", params: {}, ...more });
const rows = (n: number, more: Partial<ImportError>): ImportError[] => Array.from({ length: n }, (_, row) => fault({ row: row + 2, ...more }));

describe("files taken in", () => {
  it("an example has its columns and no row is longer or shorter", () => {
    for (const kind of ["faq", "scripts", "policies", "products"] as const) {
      const rows = example(kind).trim().split("\r\n");
      expect(rows.length).toBeGreaterThan(1);
      expect(example(kind).startsWith("\ufeff")).toBe(true);
      expect(rows[0]?.replace("\ufeff", "").split(",")).toEqual(columnsOf(kind));
      for (const row of rows.slice(1)) expect(row.replace(/"([^"]|"")*"/g, "").split(",").length).toBe(columnsOf(kind).length);
    }
  });
  it("an example of facts names a product there is", () => {
    expect(example("products", "BY03")).toContain("\r\nBY03,");
    expect(example("faq", "BY03")).toBe(example("faq"));
  });
  it("quotes what would break a row and tames formulas", () => {
    expect(csv([['a,"b"', "=1+1", "第一行\n第二行"]])).toBe('\ufeff"a,""b""",\'=1+1,"第一行\n第二行"\r\n');
  });
  it("says what a row changes, with and without what it was", () => {
    expect(changesOf({ row: 2, makes: false, title: "a", fields: [{ field: "similar", was: ["x"], is: ["x", "y"] }] })).toEqual([{ field: "similar", was: "x", is: "x；y" }]);
    expect(changesOf({ row: 3, action: "change", title: "b", fields: ["origin"] })).toEqual([{ field: "origin", was: "", is: "" }]);
    expect([does({ row: 1, action: "same", title: "" }), does({ row: 1, action: "create", title: "" }), does({ row: 1, makes: true, title: "" })]).toEqual([false, true, true]);
  });
  it("a column the file lacks is named once with all its headers, however many rows say so", () => {
    expect(lackingOf("products", { read: 3, errors: rows(3, { code: "cell_empty" }) })).toEqual({ lacks: { columns: [NEEDED.products["code"]], seen: [] }, rest: [] });
    expect(lackingOf("faq", { read: 3, errors: rows(3, { column: "question" }) }).lacks?.columns).toEqual([NEEDED.faq["question"]]);
    expect(lackingOf("policies", { read: 0, errors: [fault({ params: { column: "内容" } })] })).toEqual({ lacks: { columns: [NEEDED.policies["text"]], seen: [] }, rest: [] });
    expect(lackingOf("policies", { read: 0, errors: [fault({ code: "header_missing", params: { seen: ["订单编号"] } })] }).lacks).toEqual({ columns: Object.values(NEEDED.policies), seen: ["订单编号"] });
  });
  it("what is wrong of single rows stays with its row", () => {
    const errors = [fault({ row: 3, code: "cell_empty", column: "商品编码" }), fault({ row: 4, code: "product_unknown" })];
    expect(lackingOf("products", { read: 9, errors })).toEqual({ lacks: null, rest: errors });
    const one = [fault({ row: 3, column: "question" }), fault({ row: 4, code: "text_empty" })];
    expect(lackingOf("faq", { read: 9, errors: one })).toEqual({ lacks: null, rest: one });
  });
  it("the headers that are named are those the server knows", () => {
    const words = readFileSync(new URL("../../../../crates/knowledge/src/carry/columns.rs", import.meta.url), "utf8");
    const facts = readFileSync(new URL("../../../../crates/knowledge/columns/facts.toml", import.meta.url), "utf8");
    const listed = (headers: readonly string[]): string => `[${headers.map((one) => `"${one}"`).join(", ")}]`;
    for (const kind of ["faq", "scripts", "policies"] as const) for (const [name, headers] of Object.entries(NEEDED[kind])) expect(words).toContain(`("${name}", &${listed(headers)})`);
    expect(facts).toContain(`code = ${listed(NEEDED.products["code"]!)}`);
  });
});
