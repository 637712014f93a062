// The connection: hello first, the cursor comes back, answers find their question, a lost socket is opened again.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Outbox } from "./outbox";
import { Problem } from "./problem";
import { message } from "./samples";
import { AgentSocket, backOff, type Wire } from "./socket";
import type { Message, Push, SendAsk } from "./types";

class FakeWire implements Wire {
  sent: Record<string, unknown>[] = [];
  closed = false;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(): void {
    this.closed = true;
  }
  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  async answer(ok: object, nth = -1): Promise<void> {
    this.say({ re: this.sent.at(nth)!["id"], ok });
    await vi.advanceTimersByTimeAsync(0);
  }
}
const hello = (cursor: string, resync = false) => ({ person: 12, name: "小满", cursor, resync, changed: [], presence: { state: "online", reason: null } });

function setUp() {
  const wires: FakeWire[] = [];
  const states: string[] = [];
  const pushes: Push[] = [];
  const hellos: boolean[] = [];
  const socket = new AgentSocket({
    open: () => {
      const wire = new FakeWire();
      wires.push(wire);
      return wire;
    },
    onState: (state) => states.push(state),
    onHello: (h) => hellos.push(h.resync),
    onPush: (push) => pushes.push(push),
    random: () => 0.5,
  });
  return { wires, states, pushes, hellos, socket };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("hello_is_the_first_command_and_carries_the_last_cursor_on_the_next_socket", async () => {
  const { wires, states, hellos, socket } = setUp();
  socket.start();
  wires[0]!.onopen?.(null as never);
  expect(wires[0]!.sent).toMatchObject([{ do: "hello" }]);
  expect(wires[0]!.sent[0]).not.toHaveProperty("cursor");
  await wires[0]!.answer(hello("c1"));
  wires[0]!.say({ on: "cursor", cursor: "c2" });
  wires[0]!.onclose?.(null as never);
  expect(states.at(-1)).toBe("offline");
  await vi.advanceTimersByTimeAsync(1_000);
  wires[1]!.onopen?.(null as never);
  expect(wires[1]!.sent).toMatchObject([{ do: "hello", cursor: "c2" }]);
  await wires[1]!.answer(hello("c3", true));
  expect(states.at(-1)).toBe("online");
  expect(hellos).toEqual([false, true]);
});

test("a_problem_rejects_with_its_code_and_facts_and_the_socket_lives", async () => {
  const { wires, socket } = setUp();
  socket.start();
  wires[0]!.onopen?.(null as never);
  await wires[0]!.answer(hello("c1"));
  const asked = socket.ask("open", { conversation: 5 });
  wires[0]!.say({ re: wires[0]!.sent.at(-1)!["id"], problem: { code: "limit_messages", detail: "slow down", retry_s: 4 } });
  await expect(asked).rejects.toMatchObject({ code: "limit_messages", params: { retry_s: 4 } });
  expect(socket.online).toBe(true);
});

test("a_silent_server_is_noticed_and_the_socket_replaced", async () => {
  const { wires, states, socket } = setUp();
  socket.start();
  wires[0]!.onopen?.(null as never);
  await wires[0]!.answer(hello("c1"));
  await vi.advanceTimersByTimeAsync(12_000);
  expect(wires[0]!.sent.at(-1)).toMatchObject({ do: "ping" });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(states).toContain("offline");
  expect(wires[0]!.closed).toBe(true);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(wires.length).toBe(2);
});

test("signed_out_ends_the_socket_for_good", async () => {
  const { wires, states, socket } = setUp();
  socket.start();
  wires[0]!.onopen?.(null as never);
  await wires[0]!.answer(hello("c1"));
  wires[0]!.say({ on: "bye", why: "signed_out" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(states.at(-1)).toBe("over");
  expect(wires.length).toBe(1);
});

test("back_off_doubles_is_capped_and_spread", () => {
  expect(backOff(0, () => 1)).toBe(400);
  expect(backOff(3, () => 1)).toBe(3_200);
  expect(backOff(40, () => 1)).toBe(15_000);
  expect(backOff(40, () => 0)).toBe(7_500);
});

const ask = (client_id: string, conversation = 1): SendAsk => ({ conversation, client_id, kind: "text", body: { text: client_id } });

test("an_unanswered_send_is_repeated_with_the_same_client_id_and_is_one_message", async () => {
  const tries: SendAsk[] = [];
  const sent: Message[] = [];
  let there = false;
  const outbox = new Outbox({
    send: (a) => {
      tries.push(a);
      return there ? Promise.resolve({ message: message({ client_id: a.client_id, seq: tries.length }) }) : Promise.reject(new Problem("network"));
    },
    onSent: (m) => sent.push(m),
    onChange: () => undefined,
  });
  outbox.add(ask("a"), 1);
  outbox.add(ask("b"), 2);
  await vi.advanceTimersByTimeAsync(0);
  expect(outbox.list().map((p) => p.state)).toEqual(["sending", "sending"]);
  there = true;
  outbox.flush();
  await vi.advanceTimersByTimeAsync(0);
  expect(tries.map((a) => a.client_id)).toEqual(["a", "a", "b"]);
  expect(sent.map((m) => m.client_id)).toEqual(["a", "b"]);
  expect(outbox.list()).toEqual([]);
});

test("a_refused_send_stays_failed_until_it_is_retried_and_holds_up_nobody", async () => {
  const refuse = new Set(["a"]);
  const outbox = new Outbox({
    send: (a) => (refuse.has(a.client_id) ? Promise.reject(new Problem("blocked")) : Promise.resolve({ message: message({ client_id: a.client_id }) })),
    onSent: () => undefined,
    onChange: () => undefined,
  });
  outbox.add(ask("a"), 1);
  outbox.add(ask("b"), 2);
  await vi.advanceTimersByTimeAsync(0);
  expect(outbox.list()).toMatchObject([{ state: "failed", problem: { code: "blocked" } }]);
  refuse.clear();
  outbox.retry("a");
  await vi.advanceTimersByTimeAsync(0);
  expect(outbox.list()).toEqual([]);
});

test("a_message_seen_in_another_tab_leaves_the_outbox", () => {
  const outbox = new Outbox({ send: () => Promise.reject(new Problem("network")), onSent: () => undefined, onChange: () => undefined });
  outbox.add(ask("a"), 1);
  outbox.seen(message({ client_id: "a", conversation: 2 }));
  expect(outbox.list().length).toBe(1);
  outbox.seen(message({ client_id: "a" }));
  expect(outbox.list()).toEqual([]);
});
