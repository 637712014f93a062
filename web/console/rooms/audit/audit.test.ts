// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cellsOf, changesOf, ownName, silent, sortOf } from "./changes";
import { NOUNS } from "./events";
import { peopleOf, runs } from "./fold";
import type { Line } from "./queries";
import words from "./words";

test("changes_and_facts_are_told_apart", () => {
  expect(changesOf({ name: ["早班", "晚班"], count: 3, why: null, key: "reception.undo" })).toEqual([
    { field: "name", kind: "changed", from: "早班", to: "晚班" },
    { field: "count", kind: "fact", value: 3 },
    { field: "key", kind: "fact", value: "reception.undo" },
  ]);
});

test("lists_say_what_came_and_went", () => {
  expect(changesOf({ roles: [[1, 2], [2, 3]] })).toEqual([{ field: "roles", kind: "list", added: [3], removed: [1] }]);
  expect(changesOf({ shops: [null, [4]] })).toEqual([{ field: "shops", kind: "changed", from: null, to: [4] }]);
});

test("hidden_values_stay_hidden_and_nothing_to_nothing_is_left_out", () => {
  expect(changesOf({ password: ["***", "***"], name: ["小*", "小*"], groups: [null, []] })).toEqual([{ field: "password", kind: "hidden" }]);
  expect(changesOf({ people: [1, 2] })).toEqual([{ field: "people", kind: "fact", value: [1, 2] }]);
  expect(changesOf(null)).toEqual([]);
  expect(changesOf([1, 2])).toEqual([]);
});

test("a_line_says_what_the_thing_is_called", () => {
  expect(ownName({ name: ["早班", "晚班"] })).toBe("晚班");
  expect(ownName({ title: [null, "双十一"], kind: [null, "sale"] })).toBe("双十一");
  expect(ownName({ rule: [{ id: 3, name: "大单复核" }, null] })).toBe("大单复核");
  expect(ownName({ stop_area: [null, { courier: "SF", region: "新疆" }] })).toBe("新疆");
  expect(ownName({ waybill: [null, "SF100"], courier: ["YTO", "SF"] })).toBe("SF100");
  expect([ownName({ name: "***" }), ownName({ order: [[1, 2], [2, 1]] }), ownName(null), ownName([1])]).toEqual(["", "", "", ""]);
});

test("values_are_known_by_the_name_of_their_field", () => {
  expect([sortOf("roles", "person"), sortOf("kind", "paper"), sortOf("kind", "shop"), sortOf("spent_fen", "customer"), sortOf("paid_at", "order"), sortOf("capacity", "person")]).toEqual(["role", "paper", "plain", "money", "moment", "plain"]);
});

test("comings_and_goings_in_a_row_fold_into_one_line", () => {
  const line = (seq: number, event: string, name = "小满"): Line => ({ seq, at: seq, actor: "person", person: 1, name, event, subject_kind: event.split(".")[0]!, subject: 1, shop: null, data: {} });
  const all = runs([line(9, "person.changed"), line(8, "presence.connected"), line(7, "presence.disconnected", "谷雨"), line(6, "presence.changed"), line(5, "presence.connected")]);
  expect(all.map((run) => [run.seq, run.lines.length, run.folded])).toEqual([[9, 1, false], [8, 2, true], [6, 1, false], [5, 1, false]]);
  expect(peopleOf(all[1]!)).toEqual(["小满", "谷雨"]);
});

test("the_cells_of_a_roster_are_read", () => {
  expect(cellsOf({ cells: [{ person: 1, day: "2026-11-21", shift: [null, 2] }] })).toHaveLength(1);
  expect(cellsOf({ count: 80 })).toEqual([]);
});

test("every_event_that_can_be_filtered_has_its_sentence", () => {
  for (const tongue of ["zh-CN", "en"] as const) {
    const event = words[tongue].event as Record<string, Record<string, string>>;
    for (const [noun, verbs] of Object.entries(NOUNS)) for (const verb of verbs) expect(event[noun]?.[verb], `${tongue} ${noun}.${verb}`).toBeTruthy();
  }
});

test("every_kind_of_thing_is_called_by_a_word_in_both_languages", () => {
  const known = new Set(["person", "role", "shop", "paper", "group", "shift", "roster", "token", "setting", "presence", "conversation", "message", "promise", "reminder", "record", "rating", "quick_reply", "customer", "order", "product", "org"]);
  for (const tongue of ["zh-CN", "en"] as const) {
    const { noun, thing } = words[tongue] as unknown as Record<"noun" | "thing", Record<string, string>>;
    for (const each of Object.keys(NOUNS)) expect([noun[each], known.has(each) || thing[each]].every(Boolean), `${tongue} ${each}`).toBe(true);
  }
});

test("ids_without_a_name_and_marks_of_the_program_are_not_shown", () => {
  const told = (data: unknown): string[] => changesOf(data).filter((one) => !silent(one, "parcel")).map((one) => one.field);
  expect(told({ orders: [244354596782081, 244354596782082], ask: 244354596851712, "image.size": ["open", "failed"], pieces: 2, file: "8b01592f3ac0b57e6e48f8dc2d2256f9" })).toEqual(["pieces"]);
  // people have names, and a moment is no id
  expect(told({ agent: [null, 244354596610052], ends_at: [null, 1796642483931], product: [null, 244354596642823] })).toEqual(["agent", "ends_at"]);
});

test("what_the_program_writes_into_its_log_has_its_sentence", () => {
  const crates = join(import.meta.dirname, "../../../../crates");
  const source = readdirSync(crates, { recursive: true, encoding: "utf8" }).filter((file) => /\/src\/.*\.rs$/.test(file) && !file.includes("/tests"));
  const written = new Set<string>();
  // An event's kind stands in the struct, or in a call of the room's own teller of events.
  for (const file of source) for (const [, kind] of readFileSync(join(crates, file), "utf8").matchAll(/(?:kind: |\b(?:tell|told|picked_for)\([^;"]*?)"(\w+\.\w+)"/g)) written.add(kind!);
  expect(written.size).toBeGreaterThan(100);
  // What a buyer says is no deed of the shop's, and is not in the trail.
  written.delete("message.sent");
  expect([...written].filter((kind) => !NOUNS[kind.split(".")[0]!]?.includes(kind.split(".")[1]!))).toEqual([]);
});
