// A form that is being sent, and deeds outside a form: which field the server found wrong, what else went wrong, and
// what was done with the way back. Holds no values. A room that words a problem in its own way names itself.
import { reactive, ref } from "vue";
import { useI18n } from "vue-i18n";
import { asProblem, wordProblem } from "@api/problem";
import { locale } from "@ui/locale";
import { toast } from "@ui/toast";

/** Words a problem: the room's own sentence where it has one. */
export function useSay(room: string) {
  const { t, te } = useI18n();
  return (error: unknown): string => {
    const problem = asProblem(error);
    const own = `${room}.problem.${problem.code}`;
    return te(own) ? t(own, { ...problem.params }) : wordProblem(problem, locale.value);
  };
}

/** On a long form the wrong field may be far from the button that sent it. */
function showFault(): void {
  requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector<HTMLElement>(".el-form-item.is-error")?.scrollIntoView?.({ block: "nearest" })));
}

export function useFormOf(room: string, fields: readonly string[]) {
  const say = useSay(room);
  const errors = reactive<Record<string, string>>({});
  const general = ref("");
  const busy = ref(false);

  /** Runs `deed`; true when it went well. `rows[3].size` counts as `rows`. */
  async function send(deed: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    for (const name of Object.keys(errors)) delete errors[name];
    general.value = "";
    busy.value = true;
    try {
      await deed();
      return true;
    } catch (error) {
      const field = asProblem(error).field?.split(/[.[]/)[0] ?? "";
      if (fields.includes(field)) errors[field] = say(error);
      else general.value = say(error);
      if (errors[field]) showFault();
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { errors, general, busy, send };
}

/** Does a thing outside any form; a failure is said at the foot of the page, a success too, with the way back. */
export function useDeedOf(room: string) {
  const say = useSay(room);
  const { t } = useI18n();
  return async (deed: () => Promise<unknown>, done?: string, undo?: () => Promise<unknown>): Promise<boolean> => {
    const failed = (error: unknown): false => {
      toast(say(error), { tone: "late", seconds: 5 });
      return false;
    };
    try {
      await deed();
    } catch (error) {
      return failed(error);
    }
    if (done) toast(done, undo ? { action: { label: t("shell.undo"), run: () => void undo().catch(failed) } } : {});
    return true;
  };
}
