// Every mistake a table can hold is said with a way to mend it.
import { mount } from "@vue/test-utils";
import { createI18n } from "vue-i18n";
import { expect, test } from "vitest";
import { defineComponent } from "vue";
import { Problem } from "@api/problem";
import shell from "@shell/words";
import { useFaults } from "./faults";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], orders: words["zh-CN"] } } });
function faults(): ReturnType<typeof useFaults> {
  let made: ReturnType<typeof useFaults> | undefined;
  mount(defineComponent({ setup: () => ((made = useFaults()), () => null) }), { global: { plugins: [i18n] } });
  return made!;
}
// What crates/sheet and the room of imports can say.
const CODES = "buyer_erased nick_taken stars_bad file_unreadable file_gone file_empty file_kind file_broken file_cut file_locked file_too_large file_encoding file_quote_open file_missing header_missing header_twice columns_too_many cell_too_long text_damaged row_shifted cell_empty id_lost id_too_long number_bad number_negative number_too_large number_too_fine date_bad date_out_of_range percent_unclear duration_bad flag_bad order_scattered order_incomplete order_unknown row_not_an_order refund_above_paid sku_unknown too_many too_many_lines out_of_range in_the_future ends_before_it_begins too_long missing floor_above_price sku_code_taken row_refused kind_of_nobody kind_of_desk".split(" ");

test("every_code_has_its_own_words_without_an_open_brace", () => {
  const { word } = faults();
  const other = word({ code: "row_refused" }).what;
  for (const code of CODES) {
    const { what, mend } = word({ code });
    expect(`${what}${mend}`, code).not.toMatch(/[{}]|orders\./);
    if (code !== "row_refused") expect(what, code).not.toBe(other);
  }
  expect(word({ code: "something_new" }).what).toBe(other);
});

test("facts_stand_in_the_sentence", () => {
  const { word, place } = faults();
  expect(word({ code: "header_twice", name: "金额", first: "C", second: "F" }).what).toBe("有两列都叫“金额”（第 C 列和第 F 列）");
  expect(word({ code: "kind_of_nobody", kind: "settlements" }).what).toBe("这是“结算单”，这里不导入");
  expect(word({ code: "kind_of_nobody", kind: "performance" }).what).toBe("这是“客服绩效报表”，这里不导入");
  expect(place({ code: "x", file: "a.csv", sheet: "表1", row: 7 }, true)).toBe("a.csv · 表1 · 第 7 行");
  expect(place({ code: "x", file: "a.csv" }, false)).toBe("—");
});

test("a_refused_file_says_what_to_do", () => {
  const { refusal } = faults();
  expect(refusal(new Problem("file_locked", { status: 422, field: "file" }))).toBe("文件有密码。用表格软件打开，去掉密码后另存再上传");
  expect(refusal(new Problem("file_too_large", { params: { bytes: 1024 ** 3 } }))).toContain("1024.0 MB");
  expect(refusal(new Problem("network"))).toContain("网络不通");
});
