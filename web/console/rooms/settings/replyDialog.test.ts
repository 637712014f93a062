// Two people at one quick reply: the second is told, sees what the first saved, and decides.
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, expect, test, vi } from "vitest";
import { createI18n } from "vue-i18n";
import { useSession, type Me } from "@shell/session";
import shell from "@shell/words";
import ReplyDialog from "./parts/ReplyDialog.vue";
import type { Reply } from "./replies";
import words from "./words";

const i18n = createI18n({ legacy: false, locale: "zh-CN", messages: { "zh-CN": { shell: shell["zh-CN"], settings: words["zh-CN"] } } });
const read: Reply = { id: 7, shop: 0, person: null, code: "kd", category: "", text: "中通包邮", uses: 3, version: 1 };
const saved: Reply = { ...read, text: "圆通包邮", version: 2 };
const json = (body: unknown, status = 200): Promise<Response> => Promise.resolve(new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } }));

afterEach(() => vi.unstubAllGlobals());

async function clash() {
  setActivePinia(createPinia());
  useSession().me = { person: { id: 12, name: "小满" }, permissions: ["reception.replies"], shops: [] } as unknown as Me;
  const sent: { text: string; version: number | null }[] = [];
  vi.stubGlobal("fetch", vi.fn((request: Request | string, init: RequestInit = {}) => {
    const one = request instanceof Request ? request : new Request(new URL(request, "http://localhost"), init);
    if (one.method !== "PATCH") return json([saved]);
    return one.json().then((body: (typeof sent)[number]) => {
      sent.push(body);
      return body.version === 2 ? json({ ...saved, text: body.text, version: 3 }) : json({ code: "changed_meanwhile", version: 2 }, 409);
    });
  }));
  const wrapper = mount(ReplyDialog, { props: { reply: read, categories: [], all: [saved] }, global: { plugins: [i18n, [VueQueryPlugin, { queryClient: new QueryClient() }]], stubs: { ElDialog: { template: "<div><slot /><slot name='footer' /></div>" }, ElSelect: true } }, attachTo: document.body });
  const save = async (): Promise<void> => {
    await wrapper.get("form").trigger("submit");
    await flushPromises();
  };
  await wrapper.get("textarea").setValue("顺丰包邮");
  await save();
  return { wrapper, sent, save };
}

test("a_reply_saved_meanwhile_is_shown_and_goes_under_only_when_one_saves_again", async () => {
  const { wrapper, sent, save } = await clash();
  expect(sent.map((one) => one.version)).toEqual([1]);
  expect(wrapper.get("[role=alert]").text()).toContain("别人刚改过");
  expect(wrapper.get(".newer").text()).toContain("圆通包邮");
  expect((wrapper.get("textarea").element as HTMLTextAreaElement).value).toBe("顺丰包邮");
  expect(wrapper.emitted("close")).toBeUndefined();
  await save();
  expect(sent.map((one) => [one.version, one.text])).toEqual([[1, "顺丰包邮"], [2, "顺丰包邮"]]);
  expect(wrapper.emitted("close")).toHaveLength(1);
  await flushPromises();
  await new Promise((done) => requestAnimationFrame(done));
  wrapper.unmount();
});

test("what_was_just_saved_can_be_taken_instead", async () => {
  const { wrapper } = await clash();
  await wrapper.get(".newer button").trigger("click");
  expect((wrapper.get("textarea").element as HTMLTextAreaElement).value).toBe("圆通包邮");
  expect(wrapper.find(".newer").exists()).toBe(false);
  await flushPromises();
  await new Promise((done) => requestAnimationFrame(done));
  wrapper.unmount();
});
