// One's own hands: how many talks one has, how many one takes at once, and what is said once no more go in. The server
// decides and refuses; here it is only seen before somebody presses in vain.
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { asProblem, wordProblem } from "@api/problem";
import { locale } from "@ui/locale";
import { desk } from "./desk";
import { readPresences } from "./queries";

export function useHands() {
  const { t } = useI18n();
  const has = computed(() => desk.counts()?.mine ?? 0);
  /** Null while nobody has said. */
  const most = computed(() => desk.presences().find((one) => one.person === desk.person)?.capacity ?? null);
  const full = computed(() => most.value !== null && has.value >= most.value);
  const sentence = (n: number, limit: number): string => (limit === 0 ? t("shell.hands.none") : t("shell.hands.full", { n }));
  /** Why nothing more can be taken; empty while something can. */
  const why = computed(() => (full.value ? sentence(has.value, most.value!) : ""));
  /** A refused claim in words: `agent_full` is worded for whoever hands on, here it is about oneself. */
  function say(error: unknown): string {
    const problem = asProblem(error);
    if (problem.code !== "agent_full") return wordProblem(problem, locale.value);
    const limit = Number(problem.params["capacity"] ?? most.value ?? 1);
    return sentence(Math.max(has.value, limit), limit);
  }
  return { full, why, say };
}

/** No frame tells that somebody was given more room: whoever is full asks now and then. */
export function useMoreRoom(full: () => boolean): void {
  useQuery({
    queryKey: ["people", "room"],
    enabled: computed(full),
    staleTime: 0,
    refetchInterval: 30_000,
    queryFn: async () => {
      const all = await readPresences();
      desk.takePresences(all);
      return all.length;
    },
  });
}
