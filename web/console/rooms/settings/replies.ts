// Quick replies found by code, text, category or pinyin initials.
import type { Schemas, Whole } from "@api/typed";
import { byPinyin, initials } from "@ui/pinyin";

/** Shop 0 is all shops; a reply without a person is everybody's. */
export type Reply = Pick<Whole<Schemas["QuickReply"]>, "id" | "shop" | "person" | "code" | "category" | "text" | "uses" | "version">;
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

export function findReplies(all: readonly Reply[], q: string, scope: "all" | "shop" | "personal", category: string | null, named: (category: string) => string = (one) => one): Reply[] {
  const words = q.trim().toLowerCase().replace(/^\//, "");
  const rank = (reply: Reply): number => {
    if (!words) return 1;
    if (reply.code.toLowerCase() === words) return 5;
    if (reply.code.toLowerCase().startsWith(words)) return 4;
    if (reply.text.toLowerCase().includes(words) || reply.category.toLowerCase().includes(words) || named(reply.category).toLowerCase().includes(words)) return 3;
    return /^[a-z0-9]+$/.test(words) && initials(reply.text).includes(words) ? 2 : 0;
  };
  return all
    .filter((reply) => (scope === "all" || (scope === "personal") === (reply.person !== null)) && (category === null || reply.category === category))
    .map((reply) => ({ reply, rank: rank(reply) }))
    .filter((one) => one.rank > 0)
    .sort((a, b) => b.rank - a.rank || b.reply.uses - a.reply.uses || a.reply.code.localeCompare(b.reply.code))
    .map((one) => one.reply);
}
export function categoriesOf(all: readonly Reply[]): string[] {
  return [...new Set(all.map((reply) => reply.category).filter(Boolean))].sort(byPinyin);
}
