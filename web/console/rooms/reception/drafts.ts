// What is being written, by conversation: here at once, on the server a moment later, so that it survives another
// computer. A draft from the server never overwrites what this tab has changed meanwhile.
import { defineStore } from "pinia";
import { reactive } from "vue";
import type { Draft } from "@api/types";
import { saveDraft } from "./queries";

interface Held {
  text: string;
  note: string;
  /** What the server last knew of. */
  base: { text: string; note: string };
  timer: ReturnType<typeof setTimeout> | null;
}
const SAVE_AFTER = 900;

export const useDrafts = defineStore("drafts", () => {
  const drafts = reactive(new Map<number, Held>());

  function of(id: number): Held {
    let held = drafts.get(id);
    if (!held) {
      drafts.set(id, { text: "", note: "", base: { text: "", note: "" }, timer: null });
      held = drafts.get(id)!;
    }
    return held;
  }
  function dirty(held: Held): boolean {
    return held.text !== held.base.text || held.note !== held.base.note;
  }
  function write(id: number, part: "text" | "note", value: string): void {
    const held = of(id);
    held[part] = value;
    if (held.timer) clearTimeout(held.timer);
    held.timer = setTimeout(() => void save(id), SAVE_AFTER);
  }
  async function save(id: number): Promise<void> {
    const held = of(id);
    if (held.timer) clearTimeout(held.timer);
    held.timer = null;
    if (!dirty(held)) return;
    const sent = { text: held.text, note: held.note };
    try {
      await saveDraft(id, sent);
      held.base = sent;
    } catch {
      held.timer = setTimeout(() => void save(id), 5_000);
    }
  }
  /** Takes what the server holds: another tab or computer of mine wrote it. */
  function take(id: number, draft: Draft | null): void {
    const held = of(id);
    const next = { text: draft?.text ?? "", note: draft?.note ?? "" };
    if (!dirty(held)) Object.assign(held, next);
    held.base = next;
  }
  function clear(id: number, part: "text" | "note"): void {
    const held = of(id);
    held[part] = "";
    void save(id);
  }
  return { drafts, of, write, save, take, clear };
});
