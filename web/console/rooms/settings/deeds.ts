// How this room says what went wrong, and that a thing was done and can be undone.
import { useI18n } from "vue-i18n";
import { asProblem, wordProblem } from "@api/problem";
import { locale } from "@ui/locale";
import { toast } from "@ui/toast";

export function useSay() {
  const { t, te } = useI18n();
  return (error: unknown): string => {
    const problem = asProblem(error);
    if (problem.code === "setting_value" && "min" in problem.params) return t("settings.problem.between", { ...problem.params });
    const own = `settings.problem.${problem.code}`;
    return te(own) ? t(own, { detail: problem.detail, ...problem.params }) : wordProblem(problem, locale.value);
  };
}

/** Does a thing; a failure is said at the foot of the page, a success too, with the way back. */
export function useDeed() {
  const say = useSay();
  const { t } = useI18n();
  return async (deed: () => Promise<unknown>, done?: string, undo?: () => Promise<unknown>): Promise<boolean> => {
    const failed = (error: unknown): false => {
      toast(say(error), { tone: "late" });
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
