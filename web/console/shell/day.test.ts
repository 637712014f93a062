// One's own figures of the day: asked for when they are looked at, of the shop that is chosen.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { queries } from "./cache";
import MyDay from "./MyDay.vue";
import { useSession, type Me } from "./session";
import words from "./words";

const day = { from: 0, sessions: 12, buyers: 11, answered: 40, first_response_ms: 8_000, response_ms: 65_000, slow: 2, breaches: 0, promises: 1, invited: 5, ratings: 2, score_hundredths: 450 };
let asked: string[];

beforeEach(() => {
  asked = [];
  queries.clear();
  setActivePinia(createPinia());
  useSession().me = { person: { id: 12 }, permissions: ["reception.talk"], shops: [{ id: 3, name: "一店" }, { id: 4, name: "二店" }], csrf: "t" } as unknown as Me;
  vi.stubGlobal("fetch", async (input: Request) => {
    const url = new URL(input.url, "http://x");
    asked.push(`${url.pathname}${url.search}`);
    return new Response(JSON.stringify(day), { headers: { "content-type": "application/json" } });
  });
});
afterEach(() => vi.unstubAllGlobals());

test("ones_own_day_is_shown_when_it_is_looked_at", async () => {
  const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: words["zh-CN"] } } });
  useSession().shop = 4;
  const wrapper = mount(MyDay, { global: { plugins: [i18n, [VueQueryPlugin, { queryClient: queries }]] }, attachTo: document.body });
  await flushPromises();
  expect(asked).toEqual([]);
  await wrapper.find("button").trigger("click");
  await vi.waitFor(() => expect(wrapper.findAll("dl > div").length).toBe(9));
  expect(asked).toEqual(["/api/v1/own-day?shop=4"]);
  const rows = wrapper.findAll("dl > div").map((one) => one.text());
  expect(rows).toEqual(["接待12", "回复的买家11", "已答回合40", expect.stringMatching(/^平均首响8/), expect.stringMatching(/^平均响应1/), "慢响应2", "超时0", "待兑现的承诺1", "满意度4.5（2/5）"]);
  expect(wrapper.findAll("dd.late").map((one) => one.text()), "only what is late is red").toEqual(["2"]);
  wrapper.unmount();
});
