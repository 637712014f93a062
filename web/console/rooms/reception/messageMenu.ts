// What can be done with one message: quote, copy, undo while it is fresh, recall while it may be, keep as a phrase.
import { computed, shallowRef } from "vue";
import { useI18n } from "vue-i18n";
import { asProblem, wordProblem } from "@api/problem";
import type { Message } from "@api/types";
import type { MenuItem } from "@ui/ContextMenu.vue";
import { locale } from "@ui/locale";
import { serverNow } from "@ui/time";
import { toast } from "@ui/toast";
import { desk } from "@shell/desk";
import { act } from "./queries";

const UNDO_MS = 5_000;
const RECALL_MS = 120_000;

export function useMessageMenu(on: { quote: (m: Message) => void; keep: (text: string) => void; propose: (m: Message) => void; raise: (product: number) => void }) {
  const { t } = useI18n();
  const shown = shallowRef<{ m: Message; x: number; y: number } | null>(null);

  const mine = (m: Message): boolean => m.from === "agent" && m.person === desk.person && m.state === "sent";
  const textOf = (m: Message): string => (m.kind === "text" || m.kind === "note" ? m.body.text : "");
  const items = computed<MenuItem[]>(() => {
    const m = shown.value?.m;
    if (!m) return [];
    const age = serverNow() - m.at;
    const text = textOf(m);
    const list: (MenuItem | false)[] = [
      m.kind !== "note" && m.kind !== "system" && { key: "quote", label: t("reception.thread.quote") },
      Boolean(text) && { key: "copy", label: t("reception.thread.copy") },
      m.from === "agent" && m.kind === "text" && { key: "keep", label: t("reception.thread.save") },
      m.kind === "text" && (m.from === "agent" || m.from === "buyer") && { key: "propose", label: t("reception.thread.propose") },
      m.kind === "product" && { key: "raise", label: t("shell.know.brief.raise") },
      mine(m) && age < UNDO_MS && { key: "undo", label: t("reception.thread.undo"), line: true },
      mine(m) && age < RECALL_MS && { key: "recall", label: t("reception.thread.recall"), line: age >= UNDO_MS },
    ];
    return list.filter((item): item is MenuItem => Boolean(item));
  });

  function open(m: Message, event: MouseEvent): void {
    shown.value = { m, x: event.clientX, y: event.clientY };
    if (!items.value.length) shown.value = null;
  }
  async function recall(m: Message): Promise<void> {
    try {
      await act.recall(m.conversation, m.seq);
      toast(t("reception.done.recalled"));
    } catch (error) {
      toast(wordProblem(error, locale.value), { tone: "late" });
    }
  }
  /** Takes a fresh message away without a trace; once it was read, a recall with a trace is offered instead. */
  async function undo(m: Message): Promise<void> {
    try {
      await act.undo(m.conversation, m.seq);
      toast(t("reception.done.undone"));
    } catch (error) {
      const problem = asProblem(error);
      const offer = problem.status !== 0 && serverNow() - m.at < RECALL_MS;
      toast(wordProblem(problem, locale.value), { tone: "late", action: offer ? { label: t("reception.thread.recall"), run: () => void recall(m) } : null });
    }
  }
  function choose(key: string): void {
    const m = shown.value?.m;
    if (!m) return;
    if (key === "quote") on.quote(m);
    else if (key === "keep") on.keep(textOf(m));
    else if (key === "propose") on.propose(m);
    else if (key === "raise" && m.kind === "product") on.raise(m.body.product);
    else if (key === "copy") navigator.clipboard?.writeText(textOf(m)).then(() => toast(t("reception.done.copied")), () => undefined);
    else if (key === "undo") void undo(m);
    else if (key === "recall") void recall(m);
  }
  return { shown, items, open, undo, choose };
}
