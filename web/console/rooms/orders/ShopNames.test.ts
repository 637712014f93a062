// What names of shops in ERPs' files mean: listed with who said so, said otherwise, forgotten.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { KeptShopName } from "@api/orders";
import { queries } from "@shell/cache";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import ShopNamesDialog from "./parts/ShopNamesDialog.vue";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], orders: words["zh-CN"] } } });
const asked: { method: string; url: URL; body: unknown }[] = [];
let names: KeptShopName[];
let wrapper: VueWrapper;

beforeEach(async () => {
  setActivePinia(createPinia());
  useSession().me = { person: { id: 12, name: "小满" }, permissions: ["orders.edit"], shops: [{ id: 3, name: "青芽旗舰店" }, { id: 4, name: "青芽二店" }] } as unknown as Me;
  asked.length = 0;
  names = [{ name: "聚水潭一店", shop: 3, by: { id: 12, name: "小满" }, at: Date.now() }, { name: "样品间", shop: null, by: null, at: Date.now() }, { name: "老店", shop: 9, by: null, at: Date.now() }];
  vi.stubGlobal("fetch", vi.fn(async (request: Request) => {
    const url = new URL(request.url);
    const text = request.method === "GET" ? "" : await request.text();
    asked.push({ method: request.method, url, body: text ? JSON.parse(text) : null });
    if (request.method === "DELETE") {
      names = names.filter((one) => one.name !== url.searchParams.get("name"));
      return new Response(null, { status: 204 });
    }
    return new Response(JSON.stringify(names), { headers: { "content-type": "application/json" } });
  }));
  wrapper = mount(ShopNamesDialog, { global: { plugins: [i18n, [VueQueryPlugin, { queryClient: queries }]], stubs: { teleport: true, ElSelect: true } }, attachTo: document.body });
  await flushPromises();
});
afterEach(async () => {
  wrapper.unmount();
  queries.clear();
  await flushPromises();
  vi.unstubAllGlobals();
});
const selects = () => wrapper.findAllComponents({ name: "ElSelect" });

test("names_stand_with_their_shop_and_who_said_so", () => {
  expect(wrapper.findAll(".name").map((one) => one.text().split("·")[0]!.trim())).toEqual(["聚水潭一店小满 选的", "样品间命令行", "老店命令行"]);
  expect(selects().map((one) => one.props("modelValue") as number), "left out is a choice, a closed shop stands as it is").toEqual([3, 0, 9]);
});

test("a_name_is_said_otherwise_or_left_out", async () => {
  selects()[0]!.vm.$emit("change", 4);
  await flushPromises();
  selects()[1]!.vm.$emit("change", 0);
  await flushPromises();
  expect(asked.filter((one) => one.method === "PUT").map((one) => one.body)).toEqual([{ name: "聚水潭一店", shop: 4 }, { name: "样品间", shop: null }]);
});

test("a_name_that_is_forgotten_is_gone", async () => {
  const forget = wrapper.findAll("button").find((one) => one.attributes("aria-label") === "忘记 样品间");
  await forget!.trigger("click");
  await flushPromises();
  expect(asked.find((one) => one.method === "DELETE")?.url.searchParams.get("name")).toBe("样品间");
  expect(wrapper.text()).not.toContain("样品间");
});
