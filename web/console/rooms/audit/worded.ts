// The trail in words: a sentence for an event, names for ids, values as people write them.
import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { locale } from "@ui/locale";
import { money } from "@ui/money";
import { exact } from "@ui/time";
import { useSession } from "@shell/session";
import { ownName, sortOf } from "./changes";
import { IN_TALK } from "./events";
import { useGroups, usePeople, useRights, useRoles, useSettingTitles, useShifts, type Line } from "./queries";

/** Fields of things whose values are codes of ours, never what somebody wrote. */
const CODED: ReadonlySet<string> = new Set(["rules", "risk", "check", "channel", "given", "kind", "state", "scope", "answer", "paper", "category", "order_status", "pay_status", "ship_status", "after_status"]);
const NAME = "\u0001";
export interface Sentence {
  before: string;
  subject: string;
  after: string;
}
const two = (n: number): string => String(n).padStart(2, "0");

export function useWorded() {
  const { t, te } = useI18n();
  const session = useSession();
  const [people, roles, groups, shifts, rights, settings] = [usePeople(), useRoles(), useGroups(), useShifts(), useRights(), useSettingTitles()];
  const byId = (list: readonly { id: number; name: string }[] | undefined): Map<number, string> => new Map((list ?? []).map((one) => [one.id, one.name]));
  const names = computed(() => ({ person: byId(people.data.value), role: byId(roles.data.value), group: byId(groups.data.value), shift: byId(shifts.data.value), shop: byId(session.me?.shops) }));
  const en = computed(() => locale.value === "en");

  function nameOf(kind: "person" | "role" | "group" | "shift" | "shop", id: unknown): string {
    return names.value[kind].get(Number(id)) ?? t("audit.gone", { kind: t(`audit.noun.${kind}`), id: String(id) });
  }
  function settingTitle(key: unknown): string {
    const found = settings.data.value?.find((one) => one.key === key);
    return found ? (en.value ? found.en.title : found.zh.title) : String(key);
  }
  function subject(line: Line): string {
    const noun = line.subject_kind;
    const data = (line.data ?? {}) as Record<string, unknown>;
    if (noun === "setting") return settingTitle(data["key"]);
    if (noun === "quick_reply") return `/${String(data["code"] ?? "")}`;
    if (noun === "paper") return text(line, "kind", Array.isArray(data["kind"]) ? (data["kind"][1] ?? data["kind"][0]) : null);
    if (noun === "person" || noun === "role" || noun === "group" || noun === "shift" || noun === "shop") {
      const known = names.value[noun].get(line.subject);
      return known ?? (ownName(line.data) || t("audit.gone", { kind: t(`audit.noun.${noun}`), id: line.subject }));
    }
    if (noun === "token") return ownName(line.data) || t("audit.noun.token");
    if (IN_TALK.has(noun)) return t("audit.theTalk");
    if (noun === "customer") return t("audit.theBuyer");
    if (noun === "order") return t("audit.theOrder");
    if (te(`audit.thing.${noun}`)) return ownName(line.data) ? `${t(`audit.thing.${noun}`)} “${ownName(line.data)}”` : t(`audit.thing.${noun}`);
    return ownName(line.data) || (te(`audit.noun.${noun}`) ? t(`audit.noun.${noun}`) : noun);
  }
  function sentence(line: Line): Sentence {
    const key = `audit.event.${line.event}`;
    const self = line.subject_kind === "person" && line.person === line.subject;
    const whole = self && te(`${key}_self`) ? t(`${key}_self`) : te(key) ? t(key, { subject: NAME }) : t("audit.other", { event: line.event, subject: NAME });
    const [before = "", after = ""] = whole.split(NAME);
    return { before, subject: whole.includes(NAME) ? subject(line) : "", after };
  }
  function actor(line: Line): string {
    if (line.actor === "buyer") return t("audit.buyer");
    if (line.actor === "program") return t("audit.program");
    const name = line.name ?? t("audit.someone");
    return line.actor === "token" ? t("audit.byToken", { name }) : name;
  }
  function field(name: string): string {
    return te(`audit.field.${name}`) ? t(`audit.field.${name}`) : name;
  }
  function settingValue(line: Line, value: unknown): string {
    if (value === null || value === undefined) return t(line.shop === null ? "audit.byDefault" : "audit.byAll");
    if (typeof value === "boolean") return t(value ? "audit.on" : "audit.switchedOff");
    if (typeof value === "object") return t("audit.newContent");
    const found = settings.data.value?.find((s) => s.key === (line.data as { key?: unknown }).key);
    return found?.kind === "seconds" ? t("audit.seconds", { n: String(value) }) : String(value);
  }
  function one(line: Line, name: string, value: unknown): string {
    if (line.event === "setting.changed" && name === "value") return settingValue(line, value);
    if (value === null || value === undefined || value === "") return name === "shops" ? t("audit.allShops") : t("audit.nothing");
    if (typeof value === "boolean") return t(value ? "audit.yes" : "audit.no");
    if (name === "tags" && typeof value === "number") return t("audit.pieces", { n: value });
    switch (sortOf(name, line.subject_kind)) {
      case "person":
        return typeof value === "number" ? nameOf("person", value) : String(value);
      case "shop":
        return nameOf("shop", value);
      case "role":
        return nameOf("role", value);
      case "group":
        return nameOf("group", value);
      case "shift":
        return nameOf("shift", value);
      case "customer":
        return t("audit.theBuyer");
      case "right": {
        const right = rights.data.value?.find((r) => r.key === value);
        return right ? (en.value ? right.en : right.zh) : String(value);
      }
      case "stage":
      case "state":
      case "platform":
      case "paper":
      case "word":
        return typeof value === "string" && /^\w+$/.test(value) && te(`audit.value.${value}`) ? t(`audit.value.${value}`) : String(value);
      case "minute":
        return `${two(Math.floor(Number(value) / 60))}:${two(Number(value) % 60)}`;
      case "moment":
        return typeof value === "number" ? exact(value).slice(0, 16) : String(value);
      case "money":
        return money(Number(value));
      default:
        if (CODED.has(name) && typeof value === "string" && /^[a-z_]+$/.test(value) && te(`audit.value.${value}`)) return t(`audit.value.${value}`);
        if (typeof value === "object") return String((value as { name?: unknown }).name ?? t("audit.newContent"));
        return String(value);
    }
  }
  function text(line: Line, name: string, value: unknown): string {
    if (!Array.isArray(value)) return one(line, name, value);
    return value.map((each) => one(line, name, each)).join(en.value ? ", " : "、") || t("audit.nothing");
  }
  return { people, actor, sentence, field, text, settingTitle, nameOf };
}
