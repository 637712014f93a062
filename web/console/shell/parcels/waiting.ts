// What of the order desk waits for this person: parcels whose promise is about to break, and prices to be decided. The
// same figures stand on the rail, on the tab and above the lists.
import { computed } from "vue";
import { useI18n } from "vue-i18n";
import type { TabCount } from "../tabs";
import { useSession } from "../session";
import { useCounts, useOpenRequests } from "./queries";

/** `3`, or `100+` where the first page is full. */
export const counted = (n: number, more: boolean): string => (more ? `${n}+` : String(n));

/** `shown`: counts are wanted also by those who only look on. */
export function useWaiting(shown = false) {
  const session = useSession();
  const { t } = useI18n();
  /** Keeping promises is the work of those who audit and ship. */
  const keeps = computed(() => session.can("orders.see") && (session.can("orders.audit") || session.can("orders.ship")));
  const decides = computed(() => session.can("orders.see") && session.can("orders.edit"));
  const counts = useCounts(() => session.shop, () => keeps.value || (shown && session.can("orders.see")));
  const requests = useOpenRequests(() => session.shop, decides);
  const soon = computed(() => (keeps.value ? (counts.data.value?.soon ?? 0) : 0));
  const late = computed(() => (keeps.value ? (counts.data.value?.late ?? 0) : 0));
  const asked = computed(() => (decides.value ? (requests.data.value?.items.length ?? 0) : 0));
  const more = computed(() => decides.value && requests.data.value?.next != null);
  const all = computed(() => soon.value + asked.value);
  /** What is counted, in words, for those who ask the mark. */
  const said = computed(() => [soon.value ? t("shell.parcels.soon", { n: soon.value }) : "", asked.value ? t("shell.parcels.requests", { n: counted(asked.value, more.value) }) : ""].filter(Boolean).join(" · "));
  const tabs = computed<Record<string, TabCount | null>>(() => ({
    "desk-audit": counts.data.value?.by_state.waiting?.count ? { n: String(counts.data.value.by_state.waiting.count) } : null,
    "desk-follow": all.value ? { n: counted(all.value, more.value), near: soon.value > 0, said: said.value } : null,
  }));
  return { decides, soon, late, asked, more, all, said, tabs };
}
