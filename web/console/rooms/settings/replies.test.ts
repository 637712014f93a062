import { expect, test } from "vitest";
import { initials } from "@ui/pinyin";
import { categoriesOf, draftOf, findReplies, type Reply } from "./replies";

const reply = (id: number, code: string, text: string, more: Partial<Reply> = {}): Reply => ({ id, shop: 0, person: null, code, category: "", text, uses: 0, version: 1, ...more });
const all = [
  reply(1, "hy", "您好，欢迎光临青芽", { uses: 320, category: "问候" }),
  reply(2, "cm", "麻烦您报一下身高体重，我帮您推荐尺码", { uses: 10, category: "尺码" }),
  reply(3, "fh", "16 点前付款当天发出", { uses: 50, person: 12 }),
];

test("initials_are_read_by_the_order_of_pinyin", () => {
  expect(initials("您好，欢迎光临")).toBe("nhhygl");
  expect(initials("身高体重尺码推荐")).toBe("sgtzcmtj");
  expect(initials("阿八嚓啊坐在雪鸭哦")).toBe("abcazzxyo");
  expect(initials("SF 顺丰 16 点")).toBe("sfsf16d");
});

test("a_reply_is_found_by_code_text_category_and_initials", () => {
  const ids = (q: string): number[] => findReplies(all, q, "all", null).map((one) => one.id);
  expect(ids("/hy")).toEqual([1]);
  expect(ids("尺码")).toEqual([2]);
  expect(ids("问候")).toEqual([1]);
  expect(ids("sgtz")).toEqual([2]);
  expect(ids("fkdt")).toEqual([3]);
  expect(ids("")).toEqual([1, 3, 2]);
  expect(ids("不存在")).toEqual([]);
});

test("scope_and_category_narrow_the_list", () => {
  expect(findReplies(all, "", "personal", null).map((one) => one.id)).toEqual([3]);
  expect(findReplies(all, "", "shop", "尺码").map((one) => one.id)).toEqual([2]);
  expect(categoriesOf(all)).toEqual(["尺码", "问候"]);
  expect(draftOf(all[2]!)).toEqual({ shop: null, personal: true, code: "fh", category: "", text: "16 点前付款当天发出" });
});
