import { mount } from "@vue/test-utils";
import { expect, test } from "vitest";
import { createI18n } from "vue-i18n";
import shell from "@shell/words";
import { readLists, writeLists, wrongIn } from "./lists";
import ListsDialog from "./parts/ListsDialog.vue";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], settings: words["zh-CN"] } } });

test("lists_of_words_are_read_written_and_bounded_as_the_server_bounds_them", () => {
  const value = { alone: ["给你差评", "打差评"], harmless: [] };
  expect(writeLists(readLists(value, value))).toEqual(value);
  expect(writeLists(readLists({ harmless: ["好评"] }, value)), "a list that is left out can be filled").toEqual({ alone: [], harmless: ["好评"] });
  expect(writeLists([{ key: "alone", text: " 打差评 \n\n打差评\n1 star" }])).toEqual({ alone: ["打差评", "1 star"] });
  expect(wrongIn({ key: "alone", text: "打差评\n差！\n评" })).toEqual({ short: "差！" });
  expect(wrongIn({ key: "alone", text: Array.from({ length: 301 }, (_, n) => `说法${n}`).join("\n") })).toEqual({ many: true });
  expect(wrongIn({ key: "alone", text: "" })).toBeNull();
});

test("a_list_of_words_is_edited_a_word_a_line_and_a_wrong_one_is_not_saved", async () => {
  const wrapper = mount(ListsDialog, { props: { title: "威胁用语", value: { alone: ["打差评"], lever: ["投诉"] }, shipped: { alone: [], lever: [] }, disabled: false }, global: { plugins: [i18n], stubs: { ElDialog: { template: "<div><slot /><slot name='footer' /></div>" } } } });
  const [alone] = wrapper.findAll("textarea");
  await alone!.setValue("打差评\n差");
  expect(wrapper.get("[role=alert]").text()).toContain("“差”");
  const save = wrapper.findAll("button").at(-1)!;
  expect(save.attributes("disabled")).toBeDefined();
  await alone!.setValue("打差评\n给你差评");
  await save.trigger("click");
  expect(wrapper.emitted("save")).toEqual([[{ alone: ["打差评", "给你差评"], lever: ["投诉"] }]]);
});
