// Printing a paper, against a stand-in: what is only looked at counts nothing, the person says that paper came out.
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { VueQueryPlugin } from "@tanstack/vue-query";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Batch } from "@api/desk";
import { toasts } from "@ui/toast";
import { queries } from "@shell/cache";
import shell from "@shell/words";
import words from "../words";
import PrintDialog from "./PrintDialog.vue";

const made = { id: 2, batch: 1, number: "261122-003", paper: "label", url: "/api/v1/desk/prints/2", places: [1, 2], again: false, reason: "", at: 1, by: null, printed_at: null, left_out: [] as { place: number; why: string }[] };
let asked: string[];
let meanwhile: typeof made.left_out;
let wrapper: VueWrapper;

async function open(printed: number): Promise<void> {
  setActivePinia(createPinia());
  const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], desk: words["zh-CN"] } } });
  const batch = { id: 1, number: "261122-003", shop: 3, at: 1, by: null, parcels: 2, pulled: 0, shipped: 0, printed: { pick: 0, note: 0, label: printed } } as unknown as Batch;
  wrapper = mount(PrintDialog, { props: { batch, paper: "label", places: null }, global: { plugins: [i18n, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] }, attachTo: document.body });
  await flushPromises();
}
const button = (name: string): HTMLButtonElement | undefined => [...document.querySelectorAll<HTMLButtonElement>(".el-dialog button")].find((one) => one.textContent?.trim() === name);

beforeEach(() => {
  asked = [];
  meanwhile = [];
  vi.stubGlobal("fetch", async (input: string, init?: RequestInit) => {
    const path = new URL(input, "http://x").pathname.replace("/api/v1", "");
    if (init?.method === "POST") asked.push(path);
    if (path === "/desk/prints/2") return new Response("<!doctype html><p class=sheet>面单</p>", { status: 200 });
    const body = path.endsWith("/printed") ? { ...made, printed_at: 5, left_out: meanwhile } : made;
    return new Response(JSON.stringify(body), { status: 200, headers: { "content-type": "application/json" } });
  });
});
afterEach(() => {
  wrapper.unmount();
  document.body.innerHTML = "";
  vi.unstubAllGlobals();
});

test("a paper that is only looked at is not printed", async () => {
  await open(0);
  expect(document.body.textContent).toContain("还不算打印");
  button("关闭")?.click();
  await flushPromises();
  expect(asked).toEqual(["/desk/batches/1/prints"]);
  expect(wrapper.emitted("close")).toBeTruthy();
});

test("after the printer somebody says that paper came out, and hears what was pulled meanwhile", async () => {
  await open(0);
  meanwhile = [{ place: 2, why: "refund" }];
  const put = vi.fn();
  Object.assign(document.querySelector("iframe")?.contentWindow ?? {}, { print: put });
  button("打印")?.click();
  await flushPromises();
  expect(put).toHaveBeenCalledOnce();
  expect(asked).toEqual(["/desk/batches/1/prints"]);
  expect(document.body.textContent).toContain("纸打出来了就点");
  button("已打印")?.click();
  await flushPromises();
  expect(asked).toEqual(["/desk/batches/1/prints", "/desk/prints/2/printed"]);
  expect(toasts.at(-1)?.text).toContain("2 号（");
  expect(wrapper.emitted("close")).toBeTruthy();
});

test("what was printed before is laid out again with a reason only", async () => {
  await open(1);
  expect(asked).toEqual([]);
  expect(button("重打面单")?.disabled).toBe(true);
});
