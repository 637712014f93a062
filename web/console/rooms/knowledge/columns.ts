// The columns of the sheets, in the reader's language: one list for each kind of row.
import { computed, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";
import { BARGAINS, STAGES, STEPS, type Faq } from "@api/knowledge";
import { useKnowWords } from "@shell/knowledge/worded";
import { useColleagues } from "@shell/queries";
import { useSession } from "@shell/session";
import { STATUSES } from "./cells";
import { PLATFORMS } from "./drafts";
import type { Column } from "./grid";
import { useCampaigns } from "./things";

type Columns = ComputedRef<Column[]>;

function useParts() {
  const { t } = useI18n();
  const session = useSession();
  const worded = useKnowWords();
  const campaigns = useCampaigns(() => session.shop);
  const category = (known: readonly string[]): Column => ({ key: "category", title: t("knowledge.edit.category"), width: 110, choices: [...new Set(known)].filter(Boolean).map((value) => ({ value, label: worded.category(value) })) });
  /** Whether and when it is used; what scripts, entries and policies have alike. */
  const standing = (): Column[] => [
    { key: "status", title: t("knowledge.edit.status"), width: 90, choices: STATUSES.map((value) => ({ value, label: t(`knowledge.status.${value}`) })) },
    { key: "valid_from", title: t("knowledge.edit.from"), width: 140 }, { key: "valid_until", title: t("knowledge.edit.until"), width: 140 },
    { key: "campaign", title: t("knowledge.script.campaign"), width: 150, choices: (campaigns.data.value ?? []).map((one) => ({ value: String(one.id), label: one.title })) },
  ];
  return { t, category, standing };
}

export function useFaqColumns(known: () => readonly string[], items: () => readonly Faq[]): Columns {
  const { t, category, standing } = useParts();
  const colleagues = useColleagues();
  /** Who left stays named where an entry is theirs. */
  const owners = computed(() => new Map([...items().flatMap((one): [number, string][] => (one.owner === null ? [] : [[one.owner, one.owner_name ?? ""]])), ...(colleagues.data.value ?? []).map((one): [number, string] => [one.person, one.name])]));
  return computed(() => [
    { key: "question", title: t("knowledge.faq.question"), width: 220 }, { key: "similar", title: t("knowledge.faq.similarColumn"), width: 220 }, category(known()),
    { key: "answer", title: t("knowledge.faq.answer"), width: 360 }, { key: "answer_en", title: t("knowledge.faq.answerEn"), width: 240 },
    { key: "question_en", title: t("knowledge.faq.questionEn"), width: 180 }, { key: "intent", title: t("knowledge.faq.intent"), width: 120 },
    { key: "owner", title: t("knowledge.faq.owner"), width: 110, choices: [...owners.value].map(([id, label]) => ({ value: String(id), label })) }, ...standing(),
  ]);
}

export function useScriptColumns(known: () => readonly string[]): Columns {
  const { t, category, standing } = useParts();
  return computed(() => [
    { key: "code", title: t("knowledge.script.code"), width: 90 }, { key: "title", title: t("knowledge.script.title"), width: 140 }, category(known()),
    { key: "stage", title: t("knowledge.script.stage"), width: 90, choices: STAGES.map((value) => ({ value, label: t(`shell.know.stage.${value}`) })) },
    { key: "text", title: t("knowledge.script.text"), width: 420 }, { key: "text_en", title: t("knowledge.script.textEn"), width: 260 }, { key: "title_en", title: t("knowledge.field.title_en"), width: 140 },
    { key: "bargain", title: t("knowledge.field.bargain"), width: 110, choices: BARGAINS.map((value) => ({ value, label: t(`shell.know.bargain.${value}`) })) },
    { key: "step", title: t("knowledge.field.step"), width: 110, choices: STEPS.map((step) => ({ value: String(step), label: t(`shell.know.step.${step}`) })) }, ...standing(),
  ]);
}

export function usePolicyColumns(known: () => readonly string[]): Columns {
  const { t, category, standing } = useParts();
  return computed(() => [
    { key: "title", title: t("knowledge.policy.title"), width: 180 }, { key: "text", title: t("knowledge.policy.text"), width: 420 }, category(known()),
    { key: "platform", title: t("knowledge.policy.platform"), width: 100, choices: PLATFORMS.map((value) => ({ value, label: t(`knowledge.platform.${value}`) })) },
    { key: "title_en", title: t("knowledge.policy.titleEn"), width: 180 }, { key: "text_en", title: t("knowledge.policy.textEn"), width: 260 }, ...standing(),
  ]);
}

/** `categories`: each with its name. What one may not change is shown. */
export function useProductColumns(categories: () => readonly (readonly [string, string])[]): Columns {
  const { t } = useI18n();
  const session = useSession();
  const basics = !session.can("catalogue.edit");
  const facts = !session.can("knowledge.edit");
  return computed(() => [
    { key: "code", title: t("knowledge.product.code"), width: 110, fixed: true }, { key: "title", title: t("knowledge.basics.name"), width: 220, fixed: basics },
    { key: "price", title: t("knowledge.product.price"), width: 110, fixed: true }, { key: "stock", title: t("knowledge.product.sellable"), width: 80, fixed: true },
    { key: "category", title: t("shell.know.brief.category"), width: 110, fixed: facts, choices: categories().map(([value, label]) => ({ value, label })) },
    { key: "selling_points", title: t("shell.know.brief.selling"), width: 200, fixed: basics }, { key: "features", title: t("shell.know.brief.features"), width: 200, fixed: facts }, { key: "advantages", title: t("shell.know.brief.advantages"), width: 200, fixed: facts },
    { key: "origin", title: t("shell.know.brief.origin"), width: 120, fixed: facts }, { key: "made_at", title: t("shell.know.brief.made"), width: 110, fixed: facts }, { key: "shelf_life_days", title: t("knowledge.product.shelf"), width: 100, fixed: facts },
    { key: "picture_note", title: t("shell.know.brief.picture"), width: 180, fixed: facts }, { key: "defects", title: t("shell.know.brief.defects"), width: 180, fixed: facts }, { key: "competitor_note", title: t("shell.know.brief.competitor"), width: 200, fixed: facts },
    { key: "url", title: t("knowledge.basics.url"), width: 220, fixed: basics },
  ]);
}
