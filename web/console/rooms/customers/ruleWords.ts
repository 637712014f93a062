// The conditions of a segment in one line of words.
import { useI18n } from "vue-i18n";
import type { SegmentRule, Span, TagCount } from "@api/customers";
import { figure, money } from "@ui/money";
import { regionKey } from "./segment";

export function useRuleWords(tags: () => readonly TagCount[]) {
  const { t } = useI18n();
  const part = (name: string, what: string): string => t("customers.segment.part", { name: t(`customers.segment.rule.${name}`), what });
  const span = (one: Span, show: (n: number) => string): string => (one.min === null ? `≤ ${show(one.max ?? 0)}` : one.max === null ? `≥ ${show(one.min)}` : `${show(one.min)}–${show(one.max)}`);
  const tagNames = (ids: readonly number[]): string => ids.map((id) => tags().find((tag) => tag.id === id)?.name ?? "—").join(t("customers.segment.or"));
  return (rule: SegmentRule): string => {
    const parts: string[] = [];
    if (rule.recency_days) parts.push(part("recency", t("customers.segment.days", { n: span(rule.recency_days, figure) })));
    if (rule.orders) parts.push(part("orders", span(rule.orders, figure)));
    if (rule.spent_fen) parts.push(part("spent", span(rule.spent_fen, money)));
    if (rule.problems) parts.push(part("problems", span(rule.problems, figure)));
    if (rule.levels.length) parts.push(part("levels", rule.levels.join(t("customers.segment.or"))));
    if (rule.vip !== null) parts.push(t(rule.vip ? "customers.segment.isVip" : "customers.segment.noVip"));
    if (rule.tags.length) parts.push(part("tags", tagNames(rule.tags)));
    if (rule.without_tags.length) parts.push(part("without", tagNames(rule.without_tags)));
    if (rule.skus.length) parts.push(part("products", t("customers.segment.skus", { n: rule.skus.length })));
    if (rule.regions.length) parts.push(part("regions", rule.regions.map(regionKey).join(t("customers.segment.or"))));
    if (rule.consent.length) parts.push(part("consent", rule.consent.map((one) => t(`customers.consent.channel.${one}`)).join(t("customers.segment.or"))));
    return parts.length ? parts.join(t("customers.segment.and")) : t("customers.segment.everybody");
  };
}
