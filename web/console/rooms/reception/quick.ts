// Finds quick replies for what was typed after `/`: by code, by text, by the initials of its pinyin; the more used first.
import type { QuickReply } from "./queries";

/** How well a reply fits: 0 not at all, more is better. */
export function fit(reply: QuickReply, typed: string): number {
  const q = typed.trim().toLowerCase();
  if (!q) return 1;
  const code = reply.code.toLowerCase();
  if (code === q) return 6;
  if (code.startsWith(q)) return 5;
  const pinyin = reply.pinyin.toLowerCase();
  if (pinyin.startsWith(q)) return 4;
  const text = reply.text.toLowerCase();
  if (text.includes(q)) return 3;
  if (pinyin.includes(q) || code.includes(q)) return 2;
  return 0;
}

export function findQuick(all: readonly QuickReply[], typed: string, most = 8): QuickReply[] {
  return all
    .map((reply) => ({ reply, score: fit(reply, typed) }))
    .filter((one) => one.score > 0)
    .sort((a, b) => b.score - a.score || b.reply.uses - a.reply.uses || a.reply.code.localeCompare(b.reply.code))
    .slice(0, most)
    .map((one) => one.reply);
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
