// Finds scripts for what was typed after `/`: by code, by words, by the initials of their pinyin; those of the talk's
// stage first, then the more used. The list is held, so nothing is asked while one types.
import type { Script, ScriptStage } from "@api/knowledge";
import { initials } from "@ui/pinyin";

/** What of a script is looked at. */
export type Quick = Pick<Script, "id" | "code" | "title" | "text" | "category" | "stage" | "uses">;

/** How well a script fits: 0 not at all, more is better. */
export function fit(one: Quick, typed: string): number {
  const q = typed.trim().toLowerCase();
  if (!q) return 1;
  const code = one.code.toLowerCase();
  if (code === q) return 7;
  if (code && code.startsWith(q)) return 6;
  const [title, text] = [initials(one.title), initials(one.text)];
  if (title.startsWith(q) || text.startsWith(q)) return 5;
  if (one.title.toLowerCase().includes(q)) return 4;
  if (one.text.toLowerCase().includes(q) || one.category.toLowerCase() === q) return 3;
  if (/^[a-z0-9]{2,}$/.test(q) && (title.includes(q) || text.includes(q) || code.includes(q))) return 2;
  return 0;
}

export function findQuick<Q extends Quick>(all: readonly Q[], typed: string, most = 8, stage: ScriptStage = "any"): Q[] {
  const here = (one: Q): number => (stage !== "any" && one.stage === stage ? 1 : 0);
  return all
    .map((one) => ({ one, score: fit(one, typed) }))
    .filter((held) => held.score > 0)
    .sort((a, b) => b.score - a.score || here(b.one) - here(a.one) || b.one.uses - a.one.uses || a.one.code.localeCompare(b.one.code))
    .slice(0, most)
    .map((held) => held.one);
}

/** What stands after the last `/` or `@` before the caret, when it begins a word; null when nothing is being picked. */
export function picking(text: string, caret: number): { sign: "/" | "@"; typed: string; from: number } | null {
  const head = text.slice(0, caret);
  const found = /(^|[\s，。！？,.!?；;：:（(])([/@])([^\s/@]{0,24})$/.exec(head);
  if (!found) return null;
  const sign = found[2] as "/" | "@";
  const typed = found[3] ?? "";
  return { sign, typed, from: caret - typed.length - 1 };
}
