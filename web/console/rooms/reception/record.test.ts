// A talk becomes a candidate of the FAQ: with the talk it came from, and what is refused stays where it was typed.
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { defineComponent, h, type Component } from "vue";
import { createI18n } from "vue-i18n";
import { conversation, message } from "@api/samples";
import { locale } from "@ui/locale";
import { desk } from "@shell/desk";
import { useSession } from "@shell/session";
import shell from "@shell/words";
import { useDeeds } from "./deeds";
import ProposeDialog from "./parts/ProposeDialog.vue";
import RecordDialog from "./parts/RecordDialog.vue";
import words from "./words";

vi.mock("vue-router", async (real) => ({ ...(await real<object>()), useRouter: () => ({}) }));

let refusal: object | null;
let refused: string;
let posted: { path: string; body: unknown }[];
let wrapper: VueWrapper;
let closed: number;

beforeEach(() => {
  setActivePinia(createPinia());
  useSession();
  locale.value = "zh-CN";
  refusal = null;
  refused = "/faq/propose";
  posted = [];
  closed = 0;
  vi.spyOn(desk, "thread").mockReturnValue({ run: [message({ seq: 4, body: { text: "地址能改到公司吗" } })] } as unknown as ReturnType<typeof desk.thread>);
  vi.stubGlobal("fetch", vi.fn(async (to: string | Request, init?: RequestInit) => {
    const path = (typeof to === "string" ? to : to.url).replace(/^.*\/api\/v1/, "");
    const method = typeof to === "string" ? init?.method : to.method;
    if (method !== "POST") return json({ items: [], next: null });
    posted.push({ path, body: typeof to === "string" ? JSON.parse(String(init?.body)) : await to.json() });
    return path === refused && refusal ? json(refusal, 422) : json({});
  }));
});
afterEach(async () => {
  wrapper.unmount();
  document.body.innerHTML = "";
  await flushPromises();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});
const json = (body: object, status = 200): Response => new Response(JSON.stringify(body), { status, headers: { "content-type": status < 400 ? "application/json" : "application/problem+json" } });
async function open(dialog: Component, more: object = {}): Promise<void> {
  const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
  const Host = defineComponent(() => {
    const deeds = useDeeds(() => undefined);
    return () => h(dialog, { conversation: conversation({ id: 9 }), deeds, onClose: () => closed++, ...more });
  });
  wrapper = mount(Host, { global: { plugins: [i18n, ElementPlus, [VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) }]] }, attachTo: document.body });
  await flushPromises();
}
const dialog = (): HTMLElement => document.querySelector<HTMLElement>(".el-dialog")!;
const field = (label: string): HTMLElement => [...dialog().querySelectorAll<HTMLElement>(".el-form-item")].find((one) => one.querySelector("label")?.textContent === label)!;
const input = (label: string): HTMLInputElement => field(label).querySelector<HTMLInputElement>("input, textarea")!;
async function write(label: string, text: string): Promise<void> {
  input(label).value = text;
  input(label).dispatchEvent(new Event("input", { bubbles: true }));
  await flushPromises();
}
async function click(name: string): Promise<void> {
  [...dialog().querySelectorAll<HTMLElement>("button, .el-checkbox")].find((one) => one.textContent?.trim().startsWith(name))!.click();
  await flushPromises();
  await flushPromises();
}
/** What stands at a field comes a moment later. */
const said = (label: string, text: string): Promise<void> => vi.waitFor(() => expect(field(label).querySelector(".el-form-item__error")?.textContent?.trim() ?? "").toBe(text));
const proposed = (): unknown[] => posted.filter((one) => one.path === "/faq/propose").map((one) => one.body);
const records = (): unknown[] => posted.filter((one) => one.path === "/conversations/9/record").map((one) => one.body);

test("a_record_becomes_a_candidate_that_leads_back_to_its_talk", async () => {
  await open(RecordDialog);
  await write("怎么解决的", "没发货前都能改。");
  await click("同时提交为问答");
  await click("保存");
  expect(records()).toEqual([{ topic: "地址能改到公司吗", solution: "没发货前都能改。" }]);
  expect(proposed()).toEqual([{ shop: 3, question: "地址能改到公司吗", answer: "没发货前都能改。", conversation: 9, seq: 4 }]);
  expect(closed).toBe(1);
});

test("a_refused_candidate_stays_at_its_field_with_what_was_typed_and_is_recorded_once", async () => {
  refusal = { code: "personal_data", field: "answer", detail: "Leave out phone numbers." };
  await open(RecordDialog);
  await write("怎么解决的", "打 13800001111 改");
  await click("同时提交为问答");
  await click("保存");
  expect(closed).toBe(0);
  expect(dialog().textContent).toContain("咨询记录已经记下");
  expect(input("怎么回答").value).toBe("打 13800001111 改");
  await said("怎么回答", "请去掉电话、订单号、运单号和邮箱：问答是给所有买家用的");
  await said("买家怎么问", "");
  refusal = { code: "question_exists", field: "question", detail: "" };
  await write("怎么回答", "在这里说就能改");
  await click("提交");
  await said("买家怎么问", "已经有同样的问题");
  await said("怎么回答", "");
  refusal = null;
  await write("买家怎么问", "发货前能改地址吗");
  await click("提交");
  expect(records()).toEqual([{ topic: "地址能改到公司吗", solution: "打 13800001111 改" }]);
  expect(proposed().at(-1)).toEqual({ shop: 3, question: "发货前能改地址吗", answer: "在这里说就能改", conversation: 9, seq: 4 });
  expect(closed).toBe(1);
});

test("a_refusal_that_lies_with_no_field_is_said_beneath_them", async () => {
  refusal = { code: "forbidden", detail: "" };
  await open(ProposeDialog, { proposal: { question: "能机洗吗", answer: "建议手洗", seq: null } });
  await click("提交");
  expect(dialog().querySelector("[role=alert].error")?.textContent).toContain("你没有这项权限");
  expect(proposed()).toEqual([{ shop: 3, question: "能机洗吗", answer: "建议手洗", conversation: 9 }]);
  expect(closed).toBe(0);
});

test("a_refused_record_says_at_its_field_why_and_its_limits_are_the_servers", async () => {
  refused = "/conversations/9/record";
  refusal = { code: "text_too_long", field: "solution", detail: "Too long.", limit: 1000 };
  await open(RecordDialog);
  expect([input("咨询主题").maxLength, input("怎么解决的").maxLength]).toEqual([100, 1000]);
  await write("怎么解决的", "没发货前都能改。");
  await click("保存");
  expect(closed).toBe(0);
  await said("怎么解决的", "最多 1000 个字");
  await said("咨询主题", "");
  refusal = null;
  await click("保存");
  expect(closed).toBe(1);
});
