import { expect, test } from "vitest";
import { createI18n } from "vue-i18n";
import { conversation } from "@api/samples";
import type { Conversation } from "@api/types";
import { lastLine } from "./lastLine";
import words from "./words";

type Last = NonNullable<Conversation["last"]>;
const { t } = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: words["zh-CN"] } } }).global;
const line = (last: Partial<Omit<Last, "kind">> & { kind?: string }, more: Partial<Conversation> = {}): string =>
  lastLine(conversation({ last: { from: "buyer", kind: "text", text: "", at: 1, ...last } as Last, ...more }), 12, t as Parameters<typeof lastLine>[2]);

test("the_last_line_is_never_empty_and_never_the_name_of_a_word", () => {
  for (const kind of ["image", "voice", "file", "product", "order", "coupon", "form", "recalled", "undone", "erased"]) {
    expect(line({ kind }), kind).not.toBe("");
    expect(line({ kind }), kind).not.toContain("shell.talk");
  }
  expect(line({ text: "在吗" })).toBe("在吗");
  expect(line({ kind: "order", text: "T1" })).toBe("T1");
});

test("who_said_it_stands_before_what_the_shop_said", () => {
  expect(line({ from: "agent", kind: "image" })).toBe("我：[图片]");
  expect(line({ from: "agent", text: "好的" }, { agent: 15, agent_name: "谷雨" })).toBe("谷雨：好的");
  expect(line({ from: "auto", text: "欢迎" })).toBe("自动：欢迎");
});
