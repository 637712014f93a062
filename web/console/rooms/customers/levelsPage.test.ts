// The levels of members: what the server finds wrong stands at the cell it is about.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { createMemoryHistory, createRouter } from "vue-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "@api/problem";
import { queries } from "@shell/cache";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import { cellOf, type Row } from "./levels";
import LevelsPage from "./LevelsPage.vue";
import words from "./words";

const LEVELS = [{ level: 1, name: "银卡", from_fen: 50_000, price_percent: 98 }, { level: 2, name: "金卡", from_fen: 100_000, price_percent: 95 }];
let refusal: object = {};
let wrapper: VueWrapper;
beforeEach(async () => {
  queries.clear();
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: ["customers.see", "customers.edit", "settings.edit"], shops: [], csrf: "t" } as unknown as Me;
  vi.stubGlobal("fetch", async (_url: string, { method }: RequestInit) => new Response(JSON.stringify(method === "GET" ? { items: LEVELS } : refusal), { status: method === "GET" ? 200 : 422, headers: { "content-type": "application/json" } }));
  const i18n = createI18n({ legacy: false, locale: "zh-CN", missingWarn: false, messages: { "zh-CN": { shell: shell["zh-CN"], customers: words["zh-CN"] } } });
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: LevelsPage }] });
  wrapper = mount(LevelsPage, { global: { plugins: [i18n, router, ElementPlus, [VueQueryPlugin, { queryClient: queries }]], stubs: { CustomersFrame: { template: "<div><slot /></div>" } } } });
  await flushPromises();
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
});
async function save(): Promise<void> {
  await wrapper.findAll("tbody tr")[1]!.findAll("input")[1]!.setValue("白金卡");
  await wrapper.findAll("button").find((one) => one.text() === "保存")!.trigger("click");
  await flushPromises();
  // Element says what is wrong with a field a moment after the field was found wrong.
  await new Promise((done) => setTimeout(done, 150));
  await flushPromises();
}
const cell = (row: number, at: number) => wrapper.findAll("tbody tr")[row]!.findAll("td")[at]!;

test("a_path_of_the_server_lands_on_its_cell", async () => {
  refusal = { code: "out_of_range", field: "levels[1].price_percent", min: 1, max: 100 };
  await save();
  expect(cell(1, 3).text()).toContain("要在 1 到 100 之间");
  expect(cell(1, 3).find(".is-error").exists()).toBe(true);
  expect(wrapper.findAll(".is-error")).toHaveLength(1);
  expect(wrapper.find("p.wrong").exists()).toBe(false);
  await wrapper.findAll("tbody tr")[1]!.findAll("input")[1]!.setValue("金卡会员");
  await flushPromises();
  expect(wrapper.find(".is-error").exists()).toBe(false);
});

test("what_is_wrong_with_the_levels_together_stands_below_them", async () => {
  refusal = { code: "too_many", field: "levels", max: 20 };
  await save();
  expect(wrapper.find(".is-error").exists()).toBe(false);
  expect(wrapper.get("p.wrong").text()).not.toBe("");
});

test("a_refusal_that_names_no_row_is_at_the_first_that_is_so", () => {
  const rows: Row[] = [{ level: 1, name: "银卡", from: 500, percent: 98 }, { level: 2, name: " ", from: 400, percent: 98 }, { level: 120, name: "钻石", from: 900, percent: 99 }];
  const at = (code: string, field: string, params = {}) => cellOf(new Problem(code, { field, params }), rows);
  expect(at("levels_invalid", "levels")).toEqual({ row: 1, cell: "from" });
  expect(at("text_empty", "levels")).toEqual({ row: 1, cell: "name" });
  expect(at("out_of_range", "level", { min: 0, max: 99 })).toEqual({ row: 2, cell: "level" });
  expect(at("bad_body", "levels[2].from_fen")).toEqual({ row: 2, cell: "from" });
  expect(at("too_many", "levels")).toBeNull();
  expect(cellOf(new Problem("levels_invalid", { field: "levels" }), [rows[0]!, { ...rows[1]!, from: 600, percent: 99 }])).toEqual({ row: 1, cell: "percent" });
});
