// A form that is being sent: which field the server found wrong, and what else went wrong. Holds no values.
import { reactive, ref } from "vue";
import { useI18n } from "vue-i18n";
import { asProblem, wordProblem } from "@api/problem";
import { locale } from "@ui/locale";

export function useForm(fields: readonly string[]) {
  const { t, te } = useI18n();
  const errors = reactive<Record<string, string>>({});
  const general = ref("");
  const busy = ref(false);

  function say(error: unknown): string {
    const problem = asProblem(error);
    const own = `signin.problem.${problem.code}`;
    return te(own) ? t(own, { s: problem.params["retry_s"] ?? 0, min: problem.params["min"] ?? 10 }) : wordProblem(problem, locale.value);
  }
  /** Runs `deed`; true when it went well. */
  async function send(deed: () => Promise<unknown>): Promise<boolean> {
    for (const name of Object.keys(errors)) delete errors[name];
    general.value = "";
    busy.value = true;
    try {
      await deed();
      return true;
    } catch (error) {
      const field = asProblem(error).field;
      if (field && fields.includes(field)) errors[field] = say(error);
      else general.value = say(error);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { errors, general, busy, say, send };
}
