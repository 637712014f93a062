import { expect, test } from "vitest";
import { reactive } from "vue";
import type { Facts } from "@api/goods";
import { factsChange, factsDraft, faultIn, tableFrom, withColumn, withoutColumn, withRow } from "./facts";

const facts: Facts = { product: 5, rev: 3, category: "服装", features: ["轻"], advantages: [], origin: "", made_at: null, shelf_life_days: null, tests: [], picture_note: "", defects: "", competitor_note: "", size_table: null, changed_at: null, changed_by: null };

test("only_what_differs_is_sent_with_the_revision_it_was_read_at", () => {
  const draft = factsDraft(facts);
  expect(factsChange(draft, facts)).toEqual({ rev: 3 });
  draft.features.push("暖");
  expect(factsChange(draft, facts)).toEqual({ rev: 3, features: ["轻", "暖"] });
  expect(facts.features).toEqual(["轻"]);
});

test("facts_held_by_a_page_are_copied_too", () => {
  const held = reactive({ ...facts, tests: [{ name: "含绒量", value: "90", unit: "%", source: "" }] });
  const draft = factsDraft(held);
  draft.tests[0]!.value = "95";
  expect(held.tests[0]!.value).toBe("90");
});

test("a_table_stays_rectangular_while_columns_and_rows_come_and_go", () => {
  const table = tableFrom([["尺码", "衣长", "胸围"], ["S", "86", "98"], ["M", "88"]], "cm")!;
  expect(table.rows.map((row) => row.values)).toEqual([["86", "98"], ["88", ""]]);
  const wider = withColumn(withRow(table));
  expect(wider.rows.every((row) => row.values.length === 3)).toBe(true);
  expect(withoutColumn(wider, 0).rows[0]!.values).toEqual(["98", ""]);
  expect(tableFrom([["只有一行"]], "cm")).toBeNull();
});

test("what_the_server_would_refuse_in_a_table_is_said_before", () => {
  const table = tableFrom([["尺码", "衣长"], ["S", "86"]], "cm")!;
  expect(faultIn(table)).toBeNull();
  expect(faultIn(null)).toBeNull();
  expect(faultIn(withColumn(table))).toBe("column");
  expect(faultIn(withRow(table))).toBe("size");
  expect(faultIn({ ...table, rows: [...table.rows, ...table.rows] })).toBe("twiceSize");
  expect(faultIn({ ...table, columns: [...table.columns, ...table.columns] })).toBe("twiceColumn");
});
