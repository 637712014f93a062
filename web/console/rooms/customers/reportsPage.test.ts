// The reports over buyers: what members of each level buy, and that table as a file.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { createMemoryHistory, createRouter } from "vue-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { BuyersReport } from "@api/customers";
import { queries } from "@shell/cache";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import ReportsPage from "./ReportsPage.vue";
import words from "./words";

const taken = vi.hoisted((): unknown[][] => []);
vi.mock("@shell/customers/take", () => ({ takeFile: async (...asked: unknown[]): Promise<void> => void taken.push(asked) }));
const line = (level: number, name: string | null, members: number, buyers: number, repeat_buyers: number, orders: number, revenue_fen: number) => ({ level, name, members, buyers, repeat_buyers, orders, revenue_fen });
const report = {
  sums: { buyers: 3, new_buyers: 1, repeat_buyers: 2, orders: 4, revenue_fen: 80_000, repeat_revenue_fen: 70_000, makers: 1 },
  profit: null, months: [], cohorts: [], top: [],
  levels: [line(0, null, 9, 1, 0, 1, 5_000), line(1, "银卡", 2, 1, 1, 2, 15_001), line(7, null, 1, 0, 0, 0, 0)],
} as unknown as BuyersReport;
let wrapper: VueWrapper;

async function show(language: "zh-CN" | "en"): Promise<void> {
  const i18n = createI18n({ legacy: false, locale: language, missingWarn: false, messages: { [language]: { shell: shell[language], customers: words[language] } } });
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: ReportsPage }] });
  wrapper = mount(ReportsPage, { global: { plugins: [i18n, router, ElementPlus, [VueQueryPlugin, { queryClient: queries }]], stubs: { CustomersFrame: { template: "<div><slot /></div>" } } } });
  await flushPromises();
  await flushPromises();
  await wrapper.findAll("input[type=radio]")[3]!.setValue(true);
  await flushPromises();
}
beforeEach(() => {
  queries.clear();
  taken.length = 0;
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: ["customers.see", "orders.see", "export"], shops: [], csrf: "t" } as unknown as Me;
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(report), { headers: { "content-type": "application/json" } }));
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
});

test("each_level_has_its_members_orders_and_average", async () => {
  await show("zh-CN");
  const rows = wrapper.findAll("tbody tr").map((row) => row.findAll("td").map((cell) => cell.text()));
  expect(rows).toEqual([
    ["无等级", "9", "1", "0", "0.0%", "1", "¥50.00", "¥50.00"],
    ["银卡", "2", "1", "1", "100.0%", "2", "¥150.01", "¥75.00"],
    ["等级 7", "1", "0", "0", "—", "0", "¥0.00", "—"],
  ]);
  await wrapper.findAll("button").find((one) => one.text().includes("CSV"))!.trigger("click");
  expect(taken[0]?.[1]).toEqual({ part: "levels", form: "csv" });
});

test("levels_are_told_in_english_too", async () => {
  await show("en");
  expect(wrapper.get("thead").text()).toContain("Average order");
  expect(wrapper.findAll("tbody tr").map((row) => row.get("td").text())).toEqual(["No level", "银卡", "Level 7"]);
});
