// The one line that stands for a message where there is no room for it. The last of a talk is `lastLine` of the shell.
import type { Message } from "@api/types";

type T = (key: string, named?: Record<string, unknown>) => string;

export function oneLine(m: Message, t: T): string {
  if (m.state === "recalled" || m.state === "erased") return t(`shell.talk.kind.${m.state}`);
  switch (m.kind) {
    case "text":
    case "note":
      return m.body.text.replace(/\s+/g, " ").slice(0, 120);
    case "file":
      return `${t("shell.talk.kind.file")} ${m.body.name}`;
    case "product":
    case "coupon":
    case "form":
      return `${t(`shell.talk.kind.${m.kind}`)} ${m.body.title}`;
    case "order":
      return `${t("shell.talk.kind.order")} ${m.body.number}`;
    case "system":
      return t("reception.system.other");
    default:
      return t(`shell.talk.kind.${m.kind}`);
  }
}
