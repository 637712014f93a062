// How this room says what went wrong, and that a thing was done and can be undone.
import { asProblem, Problem } from "@api/problem";
import { useDeedOf, useSay as useSayOf } from "@shell/form";

/** A value outside its bounds has a sentence of its own, and sentences may name the detail. */
function worded(error: unknown): Problem {
  const problem = asProblem(error);
  const bounded = problem.code === "setting_value" && "min" in problem.params;
  return new Problem(bounded ? "between" : problem.code, { status: problem.status, detail: problem.detail, field: problem.field, params: { detail: problem.detail, ...problem.params } });
}
const through = (deed: () => Promise<unknown>) => (): Promise<unknown> => deed().catch((error: unknown) => Promise.reject(worded(error)));

export function useSay() {
  const say = useSayOf("settings");
  return (error: unknown): string => say(worded(error));
}
export function useDeed() {
  const run = useDeedOf("settings");
  return (deed: () => Promise<unknown>, done?: string, undo?: () => Promise<unknown>): Promise<boolean> => run(through(deed), done, undo && through(undo));
}
