// Quick replies found by code, text, category or pinyin initials. The initials are worked out here from the
// browser's own Chinese order, so that nothing has to be loaded for them.
import type { Schemas, Whole } from "@api/typed";

/** Shop 0 is all shops; a reply without a person is everybody's. */
export type Reply = Pick<Whole<Schemas["QuickReply"]>, "id" | "shop" | "person" | "code" | "category" | "text" | "uses">;
export interface ReplyDraft {
  shop: number | null;
  personal: boolean;
  code: string;
  category: string;
  text: string;
}
export function draftOf(reply: Reply): ReplyDraft {
  return { shop: reply.shop || null, personal: reply.person !== null, code: reply.code, category: reply.category, text: reply.text };
}

// The first sign of each letter in the order by pinyin.
const FIRST = "阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀";
const LETTERS = "abcdefghjklmnopqrstwxyz";
const order = new Intl.Collator("zh-Hans-CN-u-co-pinyin");

function initial(sign: string): string {
  if (!/[\u3400-\u9fff]/.test(sign)) return /[a-z0-9]/i.test(sign) ? sign.toLowerCase() : "";
  let at = -1;
  for (const first of FIRST) {
    if (order.compare(sign, first) < 0) break;
    at++;
  }
  return LETTERS[at] ?? "";
}
/** `hygl` of 欢迎光临; letters and digits stay. */
export function initials(text: string): string {
  return [...text.slice(0, 60)].map(initial).join("");
}

const known = new Map<string, string>();
function initialsOf(text: string): string {
  let found = known.get(text);
  if (found === undefined) known.set(text, (found = initials(text)));
  return found;
}

export function findReplies(all: readonly Reply[], q: string, scope: "all" | "shop" | "personal", category: string | null): Reply[] {
  const words = q.trim().toLowerCase().replace(/^\//, "");
  const rank = (reply: Reply): number => {
    if (!words) return 1;
    if (reply.code.toLowerCase() === words) return 5;
    if (reply.code.toLowerCase().startsWith(words)) return 4;
    if (reply.text.toLowerCase().includes(words) || reply.category.toLowerCase().includes(words)) return 3;
    return /^[a-z0-9]+$/.test(words) && initialsOf(reply.text).includes(words) ? 2 : 0;
  };
  return all
    .filter((reply) => (scope === "all" || (scope === "personal") === (reply.person !== null)) && (category === null || reply.category === category))
    .map((reply) => ({ reply, rank: rank(reply) }))
    .filter((one) => one.rank > 0)
    .sort((a, b) => b.rank - a.rank || b.reply.uses - a.reply.uses || a.reply.code.localeCompare(b.reply.code))
    .map((one) => one.reply);
}
export function categoriesOf(all: readonly Reply[]): string[] {
  return [...new Set(all.map((reply) => reply.category).filter(Boolean))].sort((a, b) => order.compare(a, b));
}
