// Products chosen in a form are called by their names, also those the search does not list.
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { defineComponent, h } from "vue";
import type { Product } from "@api/goods";
import { useOffered } from "./named";

afterEach(() => void vi.unstubAllGlobals());

test("what_is_chosen_is_named_though_the_search_does_not_list_it", async () => {
  const read: string[] = [];
  const goods: Record<string, object> = { 7: { id: 7, title: "加绒卫衣", code: "WY07" }, 8: { id: 8, title: "", code: "WY08" } };
  vi.stubGlobal("fetch", async (url: string) => {
    const id = url.split("/").at(-1) ?? "";
    read.push(id);
    return new Response(JSON.stringify(goods[id] ?? { code: "not_found" }), { status: goods[id] ? 200 : 404, headers: { "content-type": "application/json" } });
  });
  const listed = [{ id: 5, title: "羽绒服" }] as Product[];
  const wrapper = mount(defineComponent({ setup: () => ((offered) => () => h("p", offered.value.map((one) => one.title).join("，")))(useOffered(listed, [5, 7, 8, 9])) }), { global: { plugins: [[VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) }]] } });
  expect(wrapper.text()).toBe("…，…，…，羽绒服");
  await flushPromises();
  expect(wrapper.text()).toBe("加绒卫衣，WY08，#9，羽绒服");
  expect(read, "what is listed is not read again").toEqual(["7", "8", "9"]);
});
