import { expect, test } from "vitest";
import { added, changedRows, extended, gridOf, isChanged, pasted, readBlock, redone, renewed, saved, setCell, undone, writeCell, type Column } from "./grid";

const columns: Column[] = [{ key: "q", title: "问题", width: 200 }, { key: "c", title: "分类", width: 100, choices: [{ value: "size", label: "尺码" }] }, { key: "a", title: "答案", width: 300 }];
const start = () => gridOf([{ id: 1, version: 1, cells: { q: "有货吗", c: "stock", a: "有" } }, { id: 2, version: 4, cells: { q: "几天到", c: "shipping", a: "两天" } }]);
const texts = (grid: ReturnType<typeof start>) => grid.rows.map((row) => columns.map((one) => row.cells[one.key]).join("|"));

test("a_cell_that_is_set_is_changed_and_undone_and_redone", () => {
  const one = setCell(start(), columns, { r: 0, c: 2 }, "有的");
  expect(changedRows(one).map((row) => row.id)).toEqual([1]);
  expect(isChanged(one, one.rows[0]!, "a")).toBe(true);
  expect(changedRows(undone(one))).toEqual([]);
  expect(texts(redone(undone(one)))[0]).toBe("有货吗|stock|有的");
  expect(setCell(one, columns, { r: 0, c: 2 }, "有的")).toBe(one);
});

test("a_block_is_pasted_over_rows_and_adds_those_that_are_missing", () => {
  const grid = pasted(start(), columns, { r: 1, c: 0 }, [["退货", "尺码", "7 天", "太多"], ["发票", "invoice", "可以"]]);
  expect(texts(grid)).toEqual(["有货吗|stock|有", "退货|size|7 天", "发票|invoice|可以"]);
  expect(changedRows(grid).map((row) => row.id)).toEqual([2, null]);
  expect(texts(undone(grid))).toEqual(texts(start()));
});

test("an_added_row_counts_only_with_a_word_in_it", () => {
  const grid = added(start(), columns);
  expect(changedRows(grid)).toEqual([]);
  expect(changedRows(setCell(grid, columns, { r: 2, c: 0 }, "包邮吗")).length).toBe(1);
});

test("a_saved_row_is_no_longer_changed_and_keeps_its_new_id", () => {
  const grid = setCell(added(start(), columns), columns, { r: 2, c: 0 }, "包邮吗");
  const after = saved(grid, grid.rows[2]!.key, { id: 9, version: 1 });
  expect(changedRows(after)).toEqual([]);
  expect(after.rows[2]!.id).toBe(9);
});

test("what_a_spreadsheet_copies_is_read_with_tabs_lines_and_quotes_in_cells", () => {
  expect(readBlock("a\tb\r\nc\td\r\n")).toEqual([["a", "b"], ["c", "d"]]);
  expect(readBlock('"第一行\n第二行"\t"他说""好"""')).toEqual([["第一行\n第二行", '他说"好"']]);
  expect(readBlock("a\t\n\tb")).toEqual([["a", ""], ["", "b"]]);
  expect(readBlock("")).toEqual([]);
  for (const cell of ["简单", "两\n行", 'a"b', "a\tb"]) expect(readBlock(writeCell(cell))).toEqual([[cell]]);
});

test("a_saved_row_stays_saved_under_its_id_when_its_words_are_taken_back", () => {
  let grid = setCell(added(start(), columns), columns, { r: 2, c: 0 }, "包邮吗");
  const { key } = grid.rows[2]!;
  grid = saved(grid, key, { id: 9, version: 1 });
  grid = undone(grid);
  expect(grid.rows[2]).toMatchObject({ id: 9, cells: { q: "" } });
  expect(grid.known.get(key)).toEqual({ id: 9, version: 1 });
});

test("what_others_saved_is_loaded_or_becomes_what_one_saves_over", () => {
  const typed = setCell(start(), columns, { r: 1, c: 2 }, "三天");
  const newer = { id: 2, version: 5, cells: { q: "几天到", c: "shipping", a: "次日达" } };
  const loaded = renewed(typed, "r2", newer, true);
  expect(loaded.rows[1]!.cells["a"]).toBe("次日达");
  expect(changedRows(loaded)).toEqual([]);
  expect(undone(loaded).rows[1]!.cells["a"]).toBe("三天");
  const over = renewed(typed, "r2", newer, false);
  expect(over.rows[1]!.cells["a"]).toBe("三天");
  expect(over.known.get("r2")?.version).toBe(5);
  expect(changedRows(over).map((row) => row.id)).toEqual([2]);
});

test("more_rows_come_below_and_what_was_done_before_can_still_be_taken_back", () => {
  const more = [{ id: 2, version: 4, cells: { q: "几天到", c: "shipping", a: "两天" } }, { id: 3, version: 1, cells: { q: "包邮吗", c: "", a: "包" } }];
  const one = added(setCell(start(), columns, { r: 0, c: 2 }, "有的"), columns);
  const all = extended(one, more);
  expect(all.rows.map((row) => row.id)).toEqual([1, 2, null, 3]);
  expect(changedRows(all).map((row) => row.id)).toEqual([1]);
  expect(undone(undone(all)).rows.map((row) => row.id)).toEqual([1, 2, 3]);
  expect(changedRows(undone(undone(all)))).toEqual([]);
  expect(redone(undone(all)).rows.map((row) => row.id)).toEqual([1, 2, null, 3]);
  expect(extended(all, more)).toBe(all);
  expect(extended(saved(all, all.rows[2]!.key, { id: 9, version: 1 }), [{ id: 9, version: 1, cells: { q: "", c: "", a: "" } }]).rows).toHaveLength(4);
});
