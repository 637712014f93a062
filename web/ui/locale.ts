// The language the small components speak. The console sets it; nothing here translates.
import { shallowRef } from "vue";

export type Locale = "zh-CN" | "en";
export const locale = shallowRef<Locale>("zh-CN");

/** The text of the present language. */
export function pick(zh: string, en: string): string {
  return locale.value === "en" ? en : zh;
}
