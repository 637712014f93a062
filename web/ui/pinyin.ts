// The pinyin initials of Chinese text, worked out from the browser's own order, so that nothing is loaded for them.
const order = new Intl.Collator("zh-Hans-CN-u-co-pinyin");
/** The first sign of each initial in that order; no i, u, v begins a syllable. */
const FIRST: readonly [string, string][] = [["阿", "a"], ["八", "b"], ["嚓", "c"], ["哒", "d"], ["妸", "e"], ["发", "f"], ["旮", "g"], ["哈", "h"], ["讥", "j"], ["咔", "k"], ["垃", "l"], ["痳", "m"], ["拏", "n"], ["噢", "o"], ["妑", "p"], ["七", "q"], ["呥", "r"], ["仨", "s"], ["他", "t"], ["屲", "w"], ["夕", "x"], ["丫", "y"], ["帀", "z"]];
const known = new Map<string, string>();
const READ = 60;

/** The initials of the first 60 signs: 您好，发货 gives nhfh. Letters and digits stay, what has no reading is left out. */
export function initials(text: string): string {
  const head = text.slice(0, READ);
  let held = known.get(head);
  if (held === undefined) {
    held = "";
    for (const sign of head) {
      if (/[a-z0-9]/i.test(sign)) held += sign.toLowerCase();
      else if (/[\u3400-\u9fff]/.test(sign)) held += FIRST.findLast(([first]) => order.compare(first, sign) <= 0)?.[1] ?? "";
    }
    known.set(head, held);
  }
  return held;
}

/** By the order of pinyin. */
export const byPinyin = (a: string, b: string): number => order.compare(a, b);
