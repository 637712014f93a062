// What somebody pasted: an order's number, a question, or a name. Pure; a guess only decides what is asked first.

export type Guess = "order" | "question" | "name" | "nothing";

const ASKS = /[?？吗呢么嘛]|什么|怎么|怎样|多少|多久|几[天点号个]|哪|能不能|可不可以|有没有|可以.*吗|是不是|how|what|when|where|which|can |do you|is it/i;

export function guess(pasted: string): Guess {
  const text = bare(pasted);
  if (!text) return "nothing";
  if (/^[a-z]{0,4}[-\d\s]{8,}$/i.test(text) && text.replace(/\D/g, "").length >= 8) return "order";
  if (ASKS.test(text) || text.length > 14 || /[，。！,.!]/.test(text)) return "question";
  return "name";
}
/** Without the word that is often copied along. */
const bare = (pasted: string): string => pasted.trim().replace(/^(订单编?号?|order( no\.?)?)[\s:：#]*(?=[a-z]{0,4}[-\d])/i, "");
/** An order's number as it is asked: letters and digits alone. */
export const orderNumber = (pasted: string): string => bare(pasted).replace(/[^a-z\d]/gi, "");
