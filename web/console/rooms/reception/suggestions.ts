// What is offered while one types after a sign in the box: scripts after `/`, colleagues after `@`.
import { computed, toValue, type ComputedRef, type MaybeRefOrGetter, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import type { Conversation } from "@api/types";
import { desk } from "@shell/desk";
import { useScripts, useScriptsAsked } from "@shell/knowledge/queries";
import { useKnowWords } from "@shell/knowledge/worded";
import type { Suggestion } from "./parts/SuggestBox.vue";
import { findQuick, type picking } from "./quick";

/** `pick` is the sign and what was typed after it; `known` what a text's blanks are read as. */
export function useSuggestions(conversation: MaybeRefOrGetter<Conversation>, pick: Ref<ReturnType<typeof picking>>, known: ComputedRef<Record<string, string>>) {
  const { t } = useI18n();
  const worded = useKnowWords();
  const c = computed(() => toValue(conversation));
  const scripts = useScripts(() => c.value.shop);
  const held = computed(() => (pick.value?.sign === "/" ? findQuick(scripts.data.value ?? [], pick.value.typed, 8, c.value.stage) : []));
  // Full pinyin is the server's to read: it is asked where the held scripts give nothing.
  const further = useScriptsAsked(() => (held.value.length ? null : c.value.shop), () => pick.value?.typed ?? "");
  const quick = computed(() => (held.value.length ? held.value : pick.value?.sign === "/" && pick.value.typed.length > 1 ? (further.data.value ?? []) : []));
  const suggestions = computed<Suggestion[]>(() => {
    const p = pick.value;
    if (!p) return [];
    if (p.sign === "@") return desk.presences().filter((one) => one.person !== desk.person && one.name.toLowerCase().includes(p.typed.toLowerCase())).slice(0, 8).map((one) => ({ id: one.person, head: "@", text: one.name, note: t(`shell.presence.${one.state}`) }));
    return quick.value.map((one) => ({ id: one.id, head: one.code ? `/${one.code}` : "/", text: worded.legible(one.title && !one.text.startsWith(one.title.slice(0, 6)) ? `${one.title}｜${one.text}` : one.text, known.value), note: one.stage === "any" ? "" : t(`reception.stage.${one.stage}`) }));
  });
  return { quick, suggestions };
}
