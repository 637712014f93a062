// Small rules about text: counting, cutting, and finding the links in it. No DOM.

/** Characters as people count them on the wire: Unicode scalar values, not UTF-16 halves. */
export function length(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Lone halves of a surrogate pair cannot travel as JSON; they become the replacement character. */
export function wellFormed(text: string): string {
  let clean = '';
  for (const char of text) {
    const code = char.charCodeAt(0);
    clean += char.length === 1 && code >= 0xd800 && code <= 0xdfff ? '\ufffd' : char;
  }
  return clean;
}

/** Cuts a long text into pieces of at most `limit` characters, after a line or a sentence where there is one. */
export function split(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let rest = Array.from(text);
  while (rest.length > limit) {
    const cut = breakBefore(rest, limit);
    pieces.push(rest.slice(0, cut).join('').trim());
    rest = rest.slice(cut);
  }
  pieces.push(rest.join('').trim());
  return pieces.filter((piece) => piece !== '');
}

function breakBefore(chars: string[], limit: number): number {
  for (const stops of ['\n', '。！？!?；;', '，,、 ']) {
    for (let at = limit; at > limit / 2; at -= 1) if (stops.includes(chars[at - 1] ?? '')) return at;
  }
  return limit;
}

export interface Piece { text: string; href: string | null }

const ADDRESS = /https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi;

/** The text in pieces; only plain web addresses become links, everything else stays what it is. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const shown = trimmed(match[0]);
    const href = webAddress(shown);
    if (!href) continue;
    if (match.index > at) found.push({ text: text.slice(at, match.index), href: null });
    found.push({ text: shown, href });
    at = match.index + shown.length;
  }
  if (at < text.length) found.push({ text: text.slice(at), href: null });
  return found;
}

/** A full stop or a closing bracket after an address belongs to the sentence. */
function trimmed(address: string): string {
  let end = address.length;
  while (end > 0) {
    const last = address[end - 1] ?? '';
    if ('.,;:!?\'*'.includes(last)) end -= 1;
    else if ((last === ')' && surplus(address.slice(0, end), '(', ')')) || (last === ']' && surplus(address.slice(0, end), '[', ']'))) end -= 1;
    else break;
  }
  return address.slice(0, end);
}

const surplus = (text: string, open: string, close: string): boolean => text.split(close).length > text.split(open).length;

/** The address in its normal form when it is http or https and names a host; null for every other scheme. */
export function webAddress(text: string, base?: string): string | null {
  try {
    const url = new URL(text, base);
    return (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname !== '' ? url.href : null;
  } catch {
    return null;
  }
}
