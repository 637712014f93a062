// Handing a talk on: who can take it is seen, who is off is not offered, and the note is as long as the server takes it.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { shallowRef } from "vue";
import { createI18n } from "vue-i18n";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conversation } from "@api/samples";
import type { PresenceOf, PresenceState } from "@api/types";
import { queries } from "@shell/cache";
import { desk } from "@shell/desk";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import type { Deeds } from "./deeds";
import ReleaseDialog from "./parts/ReleaseDialog.vue";
import TransferDialog from "./parts/TransferDialog.vue";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
const there = (person: number, name: string, state: PresenceState): PresenceOf => ({ person, name, state, reason: null, load: null, capacity: 3 });
let asked: { url: string; body: unknown }[];
let wrapper: VueWrapper;

beforeEach(() => {
  asked = [];
  queries.clear();
  setActivePinia(createPinia());
  vi.stubGlobal("fetch", async (input: string | Request, init?: RequestInit) => {
    const url = input instanceof Request ? input.url : input;
    const body = input instanceof Request ? await input.text() : String(init?.body ?? "");
    asked.push({ url, body: body ? JSON.parse(body) : null });
    const answer = url.includes("/wall") ? { agents: [{ person: 14, load: 3 }, { person: 15, load: 1 }] } : url.includes("/transfer") ? conversation({ agent: 15 }) : [];
    return new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
  });
  desk.stop();
  vi.spyOn(desk, "presences").mockReturnValue([there(12, "小满", "online"), there(13, "白露", "off"), there(14, "芒种", "online"), there(15, "谷雨", "online"), there(16, "立夏", "away")]);
});
afterEach(() => {
  wrapper.unmount();
  document.body.innerHTML = "";
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});
async function show(permissions: string[]): Promise<void> {
  useSession().me = { person: { id: 12 }, permissions, shops: [], csrf: "t" } as unknown as Me;
  wrapper = mount(TransferDialog, { props: { conversations: [conversation({ agent: 12 })] }, global: { plugins: [i18n, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] }, attachTo: document.body });
  await flushPromises();
  await flushPromises();
}
const choices = (): HTMLLabelElement[] => [...document.querySelectorAll<HTMLLabelElement>(".choices label")];
const said = (): string[] => choices().map((one) => one.textContent!.replace(/\s+/g, " ").trim());

test("who_is_off_is_not_offered_and_who_is_full_or_away_is_marked_with_their_load", async () => {
  await show(["reception.talk", "reception.supervise"]);
  expect(said()).toEqual([expect.stringContaining("谷雨"), expect.stringContaining("立夏"), expect.stringContaining("芒种")]);
  expect(said()[0]).toContain("1/3");
  expect(choices()[1]!.querySelector(".near")!.textContent).toContain("离开");
  expect(choices()[2]!.querySelector(".near")!.textContent).toContain("3/3 已满".replace(" ", "\u00a0"));
});

test("a_talk_goes_to_whom_was_chosen_but_not_once_they_went_off", async () => {
  const people = shallowRef([there(15, "谷雨", "online"), there(16, "立夏", "online")]);
  vi.mocked(desk.presences).mockImplementation(() => people.value);
  await show(["reception.talk"]);
  expect(asked.some(({ url }) => url.includes("/wall"))).toBe(false);
  choices()[0]!.querySelector("input")!.click();
  const note = document.querySelector("textarea")!;
  note.value = "要开票";
  note.dispatchEvent(new Event("input"));
  people.value = [there(15, "谷雨", "off"), there(16, "立夏", "online")];
  await flushPromises();
  const send = (): void => [...document.querySelectorAll<HTMLButtonElement>(".el-dialog button")].find((one) => one.textContent?.trim() === "转移")!.click();
  const sent = (): unknown[] => asked.filter(({ url }) => url.includes("/transfer")).map(({ body }) => body);
  send();
  await flushPromises();
  expect(sent()).toEqual([]);
  people.value = [there(15, "谷雨", "online"), there(16, "立夏", "online")];
  await flushPromises();
  send();
  await flushPromises();
  expect(sent()).toEqual([{ to_person: 15, note: "要开票" }]);
});

test("nobody_there_is_said_and_a_group_is_left", async () => {
  vi.mocked(desk.presences).mockReturnValue([there(12, "小满", "online"), there(13, "白露", "off")]);
  await show(["reception.talk"]);
  expect(document.querySelector(".choices")!.textContent).toContain("现在没有别的同事在线，可以转给小组");
});

test("a_hand_over_note_is_as_long_as_the_server_takes_it_and_counts_its_characters", async () => {
  await show(["reception.talk"]);
  const limits = (): string[] => [document.querySelector("textarea")!.getAttribute("maxlength")!, document.querySelector(".el-input__count")!.textContent!.replace(/\s/g, "")];
  expect(limits()).toEqual(["500", "0/500"]);
  wrapper.unmount();
  document.body.innerHTML = "";
  wrapper = mount(ReleaseDialog, { props: { conversation: conversation(), deeds: {} as Deeds }, global: { plugins: [i18n, ElementPlus] }, attachTo: document.body });
  await flushPromises();
  expect(limits()).toEqual(["500", "0/500"]);
});

test("where_there_is_no_group_the_list_says_who_makes_one", async () => {
  await show(["reception.talk"]);
  [...document.querySelectorAll<HTMLInputElement>(".to input")].find((one) => one.value === "group")!.click();
  await flushPromises();
  expect(document.querySelector(".choices")!.textContent).toContain("还没有小组，可以转给同事");
});
