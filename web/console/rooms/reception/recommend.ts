// Sends a product's card into the talk, and keeps that it was recommended. The talk must be one's own.
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";
import { wordProblem } from "@api/problem";
import type { ProductCard, RecommendationKind } from "@api/goods";
import type { Conversation } from "@api/types";
import { locale } from "@ui/locale";
import { toast } from "@ui/toast";
import { desk } from "@shell/desk";
import { recommend } from "@shell/knowledge/queries";

export function useRecommend(conversation: MaybeRefOrGetter<Conversation>) {
  const { t } = useI18n();
  const c = computed(() => toValue(conversation));
  const sends = computed(() => c.value.state === "open" && c.value.agent === desk.person);
  function send(card: ProductCard, kind: RecommendationKind | null): void {
    desk.send({ conversation: c.value.id, kind: "product", body: card });
    toast(t(kind ? "shell.know.brief.recommended" : "shell.know.brief.cardDone"));
    if (kind) recommend({ shop: c.value.shop, conversation: c.value.id, customer: c.value.customer.id, product: card.product, sku: card.sku, kind }).catch((error: unknown) => toast(wordProblem(error, locale.value), { tone: "late" }));
  }
  return { sends, send };
}
