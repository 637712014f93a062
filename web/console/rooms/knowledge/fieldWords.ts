// What a field of an import holds, in the reader's words: codes by their names, days as days, products, people and
// campaigns by what they are called.
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { useI18n } from "vue-i18n";
import type { ImportRow } from "@api/knowledge";
import { dateOf, useKnowWords } from "@shell/knowledge/worded";
import { useColleagues } from "@shell/queries";
import { useSession } from "@shell/session";
import { shownValue } from "./carried";
import { useOffered } from "./named";
import { useCampaigns } from "./things";

export type Word = (field: string, value: unknown) => string;
/** The values of a field, before and after, of all rows. */
const held = (rows: readonly ImportRow[], field: string): unknown[] => rows.flatMap((row) => (row.fields ?? []).flatMap((one) => (typeof one === "string" || one.field !== field ? [] : [one.was, one.is])));
const ids = (values: readonly unknown[]): number[] => [...new Set(values.flat().filter((one): one is number => typeof one === "number"))];

export function useFieldWords(rows: MaybeRefOrGetter<readonly ImportRow[]>): Word {
  const { t, te } = useI18n();
  const worded = useKnowWords();
  const session = useSession();
  const products = useOffered(undefined, () => ids(held(toValue(rows), "products")));
  const people = useColleagues(() => held(toValue(rows), "owner").some(Boolean));
  const campaigns = useCampaigns(() => session.shop, () => held(toValue(rows), "campaign").some(Boolean));
  const titles = computed(() => ({
    products: new Map(products.value.map((one) => [one.id, one.title])),
    owner: new Map((people.data.value ?? []).map((one) => [one.person, one.name])),
    campaign: new Map((campaigns.data.value ?? []).map((one) => [one.id, one.title])),
  }));
  const known = (key: string, value: unknown): string => (te(key) ? t(key) : shownValue(value));
  return (field, value) => {
    if (value === null || value === undefined || value === "") return "";
    if (field === "status") return known(`knowledge.status.${String(value)}`, value);
    if (field === "category") return worded.category(String(value));
    if (field === "stage" || field === "bargain" || field === "step") return known(`shell.know.${field}.${String(value)}`, value);
    if (field === "platform") return known(`knowledge.platform.${String(value)}`, value);
    if ((field === "valid_from" || field === "valid_until") && typeof value === "number") return dateOf(value);
    if (field === "products" || field === "owner" || field === "campaign") return [value].flat().map((one) => titles.value[field].get(Number(one)) ?? `#${String(one)}`).join("；");
    return shownValue(value);
  };
}
