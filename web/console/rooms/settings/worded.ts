// A value of a setting in words, for defaults and for what is edited elsewhere.
import { useI18n } from "vue-i18n";
import { locale } from "@ui/locale";
import { LISTS, readAutomatic } from "./automatic";
import { readCalendar } from "./calendar";
import { readLimits } from "./limits";
import { readMenu } from "./menu";
import { useSession } from "@shell/session";
import { useTemplates } from "./queries";
import { inUnit, sayings, UNIT_NAMES, type Setting } from "./setting";
import { readSteps } from "./steps";

/** So many words of a list are told in a line. */
const SOME = 3;

export function useWorded() {
  const { t, te } = useI18n();
  const session = useSession();
  const templates = useTemplates(() => session.shop);

  function choice(setting: Setting, value: string): string {
    const template = setting.key.endsWith(".template") ? templates.data.value?.find((one) => one.key === value) : undefined;
    if (template) return locale.value === "en" ? template.title.en : template.title.zh;
    const key = `settings.choice.${value}`;
    return /^\w+$/.test(value) && te(key) ? t(key) : value;
  }
  function unit(name: string | null): string {
    if (!name) return "";
    const known = UNIT_NAMES[name] ?? name;
    return te(`settings.unit.${known}`) ? t(`settings.unit.${known}`) : name;
  }
  function hours(value: unknown): string {
    const calendar = readCalendar(value);
    const days = calendar.week.filter((day) => day.length > 0).length;
    const words = calendar.always ? t("settings.hours.always") : t("settings.hours.days", { n: days });
    return calendar.special.length ? `${words} · ${t("settings.hours.specials", { n: calendar.special.length })}` : words;
  }
  function json(setting: Setting, value: unknown): string {
    if (setting.key.endsWith(".calendar")) return hours(value);
    if (setting.key.endsWith(".automatic")) {
      const all = readAutomatic(value);
      return LISTS.map((list) => t("settings.automatic.count", { list: t(`settings.automatic.lists.${list}`), n: all[list].length })).join(locale.value === "en" ? ", " : "，");
    }
    if (setting.key.endsWith(".menu")) return readMenu(value).map((one) => one.title).join(" / ") || t("settings.menu.off");
    if (setting.key.endsWith(".own_steps")) return readSteps(value).steps.join(" – ") || t("settings.steps.none");
    if (setting.key.endsWith(".by_role")) return t("settings.limits.roles", { n: readLimits(value).length });
    const said = sayings(value);
    if (!said) return JSON.stringify(value);
    const some = said.slice(0, SOME).join(locale.value === "en" ? ", " : "、") || t("settings.empty");
    return said.length > SOME ? t("settings.sayings", { some, n: said.length }) : some;
  }
  function worded(setting: Setting, value: unknown): string {
    switch (setting.kind) {
      case "bool":
        return t(value ? "settings.on" : "settings.off");
      case "seconds": {
        const { n, unit: u } = inUnit(Number(value));
        return t(`settings.lasting.${u}`, { n });
      }
      case "number":
        return `${String(value)} ${unit(setting.unit)}`.trim();
      case "choice":
        return choice(setting, String(value));
      case "json":
        return json(setting, value);
      default:
        return String(value) || t("settings.empty");
    }
  }
  return Object.assign(worded, { choice, unit, calendar: hours });
}
