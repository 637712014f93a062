// The list's state: tab and filters, the pages read so far, what is selected. The conversations themselves live in the desk.
import { computed, onScopeDispose, reactive, ref, watch, type ComputedRef } from "vue";
import { asProblem, type Problem } from "@api/problem";
import type { Conversation, Stage } from "@api/types";
import { useNow } from "@ui/time";
import { desk } from "@shell/desk";
import { useSession } from "@shell/session";
import { arranged, type Filter, type Tab, type Which } from "./order";
import { listConversations } from "./queries";

interface Pages {
  next: string | null;
  done: boolean;
  loading: boolean;
  loaded: boolean;
  problem: Problem | null;
}

export function useList() {
  const session = useSession();
  const now = useNow();
  // whoever only reads has no talks of their own, ever
  const tab = ref<Tab>(session.can("reception.talk") ? "mine" : "all");
  const which = ref<Which>("open");
  const stage = ref<Stage | null>(null);
  const pages = reactive<Pages>({ next: null, done: false, loading: false, loaded: false, problem: null });
  const selected = reactive(new Set<number>());
  let run = 0;

  const filter = computed<Filter>(() => ({ tab: tab.value, which: tab.value === "queue" ? "open" : which.value, stage: stage.value, shop: session.shop, me: session.me?.person.id ?? 0 }));
  const rows: ComputedRef<Conversation[]> = computed(() => arranged(desk.conversations(), filter.value, tab.value === "queue" ? now.value : 0));

  /** Reads the next page; with `fresh`, from the first again, leaving what is drawn until it comes. */
  async function more(fresh = false): Promise<void> {
    if (!fresh && (pages.loading || pages.done)) return;
    const mine = ++run;
    pages.loading = true;
    pages.problem = null;
    try {
      const page = await listConversations(filter.value, fresh ? null : pages.next);
      if (mine !== run) return;
      pages.next = page.next;
      pages.done = !page.next;
      pages.loaded = true;
    } catch (error) {
      if (mine === run) pages.problem = asProblem(error);
    } finally {
      if (mine === run) pages.loading = false;
    }
  }

  watch(
    filter,
    (now, before) => {
      selected.clear();
      if (now.tab !== before?.tab) desk.follow(now.tab);
      Object.assign(pages, { next: null, done: false, loaded: false });
      void more(true);
    },
    { immediate: true },
  );
  onScopeDispose(desk.onResync(() => void more(true)));

  function select(id: number, on: boolean): void {
    if (on) selected.add(id);
    else selected.delete(id);
  }
  /** Selects from the last chosen card to this one, as Shift does everywhere. */
  let anchor: number | null = null;
  function pick(id: number, range: boolean): void {
    const ids = rows.value.map((c) => c.id);
    const a = anchor === null ? -1 : ids.indexOf(anchor);
    const b = ids.indexOf(id);
    if (range && a >= 0 && b >= 0) ids.slice(Math.min(a, b), Math.max(a, b) + 1).forEach((one) => selected.add(one));
    else select(id, !selected.has(id));
    anchor = id;
  }

  return { tab, which, stage, rows, pages, selected, more, select, pick };
}
export type List = ReturnType<typeof useList>;
