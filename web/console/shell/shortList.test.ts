import { mount } from "@vue/test-utils";
import { ref } from "vue";
import { expect, test, vi } from "vitest";
import { Problem } from "@api/problem";
import ShortList from "./ShortList.vue";

test("a_list_that_was_not_read_is_never_said_to_be_empty", async () => {
  const data = ref<readonly unknown[] | undefined>();
  const error = ref<unknown>(null);
  const refetch = vi.fn();
  const wrapper = mount(ShortList, { props: { list: { data, error, refetch }, none: "还没有计划" }, slots: { default: "<ul><li>一</li></ul>" }, global: { mocks: { $t: (key: string) => key } } });
  expect(wrapper.text()).not.toContain("还没有计划");
  error.value = new Problem("network");
  await wrapper.vm.$nextTick();
  expect(wrapper.text()).toContain("网络不通");
  await wrapper.get("button").trigger("click");
  expect(refetch).toHaveBeenCalledOnce();
  data.value = [];
  error.value = null;
  await wrapper.vm.$nextTick();
  expect(wrapper.get(".help").text()).toBe("还没有计划");
  data.value = [1];
  await wrapper.vm.$nextTick();
  expect(wrapper.find("li").exists()).toBe(true);
});
