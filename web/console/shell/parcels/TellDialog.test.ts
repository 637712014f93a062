// What a buyer is told of a late parcel: words made ready for the talk, or said clearly that there is none.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { createMemoryHistory, createRouter } from "vue-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DeskParcel } from "@api/desk";
import { queries } from "../cache";
import { useSession, type Me } from "../session";
import words from "../words";
import { takeReady } from "./tell";
import TellDialog from "./TellDialog.vue";

const parcel = { id: 5, shop: 3, customer: 8, orders: [{ id: 1, number: "T1" }], courier: "YTO", courier_name: "圆通速递", waybill: "YT8800001", due_at: 1, trace: { at: 2, words: "已到达杭州" }, province: "浙江", stop: null } as unknown as DeskParcel;
let talks: { id: number; shop: number }[];
let posted: unknown[];
let wrapper: VueWrapper;
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: { template: "<p/>" } }, { path: "/reception/:id", name: "reception", component: { template: "<p/>" } }] });

beforeEach(() => {
  [talks, posted] = [[], []];
  queries.clear();
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: ["orders.see", "reception.talk"], shops: [], csrf: "t" } as unknown as Me;
  vi.stubGlobal("fetch", async (input: string, init?: RequestInit) => {
    const { pathname } = new URL(input, "http://x");
    if (init?.method === "POST") posted.push(JSON.parse(String(init.body)));
    const body = pathname.endsWith("/parcels/5") ? parcel : pathname.endsWith("/conversations") ? talks : pathname.endsWith("/told") ? { at: 3, by: null } : [];
    return new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
  });
});
afterEach(() => {
  wrapper.unmount();
  document.body.innerHTML = "";
  vi.unstubAllGlobals();
});
async function show(): Promise<void> {
  const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: words["zh-CN"] } } });
  wrapper = mount(TellDialog, { props: { parcel: 5, of: { of: "parcel", id: 5 }, told: null }, global: { plugins: [i18n, router, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] }, attachTo: document.body });
  await flushPromises();
  await flushPromises();
}
const button = (text: string): HTMLButtonElement | undefined => [...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === text);

test("the_words_wait_in_the_talk_of_the_shop_and_nothing_is_sent", async () => {
  talks = [{ id: 70, shop: 4 }, { id: 71, shop: 3 }];
  await show();
  const text = document.querySelector(".text")!.textContent!;
  expect(text).toContain("订单 T1（圆通速递，单号 YT8800001）");
  expect(text).toContain("已到达杭州");
  button("打开会话，放进回复框")!.click();
  await flushPromises();
  expect(router.currentRoute.value.params["id"]).toBe("71");
  expect(takeReady(71)).toBe(text);
  expect(posted).toEqual([]);
});

test("where_there_is_no_talk_it_says_so_and_what_was_told_elsewhere_is_written_down", async () => {
  await show();
  expect(document.querySelector("[role=status]")!.textContent).toContain("没有您能看到的会话");
  expect(button("打开会话，放进回复框")).toBeUndefined();
  expect(button("复制")).toBeDefined();
  button("记为已告知")!.click();
  await flushPromises();
  expect(posted).toEqual([{ of: "parcel", id: 5, told: true }]);
});
