// What a row of the thread needs to know of its neighbours: a new day, a new speaker, how long an answer took. Asked
// only for rows on screen, so a thread of 50,000 messages costs nothing.
import type { Message } from "@api/types";
import { sameDay } from "@ui/time";
import { SILENT } from "./system";

const TOGETHER = 3 * 60_000;
const BACK = 300;

/** Drawn at all: an undone message leaves no trace. */
export function visible(message: Message): boolean {
  return message.state !== "undone" && !(message.kind === "system" && SILENT.has(message.body.event));
}

/** Whether an agent's message counts as an answer. */
export function answers(message: Message): boolean {
  return message.from === "agent" && message.kind !== "note" && message.kind !== "system" && message.state !== "undone";
}
function asks(message: Message): boolean {
  return message.from === "buyer" && message.kind !== "system" && message.state !== "undone";
}

function endsSession(message: Message): boolean {
  return message.kind === "system" && (message.body.event === "closed" || message.body.event === "timed_out");
}

function before(run: readonly Message[], at: number): Message | null {
  for (let n = at - 1; n >= 0 && n > at - BACK; n--) {
    const one = run[n];
    if (one && visible(one)) return one;
  }
  return null;
}

export function newDay(run: readonly Message[], at: number): boolean {
  const one = run[at];
  if (!one) return false;
  const last = before(run, at);
  return !last || !sameDay(last.at, one.at);
}

/** The same speaker goes on within three minutes: name and time are not said again. */
export function goesOn(run: readonly Message[], at: number): boolean {
  const one = run[at];
  const last = before(run, at);
  if (!one || !last || last.kind === "system" || !sameDay(last.at, one.at)) return false;
  return last.from === one.from && last.person === one.person && (last.kind === "note") === (one.kind === "note") && one.at - last.at < TOGETHER;
}

/** How long the buyer waited for this message, ms, when it is the first answer to what they wrote; else null. */
export function answeredAfter(run: readonly Message[], at: number): number | null {
  const one = run[at];
  if (!one || !answers(one)) return null;
  let asked: number | null = null;
  for (let n = at - 1; n >= 0 && n > at - BACK; n--) {
    const earlier = run[n];
    if (!earlier) break;
    // With its session a wait ends too, answered or not.
    if (answers(earlier) || endsSession(earlier)) break;
    if (asks(earlier)) asked = earlier.at;
  }
  return asked === null ? null : Math.max(0, one.at - asked);
}
