// Two people at one entry: what is sent, what is shown, what either choice does.
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createI18n } from "vue-i18n";
import type { Policy, PolicyDraft } from "@api/knowledge";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import { changesOf, sayValue } from "./clash";
import PolicyDrawer from "./parts/PolicyDrawer.vue";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], knowledge: words["zh-CN"] } } });
const read: Policy = { id: 7, shop: 0, key: "", category: "", platform: "", title: "退货", title_en: "", text: "七天内可退", text_en: "", variables: [], status: "published", valid_from: null, valid_until: null, campaign: null, campaign_ends: null, version: 1, changed_at: 1, changed_by: 2 };
let held: Policy = read;
let puts: (PolicyDraft & { version: number | null })[] = [];
let wrapper: VueWrapper;
const json = (body: unknown, status = 200): Promise<Response> => Promise.resolve(new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } }));

beforeEach(async () => {
  setActivePinia(createPinia());
  useSession().me = { person: { id: 12, name: "小满" }, permissions: ["knowledge.edit"], shops: [] } as unknown as Me;
  held = { ...read, version: 2, title: "退换货", changed_by: 3 };
  puts = [];
  vi.stubGlobal("fetch", vi.fn((url: string, init: RequestInit = {}) => {
    if (init.method === "PUT") {
      const body = JSON.parse(String(init.body)) as (typeof puts)[number];
      puts.push(body);
      if (body.version !== null && body.version !== held.version) return json({ code: "changed_meanwhile", version: held.version }, 409);
      const { version: _version, ...draft } = body;
      return json((held = { ...held, ...draft, shop: 0, version: held.version + 1 }));
    }
    if (url.endsWith("/versions")) return json([{ version: 2, at: 5, by: 3, by_name: "林主管", body: {} }]);
    return json(url.endsWith("/policies/7") ? held : []);
  }));
  wrapper = mount(PolicyDrawer, { props: { policy: read }, global: { plugins: [i18n, [VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) }]], stubs: { teleport: true, ElSelect: true, CategoryPick: true, ShopPick: true, Validity: true, VersionList: true } }, attachTo: document.body });
  await flushPromises();
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
});
const text = () => wrapper.get("textarea");
async function save(): Promise<void> {
  await text().setValue("十五天内可退");
  await wrapper.get("form").trigger("submit");
  await flushPromises();
}
const choice = (n: number) => wrapper.findAll(".clash button")[n]!;

test("a_save_over_what_somebody_else_saved_says_who_changed_what_and_keeps_what_was_typed", async () => {
  await save();
  expect(puts.map((one) => one.version)).toEqual([1]);
  expect(wrapper.get(".clash").text()).toContain("林主管 刚保存了第 2 版");
  expect(wrapper.get(".clash dd").text()).toBe("退换货");
  expect((text().element as HTMLTextAreaElement).value).toBe("十五天内可退");
  expect(wrapper.emitted("close")).toBeUndefined();
});

test("theirs_may_be_loaded_and_gone_on_from", async () => {
  await save();
  await choice(0).trigger("click");
  expect((text().element as HTMLTextAreaElement).value).toBe("七天内可退");
  expect(wrapper.find(".clash").exists()).toBe(false);
  await save();
  expect(puts.at(-1)).toMatchObject({ version: 2, title: "退换货", text: "十五天内可退" });
  expect(wrapper.emitted("close")).toHaveLength(1);
});

test("once_seen_it_may_be_saved_over", async () => {
  await save();
  await choice(1).trigger("click");
  await flushPromises();
  expect(puts.at(-1)).toMatchObject({ version: 2, title: "退货", text: "十五天内可退" });
  expect(wrapper.emitted("close")).toHaveLength(1);
});

test("only_what_differs_is_told", () => {
  expect(changesOf({ a: [1], b: "x", c: null }, { a: [1], b: "y", c: "" })).toEqual([{ field: "b", now: "y" }, { field: "c", now: "—" }]);
  expect(sayValue([{ text: "一" }, "二"])).toBe("一 / 二");
});
