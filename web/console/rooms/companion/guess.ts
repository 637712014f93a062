// What somebody pasted: an order's number, a question, or a name. Pure; a guess only decides what is asked first.

export type Guess = "order" | "question" | "name" | "nothing";

const ASKS = /[?？吗呢么嘛]|什么|怎么|怎样|多少|多久|几[天点号个]|哪|能不能|可不可以|有没有|可以.*吗|是不是|how|what|when|where|which|can |do you|is it/i;

export function guess(pasted: string): Guess {
  const text = pasted.trim();
  if (!text) return "nothing";
  if (/^[a-z]{0,4}[-\d\s]{8,}$/i.test(text) && text.replace(/\D/g, "").length >= 8) return "order";
  if (ASKS.test(text) || text.length > 14 || /[，。！,.!]/.test(text)) return "question";
  return "name";
}
/** An order's number as it is asked: without what is often copied along. */
export const orderNumber = (pasted: string): string => pasted.replace(/[^a-z\d]/gi, "");
