import { expect, test } from "vitest";
import type { Sheet } from "@api/orders";
import { assign, brings, changed, EXTRA, isGoing, kindsOf, mappingOf, obstacle, OUT, percent, guessesOf, whereTo } from "./run";

const sheet = (more: Partial<Sheet> = {}): Sheet => ({
  index: 0, name: null, form: "text", encoding: "GBK", kind: "orders", platform: "taobao", generation: "2019", confidence: 0.9, sure: true, candidates: [], header_row: 1, headers: ["订单编号", "买家会员名", "打包员", "内部码"],
  columns: [{ column: "order_no", header: "订单编号", index: 0, taught: false }, { column: "nick", header: "买家会员名", index: 1, taught: false }], unknown: [{ header: "打包员", index: 2, samples: ["小*"] }], missing: [], left_out: null, chats: null, shops: [], ...more,
});

test("what_stands_in_the_way_is_said_first_things_first", () => {
  const left = sheet({ index: 1, left_out: { code: "header_missing" } });
  expect(obstacle({ sheets: [left] })).toEqual({ why: "none" });
  expect(obstacle({ sheets: [sheet({ sure: false, missing: ["order_no"] }), left] })).toMatchObject({ why: "unsure" });
  expect(obstacle({ sheets: [sheet({ missing: ["order_no"] })] })).toMatchObject({ why: "missing", columns: ["order_no"] });
  expect(obstacle({ sheets: [sheet(), left] })).toBeNull();
});

test("headers_are_known_kept_as_they_are_or_left_out", () => {
  expect(mappingOf(sheet())).toEqual({ 订单编号: "order_no", 买家会员名: "nick", 打包员: EXTRA, 内部码: OUT });
});

test("a_column_has_one_header_and_only_what_changed_is_sent", () => {
  const was = mappingOf(sheet());
  const one = assign(was, "打包员", "remark");
  expect(changed(was, one)).toEqual({ 打包员: "remark" });
  const two = assign(one, "内部码", "order_no");
  expect(two["订单编号"]).toBe(OUT);
  expect(changed(was, two)).toEqual({ 打包员: "remark", 内部码: "order_no", 订单编号: null });
  expect(changed(was, assign(one, "打包员", EXTRA))).toEqual({});
});

test("progress_is_a_share_that_never_exceeds_the_whole", () => {
  expect(percent({ progress: null })).toBeNull();
  expect(percent({ progress: { done: 0, total: 0 } })).toBeNull();
  expect(percent({ progress: { done: 1, total: 3 } })).toBe(33);
  expect(percent({ progress: { done: 9, total: 3 } })).toBe(100);
});

test("only_what_moves_by_itself_is_read_again", () => {
  expect((["waiting", "running", "cancelling", "undoing"] as const).every((state) => isGoing({ state }))).toBe(true);
  expect((["looked", "done", "cancelled", "failed", "undone"] as const).some((state) => isGoing({ state }))).toBe(false);
});

test("an_import_is_of_the_kinds_of_its_sheets_that_are_read", () => {
  const ask = { kind: null, platform: null, columns: {}, header_rows: {}, day: null, shops: {} };
  expect(kindsOf({ ask, sheets: [sheet(), sheet({ kind: "items" }), sheet({ kind: "refunds", left_out: { code: "file_broken" } })] })).toEqual(["orders", "items"]);
  expect(kindsOf({ ask, sheets: [sheet({ kind: null })] })).toEqual([]);
});

test("a_file_that_is_there_already_brings_nothing", () => {
  const counts = { read: 5, created: 0, changed: 0, unchanged: 5, refused: 0, masked_buyers: 0 };
  expect(brings(counts)).toBe(false);
  expect(brings({ ...counts, changed: 1 })).toBe(true);
});

test("a_guess_is_offered_once_for_each_kind_and_platform", () => {
  const guess = (kind: string, generation: string, confidence: number) => ({ kind, platform: "taobao", generation, confidence });
  expect(guessesOf([guess("orders", "2016", 0.43), guess("orders", "2012", 0.55), guess("items", "2021", 0.35), guess("orders", "2017", 0.39)]).map((one) => [one.kind, one.confidence])).toEqual([["orders", 0.55], ["items", 0.35]]);
});

test("what_came_in_stands_in_the_list_of_its_kind", () => {
  const of = (kinds: (Sheet["kind"])[]) => whereTo({ sheets: kinds.map((kind, index) => sheet({ index, kind })), ask: { kind: null, platform: null, columns: {}, header_rows: {}, day: null, shops: {} } });
  expect(of(["orders", "items"])).toEqual(["orders-list"]);
  expect(of(["products", "stock", "customers"])).toEqual(["knowledge-products", "customers"]);
});
