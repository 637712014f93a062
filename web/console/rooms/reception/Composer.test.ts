// What leaves the composer, by which key, and what cannot leave it by mistake.
import { VueQueryPlugin, QueryClient } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conversation } from "@api/samples";
import type { SendAsk } from "@api/types";
import { desk } from "@shell/desk";
import { useSession, type Me, type SendKey } from "@shell/session";
import shell from "@shell/words";
import Composer from "./parts/Composer.vue";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
let sent: Omit<SendAsk, "client_id">[] = [];
let wrapper: VueWrapper;
let next = 100;

function put(sendKey: SendKey = "enter", more: Parameters<typeof conversation>[0] = {}): void {
  const session = useSession();
  session.me = { person: { id: 12, name: "小满", send_key: sendKey }, permissions: [], shops: [] } as unknown as Me;
  wrapper = mount(Composer, {
    props: { conversation: conversation({ id: next++, agent: 12, state: "open", ...more }) },
    global: { plugins: [i18n, [VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) }]] },
    attachTo: document.body,
  });
}
const box = () => wrapper.get("textarea");
const write = (text: string): Promise<void> => box().setValue(text);

beforeEach(() => {
  setActivePinia(createPinia());
  vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(new Response("[]", { headers: { "content-type": "application/json" } }))));
  desk.person = 12;
  sent = [];
  vi.spyOn(desk, "send").mockImplementation((ask) => (sent.push(ask), "c"));
});
afterEach(async () => {
  wrapper.unmount();
  await flushPromises();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("enter_sends_when_so_chosen_and_shift_enter_does_not", async () => {
  put("enter");
  await write("在的，亲");
  await box().trigger("keydown", { key: "Enter", shiftKey: true });
  expect(sent).toEqual([]);
  await box().trigger("keydown", { key: "Enter" });
  expect(sent).toMatchObject([{ kind: "text", body: { text: "在的，亲" } }]);
  expect((box().element as HTMLTextAreaElement).value).toBe("");
});

test("ctrl_enter_sends_when_so_chosen_and_enter_does_not", async () => {
  put("ctrl_enter");
  await write("在的");
  await box().trigger("keydown", { key: "Enter" });
  expect(sent).toEqual([]);
  await box().trigger("keydown", { key: "Enter", ctrlKey: true });
  expect(sent.length).toBe(1);
});

test("the_enter_that_ends_a_word_of_an_input_method_sends_nothing", async () => {
  put();
  await write("zai");
  await box().trigger("keydown", { key: "Enter", isComposing: true });
  expect(sent).toEqual([]);
});

test("a_note_goes_as_a_note_and_a_reply_as_a_reply", async () => {
  put();
  await write("给买家的话");
  await wrapper.findAll("[role=tab]")[1]!.trigger("click");
  expect(wrapper.get("section").classes()).toContain("note");
  expect((box().element as HTMLTextAreaElement).value).toBe("");
  await write("内部的话");
  await box().trigger("keydown", { key: "Enter" });
  expect(sent).toMatchObject([{ kind: "note", body: { text: "内部的话", whisper: false } }]);
  await wrapper.findAll("[role=tab]")[0]!.trigger("click");
  expect((box().element as HTMLTextAreaElement).value).toBe("给买家的话");
});

test("a_long_text_goes_in_parts_unless_one_says_otherwise", async () => {
  put();
  await write("这款是纯棉的，洗了不会缩水。".repeat(40));
  expect(wrapper.text()).toContain("分成 2 条发送");
  await box().trigger("keydown", { key: "Enter" });
  expect(sent.length).toBe(2);
  await write("这款是纯棉的，洗了不会缩水。".repeat(40));
  await wrapper.get("button.chip").trigger("click");
  await box().trigger("keydown", { key: "Enter" });
  expect(sent.length).toBe(3);
});

test("more_than_five_thousand_characters_always_go_in_parts", async () => {
  put();
  await write("字".repeat(12_000));
  await box().trigger("keydown", { key: "Enter" });
  expect(sent.map((ask) => (ask.body as { text: string }).text.length)).toEqual([5_000, 5_000, 2_000]);
});

test("a_promise_is_seen_and_kept_only_when_asked", async () => {
  put();
  await write("您稍等 2 分钟");
  expect(wrapper.get("button.chip").text()).toContain("2 分钟内回复");
  await box().trigger("keydown", { key: "Enter" });
  expect(sent.at(-1)).not.toHaveProperty("promise_ms");
  await write("您稍等 2 分钟");
  await wrapper.get("button.chip").trigger("click");
  await box().trigger("keydown", { key: "Enter" });
  expect(sent.at(-1)).toMatchObject({ body: { text: "您稍等 2 分钟" }, promise_ms: 120_000 });
});

test("somebody_elses_conversation_takes_a_note_but_no_reply", async () => {
  put("enter", { agent: 13, agent_name: "谷雨" });
  await flushPromises();
  expect(wrapper.get("section").classes()).toContain("note");
  await wrapper.findAll("[role=tab]")[0]!.trigger("click");
  expect(wrapper.find("textarea").exists()).toBe(false);
  expect(wrapper.text()).toContain("由 谷雨 接待");
});

test("send_and_close_sends_first", async () => {
  put();
  await write("感谢光临");
  await box().trigger("keydown", { key: "Enter", ctrlKey: true, shiftKey: true });
  expect(sent.length).toBe(1);
  expect(wrapper.emitted("sendClose")).toHaveLength(1);
});

test("a_note_never_takes_a_file_to_the_buyer", async () => {
  vi.mocked(fetch).mockImplementation(() => Promise.resolve(new Response(JSON.stringify({ file: "9", kind: "image", width: 1, height: 1, ms: null, size: 1, name: "a.png", type: "image/png" }), { status: 201, headers: { "content-type": "application/json" } })));
  put();
  (wrapper.vm as unknown as { addFiles: (files: File[]) => void }).addFiles([new File(["x"], "a.png", { type: "image/png" })]);
  await flushPromises();
  await wrapper.findAll("[role=tab]")[1]!.trigger("click");
  await write("内部的话");
  await box().trigger("keydown", { key: "Enter" });
  expect(sent.map((ask) => ask.kind)).toEqual(["note"]);
  await wrapper.findAll("[role=tab]")[0]!.trigger("click");
  await box().trigger("keydown", { key: "Enter" });
  expect(sent.map((ask) => ask.kind)).toEqual(["note", "image"]);
});

test("a_shop_without_signs_has_no_palette_and_its_form_of_address_goes_into_the_box", async () => {
  vi.stubGlobal("fetch", vi.fn((asked: string | Request) => {
    const url = typeof asked === "string" ? asked : asked.url;
    const body = url.includes("/knowledge/tone") ? { tone: "", address: "亲", emoji: false } : [];
    return Promise.resolve(new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } }));
  }));
  put();
  await flushPromises();
  expect(wrapper.find("[aria-label='表情']").exists()).toBe(false);
  await wrapper.get(".call").trigger("click");
  expect((box().element as HTMLTextAreaElement).value).toBe("亲，");
});

test("taking_a_talk_over_turns_to_the_reply_unless_a_note_was_begun", async () => {
  const chosen = (): number => wrapper.findAll("[role=tab]").findIndex((tab) => tab.attributes("aria-selected") === "true");
  put("enter", { agent: 13 });
  await flushPromises();
  expect(chosen()).toBe(1);
  const talk = (wrapper.props() as { conversation: ReturnType<typeof conversation> }).conversation;
  await wrapper.setProps({ conversation: { ...talk, agent: 12 } });
  expect(chosen()).toBe(0);
  wrapper.unmount();
  put("enter", { agent: 13 });
  await flushPromises();
  await write("这位买家上次也问过");
  const other = (wrapper.props() as { conversation: ReturnType<typeof conversation> }).conversation;
  await wrapper.setProps({ conversation: { ...other, agent: 12 } });
  expect(chosen()).toBe(1);
});

function typed(): boolean[] {
  return vi.mocked(desk.typing).mock.calls.map(([, on]) => on);
}
const answer = (text: string): void => (wrapper.vm as unknown as { put: (text: string) => void }).put(text);

test("only_who_has_the_talk_says_that_they_type", async () => {
  vi.spyOn(desk, "typing");
  for (const more of [{ agent: 13 }, { agent: null, state: "queued" as const }]) {
    put("enter", more);
    answer("有货的，亲");
    await flushPromises();
    expect(typed()).toEqual([]);
    wrapper.unmount();
  }
  put();
  answer("有货的，亲");
  expect(typed()).toEqual([true]);
});

test("typing_ends_when_the_box_is_emptied_or_sent_the_note_is_turned_to_or_the_talk_is_given_away", async () => {
  vi.spyOn(desk, "typing");
  put();
  await write("在");
  await write("");
  await write("在的");
  await box().trigger("keydown", { key: "Enter" });
  expect(typed()).toEqual([true, false, true, false]);
  await write("稍等");
  await wrapper.findAll("[role=tab]")[1]!.trigger("click");
  await write("这位买家问过");
  expect(typed()).toEqual([true, false, true, false, true, false]);
  await wrapper.findAll("[role=tab]")[0]!.trigger("click");
  await write("稍等一下");
  const talk = (wrapper.props() as { conversation: ReturnType<typeof conversation> }).conversation;
  await wrapper.setProps({ conversation: { ...talk, agent: 13 } });
  expect(typed().slice(6)).toEqual([true, false]);
});

test("without_a_key_for_some_seconds_nobody_types_any_more", async () => {
  vi.spyOn(desk, "typing");
  // what the check would say of the words is another matter
  vi.mocked(fetch).mockImplementation(() => new Promise(() => undefined));
  put();
  vi.useFakeTimers();
  try {
    await write("您");
    await vi.advanceTimersByTimeAsync(4_000);
    await write("您好");
    await vi.advanceTimersByTimeAsync(4_000);
    expect(typed()).toEqual([true, true]);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(typed()).toEqual([true, true, false]);
  } finally {
    vi.useRealTimers();
  }
});
