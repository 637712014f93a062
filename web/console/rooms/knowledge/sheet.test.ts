// The sheet by its keys: what typing, Tab, Enter, paste and Ctrl+Z do, and that a refused row says why.
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { h, ref } from "vue";
import { createI18n } from "vue-i18n";
import { afterEach, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";
import { Problem } from "@api/problem";
import shell from "@shell/words";
import type { Paged } from "@shell/paged";
import type { Column, Known, Row } from "./grid";
import GridSheet from "./parts/GridSheet.vue";
import type { Sheet } from "./sheet";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], knowledge: words["zh-CN"] } } });
const columns: Column[] = [{ key: "question", title: "问题", width: 200 }, { key: "category", title: "分类", width: 100, choices: [{ value: "size", label: "尺码" }] }, { key: "answer", title: "答案", width: 300 }];
const rows = [{ id: 1, version: 1, cells: { question: "有货吗", category: "size", answer: "有" } }, { id: 2, version: 4, cells: { question: "几天到", category: "", answer: "两天" } }];
let wrapper: VueWrapper;
let saved: Row[] = [];

const known = (row: Row, version: number | null): Known => (saved.push(row), { id: row.id ?? 9, version: (version ?? 0) + 1 });
async function put(save: Sheet["save"] = async (row, version) => known(row, version), read: Sheet["read"] = () => Promise.reject(new Problem("not_found")), more: object = {}): Promise<void> {
  saved = [];
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: GridSheet, props: { columns, rows, save, read, label: "问答", ...more } }] });
  await router.push("/");
  wrapper = mount(RouterView, { global: { plugins: [i18n, router] }, attachTo: document.body });
  await flushPromises();
}
const key = async (name: string, more: object = {}): Promise<void> => {
  document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more }));
  await flushPromises();
};
async function type(text: string): Promise<void> {
  const field = document.activeElement as HTMLTextAreaElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await flushPromises();
}
const cell = (r: number, c: number): string => wrapper.find(`[data-r="${r}"][data-c="${c}"] .text`).text();
const chosen = (): string => {
  const on = wrapper.get("td.on");
  return `${on.attributes("data-r")},${on.attributes("data-c")}`;
};
afterEach(() => {
  wrapper.unmount();
  vi.restoreAllMocks();
});

test("whoever_comes_to_the_last_row_gets_the_next_ones", async () => {
  const fetched = vi.fn();
  const more = ref(rows);
  const list = { hasNextPage: ref(true), isFetchingNextPage: ref(false), fetchNextPage: fetched } as unknown as Paged;
  wrapper = mount({ setup: () => () => h(GridSheet, { columns, rows: more.value, save: async (row: Row, version: number | null) => known(row, version), read: () => Promise.reject(new Problem("not_found")), label: "问答", list }) }, { global: { plugins: [i18n, createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: RouterView }] })] }, attachTo: document.body });
  await flushPromises();
  expect(fetched).not.toHaveBeenCalled();
  await key("ArrowDown");
  expect(fetched).toHaveBeenCalledTimes(1);
  more.value = [...rows, { id: 3, version: 1, cells: { question: "包邮吗", category: "", answer: "包" } }];
  await flushPromises();
  expect(cell(2, 0)).toBe("包邮吗");
  expect(wrapper.text()).toContain("已加载 3 行");
  expect(wrapper.text()).toContain("再加载一些");
});

test("typing_edits_the_chosen_cell_and_enter_goes_down", async () => {
  await put();
  await type("还有货吗");
  await key("Enter");
  expect(cell(0, 0)).toBe("还有货吗");
  expect(chosen()).toBe("1,0");
  await key("Enter");
  expect((document.activeElement as HTMLTextAreaElement).value).toBe("几天到");
  await key("Escape");
  expect(cell(1, 0)).toBe("几天到");
});

test("tab_goes_right_and_beyond_the_last_cell_begins_a_row", async () => {
  await put();
  await key("Tab");
  expect(chosen()).toBe("0,1");
  await key("ArrowDown");
  await key("ArrowRight");
  await key("Tab");
  expect(chosen()).toBe("2,0");
  await type("包邮吗");
  await key("s", { ctrlKey: true });
  expect(saved.map((row) => row.cells["question"])).toEqual(["包邮吗"]);
});

test("a_block_is_pasted_and_taken_back", async () => {
  await put();
  const data = new DataTransfer();
  data.setData("text/plain", "退货\t尺码\t7 天\n发票\t尺码\t可以");
  document.activeElement!.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  await flushPromises();
  expect([cell(0, 0), cell(0, 1), cell(1, 2)]).toEqual(["退货", "尺码", "可以"]);
  await key("z", { ctrlKey: true });
  expect([cell(0, 0), cell(1, 2)]).toEqual(["有货吗", "两天"]);
});

test("a_refused_row_says_at_its_cell_why_and_the_others_are_saved", async () => {
  await put(async (row, version) => {
    if (row.id === 1) throw new Problem("question_exists", { status: 409, field: "question", params: { question: "有没有货" } });
    return known(row, version);
  });
  await type("有没有货");
  await key("Enter");
  await type("多久到");
  await key("Enter");
  await key("s", { ctrlKey: true });
  expect(saved.map((row) => row.id)).toEqual([2]);
  expect(wrapper.get(".why").text()).toBe("已有同样的问题：有没有货");
  expect(wrapper.findAll("td.changed").length).toBe(1);
});

test("a_row_somebody_else_saved_is_not_saved_over_unless_one_says_so", async () => {
  const versions: (number | null)[] = [];
  await put(
    async (row, version) => {
      versions.push(version);
      if (version === 4) throw new Problem("changed_meanwhile", { status: 409, params: { version: 5 } });
      return known(row, version);
    },
    async () => ({ row: { id: 2, version: 5, cells: { question: "几天到", category: "", answer: "次日达" } }, by: "林主管" }),
  );
  await key("ArrowDown");
  await type("多久到");
  await key("Enter");
  await key("s", { ctrlKey: true });
  expect(saved).toEqual([]);
  expect(wrapper.get(".why").text()).toContain("林主管 刚保存了第 5 版");
  expect(wrapper.get(".theirs").text()).toBe("次日达");
  expect(cell(1, 0)).toBe("多久到");
  await wrapper.findAll(".why button")[1]!.trigger("click");
  await flushPromises();
  expect(versions).toEqual([4, 5]);
  expect(saved.map((row) => row.cells["question"])).toEqual(["多久到"]);
});

test("what_is_only_shown_is_not_edited_and_a_closed_sheet_gets_no_rows", async () => {
  await put(undefined, undefined, { columns: [{ ...columns[0]!, fixed: true }, columns[1], columns[2]], closed: true });
  await key("Enter");
  expect(wrapper.find("textarea").exists()).toBe(false);
  await key("Delete");
  expect(cell(0, 0)).toBe("有货吗");
  const data = new DataTransfer();
  data.setData("text/plain", "退货\t尺码\t7 天\n发票\t尺码\t可以\n包邮\t尺码\t包");
  document.activeElement!.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  await flushPromises();
  expect([cell(0, 0), cell(0, 2), cell(1, 2)]).toEqual(["有货吗", "7 天", "可以"]);
  expect(wrapper.findAll("tbody tr")).toHaveLength(2);
  expect(wrapper.text()).not.toContain("加一行");
});
