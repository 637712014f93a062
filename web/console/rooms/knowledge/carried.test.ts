import { describe, expect, it } from "vitest";
import { changesOf, columnsOf, csv, does, example } from "./carried";

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
});
