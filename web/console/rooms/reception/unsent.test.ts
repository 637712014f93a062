// A reply that was refused because a value is another by now comes back with what holds, and nothing else changed.
import { flushPromises, mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createI18n } from "vue-i18n";
import type { Filled } from "@api/knowledge";
import type { Parcel } from "@api/outbox";
import { Problem } from "@api/problem";
import { desk } from "@shell/desk";
import shell from "@shell/words";
import UnsentRow from "./parts/UnsentRow.vue";
import { forgetTold, renewed, toldIn } from "./talk";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], reception: words["zh-CN"] } } });
const filled: Filled = { lang: "zh", product: 5, sku: null, total_fen: null, items: [], values: { price: "5", stock: "12" } };
function refused(text: string, params: object): Parcel {
  return { ask: { conversation: 40, client_id: "c1", kind: "text", body: { text }, filled }, at: 1, state: "failed", problem: new Problem("value_changed", { status: 409, params: { ...params } }) };
}
let dropped: string[];

beforeEach(() => {
  setActivePinia(createPinia());
  dropped = [];
  vi.spyOn(desk, "drop").mockImplementation((id) => (dropped.push(id), null));
});
afterEach(() => {
  vi.restoreAllMocks();
  forgetTold(40);
});
async function renew(parcel: Parcel): Promise<unknown> {
  const wrapper = mount(UnsentRow, { props: { parcel }, global: { plugins: [i18n] } });
  expect(wrapper.get("[role=alert]").text()).toContain("价格、库存或优惠变了");
  await wrapper.findAll("button").find((one) => one.text() === "换成现在的")!.trigger("click");
  await flushPromises();
  return wrapper.emitted("edit")?.[0]?.[0];
}

test("a_changed_price_changes_no_other_number", async () => {
  expect(await renew(refused("15天内发货，现价5元", { variable: "price", was: "5", is: "6" }))).toBe("15天内发货，现价6元");
  expect(dropped).toEqual(["c1"]);
});

test("what_else_it_was_filled_with_is_looked_at_again_when_it_is_sent_once_more", async () => {
  const text = await renew(refused("现价5元，还有12件", { variable: "price", was: "5", is: "6" }));
  expect(toldIn(40, String(text))).toEqual({ ...filled, values: { price: "6", stock: "12" } });
});

test("a_value_of_which_there_is_none_any_more_comes_back_as_it_was", async () => {
  expect(await renew(refused("用券 FALL20 再减 5 元", { variable: "coupon", was: "FALL20", is: null }))).toBe("用券 FALL20 再减 5 元");
});

test("of_two_equal_numbers_the_price_is_the_one_with_money_and_the_stock_the_other", () => {
  const text = "现价5元，还有5件，5天内发货";
  expect(renewed(text, { variable: "price", was: "5", is: "6" })).toBe("现价6元，还有5件，5天内发货");
  expect(renewed("¥5，买 5 件", { variable: "price", was: "5", is: "6" })).toBe("¥6，买 5 件");
  expect(renewed("现价 5 元，还有 5 件", { variable: "stock", was: "5", is: "3" })).toBe("现价 5 元，还有 3 件");
  expect(renewed("券码 A+B，A+B 通用", { variable: "coupon", was: "A+B", is: "$&" })).toBe("券码 $&，$& 通用");
  expect(renewed("1.5 元和 5.50 元", { variable: "price", was: "5", is: "6" })).toBe("1.5 元和 5.50 元");
});
