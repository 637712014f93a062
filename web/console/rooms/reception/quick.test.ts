import { expect, test } from "vitest";
import type { ScriptStage } from "@api/knowledge";
import { initials } from "@ui/pinyin";
import { findQuick, picking, type Quick } from "./quick";

const script = (id: number, code: string, text: string, uses = 0, stage: ScriptStage = "any", title = ""): Quick => ({ id, code, text, uses, title, stage, category: "" });
const all = [script(1, "fh", "亲，48小时内发货哦", 40), script(2, "cm", "麻烦报下身高体重，我帮您推荐尺码", 90), script(3, "hi", "您好，欢迎光临", 5, "pre", "欢迎语"), script(4, "fhdz", "发货地址是杭州", 2)];

test("pinyin_initials_come_from_the_order_of_the_language", () => {
  expect(initials("您好，欢迎光临")).toBe("nhhygl");
  expect(initials("麻烦报下身高体重")).toBe("mfbxsgtz");
  expect(initials("亲，48小时内发货哦")).toBe("q48xsnfho");
  expect(initials("啊波次的鹅佛个和机科了么你哦破其日思他无西一字")).toBe("abcdefghjklmnopqrstwxyz");
});

test("code_text_title_and_pinyin_initials_all_find", () => {
  expect(findQuick(all, "fh").map((one) => one.id)).toEqual([1, 4]);
  expect(findQuick(all, "尺码").map((one) => one.id)).toEqual([2]);
  expect(findQuick(all, "nhhy").map((one) => one.id)).toEqual([3]);
  expect(findQuick(all, "hyy").map((one) => one.id)).toEqual([3]);
  expect(findQuick(all, "").map((one) => one.id)).toEqual([2, 1, 3, 4]);
  expect(findQuick(all, "zzz")).toEqual([]);
});

test("the_stage_of_the_talk_goes_first_among_equals", () => {
  expect(findQuick(all, "", 8, "pre")[0]?.id).toBe(3);
  expect(findQuick(all, "fh", 8, "pre")[0]?.id).toBe(1);
});

test("two_thousand_scripts_are_searched_well_within_a_key_stroke", () => {
  const many = Array.from({ length: 2_000 }, (_, n) => script(n, `c${n}`, `第${n}句：这款现在有货，您喜欢可以直接拍下，今天就能发出`, n));
  findQuick(many, "x");
  const began = performance.now();
  for (const typed of ["z", "zk", "zkx", "xzy", "有货", "c19"]) findQuick(many, typed);
  expect((performance.now() - began) / 6).toBeLessThan(40);
});

test("a_slash_or_at_begins_picking_only_at_the_start_of_a_word", () => {
  expect(picking("/fh", 3)).toEqual({ sign: "/", typed: "fh", from: 0 });
  expect(picking("好的，/c", 5)).toEqual({ sign: "/", typed: "c", from: 3 });
  expect(picking("请 @小", 4)).toEqual({ sign: "@", typed: "小", from: 2 });
  expect(picking("1/2", 3)).toBeNull();
  expect(picking("a@b.com", 7)).toBeNull();
  expect(picking("/fh 好", 5)).toBeNull();
});
