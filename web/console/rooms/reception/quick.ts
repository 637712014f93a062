// Finds quick replies for what was typed after `/`: by code, by text, by the initials of its pinyin; the more used first.
import type { QuickReply } from "./queries";

const collator = new Intl.Collator("zh-CN-u-co-pinyin");
/** The first sign of each initial in the pinyin order of the language itself; no i, u, v begins a syllable. */
const FIRST: readonly [string, string][] = [["阿", "a"], ["八", "b"], ["嚓", "c"], ["哒", "d"], ["妸", "e"], ["发", "f"], ["旮", "g"], ["哈", "h"], ["讥", "j"], ["咔", "k"], ["垃", "l"], ["痳", "m"], ["拏", "n"], ["噢", "o"], ["妑", "p"], ["七", "q"], ["呥", "r"], ["仨", "s"], ["他", "t"], ["屲", "w"], ["夕", "x"], ["丫", "y"], ["帀", "z"]];
const known = new Map<string, string>();

/** The pinyin initials of a text: 您好，发货 gives nhfh. Signs without a reading are left out. */
export function initials(text: string): string {
  let held = known.get(text);
  if (held === undefined) {
    held = "";
    for (const sign of text.slice(0, 60)) {
      if (/[a-z0-9]/i.test(sign)) held += sign.toLowerCase();
      else if (/[\u4e00-\u9fff]/.test(sign)) held += FIRST.findLast(([first]) => collator.compare(first, sign) <= 0)?.[1] ?? "";
    }
    known.set(text, held);
  }
  return held;
}

/** How well a reply fits: 0 not at all, more is better. */
export function fit(reply: QuickReply, typed: string): number {
  const q = typed.trim().toLowerCase();
  if (!q) return 1;
  const code = reply.code.toLowerCase();
  if (code === q) return 6;
  if (code.startsWith(q)) return 5;
  const pinyin = initials(reply.text);
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
