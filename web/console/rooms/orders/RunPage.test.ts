// One import before a stand-in server: nothing is written before it is asked for, a missing column is mended by the
// wizard, and an undoing lists what stays.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ImportChange, ImportSample, Run, Sheet, SheetSamples } from "@api/orders";
import { queries } from "@shell/cache";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import { applyRun, mapRun } from "./imports";
import RunPage from "./RunPage.vue";
import words from "./words";

const taken = vi.hoisted((): unknown[][] => []);
vi.mock("@shell/customers/take", () => ({ takeFile: async (...asked: unknown[]): Promise<void> => void taken.push(asked) }));

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], orders: words["zh-CN"] } } });
const asked: { method: string; path: string; body: ImportChange | null }[] = [];
let run: Run;
let kept: { kind: string; id: number; why: string }[] = [];
let wrapper: VueWrapper;

const sheet: Sheet = {
  index: 0, name: null, form: "text", encoding: "GBK", kind: "orders", platform: "taobao", generation: "2019", confidence: 0.92, sure: true, candidates: [], header_row: 1, headers: ["单子", "买家会员名"],
  columns: [{ column: "nick", header: "买家会员名", index: 1, taught: false }], unknown: [{ header: "单子", index: 0, samples: ["Q0001"] }], missing: ["order_no"], left_out: null, chats: null, shops: [],
};
const found: Sheet = { ...sheet, columns: [...sheet.columns, { column: "order_no", header: "单子", index: 0, taught: true }], unknown: [], missing: [] };
const counts = { read: 3, created: 2, changed: 0, unchanged: 0, refused: 1, masked_buyers: 0 };
const none = { read: 0, created: 0, changed: 0, unchanged: 0, refused: 0, masked_buyers: 0 };
const order: ImportSample = { of: "order", number: "Q0001", shop: 3, buyer: "阿*", words: "已揽收", order_status: null, pay_status: "paid", ship_status: "none", after_status: null, total_fen: 12_900, paid_fen: 12_800, refund_fen: null, placed_at: 1_767_607_200_000, lines: [{ title: "围巾", spec: "米白", code: "W-1", quantity: 2, price_fen: 6_450 }] };
let samples: ImportSample[] = [order];
let sheets: SheetSamples[] | null = null;
const fault = { file: "订单.csv", row: 3, column: "总金额", code: "number_bad", value: "many" };

function answer(method: string, path: string, body: ImportChange | null): unknown {
  if (path === "/imports/columns") return [{ column: "order_no", zh: "订单编号", en: "Order number", needed: true }, { column: "nick", zh: "买家会员名", en: "Buyer", needed: false }];
  if (method === "PATCH") return (run = { ...run, sheets: [found] });
  if (path.endsWith("/preview")) return { counts, samples: sheets ?? [{ sheet: 0, name: null, samples }], errors: [fault], unknown_words: [["已揽收", 2]], fatal: null, unmapped: [] };
  if (path.endsWith("/errors")) return { items: [fault], next: null };
  if (path.endsWith("/kept")) return { items: kept, next: null };
  if (path.endsWith("/apply")) return (run = { ...run, state: "waiting" });
  return body === null ? run : {};
}
async function put(more: Partial<Run>): Promise<void> {
  run = { id: 9, shop: 3, by: { id: 12, name: "小满" }, made_at: Date.now(), file: "订单.csv", bytes: 2_048, hash: "", state: "looked", ask: { kind: null, platform: null, columns: {}, header_rows: {}, day: null, shops: {} }, sheets: [sheet], counts: none, unknown_words: {}, same_as: null, error: null, started_at: null, ended_at: null, given_back: 0, kept: 0, progress: null, rate_rows_s: null, left_s: null, ...more };
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/orders/import/:run", name: "orders-run", component: RunPage }, { path: "/orders/import", name: "orders-import", component: { template: "<p />" } }, { path: "/orders/list", name: "orders-list", component: { template: "<p />" } }, { path: "/knowledge/faq", name: "knowledge-faq", component: { template: "<p />" } }] });
  await router.push("/orders/import/9");
  wrapper = mount(RouterView, { global: { plugins: [i18n, router, [VueQueryPlugin, { queryClient: queries }]] }, attachTo: document.body });
  await flushPromises();
}
const button = (text: string) => wrapper.findAll("button").find((one) => one.text().includes(text));

beforeEach(() => {
  setActivePinia(createPinia());
  useSession().me = { person: { id: 12, name: "小满" }, permissions: ["orders.edit"], shops: [{ id: 3, name: "青芽旗舰店" }] } as unknown as Me;
  asked.length = 0;
  taken.length = 0;
  kept = [];
  samples = [order];
  sheets = null;
  vi.stubGlobal("fetch", vi.fn(async (request: Request) => {
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    const text = request.method === "GET" ? "" : await request.text();
    const body = text ? (JSON.parse(text) as ImportChange) : null;
    asked.push({ method: request.method, path, body });
    return new Response(JSON.stringify(answer(request.method, path, body)), { headers: { "content-type": "application/json" } });
  }));
});
afterEach(async () => {
  wrapper.unmount();
  queries.clear();
  await flushPromises();
  vi.unstubAllGlobals();
});

test("a_missing_column_bars_the_preview_until_the_wizard_names_it", async () => {
  await put({});
  expect(wrapper.text()).toContain("缺少必需的列：订单编号");
  expect(asked.some((one) => one.path.endsWith("/preview"))).toBe(false);
  expect(button("开始导入")!.attributes("disabled")).toBeDefined();
  await mapRun(9, { columns: { 单子: "order_no" }, remember: true });
  await flushPromises();
  expect(asked.find((one) => one.method === "PATCH")?.body).toEqual({ columns: { 单子: "order_no" }, remember: true });
  expect(wrapper.text()).not.toContain("缺少必需的列");
  expect(asked.filter((one) => one.path.endsWith("/preview")).length).toBe(1);
});

test("the_preview_says_what_would_happen_and_writes_nothing", async () => {
  await put({ sheets: [found] });
  expect(wrapper.text()).toContain("淘宝 · 订单");
  expect(wrapper.text()).toContain("把握 92%");
  expect(wrapper.text()).toContain("这不是数字");
  expect(wrapper.text()).toContain("格子里是 many");
  expect(wrapper.text()).toContain("已揽收 · 2 行");
  expect(asked.every((one) => one.method === "GET")).toBe(true);
  await button("下载有错的行")!.trigger("click");
  expect(taken[0]?.[0], "all of them, not those that are shown").toBe("/imports/9/errors/export");
  await button("导入其余 2 行")!.trigger("click");
  await flushPromises();
  expect(asked.filter((one) => one.method === "POST").map((one) => one.path)).toEqual(["/imports/9/apply"]);
  expect(wrapper.text()).toContain("轮到它就会开始");
});

test("the_first_rows_stand_as_they_are_read", async () => {
  await put({ sheets: [found] });
  const heads = () => wrapper.findAll(".samples th").map((one) => one.text());
  const cells = () => wrapper.findAll(".samples td").map((one) => one.text());
  expect(heads()).toEqual(["订单号", "买家", "下单", "文件里的状态", "认作", "商品", "总金额", "实付"]);
  expect(cells().filter((_, at) => at !== 2)).toEqual(["Q0001", "阿*", "已揽收", "已付款", "围巾 米白 W-1 2 × ¥64.50", "¥129.00", "¥128.00"]);
  expect(wrapper.findAll(".samples dd").map((one) => one.text()), "a phone shows the same").toEqual(cells());
  samples = [order, { ...order, number: "Q0002", shop: 4, buyer: null, paid_fen: null, refund_fen: 500 }];
  await button("再看一次")!.trigger("click");
  await flushPromises();
  expect(heads()).toEqual(["订单号", "导入到", "买家", "下单", "文件里的状态", "认作", "商品", "总金额", "实付", "退款"]);
  expect(cells().slice(10), "what is not read is a dash").toEqual(expect.arrayContaining(["Q0002", "—", "¥5.00"]));
  samples = [{ of: "sku", code: "SJT-Q", title: "四件套", spec: null, price_fen: 12_800, on_hand: 40 }];
  await button("再看一次")!.trigger("click");
  await flushPromises();
  expect(cells()).toEqual(["SJT-Q", "四件套", "—", "¥128.00", "40"]);
  expect(wrapper.find(".samples h3").exists(), "the only sheet needs no name").toBe(false);
});

test("the_first_rows_of_each_sheet_stand_under_its_name", async () => {
  sheets = [{ sheet: 0, name: "一月", samples: [order] }, { sheet: 2, name: null, samples: [{ ...order, number: "Q0009" }] }];
  await put({ sheets: [found] });
  expect(wrapper.findAll(".samples h3").map((one) => one.text())).toEqual(["工作表 一月", "工作表 3"]);
  expect(wrapper.findAll(".samples table").map((one) => one.get("td").text())).toEqual(["Q0001", "Q0009"]);
  expect(wrapper.findAll(".samples [role=group]").map((one) => one.attributes("aria-label"))).toEqual(["读出来是这样 工作表 一月", "读出来是这样 工作表 3"]);
});

test("a_shop_nobody_knows_is_asked_for_and_what_is_chosen_is_sent_and_remembered", async () => {
  const shops: Sheet["shops"] = [{ name: "天猫二店", rows: 1_200, shop: null, said: "unknown" }, { name: "青芽旗舰店", rows: 8, shop: 3, said: "same_name" }, { name: "关了的店", rows: 5, shop: null, said: "remembered" }];
  await put({ sheets: [{ ...found, platform: "jst", shops }] });
  expect(wrapper.text()).toContain("这个文件里的店铺");
  expect(wrapper.text()).toContain("还有 1,200 行不知道是哪家店铺");
  expect(wrapper.findAll("tbody tr td:last-child .tag").map((tag) => tag.text())).toEqual(["还没有选", "店名一样", "按上次选的"]);
  const selects = wrapper.findAllComponents({ name: "ElSelect" }).filter((one) => String(one.props("ariaLabel")).includes("导入到"));
  expect(selects.map((one) => one.props("modelValue") as number | undefined)).toEqual([undefined, 3, 0]);
  selects[0]!.vm.$emit("change", 3);
  await flushPromises();
  const sent = asked.filter((one) => one.method === "PATCH").map((one) => one.body);
  expect(sent).toEqual([{ shops: { 天猫二店: 3 }, remember: true }]);
  expect(wrapper.text(), "a file that names no shops asks nothing").not.toContain("这个文件里的店铺");
});

test("an_import_under_way_shows_how_far_and_how_fast_it_is", async () => {
  await put({ state: "running", sheets: [found], counts: { ...counts, read: 41_000 }, progress: { done: 41, total: 100 }, rate_rows_s: 40_500, left_s: 90, started_at: Date.now() });
  expect(wrapper.text()).toContain("已读 41,000 行 · 每秒 40,500 行 · 大约还要 1 分 30 秒");
  expect(wrapper.find("[role=progressbar]").attributes("aria-valuenow")).toBe("41");
  run = { ...run, state: "done", counts, ended_at: run.started_at! + 2_000 };
  await applyRun(9);
  run = { ...run, state: "done" };
  await queries.invalidateQueries({ queryKey: ["imports"] });
  await flushPromises();
  expect(wrapper.text()).toContain("导入完成");
});

test("the_report_lists_refused_rows_and_offers_them_as_a_file", async () => {
  await put({ state: "done", sheets: [found], counts, unknown_words: { 已揽收: 2 }, started_at: 1_000, ended_at: 3_000 });
  expect(wrapper.text()).toContain("用时 2 秒");
  expect(wrapper.text()).toContain("第 3 行");
  await button("下载有错的行")!.trigger("click");
  expect(taken).toEqual([["/imports/9/errors/export", { language: "zh" }, "有错的行-9.xlsx"]]);
  expect(button("撤销这次导入")).toBeDefined();
});

test("after_an_import_a_link_leads_to_what_came_in", async () => {
  await put({ state: "done", sheets: [found], counts, started_at: 1_000, ended_at: 3_000 });
  const link = wrapper.findAll("a").find((one) => one.text().includes("看订单"));
  expect(link?.attributes("href")).toBe("/orders/list");
});

test("an_import_that_changed_nothing_or_was_undone_leads_nowhere", async () => {
  await put({ state: "undone", sheets: [found], counts, given_back: 2 });
  expect(wrapper.text()).not.toContain("看订单");
});

test("after_an_undoing_what_stayed_is_listed_with_the_way_to_it", async () => {
  kept = [{ kind: "order", id: 44, why: "touched" }];
  await put({ state: "undone", sheets: [found], counts, given_back: 1, kept: 1 });
  expect(wrapper.text()).toContain("还原了 1 条 · 留下 1 条");
  expect(wrapper.find("ul a[href]").attributes("href")).toBe("/orders/list?order=44");
  expect(button("撤销这次导入")).toBeUndefined();
});

test("a_failed_import_says_why_and_that_it_can_be_undone", async () => {
  await put({ state: "failed", sheets: [found], counts, error: { code: "file_gone" } });
  expect(wrapper.text()).toContain("上传的文件已经不在了");
  expect(wrapper.text()).toContain("可以撤销它");
  expect(button("撤销这次导入")).toBeDefined();
});

test("a_table_of_questions_is_led_to_the_knowledge_base", async () => {
  useSession().me = { person: { id: 12, name: "小满" }, permissions: ["orders.edit", "knowledge.edit"], shops: [{ id: 3, name: "青芽旗舰店" }] } as unknown as Me;
  await put({ sheets: [{ ...sheet, kind: null, columns: [], unknown: [], missing: [], headers: [], left_out: { code: "header_missing", seen: ["问题", "答案"] } }] });
  const link = wrapper.findAll("a").find((one) => one.text().includes("看起来是问答"));
  expect(link?.attributes("href")).toBe("/knowledge/faq?import=1");
});
