// Reads what Chromium prints: of each page of a PDF its size, its text and its barcodes. Knows what Chromium writes
// (plain objects, deflated streams, fonts that tell their characters) and no more; it holds no test.
import { inflateSync } from "node:zlib";

const MM = 25.4 / 72;

/**
 * The pages of a PDF, in order.
 *
 * @param {Buffer} bytes
 * @returns {{ width: number, height: number, text: string, codes: string[] }[]} sizes in mm; codes from the top down
 */
export function pagesOf(bytes) {
  const objects = objectsOf(bytes.toString("latin1"));
  const root = [...objects.values()].find((one) => /\/Type\s*\/Catalog/.test(one.head));
  const ids = [];
  const walk = (id) => {
    const { head } = objects.get(id);
    const kids = /\/Kids\s*\[([^\]]*)\]/.exec(head);
    if (kids) for (const [, kid] of kids[1].matchAll(/(\d+) 0 R/g)) walk(kid);
    else ids.push(id);
  };
  walk(refOf(root.head, "Pages"));
  return ids.map((id) => pageOf(objects, objects.get(id).head));
}

/** Every object by its number: its dictionary as text, and its stream. */
function objectsOf(file) {
  const found = new Map();
  for (const match of file.matchAll(/(?:^|\n)(\d+) 0 obj\s/g)) {
    const from = match.index + match[0].length;
    const end = file.indexOf("endobj", from);
    const stream = /^[^]*?>>\s*stream\r?\n/.exec(file.slice(from, end));
    if (!stream) {
      found.set(match[1], { head: file.slice(from, end) });
      continue;
    }
    const head = stream[0];
    const length = Number(/\/Length (\d+)/.exec(head)[1]);
    const raw = Buffer.from(file.slice(from + head.length, from + head.length + length), "latin1");
    found.set(match[1], { head, stream: () => (head.includes("/FlateDecode") ? inflateSync(raw) : raw).toString("latin1") });
  }
  return found;
}
const refOf = (head, name) => new RegExp(`/${name} (\\d+) 0 R`).exec(head)?.[1];

/** Names of a kind of resource, as `{ F4: "12" }`; Chromium writes them beside the page or in an object of their own. */
function named(objects, head, kind) {
  const own = refOf(head, "Resources");
  const text = own ? objects.get(own).head : head;
  const apart = refOf(text, kind);
  const list = apart ? objects.get(apart).head : (new RegExp(`/${kind}\\s*<<([^>]*)>>`).exec(text)?.[1] ?? "");
  return Object.fromEntries([...list.matchAll(/\/(\S+) (\d+) 0 R/g)].map(([, name, id]) => [name, id]));
}

function pageOf(objects, head) {
  const [x0, y0, x1, y1] = /\/MediaBox\s*\[([^\]]*)\]/.exec(head)[1].trim().split(/\s+/).map(Number);
  const seen = { text: [], boxes: [] };
  const content = /\/Contents\s*\[?\s*((?:\d+ 0 R\s*)+)/.exec(head)[1];
  const all = [...content.matchAll(/(\d+) 0 R/g)].map(([, id]) => objects.get(id).stream()).join("\n");
  draw(objects, head, all, [1, 0, 0, 1, 0, 0], seen);
  return { width: (x1 - x0) * MM, height: (y1 - y0) * MM, text: seen.text.join(""), codes: codesOf(seen.boxes) };
}

const times = ([a, b, c, d, e, f], [A, B, C, D, E, F]) => [a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F];
const moved = ([a, b, c, d, e, f], x, y) => [a * x + c * y + e, b * x + d * y + f];

/** Goes through what a page draws, and keeps its text and the boxes of what it fills. */
function draw(objects, head, content, start, seen) {
  const fonts = Object.fromEntries(Object.entries(named(objects, head, "Font")).map(([name, id]) => [name, lettersOf(objects, id)]));
  const forms = named(objects, head, "XObject");
  const kept = [];
  let matrix = start;
  let letters = { wide: 2, of: new Map() };
  let stack = [];
  let paths = [];
  const point = (x, y) => paths.at(-1)?.push(moved(matrix, x, y));
  for (const [token] of content.matchAll(/<[0-9A-Fa-f\s]*>|\((?:\\[^]|[^\\)])*\)|\/[^\s[\]<>()/]+|[[\]]|<<|>>|[^\s[\]<>()/]+/g)) {
    if (/^[-+.\d]|^[</([\]>]/.test(token)) {
      stack.push(token);
      continue;
    }
    const numbers = stack.filter((one) => /^[-+.\d]/.test(one)).map(Number);
    if (token === "q") kept.push(matrix);
    else if (token === "Q") matrix = kept.pop() ?? start;
    else if (token === "cm") matrix = times(numbers, matrix);
    else if (token === "Tf") letters = fonts[stack[0].slice(1)] ?? letters;
    else if (token === "Tj" || token === "TJ") seen.text.push(stack.map((one) => said(one, letters)).join(""));
    else if (token === "ET") seen.text.push(" ");
    else if (token === "m") paths.push([moved(matrix, numbers[0], numbers[1])]);
    else if (token === "l") point(numbers[0], numbers[1]);
    else if (token === "re") paths.push([moved(matrix, numbers[0], numbers[1]), moved(matrix, numbers[0] + numbers[2], numbers[1] + numbers[3])]);
    else if (token === "f" || token === "f*" || token === "n" || token === "S") {
      if (token.startsWith("f")) seen.boxes.push(...paths.map(boxOf));
      paths = [];
    } else if (token === "Do" && forms[stack[0].slice(1)]) {
      const form = objects.get(forms[stack[0].slice(1)]);
      if (/\/Subtype\s*\/Form/.test(form.head)) {
        const own = /\/Matrix\s*\[([^\]]*)\]/.exec(form.head)?.[1].trim().split(/\s+/).map(Number) ?? [1, 0, 0, 1, 0, 0];
        draw(objects, form.head, form.stream(), times(own, matrix), seen);
      }
    }
    stack = [];
  }
}

/** Which characters the codes of a font stand for, and how many bytes a code has. */
function lettersOf(objects, id) {
  const map = refOf(objects.get(id).head, "ToUnicode");
  const of = new Map();
  if (!map) return { wide: 2, of };
  const text = objects.get(map).stream();
  const letter = (hex) => Buffer.from(hex, "hex").swap16().toString("utf16le");
  for (const [, list] of text.matchAll(/beginbfchar([^]*?)endbfchar/g)) for (const [, code, to] of list.matchAll(/<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>/g)) of.set(parseInt(code, 16), letter(to));
  for (const [, list] of text.matchAll(/beginbfrange([^]*?)endbfrange/g))
    for (const [, from, to, first] of list.matchAll(/<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>/g))
      for (let code = parseInt(from, 16); code <= parseInt(to, 16); code++) of.set(code, String.fromCodePoint(letter(first).codePointAt(0) + code - parseInt(from, 16)));
  return { wide: /begincodespacerange\s*<([0-9A-Fa-f]+)>/.exec(text)[1].length / 2, of };
}
function said(token, { wide, of }) {
  const bytes = token.startsWith("<") ? Buffer.from(token.slice(1, -1).replace(/\s/g, ""), "hex") : token.startsWith("(") ? plain(token) : null;
  if (!bytes) return "";
  let text = "";
  for (let i = 0; i + wide <= bytes.length; i += wide) text += of.get(bytes.readUIntBE(i, wide)) ?? "";
  return text.replace(/[\u2e80-\u2fdf]/g, (sign) => RADICALS[sign] ?? sign.normalize("NFKC"));
}
// A font draws a radical and the character it is with one glyph, and Chromium may name it by the radical. Unicode maps
// most of them back; these it leaves alone.
const RADICALS = Object.fromEntries([..."⻁虎⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟"].reduce((pairs, sign, i) => (i % 2 ? pairs.at(-1).push(sign) : pairs.push([sign]), pairs), []));
const ESCAPED = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
const plain = (token) => Buffer.from(token.slice(1, -1).replace(/\\([0-7]{1,3}|[^])/g, (_, c) => (/[0-7]/.test(c) ? String.fromCharCode(parseInt(c, 8)) : (ESCAPED[c] ?? c))), "latin1");

function boxOf(points) {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return { x: Math.min(...xs), y: Math.min(...ys), width: Math.max(...xs) - Math.min(...xs), height: Math.max(...ys) - Math.min(...ys) };
}

/** What the bars say: rows of bars of one height beside each other, read by the table of Code 128. */
function codesOf(boxes) {
  const rows = new Map();
  for (const box of boxes.filter((one) => one.height > 12 && one.width < 12 && one.width > 0)) {
    const row = `${Math.round(box.y)}:${Math.round(box.height)}`;
    rows.set(row, [...(rows.get(row) ?? []), box]);
  }
  return [...rows.values()].filter((row) => row.length >= 13).sort((a, b) => b[0].y - a[0].y).map(code128);
}

// Widths of bars and gaps, a symbol after the other, as ISO/IEC 15417 has them.
const SYMBOLS =
  "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232".split(
    " ",
  );
const [SET_B, SET_C] = [104, 105];

function code128(row) {
  const bars = [...row].sort((a, b) => a.x - b.x);
  const symbols = (bars.length - 4) / 3;
  const module = (bars.at(-1).x + bars.at(-1).width - bars[0].x) / (symbols * 11 + 13);
  const widths = bars.flatMap((bar, i) => [bar.width, ...(i + 1 < bars.length ? [bars[i + 1].x - bar.x - bar.width] : [])]).map((width) => Math.round(width / module));
  const read = Array.from({ length: symbols }, (_, i) => SYMBOLS.indexOf(widths.slice(i * 6, i * 6 + 6).join("")));
  if (widths.slice(symbols * 6).join("") !== "2331112" || read.includes(-1)) throw new Error(`bars that are no Code 128: ${widths.join("")}`);
  const check = read.pop();
  if (read.reduce((sum, symbol, i) => sum + symbol * Math.max(i, 1), 0) % 103 !== check) throw new Error("a barcode whose check symbol is wrong");
  const [set, ...said] = read;
  if (set !== SET_B && set !== SET_C) throw new Error(`a barcode of a set nobody writes: ${set}`);
  return said.map((symbol) => (set === SET_C ? String(symbol).padStart(2, "0") : String.fromCharCode(symbol + 32))).join("");
}
