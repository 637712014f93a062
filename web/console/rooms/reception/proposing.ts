// Proposes a question and its answer from a talk as an entry of the FAQ. What the server refuses is said at its field;
// what was typed stays.
import { ref, toValue, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";
import { asProblem, wordProblem } from "@api/problem";
import type { Conversation } from "@api/types";
import { locale } from "@ui/locale";
import { toast } from "@ui/toast";
import { proposeFaq } from "@shell/knowledge/queries";
import type { Proposal } from "./proposal";

type Field = "question" | "answer";
const fieldOf = (field: string | null): Field | null => (field === "question" || field === "answer" ? field : null);

export function useProposing(conversation: MaybeRefOrGetter<Conversation>) {
  const { t } = useI18n();
  const busy = ref(false);
  const refused = ref<{ field: Field | null; text: string } | null>(null);
  /** Why it was refused at a field; of `null`, for what lies with none. */
  const refusedAt = (field: Field | null): string => (refused.value?.field === field ? refused.value.text : "");

  /** False when it was refused. Whoever decides on it is led to the talk, and to the buyer's message where one is named. */
  async function propose({ question, answer, seq }: Proposal): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    refused.value = null;
    const { id, shop } = toValue(conversation);
    try {
      await proposeFaq({ shop, question: question.trim(), answer: answer.trim(), conversation: id, ...(seq ? { seq } : {}) });
      toast(t("reception.done.proposed"));
      return true;
    } catch (error) {
      refused.value = { field: fieldOf(asProblem(error).field), text: wordProblem(error, locale.value) };
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { propose, busy, refusedAt };
}
