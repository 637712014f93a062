// The state after lost, doubled and reordered frames equals the state of the server, whatever the order.
import { describe, expect, test } from "vitest";
import { apply, emptyLive, newThread, noChanges, takePage, type Live } from "./live";
import { conversation, message, seeded } from "./samples";
import type { Conversation, Message, Push } from "./types";

/** A server of one conversation: a log of frames, and `history`. */
function serverTalk(random: () => number, length: number) {
  const messages: Message[] = [];
  const frames: Push[] = [];
  let rev = 1;
  const push = (m: Message): void => {
    rev += 1;
    frames.push({ on: "message", message: m, conversation: conversation({ rev, last_seq: messages.length }) });
  };
  for (let n = 1; n <= length; n++) {
    const m = message({ seq: n, body: { text: `第${n}句` } });
    messages.push(m);
    push(m);
    if (random() < 0.15) {
      const at = Math.floor(random() * messages.length);
      const old = messages[at]!;
      const recalled = { ...old, rev: old.rev + 1, state: "recalled", body: {} } as unknown as Message;
      messages[at] = recalled;
      push(recalled);
    }
  }
  const last = frames.at(-1)! as Extract<Push, { on: "message" }>;
  return { messages, frames, conversation: last.conversation };
}

/** Doubles some frames, loses some, and shuffles the rest within a window. */
function spoil(frames: Push[], random: () => number, lose: number): Push[] {
  const out: { at: number; frame: Push }[] = [];
  frames.forEach((frame, n) => {
    if (random() >= lose) out.push({ at: n + random() * 8, frame });
    if (random() < 0.2) out.push({ at: n + random() * 20, frame });
  });
  return out.sort((a, b) => a.at - b.at).map((o) => o.frame);
}

function withThread(): Live {
  const live = emptyLive();
  live.threads.set(1, newThread());
  return live;
}

/** Reads every gap again, as desk.ts does. */
function fill(live: Live, messages: Message[]): void {
  const thread = live.threads.get(1)!;
  for (let tries = 0; thread.beyond.size && tries < 1000; tries++) {
    const last = thread.run.at(-1)!.seq;
    takePage(live, 1, messages.filter((m) => m.seq > last).slice(0, 7), noChanges());
  }
}

describe("frames", () => {
  for (let seed = 1; seed <= 60; seed++) {
    test(`doubled_and_reordered_frames_give_the_servers_thread_seed_${seed}`, () => {
      const random = seeded(seed);
      const talk = serverTalk(random, 120);
      const live = withThread();
      takePage(live, 1, talk.messages.slice(0, 1).map((m) => ({ ...m, rev: 1, state: "sent", body: { text: "第1句" } }) as Message), noChanges());
      const seen = new Set<number>();
      for (const frame of spoil(talk.frames, random, 0)) {
        const changes = noChanges();
        apply(live, frame, changes);
        const run = live.threads.get(1)!.run;
        expect(run.every((m, n) => n === 0 || m.seq === run[n - 1]!.seq + 1)).toBe(true);
        changes.gaps.forEach((_after, id) => seen.add(id));
      }
      expect(live.threads.get(1)!.beyond.size).toBe(0);
      expect(live.threads.get(1)!.run).toEqual(talk.messages);
      expect(live.conversations.get(1)).toEqual(talk.conversation);
    });

    test(`lost_frames_leave_gaps_that_reading_again_fills_seed_${seed}`, () => {
      const random = seeded(seed * 7919);
      const talk = serverTalk(random, 120);
      const live = withThread();
      takePage(live, 1, talk.messages.slice(0, 1), noChanges());
      for (const frame of spoil(talk.frames, random, 0.3)) apply(live, frame, noChanges());
      fill(live, talk.messages);
      takePage(live, 1, talk.messages.slice(-50), noChanges());
      fill(live, talk.messages);
      const run = live.threads.get(1)!.run;
      expect(run.map((m) => m.seq)).toEqual(talk.messages.map((m) => m.seq));
      expect(run.slice(-50)).toEqual(talk.messages.slice(-50));
      takePage(live, 1, talk.messages, noChanges());
      expect(run).toEqual(talk.messages);
    });
  }

  test("an_older_conversation_never_replaces_a_newer", () => {
    const live = emptyLive();
    const changes = noChanges();
    apply(live, { on: "conversation", conversation: conversation({ rev: 9, step: 4 }) }, changes);
    apply(live, { on: "conversation", conversation: conversation({ rev: 8, step: 2 }) }, changes);
    apply(live, { on: "conversation", conversation: conversation({ rev: 9, step: 1 }) }, changes);
    expect(live.conversations.get(1)?.step).toBe(4);
  });

  test("read_marks_only_move_forward_even_past_a_late_frame", () => {
    const live = emptyLive();
    apply(live, { on: "conversation", conversation: conversation({ rev: 2, last_seq: 9, agent_read_seq: 4, unread: 3 }) }, noChanges());
    apply(live, { on: "read", conversation: 1, by: "agent", seq: 9 }, noChanges());
    expect(live.conversations.get(1)).toMatchObject({ agent_read_seq: 9, unread: 0 });
    apply(live, { on: "conversation", conversation: conversation({ rev: 3, last_seq: 9, agent_read_seq: 4, unread: 3 }) }, noChanges());
    expect(live.conversations.get(1)).toMatchObject({ rev: 3, agent_read_seq: 9, unread: 0 });
    apply(live, { on: "read", conversation: 1, by: "agent", seq: 5 }, noChanges());
    expect(live.conversations.get(1)?.agent_read_seq).toBe(9);
  });

  test("a_frame_beyond_the_next_number_names_the_gap", () => {
    const live = withThread();
    takePage(live, 1, [message({ seq: 5 })], noChanges());
    const changes = noChanges();
    apply(live, { on: "message", message: message({ seq: 9 }), conversation: conversation({ rev: 5, last_seq: 9 }) }, changes);
    expect([...changes.gaps]).toEqual([[1, 5]]);
    takePage(live, 1, [6, 7, 8].map((seq) => message({ seq })), changes);
    expect(live.threads.get(1)!.run.map((m) => m.seq)).toEqual([5, 6, 7, 8, 9]);
    expect(changes.gaps.size).toBe(0);
  });

  test("older_pages_join_above_and_pages_that_do_not_touch_are_dropped", () => {
    const live = withThread();
    takePage(live, 1, [51, 52, 53].map((seq) => message({ seq })), noChanges());
    takePage(live, 1, [10, 11].map((seq) => message({ seq })), noChanges());
    expect(live.threads.get(1)!.run[0]!.seq).toBe(51);
    takePage(live, 1, [48, 49, 50, 51].map((seq) => message({ seq })), noChanges());
    expect(live.threads.get(1)!.run.map((m) => m.seq)).toEqual([48, 49, 50, 51, 52, 53]);
  });

  test("a_buyers_message_ends_their_typing", () => {
    const live = withThread();
    apply(live, { on: "typing", conversation: 1, by: "buyer", person: null, name: null, typing: true, text: "我想" } as Push, noChanges());
    expect(live.threads.get(1)!.typing.buyer).toBe("我想");
    apply(live, { on: "message", message: message({ seq: 1, from: "buyer" }), conversation: conversation({ rev: 2 }) as Conversation }, noChanges());
    expect(live.threads.get(1)!.typing.buyer).toBeNull();
  });

  test("messages_of_threads_nobody_opened_are_not_kept", () => {
    const live = emptyLive();
    apply(live, { on: "message", message: message({ seq: 1 }), conversation: conversation({ rev: 2 }) }, noChanges());
    expect(live.threads.size).toBe(0);
    expect(live.conversations.get(1)?.rev).toBe(2);
  });
});

describe("what_left_the_queue_into_other_hands", () => {
  const gone = (rev: number, agent: number | null = 9): Push => ({ on: "gone", conversation: 1, agent, rev });
  const shown = (rev: number, agent: number | null = null): Push => ({ on: "conversation", conversation: conversation({ rev, agent, state: agent ? "open" : "queued" }) });
  const after = (...frames: Push[]): Live => {
    const live = emptyLive();
    for (const frame of frames) apply(live, frame, noChanges(), 12);
    return live;
  };

  test("leaves_the_lists_and_an_older_frame_does_not_bring_it_back", () => {
    expect(after(shown(4), gone(5)).conversations.size).toBe(0);
    expect(after(gone(5), shown(4)).conversations.size).toBe(0);
    expect(after(shown(6), gone(5)).conversations.size).toBe(1);
  });
  test("stays_when_it_is_ones_own_and_comes_back_with_the_queue", () => {
    expect(after(shown(4), shown(5, 12), gone(5, 12)).conversations.get(1)?.agent).toBe(12);
    expect(after(shown(4), gone(5), shown(6)).conversations.get(1)?.rev).toBe(6);
  });
  test("is_told_as_a_change_of_the_list", () => {
    const live = after(shown(4));
    const changes = noChanges();
    apply(live, gone(5), changes, 12);
    expect([...changes.conversations]).toEqual([1]);
  });
});
