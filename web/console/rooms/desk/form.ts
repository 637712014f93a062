// The forms and deeds of the order desk. Its problems name states, holds and couriers by code: here they become words.
import { useI18n } from "vue-i18n";
import { asProblem, Problem } from "@api/problem";
import { useDeedOf, useFormOf, useSay as useSayOf } from "@shell/form";

/** The same problem with its codes in words. */
function useWorded() {
  const { t, te } = useI18n();
  const word = (under: string, code: unknown): string => (te(`shell.parcels.${under}.${String(code)}`) ? t(`shell.parcels.${under}.${String(code)}`) : String(code));
  return (error: unknown): Problem => {
    const problem = asProblem(error);
    const params: Record<string, unknown> = { ...problem.params };
    if (Array.isArray(params["holds"])) params["holds"] = params["holds"].map((code) => word("hold", code)).join("、");
    if (params["state"] !== undefined) params["state"] = word("state", params["state"]);
    return new Problem(problem.code, { status: problem.status, detail: problem.detail, field: problem.field, params });
  };
}
const wordedDeed = (worded: (error: unknown) => Problem) => <T>(deed: () => Promise<T>): (() => Promise<T>) => () => deed().catch((error: unknown) => Promise.reject(worded(error)));

export function useSay() {
  const say = useSayOf("desk");
  const worded = useWorded();
  return (error: unknown): string => say(worded(error));
}
export function useForm(fields: readonly string[]) {
  const form = useFormOf("desk", fields);
  const through = wordedDeed(useWorded());
  return { ...form, send: (deed: () => Promise<unknown>): Promise<boolean> => form.send(through(deed)) };
}
export function useDeed() {
  const run = useDeedOf("desk");
  const through = wordedDeed(useWorded());
  return (deed: () => Promise<unknown>, done?: string, undo?: () => Promise<unknown>): Promise<boolean> => run(through(deed), done, undo && through(undo));
}
