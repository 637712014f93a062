// A file before it is taken in: what the whole of it lacks is said once, in words, with what one may write instead.
import { readFileSync } from "node:fs";
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ImportError, ImportReport } from "@api/knowledge";
import { queries } from "@shell/cache";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import type { Carried } from "./carried";
import ImportDialog from "./parts/ImportDialog.vue";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], knowledge: words["zh-CN"] } } });
let wrapper: VueWrapper;
let asked: string[];
let report: ImportReport;
const fault = (more: Partial<ImportError>): ImportError => ({ file: "a.csv", row: null, column: null, code: "column_missing", params: {}, ...more });
const told = (errors: ImportError[]): ImportReport => ({ read: errors.length, created: 0, changed: 0, unchanged: 0, refused: errors.length, applied: false, errors });
async function put(kind: Carried, accept: string): Promise<void> {
  const page = { components: { ImportDialog }, setup: () => ({ kind, accept, run: async (file: File) => (asked.push(file.name), report) }), template: '<ImportDialog title="导入" hint="" :kind="kind" :accept="accept" :run="run" />' };
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: page }, { path: "/orders/import", name: "orders-import", component: page }, { path: "/knowledge/faq", name: "knowledge-faq", component: page }, { path: "/knowledge/products", name: "knowledge-products", component: page }] });
  await router.push("/");
  wrapper = mount(RouterView, { global: { plugins: [i18n, router, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] }, attachTo: document.body });
  await flushPromises();
}
async function choose(name: string): Promise<void> {
  const input = document.querySelector<HTMLInputElement>("input[type=file]")!;
  Object.defineProperty(input, "files", { configurable: true, value: [new File(["a,b"], name)] });
  input.dispatchEvent(new Event("change"));
  await flushPromises();
}
const text = (): string => document.querySelector(".import")!.textContent!;

beforeEach(() => {
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: ["knowledge.edit", "orders.edit"], shops: [] } as unknown as Me;
  asked = [];
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ items: [], next: null }), { headers: { "content-type": "application/json" } }));
});
afterEach(() => {
  wrapper.unmount();
  queries.clear();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test("a_column_the_file_lacks_is_said_once_with_the_names_it_may_have", async () => {
  report = told([2, 3, 4].map((row) => fault({ row, code: "cell_empty" })));
  await put("products", ".csv");
  await choose("资料.csv");
  expect(text().match(/缺少必需的列/g)).toHaveLength(1);
  expect(document.querySelector(".lacks")!.textContent).toContain("商品编码");
  expect(document.querySelector(".lacks")!.textContent).toContain("也可以写成 商家编码、货号、款号、product code、code");
  expect(document.querySelectorAll(".rows tbody tr")).toHaveLength(0);
  expect(text()).not.toContain("完全一样");
});

test("a_file_without_known_headers_says_what_stands_there", async () => {
  report = told([fault({ row: 1, code: "header_missing", params: { seen: ["甲", "乙"] } })]);
  await put("faq", ".csv,.jsonl");
  await choose("问答.csv");
  expect(document.querySelector(".lacks")!.textContent).toContain("没有认出表头");
  expect(document.querySelector(".lacks")!.textContent).toContain("读到的是：甲、乙");
});

test("orders_that_came_to_the_faq_are_led_to_where_orders_are_taken_in", async () => {
  report = told([fault({ row: 1, code: "header_missing", params: { seen: ["订单编号", "买家会员名"] } })]);
  await put("faq", ".csv,.jsonl");
  await choose("订单.csv");
  expect(document.querySelector(".lacks a")?.getAttribute("href")).toBe("/orders/import");
  expect(document.querySelector(".lacks a")?.textContent).toContain("看起来是订单");
});

test("a_whole_json_is_refused_in_words_before_it_is_sent", async () => {
  await put("faq", ".csv,.jsonl");
  await choose("问答.json");
  expect(asked).toEqual([]);
  expect(document.querySelector("[role=alert]")?.textContent).toContain("一行一条的 jsonl");
});

test("facts_of_products_are_not_read_from_lines_of_json", async () => {
  await put("products", ".xlsx,.csv");
  await choose("资料.jsonl");
  expect(asked).toEqual([]);
  expect(document.querySelector("[role=alert]")?.textContent).toContain("另存为 xlsx 或 csv");
});

test("what_a_row_changes_stands_there_in_the_readers_words", async () => {
  const goods = { 7: { id: 7, title: "加绒卫衣" } } as Record<string, object>;
  vi.stubGlobal("fetch", async (url: string) => new Response(JSON.stringify(goods[url.split("/").at(-1) ?? ""] ?? { items: [], next: null }), { headers: { "content-type": "application/json" } }));
  const fields = [{ field: "status", was: "draft", is: "published" }, { field: "category", was: "", is: "invoice" }, { field: "valid_until", was: null, is: new Date(2026, 11, 31).getTime() }, { field: "products", was: [], is: [7] }];
  report = { ...told([]), read: 1, changed: 1, rows: [{ row: 2, makes: false, title: "可以开发票吗？", fields }] };
  await put("faq", ".csv");
  await choose("问答.csv");
  await flushPromises();
  expect([...document.querySelectorAll(".change")].map((one) => one.textContent?.replace(/\s+/g, " ").trim())).toEqual(["状态 草稿 → 使用中", "分类 发票", "失效时间 2026-12-31", "适用商品 加绒卫衣"]);
});

test("what_a_row_names_and_nobody_knows_is_a_click_away", async () => {
  report = told([fault({ row: 3, column: "适用商品", code: "product_unknown" })]);
  await put("faq", ".csv");
  await choose("问答.csv");
  expect(document.querySelector(".rows a")?.getAttribute("href")).toBe("/knowledge/products");
});

test("a_long_import_scrolls_within_its_dialog_so_that_the_buttons_stay", async () => {
  await put("faq", ".csv");
  expect(document.querySelector(".el-dialog")?.classList.contains("fits")).toBe(true);
  expect(readFileSync("ui/element.css", "utf8")).toMatch(/\.el-dialog\.fits \{[^}]*max-height[^}]*\}\nhtml \.el-dialog\.fits \.el-dialog__body \{[^}]*overflow: auto/);
});
