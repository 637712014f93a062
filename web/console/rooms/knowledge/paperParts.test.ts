// The papers of a product against a stand-in: what was not read is not said to be missing, and is read again when asked.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { queries } from "@shell/cache";
import { useSession, type Me } from "@shell/session";
import { i18n } from "../../i18n";
import PaperParts from "./parts/PaperParts.vue";

let away: boolean;
beforeEach(() => {
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: [], shops: [], csrf: "t" } as unknown as Me;
  queries.clear();
  away = true;
  vi.stubGlobal("fetch", async (input: string | Request) => {
    const { pathname } = new URL(typeof input === "string" ? input : input.url, "http://x");
    if (away && pathname.endsWith("/warranty")) return new Response(JSON.stringify({ code: "internal" }), { status: 500, headers: { "content-type": "application/problem+json" } });
    return new Response(JSON.stringify(pathname.endsWith("/warranty") ? [{ id: 4, part: "拉链", months: 12, scope: "", chargeable: "", prices: [] }] : []), { headers: { "content-type": "application/json" } });
  });
});
afterEach(() => vi.unstubAllGlobals());

test("papers_that_were_not_read_are_not_said_to_be_none", async () => {
  const wrapper = mount(PaperParts, { props: { product: 5, edits: false }, global: { plugins: [i18n, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] } });
  await vi.waitFor(() => expect(wrapper.find('[role="alert"]').exists()).toBe(true));
  const warranty = wrapper.findAll("section")[1]!;
  expect(warranty.get('[role="alert"]').text()).toContain("服务器出错了");
  expect(warranty.text()).not.toContain(i18n.global.t("knowledge.paper.noWarranty"));
  expect(wrapper.findAll("section")[0]!.text()).toContain(i18n.global.t("knowledge.paper.noCertificate"));
  away = false;
  await warranty.get('[role="alert"] button').trigger("click");
  await flushPromises();
  expect(warranty.text()).toContain("拉链");
  expect(warranty.find('[role="alert"]').exists()).toBe(false);
  wrapper.unmount();
});
