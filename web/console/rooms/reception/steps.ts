// The steps of a reception by name, in the language of the page.
import type { Conversation } from "@api/types";
import { locale } from "@ui/locale";
import type { Template } from "./queries";

/** The names of a template's steps, in order; none while the template is not known. */
export function stepsOf(templates: readonly Template[] | undefined, key: string): string[] {
  const steps = templates?.find((one) => one.key === key)?.steps ?? [];
  return steps.map((one) => (locale.value === "zh-CN" ? one.zh : one.en));
}

/** The step a conversation stands at, `done` when it went through all; empty while its template is not known. */
export function stepNow(titles: readonly string[], c: Pick<Conversation, "step">, done: string): string {
  return titles.length ? (titles[c.step] ?? done) : "";
}
