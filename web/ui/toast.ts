// Short words at the foot of the page: a thing was done (and can be undone for a few seconds), or failed.
import { shallowReactive } from "vue";

export interface Toast {
  id: number;
  text: string;
  tone: "plain" | "ok" | "late";
  action: { label: string; run: () => void } | null;
  seconds: number;
}

export const toasts = shallowReactive<Toast[]>([]);
let next = 1;

/** Shows a toast; an action (undo) closes it. Gives the way to close it early. */
export function toast(text: string, more: Partial<Omit<Toast, "id" | "text">> = {}): () => void {
  const one: Toast = { id: next++, text, tone: more.tone ?? "plain", action: more.action ?? null, seconds: more.seconds ?? (more.action ? 5 : 3) };
  toasts.push(one);
  if (toasts.length > 4) toasts.shift();
  const close = (): void => {
    const at = toasts.findIndex((t) => t.id === one.id);
    if (at >= 0) toasts.splice(at, 1);
  };
  setTimeout(close, one.seconds * 1000);
  return close;
}
