// A setting that is lists of words, as its dialog shows it: a line for each word. The server asks the same of them.

export interface WordList {
  key: string;
  /** A word a line. */
  text: string;
}
/** Words of one list at most, and letters of a word at least. */
export const MOST_WORDS = 300;
const LEAST_LETTERS = 2;

type Words = Readonly<Record<string, readonly string[]>>;
/** All lists the setting ships with, in its order, also those the value leaves out. */
export function readLists(value: unknown, shipped: unknown): WordList[] {
  const words = value as Words;
  return Object.keys(shipped as Words).map((key) => ({ key, text: (words[key] ?? []).join("\n") }));
}
/** Each word once, without blanks around it. */
export function wordsOf(list: WordList): string[] {
  return [...new Set(list.text.split("\n").map((word) => word.trim()).filter(Boolean))];
}
export function writeLists(lists: readonly WordList[]): Record<string, string[]> {
  return Object.fromEntries(lists.map((list) => [list.key, wordsOf(list)]));
}
/** Whether there are too many words, or the first that is too short: signs and spaces are not looked at. */
export function wrongIn(list: WordList): { many: true } | { short: string } | null {
  const words = wordsOf(list);
  if (words.length > MOST_WORDS) return { many: true };
  const short = words.find((word) => (word.match(/[\p{L}\p{N}]/gu) ?? []).length < LEAST_LETTERS);
  return short === undefined ? null : { short };
}
