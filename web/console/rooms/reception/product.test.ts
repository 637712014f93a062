// What stands beside the talk of products: counted from the unpaid order or the pieces, and, while no product is
// named, what is pushed and asked.
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { defineComponent, h } from "vue";
import { createI18n } from "vue-i18n";
import { conversation } from "@api/samples";
import { locale } from "@ui/locale";
import { desk } from "@shell/desk";
import { useSession } from "@shell/session";
import shell from "@shell/words";
import ProductPart from "./parts/ProductPart.vue";
import { useTalk } from "./talk";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
const product = { id: 5, code: "S4", title: "四件套", picture: null, price_fen: 9_900, selling_points: [], active: true, shops: null, skus: [{ id: 51, price_fen: 9_900, active: true }] };
const facts = { product: 5, rev: 1, category: "", features: [], advantages: [], origin: "", made_at: null, shelf_life_days: null, tests: [], picture_note: "", defects: "", competitor_note: "", size_table: null };
const offer = { campaign: 1, title: "满减", kind: "full_reduction", text: "", coupon: "", favourite: false, note: "和店庆券不同享", ends_at: 2e12, covers: true, counted_fen: 28_700, off_fen: 0, gift: null, free_freight: false, price_fen: null, next: { threshold_fen: 29_900, missing_fen: 1_200, off_fen: 4_000, gift: null, free_freight: false, add: [] } };
const brief = { product, facts, stock: [], batches: [], certificates: [], warranty: [], relations: [], campaigns: [offer], main_push: null, alternatives: [], guide: null, card: null };
let orders: object[] = [];
let asked: string[] = [];
let wrapper: VueWrapper;
let next = 900;

beforeEach(() => {
  setActivePinia(createPinia());
  useSession();
  locale.value = "zh-CN";
  desk.person = 12;
  orders = [];
  asked = [];
  const answers: [RegExp, () => unknown][] = [
    [/\/orders/, () => ({ items: orders, next: null })],
    [/\/main-push/, () => [{ id: 2, shop: 3, product: 6, title: "羊绒被", picture: null, price_fen: 39_900, sellable: 4, starts_at: 0, ends_at: 2e12, position: 0, note: "冬季主推", state: "running" }]],
    [/\/guides/, () => [{ category: "bedding", title: { zh: "床品", en: "Bedding" }, questions: [{ zh: "您的床多宽？", en: "How wide is the bed?" }], builtin: true }]],
    [/\/campaigns\/next/, () => [offer]],
    [/\/brief/, () => brief],
    [/\/products\/5$/, () => product],
    [/\/tone/, () => ({ tone: "", address: "亲", emoji: true })],
  ];
  vi.stubGlobal("fetch", vi.fn((to: string | Request) => {
    const url = typeof to === "string" ? to : to.url;
    asked.push(url);
    if (url.includes("items=404")) return Promise.resolve(new Response(JSON.stringify({ code: "not_found" }), { status: 404, headers: { "content-type": "application/problem+json" } }));
    const body = answers.find(([fits]) => fits.test(url))?.[1]() ?? { items: [], next: null };
    return Promise.resolve(new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } }));
  }));
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
});
async function put(known = true): Promise<ReturnType<typeof useTalk>> {
  const c = conversation({ id: next++, customer: { id: 8, name: "访客 88", level: 0, vip: false, known, blocked: false } });
  let talk!: ReturnType<typeof useTalk>;
  const Host = defineComponent(() => {
    talk = useTalk(c);
    return () => h(ProductPart, { conversation: c });
  });
  wrapper = mount(Host, { global: { plugins: [i18n, [VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) }]] } });
  await flushPromises();
  return talk;
}
const last = (part: string): URLSearchParams => new URL(asked.filter((url) => url.includes(part)).at(-1)!, "http://x").searchParams;

test("while_no_product_is_named_what_is_pushed_and_questions_stand_beside_the_talk", async () => {
  await put();
  expect(last("/main-push").get("state")).toBe("running");
  expect(last("/main-push").get("shop")).toBe("3");
  expect(wrapper.text()).toContain("羊绒被");
  expect(wrapper.text()).toContain("冬季主推");
  await wrapper.get(".kinds button").trigger("click");
  expect(wrapper.text()).toContain("您的床多宽？");
  expect(wrapper.text()).toContain("没有未付款的订单，从 0 元算起");
});

test("what_is_missing_is_counted_from_the_unpaid_order_and_says_so", async () => {
  orders = [{ id: 1, number: "N1", shop: 3, status: "unpaid", total_fen: 28_700, placed_at: 1, courier: "中通快递", waybill: "758", lines: [{ sku: 51, quantity: 2, price_fen: 9_900 }, { sku: 61, quantity: 1, price_fen: 8_900 }] }];
  const talk = await put();
  expect(last("/campaigns/next").get("total_fen")).toBe("28700");
  expect(last("/campaigns/next").get("items")).toBe("51:2,61:1");
  expect(wrapper.text()).toContain("按未付款订单 N1 的商品 ¥287.00 计算");
  expect(wrapper.text()).toContain("再买 12 元，满 299 元减 40 元");
  expect(talk.fills()).toMatchObject({ total_fen: 28_700, facts: { buyer: "访客 88", order: "N1", courier: "中通快递", waybill: "758" } });
});

test("without_an_order_the_product_looked_at_counts_as_often_as_the_buyer_wants_it", async () => {
  const talk = await put();
  talk.look(5);
  await flushPromises();
  expect(last("/campaigns/next").get("total_fen")).toBe("9900");
  expect(last("/campaigns/next").get("items")).toBe("51:1");
  expect(last("/campaigns/next").get("product")).toBe("5");
  await wrapper.get(".step button:last-child").trigger("click");
  await flushPromises();
  expect(last("/campaigns/next").get("total_fen")).toBe("19800");
  expect(last("/campaigns/next").get("items")).toBe("51:2");
  expect(wrapper.text()).toContain("按这款 2 件共 ¥198.00 计算");
  expect(wrapper.text()).toContain("和店庆券不同享");
  expect(talk.fills().total_fen).toBe(19_800);
});

test("a_cart_with_what_the_shop_sells_no_more_is_counted_by_its_sum", async () => {
  orders = [{ id: 1, number: "N1", shop: 3, status: "unpaid", total_fen: 28_700, placed_at: 1, lines: [{ sku: 404, quantity: 1, price_fen: 28_700 }] }];
  await put();
  expect(asked.filter((url) => url.includes("/campaigns/next")).map((url) => new URL(url, "http://x").searchParams.get("items")).slice(-2)).toEqual(["404:1", null]);
  expect(wrapper.text()).toContain("再买 12 元");
});

test("a_campaign_that_counts_less_than_the_cart_says_how_much", async () => {
  orders = [{ id: 1, number: "N1", shop: 3, status: "unpaid", total_fen: 37_000, placed_at: 1, lines: [{ sku: 51, quantity: 4, price_fen: 10_000 }] }];
  await put();
  expect(wrapper.text()).toContain("这个活动按 ¥287.00 计算");
});

test("a_nameless_visitor_is_called_as_the_shop_calls_its_buyers", async () => {
  expect((await put(false)).fills().facts).toMatchObject({ buyer: "亲" });
});
