// Sends a product's card into the talk, and keeps that it was recommended and what led to it. The talk must be one's own.
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";
import { wordProblem } from "@api/problem";
import type { ProductCard, RecommendationKind } from "@api/goods";
import type { Conversation } from "@api/types";
import { locale } from "@ui/locale";
import { toast } from "@ui/toast";
import { desk } from "@shell/desk";
import { recommend } from "@shell/knowledge/queries";

/** Talks in which a guiding question was put into the box: a product that is chosen after it, its answer led to. */
const guided = new Set<number>();

export function useRecommend(conversation: MaybeRefOrGetter<Conversation>) {
  const { t } = useI18n();
  const c = computed(() => toValue(conversation));
  const sends = computed(() => c.value.state === "open" && c.value.agent === desk.person);
  const guide = (): void => void guided.add(c.value.id);
  function send(card: ProductCard, why: RecommendationKind): void {
    const kind = why === "other" && guided.has(c.value.id) ? "guide" : why;
    desk.send({ conversation: c.value.id, kind: "product", body: card });
    toast(t("shell.know.brief.recommended"));
    recommend({ shop: c.value.shop, conversation: c.value.id, customer: c.value.customer.id, product: card.product, sku: card.sku, kind }).catch((error: unknown) => toast(wordProblem(error, locale.value), { tone: "late" }));
  }
  return { sends, send, guide };
}
