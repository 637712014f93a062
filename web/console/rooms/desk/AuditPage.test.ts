// The audit page by its keys, against a stand-in: j goes on, a passes and the next takes its place, a refusal is worded.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import type { DeskParcel } from "@api/desk";
import { toasts } from "@ui/toast";
import { queries } from "@shell/cache";
import { pressed } from "@shell/keys";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import routes from "./routes";
import AuditPage from "./AuditPage.vue";
import { hold, parcel } from "./samples";
import words from "./words";

let parcels: DeskParcel[];
let asked: { method: string; path: string; body: unknown }[];
let refuse: { code: string; [more: string]: unknown } | null;
let wrapper: VueWrapper;

function answer(method: string, path: string, query: URLSearchParams): [number, unknown] {
  if (path === "/parcels") return [200, { items: parcels.filter((one) => (query.get("state") ?? "").split(",").includes(one.state)), next: null }];
  if (path === "/parcels/counts") return [200, { by_state: { waiting: { count: parcels.length, oldest_at: null } }, by_reason: [], late: 0, soon: 0, urgent: 0, to_batch: 0, passed_24h: 0, shipped_24h: 0 }];
  if (path === "/couriers") return [200, [{ code: "YUNDA", name: "韵达快递", on: true, surcharge_fen: 0, surcharge_url: "", query_url: "" }]];
  if (path === "/parcels/release" || path === "/parcels/hold") return [200, { done: [1], refused: [{ id: 3, code: "hold_blocking", params: { holds: ["refund"] } }] }];
  const [, id, verb] = /^\/parcels\/(\d+)\/?(\w*)$/.exec(path) ?? [];
  const one = parcels.find((p) => p.id === Number(id));
  if (!one) return [404, { code: "not_found" }];
  if (method === "GET") return [200, one];
  if (refuse) return [409, refuse];
  const state = { pass: "passed", unpass: "waiting", hold: "held" }[verb!] as DeskParcel["state"] | undefined;
  const next = { ...one, state: state ?? one.state, rev: one.rev + 1 };
  parcels = parcels.map((p) => (p.id === one.id ? next : p));
  return [200, next];
}
beforeEach(async () => {
  parcels = [parcel(1), parcel(2, { checks: parcel(2).checks.map((c) => (c.key === "address" ? { ...c, state: "fail", why: "phone" } : c)) }), parcel(3)];
  asked = [];
  refuse = null;
  queries.clear();
  toasts.splice(0);
  vi.stubGlobal("fetch", async (input: string, init: RequestInit) => {
    const url = new URL(input, "http://x");
    const path = url.pathname.replace("/api/v1", "");
    const method = init.method ?? "GET";
    if (method !== "GET") asked.push({ method, path, body: init.body ? JSON.parse(String(init.body)) : null });
    const [status, body] = answer(method, path, url.searchParams);
    return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  });
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: ["orders.see", "orders.audit"], shops: [], csrf: "t" } as unknown as Me;
  const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], desk: words["zh-CN"] } } });
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push("/orders/audit");
  wrapper = mount(AuditPage, { global: { plugins: [i18n, router, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] }, attachTo: document.body });
  document.addEventListener("keydown", pressed);
  await flushPromises();
});
afterEach(() => {
  document.removeEventListener("keydown", pressed);
  wrapper.unmount();
  vi.unstubAllGlobals();
});
async function key(name: string): Promise<void> {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
  await flushPromises();
  await flushPromises();
}
const at = (): string | undefined => wrapper.find("tr.on").attributes("data-parcel");

test("j_goes_down_a_passes_and_the_next_takes_its_place", async () => {
  await key("j");
  expect(at()).toBe("1");
  await key("a");
  expect(asked).toEqual([{ method: "POST", path: "/parcels/1/pass", body: { rev: 4 } }]);
  expect(at()).toBe("2");
  toasts.at(-1)!.action!.run();
  await flushPromises();
  expect(asked.at(-1)!.path).toBe("/parcels/1/unpass");
});

test("a_check_is_confirmed_by_its_number", async () => {
  await key("j");
  await key("j");
  await key("7");
  expect(asked).toEqual([{ method: "POST", path: "/parcels/2/check", body: { key: "address", ok: true } }]);
});

test("what_holds_a_parcel_is_named_when_it_is_not_passed", async () => {
  parcels[0] = parcel(1, { holds: [hold("refund", true)] });
  refuse = { code: "parcel_held", holds: ["refund"] };
  await key("j");
  await key("a");
  expect(toasts.at(-1)!.text).toBe("挂起中：退款中");
  expect(at()).toBe("1");
});

test("all_clean_ones_are_passed_at_once_and_no_other", async () => {
  await wrapper.findAll("button").find((button) => button.text().includes("通过全部无误的 2 单"))!.trigger("click");
  await flushPromises();
  expect(asked[0]).toEqual({ method: "POST", path: "/parcels/pass", body: { parcels: [{ id: 1, rev: 4 }, { id: 3, rev: 4 }] } });
});

test("several_held_ones_are_released_in_one_act_and_what_was_refused_says_why", async () => {
  parcels = [parcel(1, { state: "held", holds: [hold("remark")] }), parcel(2, { state: "held", holds: [hold("remark")] }), parcel(3, { state: "held", holds: [hold("refund", true)] })];
  await wrapper.findAll(".views button")[1]!.trigger("click");
  await flushPromises();
  await flushPromises();
  const boxes = wrapper.findAll("tbody input[type=checkbox]");
  await boxes[0]!.setValue(true);
  await boxes[2]!.setValue(true);
  const button = (text: string) => wrapper.findAll("button").find((one) => one.text().includes(text));
  await button("解除选中的 2 单")!.trigger("click");
  await flushPromises();
  expect(asked).toEqual([{ method: "POST", path: "/parcels/release", body: { parcels: [1, 3] } }]);
  expect(toasts.at(-1)!.text).toBe("已解除 1 单");
  const told = document.querySelector(".refused")!.textContent;
  expect(told).toContain(parcels[2]!.orders[0]!.number);
  expect(told).toContain("退款中");
  expect(button("解除选中的 1 单"), "what was refused stays chosen").toBeDefined();
  await button("给选中的 1 单再加一个挂起原因")!.trigger("click");
  await flushPromises();
  expect(document.body.textContent).toContain("恶意买家");
});

test("orders that go to different places are parted where it says so", async () => {
  const one = parcel(1);
  parcels[0] = parcel(1, { orders: [...one.orders, { ...one.orders[0]!, id: 200, number: "T26119" }], holds: [hold("addresses_differ", true)] });
  await queries.invalidateQueries();
  await flushPromises();
  await key("j");
  await wrapper.find("li.hard button").trigger("click");
  await flushPromises();
  expect(wrapper.find("li.hard").text()).toContain("合并的订单收件信息不同");
  expect(asked[0]!.path).toBe("/parcels/1/rejoin");
});
