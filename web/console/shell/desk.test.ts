// One socket of the desk against a stand-in server: gaps are read, tabs agree, a cut loses nothing.
import { createPinia, setActivePinia } from "pinia";
import { computed } from "vue";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conversation, message } from "@api/samples";
import type { Conversation, Message, Push } from "@api/types";
import { desk } from "./desk";

class FakeSocket {
  static all: FakeSocket[] = [];
  static messages: Message[] = [];
  static conversation: Conversation = conversation();
  static deaf = false;
  asked: { do: string; [key: string]: unknown }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor() {
    FakeSocket.all.push(this);
    queueMicrotask(() => this.onopen?.());
  }
  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  push(push: Push): void {
    this.say(push);
  }
  close(): void {
    this.onclose?.();
  }
  send(text: string): void {
    const ask = JSON.parse(text) as { id: number; do: string; [key: string]: unknown };
    this.asked.push(ask);
    if (FakeSocket.deaf && ask.do === "send") return;
    const ok = this.answer(ask);
    queueMicrotask(() => this.say({ re: ask.id, ok }));
  }
  private answer(ask: { do: string; [key: string]: unknown }): object {
    const { messages } = FakeSocket;
    if (ask.do === "hello") return { person: 12, name: "小满", cursor: "c", resync: false, changed: ask["cursor"] ? [FakeSocket.conversation] : [], presence: { state: "online", reason: null } };
    if (ask.do === "open") return { conversation: FakeSocket.conversation, messages: messages.slice(-50), viewers: [], draft: null, page: null };
    if (ask.do === "history") {
      const after = ask["after"] as number | undefined;
      const before = ask["before"] as number | undefined;
      return { messages: after !== undefined ? messages.filter((m) => m.seq > after).slice(0, 200) : messages.filter((m) => m.seq < before!).slice(-200) };
    }
    if (ask.do === "send") {
      const held = messages.find((m) => m.client_id === ask["client_id"]);
      const made = held ?? message({ seq: messages.length + 1, from: "agent", person: 12, client_id: ask["client_id"] as string, body: ask["body"] as { text: string } });
      if (!held) messages.push(made);
      return { message: made };
    }
    return {};
  }
}
const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(300).then(() => undefined);
const seqs = (): number[] => desk.thread(1)!.run.map((m) => m.seq);
const grow = (n: number): void => {
  for (let k = 0; k < n; k++) FakeSocket.messages.push(message({ seq: FakeSocket.messages.length + 1 }));
  FakeSocket.conversation = conversation({ rev: FakeSocket.conversation.rev + n, last_seq: FakeSocket.messages.length });
};

beforeEach(async () => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.all = [];
  FakeSocket.messages = [];
  FakeSocket.conversation = conversation();
  FakeSocket.deaf = false;
  sessionStorage.clear();
  grow(60);
  desk.start(12);
  await settle();
});
afterEach(() => {
  desk.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("an_opened_thread_holds_the_last_fifty_and_reads_upward", async () => {
  await desk.open(1);
  expect(seqs()[0]).toBe(11);
  expect(await desk.older(1)).toBe(false);
  expect(seqs()).toEqual(FakeSocket.messages.map((m) => m.seq));
});

test("a_number_beyond_the_next_is_a_gap_that_is_read", async () => {
  await desk.open(1);
  grow(5);
  FakeSocket.all[0]!.push({ on: "message", message: FakeSocket.messages.at(-1)!, conversation: FakeSocket.conversation });
  await settle();
  expect(seqs().at(-1)).toBe(65);
  expect(seqs()).toEqual(Array.from({ length: 55 }, (_, n) => n + 11));
});

test("what_was_said_while_the_socket_was_cut_is_there_afterwards_once_and_in_order", async () => {
  await desk.open(1);
  FakeSocket.all[0]!.close();
  grow(130);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(FakeSocket.all.length).toBe(2);
  expect(FakeSocket.all[1]!.asked[0]).toMatchObject({ do: "hello", cursor: "c" });
  expect(seqs()).toEqual(Array.from({ length: 180 }, (_, n) => n + 11));
});

test("a_message_sent_into_a_dying_socket_is_sent_again_and_is_one", async () => {
  await desk.open(1);
  FakeSocket.deaf = true;
  desk.send({ conversation: 1, kind: "text", body: { text: "在的" } });
  await settle();
  expect(desk.unsent(1).length).toBe(1);
  FakeSocket.deaf = false;
  FakeSocket.all[0]!.close();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(desk.unsent(1)).toEqual([]);
  expect(FakeSocket.messages.filter((m) => m.from === "agent").length).toBe(1);
  expect(seqs().filter((seq) => seq === 61).length).toBe(1);
});

test("what_another_tab_sent_and_read_shows_here_too", async () => {
  await desk.open(1);
  grow(1);
  const other = { ...FakeSocket.messages.at(-1)!, from: "agent", person: 12, client_id: "other-tab" } as Message;
  FakeSocket.all[0]!.push({ on: "message", message: other, conversation: { ...FakeSocket.conversation, unread: 2 } });
  FakeSocket.all[0]!.push({ on: "read", conversation: 1, by: "agent", seq: 61 });
  await settle();
  expect(desk.thread(1)!.run.at(-1)).toEqual(other);
  expect(desk.conversation(1)).toMatchObject({ unread: 0, agent_read_seq: 61 });
});

test("a_resync_asks_the_lists_again_and_opens_the_thread_anew", async () => {
  await desk.open(1);
  const again = vi.fn();
  const off = desk.onResync(again);
  grow(3);
  FakeSocket.all[0]!.push({ on: "resync" });
  await settle();
  expect(again).toHaveBeenCalledTimes(1);
  expect(seqs().at(-1)).toBe(63);
  off();
});

test("leaving_tells_the_server_and_opening_another_leaves_the_one_before", async () => {
  await desk.open(1);
  await desk.open(1);
  desk.leave(1);
  await settle();
  expect(FakeSocket.all[0]!.asked.filter((a) => a.do === "leave").length).toBe(1);
});

test("who_left_a_thread_types_there_no_more_and_nothing_untold_is_taken_back", async () => {
  await desk.open(1);
  desk.typing(1, false);
  desk.typing(1, true);
  desk.leave(1);
  desk.typing(1, false);
  await settle();
  const told = FakeSocket.all[0]!.asked.filter((a) => a.do === "typing" || a.do === "leave").map((a) => [a.do, a["on"]]);
  expect(told).toEqual([["typing", true], ["typing", false], ["leave", undefined]]);
});

test("who_looks_at_a_talk_that_is_not_open_here_is_kept_until_nobody_says_so_any_more", async () => {
  const names = (id: number): string[] => desk.viewers(id).map((v) => v.name);
  const rain = { person: 13, name: "谷雨", typing: false };
  FakeSocket.all[0]!.push({ on: "viewers", conversation: 7, viewers: [rain] });
  FakeSocket.all[0]!.push({ on: "viewers", conversation: 8, viewers: [rain] });
  await desk.open(1);
  FakeSocket.all[0]!.push({ on: "viewers", conversation: 1, viewers: [rain] });
  await settle();
  expect([names(7), names(8), names(1)]).toEqual([["谷雨"], ["谷雨"], ["谷雨"]]);
  FakeSocket.all[0]!.push({ on: "viewers", conversation: 7, viewers: [] });
  desk.leave(1);
  expect([names(7), names(8), names(1)]).toEqual([[], ["谷雨"], []]);
  FakeSocket.all[0]!.close();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(names(8)).toEqual([]);
});

test("what_a_waiting_buyer_says_next_moves_their_card_in_the_queue_unopened", async () => {
  const waits = (rev: number, text: string, unread: number): Conversation => conversation({ id: 9, state: "queued", agent: null, agent_name: null, queued_at: 5, rev, last_seq: rev, unread, last: { from: "buyer", kind: "text", text, at: rev } });
  const shown = computed(() => [...desk.conversations()].filter((c) => c.state === "queued").map((c) => [c.last?.text, c.unread]));
  desk.takeConversations([waits(1, "在吗", 1)]);
  await settle();
  expect(shown.value).toEqual([["在吗", 1]]);
  FakeSocket.all[0]!.push({ on: "conversation", conversation: waits(3, "有人吗", 2) });
  FakeSocket.all[0]!.push({ on: "conversation", conversation: waits(2, "迟到的一句", 9) });
  await settle();
  expect(shown.value).toEqual([["有人吗", 2]]);
});
