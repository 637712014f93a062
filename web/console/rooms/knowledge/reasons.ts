// Why an item of the listing checklist failed, in the reader's words.
import { useI18n } from "vue-i18n";

/** The server names what is missing by its keys, parted by commas; some are worded under another name. */
const WORDED: Readonly<Record<string, string>> = { made_at: "made", shelf_life_days: "shelf", picture_note: "picture", size_table: "sizes" };

export function useReasons(): (reason: string, note: string) => string {
  const { t, te } = useI18n();
  const section = (key: string): string => {
    const name = `shell.know.brief.${WORDED[key] ?? key}`;
    return /^[a-z_]+$/.test(key) && te(name) ? t(name) : key;
  };
  return (reason, note) => {
    const said = te(`knowledge.listing.reason.${reason}`) ? t(`knowledge.listing.reason.${reason}`) : reason;
    const more = note.split(", ").map(section).join(t("knowledge.listing.and"));
    return [said, more].filter(Boolean).join(t("knowledge.listing.colon"));
  };
}
