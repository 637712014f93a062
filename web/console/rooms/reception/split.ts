// Splits a long text into messages that read well: at paragraphs, else sentences, else commas, else anywhere but
// inside a sign. Lengths are counted in characters as the server does (code points, not UTF-16 units).

/** The server's limit for one text. */
export const TEXT_LIMIT = 5_000;

export function lengthOf(text: string): number {
  let n = 0;
  for (const _ of text) n++;
  return n;
}

const CUTS: readonly RegExp[] = [/\n\s*\n/g, /\n/g, /[。！？!?…]+[”’"』」）)]*|\.(?=\s)/g, /[；;]/g, /[，,、：:]/g, /\s/g];

/** The parts of `text`, each at most `limit` characters, none empty. Nothing but white space at the cuts is lost. */
export function splitText(text: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (lengthOf(rest) > limit) {
    const at = cutPoint(rest, limit);
    const head = rest.slice(0, at).trimEnd();
    if (head) parts.push(head);
    rest = rest.slice(at).trimStart();
  }
  if (rest) parts.push(rest);
  return parts;
}

/** Where to cut, in UTF-16 units: the last good place in the window that leaves the head at least a third full. */
function cutPoint(text: string, limit: number): number {
  const end = unitsOf(text, limit);
  const window = text.slice(0, end);
  for (const cut of CUTS) {
    let last = -1;
    for (const found of window.matchAll(cut)) last = found.index + found[0].length;
    if (last > end / 3) return last;
  }
  return wholeSign(text, end);
}

function unitsOf(text: string, characters: number): number {
  let units = 0;
  let n = 0;
  for (const sign of text) {
    if (n++ >= characters) break;
    units += sign.length;
  }
  return units;
}

/** Moves a cut back so that it does not fall inside an emoji of several code points. */
function wholeSign(text: string, end: number): number {
  if (!("Segmenter" in Intl)) return end;
  const from = Math.max(0, end - 40);
  let good = from;
  for (const piece of new Intl.Segmenter().segment(text.slice(from, end + 40))) {
    const at = from + piece.index;
    if (at > end) break;
    good = at;
  }
  return good > 0 ? good : end;
}
