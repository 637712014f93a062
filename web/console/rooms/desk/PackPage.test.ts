// The packing table by its scanner, against a stand-in: a scan finds, the same scan again packs, a refund stops aloud
// and large, hand-over names what stays.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import type { DeskParcel, ParcelStays } from "@api/desk";
import { queries } from "@shell/cache";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import routes from "./routes";
import PackPage from "./PackPage.vue";
import { hold, parcel } from "./samples";
import words from "./words";

const wanting = parcel(3, { state: "printed", flag: 5, lines: parcel(3).lines.map((line) => ({ ...line, packing: "防水袋加纸箱" })) });
const by = { at: Date.now(), by: { id: 7, name: "小满" } };
const no = (code: string, params: Record<string, unknown> = {}): ParcelStays => ({ code, params });
/** A parcel as a scan answers, and what would refuse its hand-over. */
const scannedAs = (one: DeskParcel, stays: ParcelStays | null) => ({ ...one, stays });
/** What is scanned to be handed over, by its code, as the server has it now. */
let ready_: Record<string, ReturnType<typeof scannedAs>> = {};
let rings: unknown[] = [];
let asked: { path: string; query: string; body: unknown }[];
let wrapper: VueWrapper;

function answer(path: string, query: URLSearchParams): [number, unknown] {
  if (path === "/parcels/counts") return [200, { by_state: {}, by_reason: [], late: 0, soon: 0, urgent: 0, to_batch: 0, passed_24h: 0, shipped_24h: 0 }];
  if (path === "/desk/alarms") return [200, { items: rings, next: null }];
  if (path === "/desk/alarms/9/seen") {
    rings = [];
    return [200, {}];
  }
  const ready = ready_[query.get("code") ?? ""] ?? Object.values(ready_).find((one) => [`/parcels/${one.id}/second`, `/parcels/${one.id}/stays`].includes(path));
  if (ready) return [200, ready];
  if (path === "/couriers" || path === "/desk/pickups/waiting") return [200, []];
  if (path === "/desk/pickups") return [200, { items: [], next: null }];
  if (path === "/desk/scan" && query.get("code") === "P3") return [200, scannedAs(wanting, no("wrong_state", { state: "printed" }))];
  if (path === "/parcels/3/pack") return [200, parcel(3, { state: "packed" })];
  if (path === "/desk/scan" && query.get("code") === "R1") return [200, scannedAs(parcel(9, { state: "held", waybill: "YT9", holds: [hold("refund", true)] }), no("parcel_held", { holds: ["refund"] }))];
  if (path === "/desk/scan") return [200, scannedAs(parcel(1, { state: "printed" }), no("wrong_state", { state: "printed" }))];
  if (path === "/parcels/1/pack") return [200, parcel(1, { state: "packed" })];
  if (path === "/parcels/1/weigh") return [409, { code: "weight_off", expected_g: 900, weighed_g: 1_400, tolerance_g: 50 }];
  if (path === "/desk/ship") {
    ready_["W2"]!.stays = no("stock_missing", { sku: "YRF-M", on_hand: 1 });
    return [200, { shipped: [], refused: [{ id: 2, code: "stock_missing", params: { sku: "YRF-M", on_hand: 1 } }] }];
  }
  return [404, { code: "not_found" }];
}
async function open(permissions: string[]): Promise<void> {
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: permissions, shops: [], csrf: "t" } as unknown as Me;
  const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], desk: words["zh-CN"] } } });
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push("/orders/pack");
  wrapper = mount(PackPage, { global: { plugins: [i18n, router, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] }, attachTo: document.body });
  await flushPromises();
}
beforeEach(async () => {
  asked = [];
  ready_ = {
    W2: scannedAs(parcel(2, { state: "packed", waybill: "YT2", second: by }), null),
    S1: scannedAs(parcel(11, { state: "packed", waybill: "YT11" }), no("second_missing")),
    S2: scannedAs(parcel(12, { state: "packed", waybill: "YT12", second: by }), no("stock_missing", { sku: "YRF-L", on_hand: 0 })),
    S3: scannedAs(parcel(13, { state: "shipped", waybill: "YT13", second: by, shipped_at: Date.now() }), no("wrong_state", { state: "shipped" })),
    S4: scannedAs(parcel(14, { state: "packed", second: by }), no("waybill_missing")),
  };
  rings = [];
  queries.clear();
  vi.stubGlobal("fetch", async (input: string, init: RequestInit) => {
    const url = new URL(input, "http://x");
    const path = url.pathname.replace("/api/v1", "");
    if (init.method === "POST") asked.push({ path, query: url.search, body: init.body ? JSON.parse(String(init.body)) : null });
    const [status, body] = answer(path, url.searchParams);
    return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  });
  await open(["orders.see", "orders.ship", "orders.check"]);
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
});
async function scan(code: string): Promise<void> {
  const field = wrapper.get<HTMLInputElement>("form.scan input");
  expect(document.activeElement).toBe(field.element);
  await field.setValue(code);
  await wrapper.get("form.scan").trigger("submit");
  await flushPromises();
  expect(field.element.value).toBe("");
}
async function turn(name: string): Promise<void> {
  await wrapper.findAll(".el-radio-button").find((one) => one.text() === name)!.get("input").setValue(true);
  await flushPromises();
}
const verdict = (): string => wrapper.get(".verdict").text();

test("the_same_scan_again_says_checked_and_packed", async () => {
  await scan("261122-003-001");
  expect(wrapper.text()).toContain("轻盈鹅绒羽绒服");
  await scan("261122-003-001");
  expect(asked.map((one) => one.path)).toEqual(["/desk/scan", "/parcels/1/pack"]);
  expect(asked.at(-1)!.body).toEqual({ quality_ok: true, packed_as_wanted: true, missing: [], note: "" });
  expect(verdict()).toContain("已打包");
});

test("goods_that_want_their_own_packing_are_packed_when_somebody_said_so", async () => {
  await scan("P3");
  expect(wrapper.get(".packing").text()).toContain("防水袋加纸箱");
  await scan("P3");
  expect(asked.map((one) => one.path)).toEqual(["/desk/scan"]);
  expect(verdict()).toContain("按要求包好了吗");
  await scan("P3");
  expect(asked.at(-1)).toMatchObject({ path: "/parcels/3/pack", body: { quality_ok: true, packed_as_wanted: true } });
  expect(verdict()).toContain("已打包");
});

test("another_parcel_in_between_is_asked_of_anew", async () => {
  await scan("P3");
  await scan("P3");
  await scan("W1");
  await scan("P3");
  await scan("P3");
  expect(asked.some((one) => one.path === "/parcels/3/pack")).toBe(false);
});

test("a_flag_stands_on_the_packing_table_whoever_set_it", async () => {
  await scan("P3");
  expect(wrapper.get(".card").text()).toContain("紫旗");
  await scan("W1");
  expect(wrapper.find(".card .flag").exists()).toBe(false);
});

test("goods_that_are_not_there_are_named_and_the_parcel_is_held_for_them", async () => {
  await scan("W1");
  await wrapper.findAll("button").find((one) => one.text() === "缺货，挂起")!.trigger("click");
  await flushPromises();
  const sku = parcel(1).lines.find((line) => line.sku !== null)!.sku;
  await wrapper.get("form.gone").trigger("submit");
  await flushPromises();
  expect(asked.at(-1)).toMatchObject({ path: "/parcels/1/pack", body: { quality_ok: true, missing: [sku] } });
});

test("what_rang_before_the_page_was_opened_rings_until_somebody_has_seen_it", async () => {
  wrapper.unmount();
  queries.clear();
  rings = [{ id: 9, shop: 3, parcel: 1, why: "refund", was: "packed", batch: "261122-003-001", waybill: "YT1", at: Date.now() }];
  await open(["orders.see", "orders.ship"]);
  expect(wrapper.get(".band").text()).toContain("261122-003-001");
  await wrapper.findAll(".band button").find((one) => one.text() === "知道了")!.trigger("click");
  await flushPromises();
  expect(asked.at(-1)!.path).toBe("/desk/alarms/9/seen");
  expect(wrapper.find(".band").exists()).toBe(false);
});

test("a_refund_stops_large_and_says_why", async () => {
  await scan("R1");
  expect(wrapper.get(".verdict").classes()).toContain("stop");
  expect(verdict()).toContain("退款中");
  expect(wrapper.find(".card").exists()).toBe(false);
});

test("a_wrong_weight_names_both_figures_and_only_auditors_let_it_pass", async () => {
  await turn("称重");
  await scan("W1");
  await scan("1400");
  expect(asked.at(-1)!.body).toEqual({ g: 1400, anyway: false });
  expect(verdict()).toContain("应重 900 克，秤上 1400 克");
  expect(wrapper.text()).not.toContain("照样放行");
});

const pile = (): string[] => wrapper.findAll(".pile li").map((one) => one.text());
/** What was asked last; that the pile is asked for again, is not counted. */
const deed = () => asked.filter((one) => one.path !== "/desk/scan").at(-1);
const hand = () => wrapper.get<HTMLButtonElement>(".pile .sum button");

test("what_is_not_handed_over_stays_in_the_pile_with_its_reason", async () => {
  await turn("交接发出");
  await scan("W2");
  expect(verdict()).toContain("YT2");
  expect(hand().text()).toBe("交接 1 个");
  await hand().trigger("click");
  await flushPromises();
  expect(deed()).toMatchObject({ path: "/desk/ship", body: { parcels: [2] } });
  expect(verdict()).toContain("1 个没有发出");
  expect(pile()).toEqual([expect.stringContaining("库存不够：YRF-M 只有 1 件")]);
  expect(hand().element.disabled).toBe(true);
  expect(wrapper.get(".pile li a").attributes("href")).toBe("/orders/audit/2?state=packed");
});

test("what_may_not_leave_is_refused_with_its_scan_and_only_the_rest_is_counted", async () => {
  await turn("交接发出");
  await scan("S1");
  expect(wrapper.get(".verdict").classes()).toContain("wrong");
  expect(verdict()).toContain("还没有复核");
  await scan("S2");
  expect(verdict()).toContain("库存不够：YRF-L 只有 0 件");
  await scan("S3");
  expect(verdict()).toContain("这一单现在已发出");
  await scan("S4");
  expect(verdict()).toContain("还没有快递单号");
  await scan("W1");
  expect(verdict()).toContain("这一单现在已打单");
  await scan("W2");
  expect(pile()).toHaveLength(6);
  expect(wrapper.findAll(".pile li.bad")).toHaveLength(5);
  expect(hand().text()).toBe("交接 1 个");
  expect(wrapper.get(".pile .sum").text()).toContain("另有 5 个不能交接");
  await hand().trigger("click");
  await flushPromises();
  expect(deed()).toMatchObject({ path: "/desk/ship", body: { parcels: [2] } });
});

test("a_held_parcel_lies_in_the_pile_with_its_reason_and_the_way_to_audit", async () => {
  await turn("交接发出");
  await scan("R1");
  expect(wrapper.get(".verdict").classes()).toContain("stop");
  expect(pile()).toEqual([expect.stringContaining("退款中")]);
  expect(wrapper.get(".pile li a").attributes("href")).toBe("/orders/audit/9?state=held");
  expect(hand().element.disabled).toBe(true);
});

test("from_the_pile_one_comes_to_the_second_look_and_back_with_the_parcel_ready", async () => {
  await turn("交接发出");
  await scan("S1");
  await wrapper.get('button[aria-label^="去复核"]').trigger("click");
  await flushPromises();
  expect(wrapper.get(".card").text()).toContain("YT11");
  expect(asked.some((one) => one.path.endsWith("/second"))).toBe(false);
  ready_["S1"] = scannedAs(parcel(11, { state: "packed", waybill: "YT11", second: by, rev: 5 }), null);
  await scan("S1");
  expect(deed()!.path).toBe("/parcels/11/second");
  await turn("交接发出");
  expect(hand().text()).toBe("交接 1 个");
  expect(wrapper.find(".pile li.bad").exists()).toBe(false);
});

test("when_a_colleague_has_checked_it_the_parcel_in_the_pile_may_leave", async () => {
  wrapper.unmount();
  queries.clear();
  await open(["orders.see", "orders.ship"]);
  await turn("交接发出");
  await scan("S1");
  expect(pile()[0]).toContain("请打包以外、能复核的同事");
  expect(wrapper.find('button[aria-label^="去复核"]').exists()).toBe(false);
  ready_["S1"] = scannedAs(parcel(11, { state: "packed", waybill: "YT11", second: by, rev: 5 }), null);
  await queries.invalidateQueries({ queryKey: ["parcels"] });
  await flushPromises();
  expect(hand().text()).toBe("交接 1 个");
});

test("who_only_checks_again_finds_that_alone_at_the_table", async () => {
  wrapper.unmount();
  await open(["orders.see", "orders.check"]);
  const modes = wrapper.findAll(".bar .el-radio-button").map((one) => one.text());
  expect(modes).toEqual(["复核"]);
});
