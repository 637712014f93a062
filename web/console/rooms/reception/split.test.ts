import { expect, test } from "vitest";
import { seeded } from "@api/samples";
import { lengthOf, splitText } from "./split";

const bare = (text: string): string => text.replace(/\s/g, "");

test("a_short_text_stays_whole", () => {
  expect(splitText("在的，亲", 200)).toEqual(["在的，亲"]);
  expect(splitText("   ", 200)).toEqual([]);
});

test("sentences_are_kept_together", () => {
  const parts = splitText("这款是纯棉的。洗了不缩水！您身高多少？我帮您看尺码。", 14);
  expect(parts).toEqual(["这款是纯棉的。洗了不缩水！", "您身高多少？我帮您看尺码。"]);
});

test("paragraphs_are_cut_first", () => {
  expect(splitText("第一段说材质。\n\n第二段说尺码，很长很长。", 14)).toEqual(["第一段说材质。", "第二段说尺码，很长很长。"]);
});

test("a_wall_of_signs_is_cut_but_no_emoji_is_torn", () => {
  const family = "👨‍👩‍👧‍👦";
  const parts = splitText(family.repeat(40), 50);
  expect(parts.every((p) => lengthOf(p) <= 50)).toBe(true);
  expect(parts.join("")).toBe(family.repeat(40));
  expect(parts.every((p) => p.length % family.length === 0)).toBe(true);
});

test("nothing_but_white_space_is_lost_and_every_part_fits", () => {
  for (let seed = 1; seed <= 80; seed++) {
    const random = seeded(seed);
    const signs = ["亲", "好", "。", "，", "\n", " ", "!", "😀", "a", "1", "？", "\n\n"];
    let text = "";
    for (let n = 0; n < 400; n++) text += signs[Math.floor(random() * signs.length)];
    const limit = 5 + Math.floor(random() * 60);
    const parts = splitText(text, limit);
    expect(bare(parts.join(""))).toBe(bare(text));
    expect(parts.every((p) => p.length > 0 && lengthOf(p) <= limit)).toBe(true);
  }
});

test("five_thousand_and_one_characters_become_two", () => {
  expect(splitText("字".repeat(5_001), 5_000).map(lengthOf)).toEqual([5_000, 1]);
});
