// Finds web addresses in plain text, so that they can be drawn as links. Only http and https; never HTML.
export interface Piece {
  text: string;
  href: string | null;
}
const LINK = /https?:\/\/[^\s<>"'“”‘’，。！？；（）【】《》]+/gi;

export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    const url = found[0].replace(/[.,;:!?)\]]+$/, "");
    if (found.index > at) out.push({ text: text.slice(at, found.index), href: null });
    out.push({ text: url, href: url });
    at = found.index + url.length;
  }
  if (at < text.length) out.push({ text: text.slice(at), href: null });
  return out;
}
