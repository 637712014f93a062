// The automatic messages as they are edited: which text would be said when, what is wrong with one. The choosing
// follows the server's: a campaign (narrower dates) before the everyday text, the highest busy condition that holds.

export const LISTS = ["welcome", "busy", "closed", "farewell"] as const;
export type List = (typeof LISTS)[number];
export const VARIABLES = ["shop", "buyer", "place", "wait", "opens"] as const;
export const LONGEST = 1_000;

export interface Text {
  text: string;
  /** For buyers whose widget speaks English; empty: they read `text`. */
  en: string;
  from: number | null;
  until: number | null;
  /** Busy only: from this place in the queue on. */
  queue: number | null;
  /** Busy only: or from this expected wait on, seconds. */
  wait_s: number | null;
  /** What the server keeps beside it and this page does not know. */
  rest: Record<string, unknown>;
}
export type Automatic = Record<List, Text[]>;

export function blank(list: List): Text {
  return { text: "", en: "", from: null, until: null, queue: list === "busy" ? 3 : null, wait_s: null, rest: {} };
}
const number = (value: unknown): number | null => (typeof value === "number" ? value : null);

export function readAutomatic(value: unknown): Automatic {
  const whole = (value ?? {}) as Record<string, unknown>;
  const texts = (list: List): Text[] =>
    (Array.isArray(whole[list]) ? (whole[list] as Record<string, unknown>[]) : []).map(({ text, en, from, until, queue, wait_s, ...rest }) => ({
      text: String(text ?? ""), en: String(en ?? ""), from: number(from), until: number(until), queue: number(queue), wait_s: number(wait_s), rest,
    }));
  return { welcome: texts("welcome"), busy: texts("busy"), closed: texts("closed"), farewell: texts("farewell") };
}
/** As the setting wants it: what is not set is left out. */
export function writeAutomatic(all: Automatic): Record<List, Record<string, unknown>[]> {
  const plain = (list: List): Record<string, unknown>[] =>
    all[list].map(({ text, en, from, until, queue, wait_s, rest }) => ({
      ...rest,
      text: text.trim(),
      ...(en.trim() === "" ? {} : { en: en.trim() }),
      ...(from === null ? {} : { from }),
      ...(until === null ? {} : { until }),
      ...(list !== "busy" || queue === null ? {} : { queue }),
      ...(list !== "busy" || wait_s === null ? {} : { wait_s }),
    }));
  return { welcome: plain("welcome"), busy: plain("busy"), closed: plain("closed"), farewell: plain("farewell") };
}

export type Wrong = "empty" | "long" | "dates" | "condition";
export function wrongIn(text: Text, list: List): Wrong | null {
  const length = (words: string): number => [...words.trim()].length;
  if (length(text.text) === 0) return "empty";
  if (length(text.text) > LONGEST || length(text.en) > LONGEST) return "long";
  if (text.from !== null && text.until !== null && text.until <= text.from) return "dates";
  return list === "busy" && text.queue === null && text.wait_s === null ? "condition" : null;
}
export function anyWrong(all: Automatic): boolean {
  return LISTS.some((list) => all[list].some((text) => wrongIn(text, list) !== null));
}
/** Words in braces that nothing will fill. */
export function unknownVariables(text: string): string[] {
  const found = [...text.matchAll(/\{(\w+)\}/g)].map((hit) => hit[1] ?? "");
  return [...new Set(found)].filter((name) => !(VARIABLES as readonly string[]).includes(name));
}

export type Tongue = "zh" | "en";
/** The words a buyer of that language reads. */
export const spokenIn = (text: Text, tongue: Tongue): string => (tongue === "en" && text.en.trim() !== "" ? text.en : text.text);

const valid = (text: Text, now: number): boolean => (text.from === null || text.from <= now) && (text.until === null || now < text.until);
const span = (text: Text): number => (text.until ?? Number.MAX_SAFE_INTEGER / 2) - (text.from ?? -Number.MAX_SAFE_INTEGER / 2);

/** Of the texts valid now the one with the narrowest dates; of equals the first. */
export function chosen(texts: readonly Text[], now: number): Text | null {
  return texts.filter((text) => valid(text, now)).reduce<Text | null>((best, text) => (best === null || span(text) < span(best) ? text : best), null);
}
/** The busy text for a place and an expected wait; none that names the wait while nobody knows it; of equals the last. */
export function chosenBusy(texts: readonly Text[], now: number, place: number, waitS: number | null, tongue: Tongue = "zh"): Text | null {
  const rank = (text: Text): [number, number] => [text.queue ?? 0, text.wait_s ?? 0];
  return texts
    .filter((text) => valid(text, now))
    .filter((text) => waitS !== null || !spokenIn(text, tongue).includes("{wait}"))
    .filter((text) => (text.queue !== null && place >= text.queue) || (text.wait_s !== null && waitS !== null && waitS >= text.wait_s))
    .reduce<Text | null>((best, text) => {
      if (best === null) return text;
      const [a, b] = [rank(text), rank(best)];
      return a[0] > b[0] || (a[0] === b[0] && a[1] >= b[1]) ? text : best;
    }, null);
}

export type State = "always" | "coming" | "running" | "over";
export function stateOf(text: Text, now: number): State {
  if (text.until !== null && text.until <= now) return "over";
  if (text.from !== null && text.from > now) return "coming";
  return text.from === null && text.until === null ? "always" : "running";
}

export interface Fill {
  shop: string;
  buyer: string;
  place: number;
  waitS: number;
  opens: string;
}
export function filled(text: string, fill: Fill): string {
  const minutes = Math.floor((Math.max(1, fill.waitS) + 59) / 60);
  const values: Record<string, string> = { shop: fill.shop, buyer: fill.buyer, place: String(fill.place), wait: String(minutes), opens: fill.opens };
  return text.replace(/\{(shop|buyer|place|wait|opens)\}/g, (_, name: string) => values[name] ?? "");
}
