// A setting with an editor of its own: a draft of it, saved as a whole, undone as a whole. Draws nothing.
import { computed, ref, watch, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { onBeforeRouteLeave } from "vue-router";
import { toast } from "@ui/toast";
import { ask } from "@shell/ask";
import { useSession } from "@shell/session";
import { useDeed, useSay } from "./deeds";
import { resetSetting, restoreSetting, useSettings, writeSetting } from "./queries";
import { same } from "./setting";

/** `ending` is how the setting's key ends: `.menu`. */
export function useEditor<D>(ending: string, read: (value: unknown) => D, write: (draft: D) => unknown, wrong: (draft: D) => boolean) {
  const { t } = useI18n();
  const session = useSession();
  const say = useSay();
  const deed = useDeed();
  const settings = useSettings(() => session.shop);
  const row = computed(() => settings.data.value?.find((one) => one.key.endsWith(ending)));
  const draft = ref(read(undefined)) as Ref<D>;
  const busy = ref(false);
  const refused = ref("");
  /** What the draft began from, as it would be written. */
  const begun = ref<unknown>(null);
  const dirty = computed(() => row.value !== undefined && !same(write(draft.value), begun.value));
  const ready = computed(() => dirty.value && !wrong(draft.value));
  const edits = computed(() => session.can("settings.edit"));

  function take(value: unknown): void {
    draft.value = read(value);
    begun.value = write(draft.value);
    refused.value = "";
  }
  // What the server has goes into the page, unless somebody is writing on it.
  watch([() => row.value?.value, () => session.shop], ([value, shop], [was, before]) => {
    if (row.value && (shop !== before || was === undefined || !dirty.value || same(value, write(draft.value)))) take(value);
  }, { immediate: true });

  async function save(): Promise<void> {
    const was = row.value;
    if (!was || !ready.value) return;
    const shop = session.shop;
    busy.value = true;
    refused.value = "";
    try {
      const value = write(draft.value);
      await writeSetting(shop, was.key, value);
      begun.value = value;
      toast(t("settings.saved"), { action: { label: t("shell.undo"), run: () => void deed(() => restoreSetting(shop, was)) } });
    } catch (error) {
      refused.value = say(error);
    } finally {
      busy.value = false;
    }
  }
  async function reset(): Promise<void> {
    const was = row.value;
    if (!was) return;
    const shop = session.shop;
    if (dirty.value && !(await leave())) return;
    take(was.value);
    await deed(() => resetSetting(shop, was.key), t(shop === null ? "settings.resetDone" : "settings.inheritDone"), () => restoreSetting(shop, was));
  }
  const discard = (): void => take(row.value?.value);
  const leave = (): Promise<boolean> => ask(t("settings.leave.title"), t("settings.leave.text"), t("settings.leave.yes"), t("settings.leave.no"));
  onBeforeRouteLeave(async () => !dirty.value || (await leave()));

  return { settings, row, draft, dirty, ready, busy, refused, edits, save, reset, discard };
}
/** What stands round an editor; its draft is the editor's own. */
export type Editor = Omit<ReturnType<typeof useEditor>, "draft">;
