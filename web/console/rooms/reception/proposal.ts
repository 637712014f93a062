// What of a talk becomes a proposed FAQ entry: the buyer's question and the answer an agent gave. Pure.
import type { Message } from "@api/types";
import { answers } from "./rows";

export interface Proposal {
  question: string;
  answer: string;
  /** The message of the buyer that asked; null when it came from elsewhere. */
  seq: number | null;
}
const NEAR = 60;
const isAsked = (m: Message): boolean => m.from === "buyer" && m.kind === "text" && m.state === "sent";
const isAnswer = (m: Message): boolean => answers(m) && m.kind === "text" && m.state === "sent";
const textOf = (m: Message | undefined): string => (m?.kind === "text" ? m.body.text.trim() : "");

/** From a buyer's message: with the first answer after it. From an answer: with the buyer's last words before it. */
export function proposalOf(run: readonly Message[], seq: number): Proposal {
  const at = run.findIndex((m) => m.seq === seq);
  const message = run[at];
  if (!message) return { question: "", answer: "", seq: null };
  if (message.from === "buyer") return { question: textOf(message), answer: textOf(run.slice(at + 1, at + NEAR).find(isAnswer)), seq };
  const asked = run.slice(Math.max(0, at - NEAR), at).findLast(isAsked);
  return { question: textOf(asked), answer: textOf(message), seq: asked?.seq ?? null };
}
