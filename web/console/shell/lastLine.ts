// The one line that says what was last in a talk, the same wherever talks are listed. A picture, a card or a message that
// was taken back has no words of its own: its kind stands for it.
import type { Conversation } from "@api/types";

type T = (key: string, named: Record<string, unknown>) => string;

/** `me`: the person who reads. */
export function lastLine(c: Conversation, me: number, t: T): string {
  if (!c.last) return "";
  const said = c.last.text || (c.last.kind === "text" || c.last.kind === "system" ? "" : t(`shell.talk.kind.${c.last.kind}`, {}));
  if (c.last.from === "agent") return `${c.agent === me ? t("shell.talk.you", {}) : (c.agent_name ?? t("shell.talk.you", {}))}：${said}`;
  if (c.last.from === "auto") return `${t("shell.talk.auto", {})}：${said}`;
  return said;
}
