// Names of knowledge's kinds in the reader's language; a category of the shop's own is its own name.
import { useI18n } from "vue-i18n";
import type { Both } from "@api/goods";
import { locale } from "@ui/locale";

export function useKnowWords() {
  const { t, te } = useI18n();
  const named = (under: string, key: string): string => (te(`shell.know.${under}.${key}`) ? t(`shell.know.${under}.${key}`) : key);
  return {
    category: (key: string) => named("category", key),
    variable: (key: string) => named("variable", key),
    /** A text with its blanks called by their names: 您好，我是〔客服名〕. */
    legible: (text: string) => text.replace(/\{([a-z_]+)\}/g, (whole, key: string) => (te(`shell.know.variable.${key}`) ? `〔${t(`shell.know.variable.${key}`)}〕` : whole)),
    why: (key: string) => named("answers.why", key),
    both: (one: Both) => (locale.value === "en" && one.en ? one.en : one.zh),
  };
}

/** 2026-11-22: a day without its hour. */
export function dateOf(at: number): string {
  const day = new Date(at);
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
}
