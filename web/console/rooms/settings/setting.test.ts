// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { byRoom, found, inUnit, same, sayings, UNIT_NAMES, unitsFor, type Setting } from "./setting";
import words from "./words";

const setting = (key: string, zh = "", en = ""): Setting => ({ key, room: key.split(".")[0]!, kind: "bool", value: true, default: true, own: false, min: null, max: null, unit: null, choices: null, zh: { title: zh, help: "" }, en: { title: en, help: "" }, source: "", changed_by: null, changed_at: null, shop_level: true });

test("rooms_stand_in_a_fixed_order_and_unknown_ones_last", () => {
  const rooms = byRoom([setting("zebra.a"), setting("team.a"), setting("reception.b"), setting("reception.a")]);
  expect(rooms.map((one) => [one.room, one.settings.map((s) => s.key)])).toEqual([["reception", ["reception.b", "reception.a"]], ["team", ["team.a"]], ["zebra", ["zebra.a"]]]);
});

test("a_setting_is_found_in_either_language_by_every_word", () => {
  const all = [setting("reception.breach_pre", "售前响应超时", "Pre-sale limit"), setting("reception.undo", "撤销发送", "Undo")];
  expect(found(all, "售前").map((s) => s.key)).toEqual(["reception.breach_pre"]);
  expect(found(all, "LIMIT pre").map((s) => s.key)).toEqual(["reception.breach_pre"]);
  expect(found(all, "limit undo")).toEqual([]);
  expect(found(all, " ")).toHaveLength(2);
});

test("a_length_of_time_is_written_in_its_largest_whole_unit", () => {
  expect([10, 90, 600, 43_200, 1_209_600, 0].map(inUnit)).toEqual([{ n: 10, unit: "s" }, { n: 90, unit: "s" }, { n: 10, unit: "m" }, { n: 12, unit: "h" }, { n: 14, unit: "d" }, { n: 0, unit: "s" }]);
  expect(unitsFor(1, 60)).toEqual(["s", "m"]);
  expect(unitsFor(3_600, 7_776_000)).toEqual(["m", "h", "d"]);
});

test("values_are_compared_without_the_order_of_their_keys", () => {
  expect(same({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 })).toBe(true);
  expect(same([1, 2], [2, 1])).toBe(false);
});

test("every_unit_the_server_names_has_its_word_in_both_languages", () => {
  for (const tongue of ["zh-CN", "en"] as const) for (const code of Object.values(UNIT_NAMES)) expect((words[tongue].unit as Record<string, string>)[code], `${tongue} ${code}`).toBeTruthy();
});

test("every_unit_the_program_names_in_chinese_has_a_code", () => {
  const crates = join(new URL(".", import.meta.url).pathname, "../../../../crates");
  const texts = readdirSync(crates, { recursive: true, encoding: "utf8" }).filter((path) => /\/src\/.*\.rs$/.test(path)).map((path) => readFileSync(join(crates, path), "utf8"));
  const named = new Set(texts.flatMap((text) => [...text.matchAll(/\bunit: "(\p{Script=Han}+)"/gu)].map((one) => one[1]!)));
  expect([...named]).toContain("天");
  for (const one of named) expect(Object.keys(UNIT_NAMES)).toContain(one);
});

test("lists_of_words_are_told_by_their_words_and_nothing_else_is", () => {
  expect(sayings({ alone: ["给你差评", "打差评"], lever: [], harmless: ["好评"] })).toEqual(["给你差评", "打差评", "好评"]);
  expect(sayings([])).toEqual([]);
  for (const other of [{ most: 3 }, [{ from: 1 }], null, 5]) expect(sayings(other)).toBeNull();
});
