// Moving an agent's talks: only to who is there, with what speaks for and against them, and a note the server takes.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { queries } from "@shell/cache";
import { desk } from "@shell/desk";
import { useSession, type Me } from "@shell/session";
import { i18n } from "../../i18n";
import MoveDialog from "./parts/MoveDialog.vue";
import type { WallAgent } from "./queries";

let wrapper: VueWrapper;

beforeEach(() => {
  queries.clear();
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: ["reception.supervise"], shops: [], csrf: "t" } as unknown as Me;
  vi.stubGlobal("fetch", async (input: string | Request) => {
    const url = input instanceof Request ? input.url : input;
    return new Response(JSON.stringify(url.includes("/wall") ? { agents: [{ person: 14, load: 3 }, { person: 15, load: 1 }] } : []), { headers: { "content-type": "application/json" } });
  });
  const there = (person: number, name: string, state: "online" | "away" | "off") => ({ person, name, state, reason: null, load: null, capacity: 3 });
  vi.spyOn(desk, "presences").mockReturnValue([there(12, "小满", "online"), there(13, "白露", "off"), there(14, "芒种", "online"), there(15, "谷雨", "away")]);
});
afterEach(() => {
  wrapper.unmount();
  document.body.innerHTML = "";
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("talks_move_only_to_who_is_there_with_a_note_the_server_takes", async () => {
  wrapper = mount(MoveDialog, { props: { agent: { person: 12, name: "小满", load: 2 } as WallAgent }, global: { plugins: [i18n, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] }, attachTo: document.body });
  await flushPromises();
  await flushPromises();
  const options = [...document.querySelectorAll(".el-select-dropdown__item")].map((one) => one.textContent!.trim());
  expect(options).toEqual(["谷雨  1/3  离开", "芒种  3/3  已满"]);
  expect(document.querySelector("textarea")!.getAttribute("maxlength")).toBe("500");
});

test("where_nobody_can_take_them_it_is_said_what_to_do", async () => {
  vi.mocked(desk.presences).mockReturnValue([]);
  wrapper = mount(MoveDialog, { props: { agent: { person: 12, name: "小满", load: 2 } as WallAgent }, global: { plugins: [i18n, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] }, attachTo: document.body });
  await flushPromises();
  expect(document.body.textContent).toContain("现在没有别的同事在线，也没有小组；请先让一位同事上线");
});
