// What of the desk waits for whom: promises for those who audit and ship, prices for those who change orders.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { defineComponent, h } from "vue";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { queries } from "../cache";
import { useSession, type Me } from "../session";
import shell from "../words";
import { counted, useWaiting } from "./waiting";

const json = (body: unknown): Response => new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
let asked: string[];
beforeEach(() => {
  asked = [];
  queries.clear();
  setActivePinia(createPinia());
  vi.stubGlobal("fetch", async (input: string) => {
    const { pathname } = new URL(input, "http://x");
    asked.push(pathname.replace("/api/v1", ""));
    return json(pathname.endsWith("/counts") ? { by_state: { waiting: { count: 7 } }, by_reason: [], late: 2, soon: 3 } : { items: [{ id: 1 }, { id: 2 }], next: "2" });
  });
});
afterEach(() => vi.unstubAllGlobals());

async function waiting(permissions: string[], shown = false) {
  useSession().me = { person: { id: 1 }, permissions, shops: [], csrf: "t" } as unknown as Me;
  let found!: ReturnType<typeof useWaiting>;
  const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"] } } });
  mount(defineComponent({ setup: () => ((found = useWaiting(shown)), () => h("i")) }), { global: { plugins: [i18n, [VueQueryPlugin, { queryClient: queries }]] } });
  await flushPromises();
  await flushPromises();
  return found;
}

test("what_waits_is_counted_for_those_whose_work_it_is", async () => {
  const all = await waiting(["orders.see", "orders.audit", "orders.edit"]);
  expect([all.soon.value, all.asked.value, all.all.value, all.said.value]).toEqual([3, 2, 5, "3 单快要超时 · 2+ 个改价申请待定"]);
  expect(all.tabs.value).toEqual({ "desk-audit": { n: "7" }, "desk-follow": { n: "5+", near: true, said: all.said.value } });
});

test("who_only_talks_is_told_of_none_and_asks_for_none", async () => {
  const none = await waiting(["orders.see", "reception.talk"]);
  expect([none.all.value, none.said.value]).toEqual([0, ""]);
  expect(asked).toEqual([]);
});

test("who_looks_on_sees_the_tab_counted_but_nothing_that_waits", async () => {
  const some = await waiting(["orders.see"], true);
  expect(some.tabs.value).toEqual({ "desk-audit": { n: "7" }, "desk-follow": null });
  expect(counted(100, true)).toBe("100+");
});
