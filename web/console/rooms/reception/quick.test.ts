import { expect, test } from "vitest";
import { findQuick, initials, picking } from "./quick";
import type { QuickReply } from "./queries";

const reply = (id: number, code: string, text: string, uses = 0): QuickReply => ({ id, code, text, uses, shop: 3, person: null, category: "" });
const all = [reply(1, "fh", "亲，48小时内发货哦", 40), reply(2, "cm", "麻烦报下身高体重，我帮您推荐尺码", 90), reply(3, "hi", "您好，欢迎光临", 5), reply(4, "fhdz", "发货地址是杭州", 2)];

test("pinyin_initials_come_from_the_order_of_the_language", () => {
  expect(initials("您好，欢迎光临")).toBe("nhhygl");
  expect(initials("麻烦报下身高体重")).toBe("mfbxsgtz");
  expect(initials("亲，48小时内发货哦")).toBe("q48xsnfho");
  expect(initials("啊波次的鹅佛个和机科了么你哦破其日思他无西一字")).toBe("abcdefghjklmnopqrstwxyz");
});

test("code_text_and_pinyin_initials_all_find", () => {
  expect(findQuick(all, "fh").map((r) => r.id)).toEqual([1, 4]);
  expect(findQuick(all, "尺码").map((r) => r.id)).toEqual([2]);
  expect(findQuick(all, "nhhy").map((r) => r.id)).toEqual([3]);
  expect(findQuick(all, "").map((r) => r.id)).toEqual([2, 1, 3, 4]);
  expect(findQuick(all, "zzz")).toEqual([]);
});

test("a_slash_or_at_begins_picking_only_at_the_start_of_a_word", () => {
  expect(picking("/fh", 3)).toEqual({ sign: "/", typed: "fh", from: 0 });
  expect(picking("好的，/c", 5)).toEqual({ sign: "/", typed: "c", from: 3 });
  expect(picking("请 @小", 4)).toEqual({ sign: "@", typed: "小", from: 2 });
  expect(picking("1/2", 3)).toBeNull();
  expect(picking("a@b.com", 7)).toBeNull();
  expect(picking("/fh 好", 5)).toBeNull();
});
