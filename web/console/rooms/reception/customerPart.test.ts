// The buyer's card beside the talk: what a VIP asks for, what an order comes to, whether the buyer threatens.
import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import ElementPlus from "element-plus";
import { createPinia, setActivePinia } from "pinia";
import { createI18n } from "vue-i18n";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conversation } from "@api/samples";
import { queries } from "@shell/cache";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import type { Deeds } from "./deeds";
import CustomerPart from "./parts/CustomerPart.vue";
import words from "./words";

const card = { id: 8, name: "青柠", nick: null, level: 2, vip: true, vip_note: "只收顺丰，发货前拍照", note: "", known: true, spent_fen: 100_000, orders: 3, created_at: 1, blocked: null, phone_masked: null, identities: [], tags: [], level_name: null, price_percent: null, member_since: 0, first_paid_at: 1, last_paid_at: 1, refunds: 0, troubles: 0, problem: null, referral: null, brought: 0, brought_paid: 0, consents: [] };
const json = (body: unknown): Response => new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
let wrapper: VueWrapper;
const choose = vi.fn();

beforeEach(() => {
  queries.clear();
  choose.mockClear();
  setActivePinia(createPinia());
  useSession().me = { person: { id: 1 }, permissions: ["customers.see"], shops: [], csrf: "t" } as unknown as Me;
  vi.stubGlobal("fetch", async (input: string | Request) => json((input instanceof Request ? input.url : input).includes("/customers/") ? card : []));
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
});
async function show(risk: string | null): Promise<void> {
  const i18n = createI18n({ legacy: false, locale: "zh-CN", missingWarn: false, messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
  wrapper = mount(CustomerPart, { props: { conversation: conversation({ risk }), deeds: { choose } as unknown as Deeds }, global: { plugins: [i18n, ElementPlus, [VueQueryPlugin, { queryClient: queries }]] } });
  await flushPromises();
  await flushPromises();
}

test("the_card_says_what_a_vip_asks_for_and_who_threatens", async () => {
  await show("threat");
  expect(wrapper.get(".demands").text()).toContain("只收顺丰，发货前拍照");
  expect(wrapper.text()).toContain("¥333.33");
  expect(wrapper.get(".risk").text()).toContain("以差评或曝光相要挟");
  await wrapper.get(".risk button").trigger("click");
  expect(choose).toHaveBeenCalledWith("risk", expect.objectContaining({ risk: "threat" }));
});

test("a_buyer_who_does_not_threaten_bears_no_mark", async () => {
  await show(null);
  expect(wrapper.find(".risk").exists()).toBe(false);
});
