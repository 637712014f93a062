import { expect, test } from "vitest";
import { message } from "@api/samples";
import type { Message } from "@api/types";
import { answeredAfter, goesOn, newDay } from "./rows";

const T = new Date(2026, 10, 21, 10, 0, 0).getTime();
const run = (...list: Partial<Message>[]): Message[] => list.map((m, n) => message({ seq: n + 1, at: T + n * 1000, ...m }));

test("the_wait_runs_from_the_first_unanswered_message_to_the_first_human_answer", () => {
  const talk = run({ at: T }, { at: T + 4_000 }, { from: "auto", at: T + 5_000 }, { from: "agent", kind: "note", at: T + 6_000 } as Partial<Message>, { from: "agent", at: T + 9_000 }, { from: "agent", at: T + 10_000 });
  expect(talk.map((_, n) => answeredAfter(talk, n))).toEqual([null, null, null, null, 9_000, null]);
});

test("an_answer_without_a_question_has_no_wait", () => {
  expect(answeredAfter(run({ from: "agent" }), 0)).toBeNull();
});

test("a_wait_ends_with_its_session", () => {
  const closed = { from: "system", kind: "system", body: { event: "closed" }, at: T + 5_000 } as Partial<Message>;
  const talk = run({ at: T }, closed, { at: T + 86_400_000 }, { from: "agent", at: T + 86_404_000 }, { ...closed, at: T + 90_000_000 }, { from: "agent", at: T + 90_001_000 });
  expect(talk.map((_, n) => answeredAfter(talk, n))).toEqual([null, null, null, 4_000, null, null]);
});

test("an_undone_answer_leaves_the_wait_to_the_next", () => {
  const talk = run({ at: T }, { from: "agent", state: "undone", at: T + 2_000 }, { from: "agent", at: T + 7_000 });
  expect(answeredAfter(talk, 1)).toBeNull();
  expect(answeredAfter(talk, 2)).toBe(7_000);
});

test("days_and_speakers_are_named_once", () => {
  const talk = run({ at: T - 86_400_000 }, { at: T }, { at: T + 60_000 }, { at: T + 600_000 }, { at: T + 600_500, from: "agent", person: 4 });
  expect(talk.map((_, n) => newDay(talk, n))).toEqual([true, true, false, false, false]);
  expect(talk.map((_, n) => goesOn(talk, n))).toEqual([false, false, true, false, false]);
});
