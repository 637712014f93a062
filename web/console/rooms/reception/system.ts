// System messages carry events, not sentences; here they become words.
import type { MessageOf } from "@api/types";

type T = (key: string, named?: Record<string, unknown>) => string;
const str = (value: unknown): string => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");

/** Events that only keep the book straight; the thread shows their effect, not them. */
export const SILENT = new Set(["undone", "recalled", "rules", "hours"]);
const KNOWN = new Set(["queued", "assigned", "transferred", "taken_over", "requeued", "closed", "timed_out", "reopened", "stage", "rated", "record", "carried"]);

/** The line and, where somebody wrote something, what they wrote. */
export function wordEvent(m: MessageOf<"system">, t: T, has: (key: string) => boolean): { line: string; said: string } {
  const b = m.body;
  const name = str(b["name"]) || m.name || t("reception.thread.buyer");
  const key = (part: string): string => `reception.system.${part}`;
  switch (b.event) {
    case "transferred": {
      const to = str(b["name"]) || str(b["group_name"]);
      const note = str(b["note"]);
      return { line: t(key("transferred"), { from: str(b["from_name"]), to }), said: note ? t(key("transferredNote"), { note }) : "" };
    }
    case "requeued": {
      const why = str(b["why"]);
      const note = str(b["note"]);
      const known = `reception.system.why.${why}`;
      return { line: why ? t(key("requeued"), { why: has(known) ? t(known) : why }) : t(key("requeuedPlain")), said: note ? t(key("transferredNote"), { note }) : "" };
    }
    case "closed": {
      const reason = str(b["reason"]);
      if (b["by"] === "buyer") return { line: t(key("left")), said: "" };
      if (b["by"] === "log") return { line: t(key("silence")), said: "" };
      return { line: str(b["name"]) ? t(key("closed"), { name }) : t(key("closedPlain")), said: reason ? t(key("closedReason"), { reason }) : "" };
    }
    case "stage":
      return { line: t(key("stage"), { from: t(`reception.stage.${str(b["from"]) || "pre"}`), to: t(`reception.stage.${str(b["to"]) || "pre"}`) }), said: "" };
    case "rated": {
      const comment = str(b["comment"]);
      return { line: t(key("rated"), { score: str(b["score"]) }), said: comment ? t(key("ratedComment"), { comment }) : "" };
    }
    // What a platform told in a chat log stands in its own words.
    case "log":
      return { line: str(b["text"]), said: "" };
    case "record":
      return { line: t(key("record"), { topic: str(b["topic"]) }), said: "" };
    default:
      return { line: KNOWN.has(b.event) ? t(key(b.event), { name }) : t(key("other")), said: "" };
  }
}
