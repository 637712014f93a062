import { expect, test } from "vitest";
import { readMenu, writeMenu, wrongIn as wrongEntry } from "./menu";
import { readSteps, writeSteps, wrongIn } from "./steps";

test("own_steps_come_back_as_they_were_and_are_trimmed", () => {
  const value = { title: "八个步骤", steps: ["招呼", "询问", "推荐"] };
  expect(writeSteps(readSteps(value))).toEqual(value);
  expect(writeSteps(readSteps(undefined))).toEqual({ title: "", steps: [] });
  expect(writeSteps({ title: " 八步 ", steps: [" 招呼 "] })).toEqual({ title: "八步", steps: ["招呼"] });
});

test("own_steps_need_a_name_and_words", () => {
  expect(wrongIn({ title: "", steps: [] })).toBeNull();
  expect(wrongIn({ title: "", steps: ["招呼"] })).toBe("title");
  expect(wrongIn({ title: "八步", steps: ["招呼", " "] })).toBe("step");
  expect(wrongIn({ title: "八步", steps: Array.from({ length: 13 }, () => "一") })).toBe("most");
});

test("the_start_menu_comes_back_as_it_was", () => {
  const value = [{ key: "pre" as const, title: "售前咨询" }];
  expect(writeMenu(readMenu(value))).toEqual(value);
  expect(readMenu(null)).toEqual([]);
  expect([wrongEntry({ key: "pre", title: " " }), wrongEntry({ key: "pre", title: "字".repeat(21) }), wrongEntry({ key: "pre", title: "好" })]).toEqual(["empty", "long", null]);
});
