// What somebody pasted: an order's number, a question, or a name. Pure; a guess only decides what is asked first.

export type Guess = "order" | "question" | "name" | "nothing";

/** Words of Latin letters without a blank are the nick of somebody, however they are spelled: `jd_what5f0c2a`. */
const ONE_WORD = /^[\w.*~·-]+$/;
const MARKS = /[?？，。！!；;、…,]|\.(\s|$)/;
// A nick may be 么么哒, 哪吒 or 小呢子: such signs ask only where they end a sentence or belong to a word that asks.
const ASKS = /吗|[呢么嘛](?=\s|$)|什么|怎么|怎样|多少|多久|几[天点号个]|哪(?!吒)|([\u4e00-\u9fff])不\1|有没有|\b(how|what|when|where|which|can|do you|is it)\b\s/i;
/** Nobody is called by more Chinese signs than this. */
const LONGEST_NAME = 14;
/** The most signs of a nick on any platform, with room; nothing longer is looked for as one. */
const LONGEST_NICK = 40;

export function guess(pasted: string): Guess {
  const text = bare(pasted);
  if (!text) return "nothing";
  if (/^[a-z]{0,4}[-\d\s]{8,}$/i.test(text) && text.replace(/\D/g, "").length >= 8) return "order";
  if (ONE_WORD.test(text)) return "name";
  const longest = /\s/.test(text) ? text.length : text.replace(/[^\u3400-\u9fff]/g, "").length;
  return MARKS.test(text) || ASKS.test(text) || longest > LONGEST_NAME ? "question" : "name";
}
/** Whether what looks like a question may be a nick all the same: short, and without a mark that ends a sentence. */
export const maybeName = (pasted: string): boolean => pasted.trim().length <= LONGEST_NICK && !MARKS.test(pasted.trim());
/** Without the word that is often copied along. */
const bare = (pasted: string): string => pasted.trim().replace(/^(订单编?号?|order( no\.?)?)[\s:：#]*(?=[a-z]{0,4}[-\d])/i, "");
/** An order's number as it is asked: letters and digits alone. */
export const orderNumber = (pasted: string): string => bare(pasted).replace(/[^a-z\d]/gi, "");
