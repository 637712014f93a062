// Knowledge changed somewhere: what is held of it is read again, a moment later and once for many changes.
import { onScopeDispose } from "vue";
import { queries } from "../cache";
import { desk } from "../desk";

const AFTER_MS = 400;
const SPOILED: Readonly<Record<string, readonly string[]>> = {
  script: ["scripts", "answers", "quick-replies"],
  faq: ["faq", "answers"],
  policy: ["policies", "answers"],
  heard: ["heard"],
};

export function useKnowledgeLive(): void {
  const due = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const off = desk.onPush((push) => {
    if (push.on !== "knowledge") return;
    for (const key of SPOILED[push.kind] ?? []) due.add(key);
    timer ??= setTimeout(() => {
      timer = null;
      for (const key of due) void queries.invalidateQueries({ queryKey: [key] });
      due.clear();
    }, AFTER_MS);
  });
  onScopeDispose(() => {
    off();
    if (timer) clearTimeout(timer);
  });
}
