// Why an item of the listing checklist failed, in the reader's words.
import { useI18n } from "vue-i18n";

/** The server names missing sections by their keys, parted by commas. */
const NAMED = new Set(["sections_missing", "facts_missing"]);

export function useReasons(): (reason: string, note: string) => string {
  const { t, te } = useI18n();
  const section = (key: string): string => (te(`shell.know.brief.${key}`) ? t(`shell.know.brief.${key}`) : key);
  return (reason, note) => {
    const said = te(`knowledge.listing.reason.${reason}`) ? t(`knowledge.listing.reason.${reason}`) : reason;
    const more = NAMED.has(reason) ? note.split(", ").map(section).join(t("knowledge.listing.and")) : note;
    return [said, more].filter(Boolean).join(t("knowledge.listing.colon"));
  };
}
