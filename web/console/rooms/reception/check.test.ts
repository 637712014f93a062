// The reply check in the composer: what is held, what is asked once, what is mended, and that nothing waits for it.
import { VueQueryPlugin, QueryClient } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Checked, Finding, Script } from "@api/knowledge";
import { conversation } from "@api/samples";
import type { SendAsk } from "@api/types";
import { desk } from "@shell/desk";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import Composer from "./parts/Composer.vue";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
let sent: Omit<SendAsk, "client_id">[] = [];
let wrapper: VueWrapper;
let next = 500;
let checked: Checked | null = null;
let scripts: Partial<Script>[] = [];
/** Until when a text is good, as the server says it; `expired` when it is not good any more. */
let until: number | null | "expired" = null;
const finding = (more: Partial<Finding>): Finding => ({ rule: "absolute", level: "confirm", from: 0, to: 4, hint: "absolute", params: { word: "全网最低" }, replacement: null, ...more });
const json = (body: unknown): Promise<Response> => Promise.resolve(new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } }));

const box = () => wrapper.get("textarea");
const enter = (): Promise<void> => box().trigger("keydown", { key: "Enter" });
async function write(text: string): Promise<void> {
  await box().setValue(text);
  await vi.advanceTimersByTimeAsync(300);
  await flushPromises();
}
beforeEach(async () => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  checked = { send: "free", findings: [] };
  scripts = [];
  until = null;
  vi.stubGlobal("fetch", vi.fn((asked: string | Request) => {
    const url = typeof asked === "string" ? asked : asked.url;
    if (url.includes("/replies/check")) return checked ? json(checked) : new Promise(() => undefined);
    if (url.includes("/render") && until === "expired") return Promise.resolve(new Response(JSON.stringify({ code: "expired" }), { status: 409, headers: { "content-type": "application/problem+json" } }));
    if (url.includes("/render")) return json({ text: "您好，我是小满，订单 {order}", missing: ["order"], version: 1, until, filled: { lang: "zh", product: null, sku: null, total_fen: null, items: [], values: {} } });
    return json({ items: url.includes("/scripts") ? scripts : [], next: null });
  }));
  desk.person = 12;
  sent = [];
  vi.spyOn(desk, "send").mockImplementation((ask) => (sent.push(ask), "c"));
});
async function put(): Promise<void> {
  useSession().me = { person: { id: 12, name: "小满", send_key: "enter" }, permissions: [], shops: [] } as unknown as Me;
  wrapper = mount(Composer, {
    props: { conversation: conversation({ id: next++, agent: 12, state: "open" }) },
    global: { plugins: [i18n, [VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) }]] },
    attachTo: document.body,
  });
  await vi.advanceTimersByTimeAsync(10);
  await flushPromises();
}
afterEach(async () => {
  wrapper.unmount();
  await flushPromises();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("a_block_holds_the_text_back_and_says_what_to_change", async () => {
  checked = { send: "block", findings: [finding({ rule: "contact", level: "block", hint: "contact_wechat", replacement: "" })] };
  await put();
  await write("加我微信吧");
  await enter();
  expect(sent).toEqual([]);
  expect(wrapper.get("[role=alert]").text()).toBe("改好才能发出");
  checked = { send: "free", findings: [] };
  await wrapper.get(".mend").trigger("click");
  await vi.advanceTimersByTimeAsync(300);
  expect((box().element as HTMLTextAreaElement).value).toBe("吧");
  await enter();
  expect(sent).toMatchObject([{ body: { text: "吧" } }]);
});

test("a_confirm_asks_once_and_then_sends_with_the_rules_that_were_read", async () => {
  checked = { send: "confirm", findings: [finding({}), finding({ rule: "promise", from: 5, to: 7 })] };
  await put();
  await write("全网最低，保证");
  await enter();
  expect(sent).toEqual([]);
  await enter();
  expect(sent).toMatchObject([{ body: { text: "全网最低，保证" }, confirmed: ["absolute", "promise"] }]);
});

test("changing_the_text_takes_the_question_back", async () => {
  checked = { send: "confirm", findings: [finding({})] };
  await put();
  await write("全网最低价");
  await enter();
  await write("全网最低价哦");
  await enter();
  expect(sent).toEqual([]);
});

test("a_hint_stops_nothing_and_a_check_that_has_not_answered_is_not_waited_for", async () => {
  checked = { send: "free", findings: [finding({ level: "hint", rule: "impolite_you", hint: "impolite_you", replacement: "您", from: 0, to: 1 })] };
  await put();
  await write("你好");
  expect(wrapper.text()).toContain("改为“您”");
  await enter();
  checked = null;
  await box().setValue("马上看");
  await enter();
  expect(sent.map((ask) => (ask.body as { text: string }).text)).toEqual(["你好", "马上看"]);
  expect(sent.every((ask) => ask.confirmed?.length === 0)).toBe(true);
});

test("a_text_with_a_blank_in_it_does_not_leave", async () => {
  await put();
  await write("您的订单 {order} 今天发出");
  expect(wrapper.get(".chip").text()).toContain("还有 1 处要填：订单号");
  await enter();
  expect(sent).toEqual([]);
  const area = box().element as HTMLTextAreaElement;
  expect(area.value.slice(area.selectionStart, area.selectionEnd)).toBe("{order}");
  await write("您的订单 0087 今天发出");
  await enter();
  expect(sent.length).toBe(1);
});

test("a_script_picked_after_a_slash_comes_filled_and_its_first_blank_is_chosen", async () => {
  scripts = [{ id: 7, code: "hy", title: "欢迎语", text: "您好，我是{agent}，订单 {order}", text_en: "", variables: ["agent", "order"], category: "greeting", stage: "any", uses: 3 }];
  await put();
  await write("/hyy");
  expect(wrapper.get("[role=option]").text()).toContain("欢迎语");
  await enter();
  await vi.advanceTimersByTimeAsync(20);
  await flushPromises();
  const area = box().element as HTMLTextAreaElement;
  expect(area.value).toBe("您好，我是小满，订单 {order}");
  expect(area.value.slice(area.selectionStart, area.selectionEnd)).toBe("{order}");
  expect(vi.mocked(fetch).mock.calls.some(([asked]) => String(asked).includes("/scripts/7/used"))).toBe(true);
});

test("a_note_is_never_checked", async () => {
  await put();
  await wrapper.findAll("[role=tab]")[1]!.trigger("click");
  await write("这位买家加过微信");
  expect(vi.mocked(fetch).mock.calls.filter(([asked]) => String(asked).includes("/replies/check"))).toEqual([]);
});

test("a_slash_that_asks_for_words_is_not_checked_as_a_reply", async () => {
  scripts = [{ id: 7, code: "hy", title: "欢迎语", text: "您好，我是小满", text_en: "", variables: [], category: "greeting", stage: "any", uses: 3 }];
  await put();
  await write("/hy");
  expect(wrapper.findAll("[role=option]")).toHaveLength(1);
  const asked = (): number => vi.mocked(fetch).mock.calls.filter(([one]) => String(one).includes("/replies/check")).length;
  expect(asked()).toBe(0);
  await write("嗯");
  expect(asked()).toBe(1);
});

const campaign: Partial<Script> = { id: 8, code: "hd", title: "活动", text: "今晚满 299 减 40，要的话现在拍哦", text_en: "", variables: [], category: "campaign", stage: "any", uses: 3 };
async function pickCampaign(): Promise<void> {
  scripts = [campaign];
  await put();
  await write("/hd");
  await enter();
  await vi.advanceTimersByTimeAsync(20);
  await flushPromises();
  expect((box().element as HTMLTextAreaElement).value).toBe(campaign.text);
}

test("a_script_whose_campaign_ended_in_the_box_is_asked_about_once_before_it_is_sent", async () => {
  until = Date.now() + 5_000;
  await pickCampaign();
  expect(wrapper.find(".ended").exists()).toBe(false);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(wrapper.get(".ended").text()).toContain("这段话已过期");
  await enter();
  expect(sent).toEqual([]);
  expect(wrapper.get(".ended").text()).toContain("再按一次发送键就发出");
  await enter();
  expect(sent).toMatchObject([{ body: { text: campaign.text } }]);
  expect(wrapper.find(".ended").exists()).toBe(false);
});

test("a_script_that_is_sent_in_its_time_is_asked_about_by_nobody", async () => {
  until = Date.now() + 5_000;
  await pickCampaign();
  await enter();
  expect(sent).toHaveLength(1);
});

test("a_held_script_that_ended_before_it_was_picked_is_said_to_have_ended_and_changing_the_words_takes_it_away", async () => {
  until = "expired";
  await pickCampaign();
  expect(wrapper.find(".ended").exists()).toBe(true);
  await enter();
  await write("活动刚结束，我帮您问问还能不能优惠");
  expect(wrapper.find(".ended").exists()).toBe(false);
  await enter();
  expect(sent).toHaveLength(1);
});
