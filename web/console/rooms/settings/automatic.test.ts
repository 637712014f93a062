import { expect, test } from "vitest";
import { anyWrong, blank, chosen, chosenBusy, filled, readAutomatic, spokenIn, stateOf, unknownVariables, writeAutomatic, wrongIn, type Text } from "./automatic";

const value = {
  welcome: [{ text: "您好，欢迎光临{shop}！" }, { text: "双十一满 299 减 40", en: "40 off 299", from: 1_000, until: 2_000 }],
  busy: [{ text: "前面还有 {place} 位，约 {wait} 分钟", queue: 3, wait_s: 120 }, { text: "很忙", queue: 10 }],
  closed: [{ text: "{opens} 回复您", id: 7, on: true }],
  farewell: [],
};
const text = (words: string, more: Partial<Text> = {}): Text => ({ ...blank("welcome"), text: words, ...more });

test("automatic_texts_come_back_as_they_were_with_what_we_do_not_know", () => {
  expect(writeAutomatic(readAutomatic(value))).toEqual(value);
  expect(writeAutomatic(readAutomatic(undefined))).toEqual({ welcome: [], busy: [], closed: [], farewell: [] });
});

test("conditions_belong_to_busy_alone_and_ends_are_trimmed", () => {
  const all = readAutomatic({});
  all.welcome.push(text("  您好 ", { queue: 3, wait_s: 60 }));
  expect(writeAutomatic(all).welcome).toEqual([{ text: "您好" }]);
});

test("a_campaigns_welcome_is_said_on_its_days_only", () => {
  const { welcome } = readAutomatic(value);
  expect([999, 1_000, 1_999, 2_000].map((now) => chosen(welcome, now)?.text.slice(0, 3))).toEqual(["您好，", "双十一", "双十一", "您好，"]);
  expect(chosen(welcome.slice(1), 5)).toBeNull();
  expect(chosen([text("half open", { from: 10 }), text("narrow", { from: 10, until: 20 })], 15)?.text).toBe("narrow");
});

test("the_busy_text_depends_on_place_and_wait", () => {
  const { busy } = readAutomatic(value);
  expect(chosenBusy(busy, 0, 2, 60)).toBeNull();
  expect(chosenBusy(busy, 0, 2, 120)?.queue).toBe(3);
  expect(chosenBusy(busy, 0, 5, 0)?.queue).toBe(3);
  expect(chosenBusy(busy, 0, 12, 0)?.queue).toBe(10);
  expect(chosenBusy(busy, 0, 5, null), "nobody is there who could say how long").toBeNull();
});

test("what_the_server_would_refuse_is_said_before", () => {
  expect(wrongIn(text(" "), "welcome")).toBe("empty");
  expect(wrongIn(text("字".repeat(1_001)), "welcome")).toBe("long");
  expect(wrongIn(text("a", { from: 5, until: 5 }), "welcome")).toBe("dates");
  expect(wrongIn(text("a"), "busy")).toBe("condition");
  expect(wrongIn(text("a", { wait_s: 60 }), "busy")).toBeNull();
  expect(anyWrong(readAutomatic(value))).toBe(false);
});

test("who_speaks_english_reads_what_is_written_in_it", () => {
  const both = text("前面还有 {place} 位，约 {wait} 分钟", { queue: 1, en: "{place} before you" });
  expect([spokenIn(both, "zh"), spokenIn(both, "en"), spokenIn(text("您好", { en: " " }), "en")]).toEqual([both.text, both.en, "您好"]);
  expect(chosenBusy([both], 0, 5, null), "names a wait nobody knows").toBeNull();
  expect(chosenBusy([both], 0, 5, null, "en")).toBe(both);
  expect(wrongIn(text("您好", { en: "e".repeat(1_001) }), "welcome")).toBe("long");
  const all = readAutomatic({ farewell: [{ text: "再见" }] });
  all.farewell[0]!.en = "  ";
  expect(writeAutomatic(all).farewell, "an empty one is left out").toEqual([{ text: "再见" }]);
});

test("the_preview_fills_what_the_server_fills", () => {
  const fill = { shop: "青芽", buyer: "阿木木", place: 4, waitS: 61, opens: "明天 09:00" };
  expect(filled("{shop} {buyer} {place} {wait} {opens} {nobody}", fill)).toBe("青芽 阿木木 4 2 明天 09:00 {nobody}");
  expect(filled("{wait}", { ...fill, waitS: 0 })).toBe("1");
  expect(unknownVariables("{shop} {nobody} {nobody}")).toEqual(["nobody"]);
});

test("a_text_says_whether_its_time_has_come", () => {
  expect([stateOf(text("a"), 5), stateOf(text("a", { from: 9 }), 5), stateOf(text("a", { from: 1, until: 9 }), 5), stateOf(text("a", { until: 5 }), 5)]).toEqual(["always", "coming", "running", "over"]);
});
