// What things of the team are called in the reader's language.
import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { locale } from "@ui/locale";
import { roleName } from "@shell/roleName";
import { useSession } from "@shell/session";
import { useRoles, useShops, useSkillGroups } from "./queries";

export { PLATFORMS } from "@api/platforms";
export const EDITIONS: readonly string[] = ["基本版", "扶植版", "虚拟版", "标准版", "拓展版", "旗舰版"];
export const SHOP_KINDS: readonly string[] = ["旗舰店", "专卖店", "专营店", "企业店", "个人店"];
/** Kinds and editions are kept as they were written; those the platforms know are said in the reader's language. */
const SHOP_WORDS: readonly (readonly [string, string, string])[] = [
  ["flagship", "旗舰店", "Flagship"], ["brand", "专卖店", "Brand shop"], ["speciality", "专营店", "Speciality shop"], ["company", "企业店", "Company shop"], ["small", "个人店", "Personal shop"],
];
const EDITION_WORDS: readonly (readonly [string, string, string])[] = [
  ["basic", "基本版", "Basic"], ["supported", "扶植版", "Supported"], ["virtual", "虚拟版", "Virtual"], ["standard", "标准版", "Standard"], ["extended", "拓展版", "Extended"], ["flagship", "旗舰版", "Flagship"],
];
function wordOf(words: readonly (readonly [string, string, string])[], text: string): string {
  const known = words.find(([code, zh]) => code === text || zh === text);
  return known ? known[locale.value === "en" ? 2 : 1] : text;
}
export const shopKind = (text: string): string => wordOf(SHOP_WORDS, text);
export const shopEdition = (text: string): string => wordOf(EDITION_WORDS, text);
/** What a list offers beside what is held: nothing that reads the same twice. */
export function offered(all: readonly string[], held: string, named: (text: string) => string): string[] {
  return [...(held ? [held] : []), ...all.filter((one) => !held || named(one) !== named(held))];
}

export const PAPER_KINDS = ["licence", "trademark", "tax", "quality"] as const;
export const STAGES = ["pre", "in", "after"] as const;

/** Names by id, for tables: roles, shops and groups. */
export function useNames() {
  const { t } = useI18n();
  const session = useSession();
  const roles = useRoles();
  const shops = useShops();
  const groups = useSkillGroups();
  const roleMap = computed(() => new Map((roles.data.value ?? []).map((one) => [one.id, roleName(one)])));
  const groupMap = computed(() => new Map((groups.data.value ?? []).map((one) => [one.id, one.name])));
  const shopMap = computed(() => new Map((shops.data.value ?? session.me?.shops ?? []).map((one) => [one.id, one.name])));
  const join = (ids: readonly number[], names: Map<number, string>): string => ids.map((id) => names.get(id)).filter(Boolean).join(locale.value === "en" ? ", " : "、");
  return {
    roles,
    shops,
    groups,
    roleText: (ids: readonly number[]) => join(ids, roleMap.value),
    groupText: (ids: readonly number[]) => join(ids, groupMap.value),
    shopText: (ids: readonly number[] | null) => (ids === null ? t("team.allShops") : join(ids, shopMap.value)),
  };
}
