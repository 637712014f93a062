// The one line that stands for a message where there is no room for it.
import type { Conversation, Message } from "@api/types";

type T = (key: string, named?: Record<string, unknown>) => string;

export function lastLine(c: Conversation, me: number, t: T): string {
  if (!c.last) return "";
  const said = c.last.text || (c.last.kind === "text" || c.last.kind === "system" ? "" : t(`reception.kind.${c.last.kind}`));
  if (c.last.from === "agent") return `${c.agent === me ? t("reception.card.you") : (c.agent_name ?? t("reception.card.you"))}：${said}`;
  if (c.last.from === "auto") return `${t("reception.card.auto")}：${said}`;
  return said;
}

export function oneLine(m: Message, t: T): string {
  if (m.state === "recalled" || m.state === "erased") return t(`reception.kind.${m.state}`);
  switch (m.kind) {
    case "text":
    case "note":
      return m.body.text.replace(/\s+/g, " ").slice(0, 120);
    case "file":
      return `${t("reception.kind.file")} ${m.body.name}`;
    case "product":
    case "coupon":
    case "form":
      return `${t(`reception.kind.${m.kind}`)} ${m.body.title}`;
    case "order":
      return `${t("reception.kind.order")} ${m.body.number}`;
    case "system":
      return t("reception.system.other");
    default:
      return t(`reception.kind.${m.kind}`);
  }
}
