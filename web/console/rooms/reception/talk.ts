// What a talk is about at this moment: the buyer's last question, the product in question, what may be filled into
// texts. Reads the desk; asks the server nothing.
import { computed, reactive, toValue, type MaybeRefOrGetter } from "vue";
import type { Thread } from "@api/live";
import type { Conversation, Message } from "@api/types";
import type { Filled, Noun, RenderAsk } from "@api/knowledge";
import { asProblem } from "@api/problem";
import { serverNow } from "@ui/time";
import { desk } from "@shell/desk";
import { basketOf, pieceOf, piecesOf } from "@shell/knowledge/basket";
import { filled, orderFacts, tongueOf, type Fillable } from "@shell/knowledge/fill";
import { render, useGood, useTone } from "@shell/knowledge/queries";
import { useSession } from "@shell/session";
import { useOrders } from "./queries";
import { answers } from "./rows";

const LOOK_BACK = 400;
const LONGEST = 200;

export interface Question {
  text: string;
  /** The number of the last message of the question; 0 while nothing was asked. */
  seq: number;
}
/** The buyer's last words: what they wrote in one go, not what came before the last answer. */
export function lastQuestion(run: readonly Message[]): Question {
  const said: Message[] = [];
  for (let n = run.length - 1; n >= 0 && n > run.length - LOOK_BACK; n--) {
    const one = run[n]!;
    if (one.from === "buyer" && one.kind === "text" && one.state === "sent") said.unshift(one);
    else if (answers(one) && said.length) break;
  }
  const text = said.slice(-3).map((one) => (one.kind === "text" ? one.body.text.trim() : "")).join(" ");
  return { text: text.length > LONGEST ? text.slice(-LONGEST) : text, seq: said.at(-1)?.seq ?? 0 };
}

export interface Looking {
  product: number;
  sku: number | null;
}
/** The product that was shown last, by either side, after message `since`. */
export function lastProduct(run: readonly Message[], since = 0): Looking | null {
  for (let n = run.length - 1; n >= 0 && n > run.length - LOOK_BACK && run[n]!.seq > since; n--) {
    const one = run[n]!;
    if (one.kind === "product" && one.state === "sent") return { product: one.body.product, sku: one.body.sku };
  }
  return null;
}
/** The product the talk is about: of the card sent last and the page the buyer turned to, whichever came later. */
export function lookedAt({ run, page }: Pick<Thread, "run" | "page">): Looking | null {
  if (page?.product == null) return lastProduct(run);
  return lastProduct(run, page.since) ?? { product: page.product, sku: null };
}

/** What an agent chose to look at, by conversation; the next product card of the talk takes its place. */
const chosen = reactive(new Map<number, Looking & { over: number | null }>());

/** How many pieces of a product the buyer wants, by conversation and product; one until somebody says otherwise. */
const pieces = reactive(new Map<string, number>());

/** What the texts in the box were filled with, one after the other, by conversation, until they are sent. */
const told = new Map<number, Filled[]>();

/** Where a value stands in a text as it was filled in: 5 does not stand in 15, nor 1.5 in 1.50. */
function places(text: string, value: string): number[] {
  if (!value) return [];
  const exact = value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const whole = /^[\d.]+$/.test(value) ? `(?<![\\d.])${exact}(?!\\d|\\.\\d)` : exact;
  return [...text.matchAll(new RegExp(whole, "g"))].map((found) => found.index);
}
const stands = (text: string, value: string): boolean => places(text, value).length > 0;

/** What a reply was refused for (`value_changed`): a variable that is another by now; null when there is none any more. */
export interface Change {
  variable: string;
  was: string;
  is: string | null;
}
const MONEY = new Set(["price", "missing"]);
/** The text with what holds now in the place of what it said. Where the same number stands more than once, a price goes
 *  where an amount of money stands, and a stock where none does. */
export function renewed(text: string, { variable, was, is }: Change): string {
  if (is === null) return text;
  const all = places(text, was);
  const money = (at: number): boolean => /[¥￥]\s*$/.test(text.slice(0, at)) || /^\s*(元|块|yuan|rmb)/i.test(text.slice(at + was.length));
  const fit = MONEY.has(variable) ? all.filter(money) : variable === "stock" ? all.filter((at) => !money(at)) : all;
  let done = "";
  let from = 0;
  for (const at of fit.length ? fit : all) {
    done += text.slice(from, at) + is;
    from = at + was.length;
  }
  return done + text.slice(from);
}
const about = (one: Filled): string => JSON.stringify({ ...one, values: null });
/** What of several fills still stands in a text that is sent, as the server can look at it again: of one product, SKU
 *  and cart. Of texts about different ones the last counts, so that the price of one is not held against another's. */
export function toldOf(fills: readonly Filled[], text: string): Filled | null {
  const standing = fills.map((one) => ({ ...one, values: Object.fromEntries(Object.entries(one.values).filter(([, value]) => stands(text, value))) })).filter((one) => Object.keys(one.values).length);
  const last = standing.at(-1);
  if (!last) return null;
  // Two values of one name: the older is what may have changed since.
  const values = Object.assign({}, ...standing.filter((one) => about(one) === about(last)).reverse().map((one) => one.values)) as Record<string, string>;
  return { ...last, values };
}
export const toldIn = (conversation: number, text: string): Filled | null => toldOf(told.get(conversation) ?? [], text);
/** Remembers what a text that comes into the box was filled with. */
export const tell = (conversation: number, filled: Filled): void => void told.set(conversation, [...(told.get(conversation) ?? []), filled]);

/** A text that is good for a time only. */
export interface Ending {
  text: string;
  /** Good before then, ms UTC. */
  until: number;
}
/** The texts in the box that are good for a time only, by conversation, until they are sent. */
const endings = reactive(new Map<number, Ending[]>());
const SENTENCE_END = /[。！？!?；;\n]/;
const SHORTEST = 4;
/** Since when something of what a text says holds no more: of each a whole sentence must still stand in it. */
export function endedOf(all: readonly Ending[], text: string, now: number): number | null {
  const held = (one: Ending): boolean => one.text.split(SENTENCE_END).map((part) => part.trim()).some((part) => part.length >= SHORTEST && text.includes(part));
  const over = all.filter((one) => one.until <= now && (text.includes(one.text.trim()) || held(one)));
  return over.length ? Math.min(...over.map((one) => one.until)) : null;
}
export const endedIn = (conversation: number, text: string, now: number): number | null => endedOf(endings.get(conversation) ?? [], text, now);
const ends = (conversation: number, ending: Ending): void => void endings.set(conversation, [...(endings.get(conversation) ?? []), ending]);

/** The box is empty again. */
export function forgetTold(conversation: number): void {
  told.delete(conversation);
  endings.delete(conversation);
}

export function useTalk(conversation: MaybeRefOrGetter<Conversation>) {
  const c = computed(() => toValue(conversation));
  const session = useSession();
  // Of the thread itself: its run grows in place, and a computed that gives the same array again wakes nobody.
  const question = computed(() => lastQuestion(desk.thread(c.value.id)?.run ?? []));
  const shown = computed(() => {
    const thread = desk.thread(c.value.id);
    return thread ? lookedAt(thread) : null;
  });
  const looking = computed<Looking | null>(() => {
    const own = chosen.get(c.value.id);
    return own && own.over === (shown.value?.product ?? null) ? own : shown.value;
  });
  const tongue = computed(() => tongueOf(question.value.text));
  const orders = useOrders(() => (c.value.customer.known ? c.value.customer.id : null));
  const here = computed(() => (orders.data.value ?? []).filter((one) => one.shop === c.value.shop));
  const good = useGood(() => looking.value?.product ?? null);
  const tone = useTone(() => c.value.shop);
  const place = computed(() => `${c.value.id}-${looking.value?.product ?? 0}`);
  /** What campaigns are counted from. */
  const basket = computed(() => basketOf(here.value, c.value.shop, good.data.value && looking.value ? pieceOf(good.data.value, looking.value.sku) : null, pieces.get(place.value) ?? 1));
  const setPieces = (n: number): void => void pieces.set(place.value, Math.max(1, n));
  /** A buyer the shop knows by name is called by it; a nameless visitor as the shop calls its buyers. */
  const called = computed(() => (c.value.customer.known || tongue.value === "en" ? c.value.customer.name : tone.data.value?.address || c.value.customer.name));

  /** What of a text's blanks is known before the server fills it: for reading, not for sending. */
  const known = computed<Record<string, string>>(() => ({ agent: session.me?.person.nick || session.me?.person.name || "", shop: session.shopName(c.value.shop), buyer: called.value, ...orderFacts(here.value[0]), ...(good.data.value?.title ? { product: good.data.value.title } : {}) }));

  /** What the server cannot know of itself when it fills a text. */
  function fills(): RenderAsk {
    return {
      shop: c.value.shop, lang: tongue.value, product: looking.value?.product ?? null, sku: looking.value?.sku ?? null,
      total_fen: basket.value?.fen ?? null, items: piecesOf(basket.value),
      facts: { buyer: called.value, ...orderFacts(here.value[0]) },
    };
  }
  /** A text filled for this talk; what it tells of prices and stock is remembered until it is sent. */
  async function fill(noun: Noun, one: Fillable): Promise<string> {
    const { id } = c.value;
    const done = await filled(noun, one, fills());
    if (done.filled && Object.keys(done.filled.values).length) tell(id, done.filled);
    if (!done.filled) void untilOf(noun, one.id, done.text, id);
    else if (typeof done.until === "number") ends(id, { text: done.text, until: done.until });
    return done.text;
  }
  /** A text without variables is in the box at once; how long it is good is asked beside it. */
  async function untilOf(noun: Noun, words: number, text: string, id: number): Promise<void> {
    try {
      const { until } = await render(noun, words, fills());
      if (typeof until === "number") ends(id, { text, until });
    } catch (error) {
      // What has ended already is not filled any more; of any other trouble nothing is known.
      if (asProblem(error).code === "expired") ends(id, { text, until: serverNow() });
    }
  }
  const look = (product: number, sku: number | null = null): void => void chosen.set(c.value.id, { product, sku, over: shown.value?.product ?? null });
  return { question, looking, tongue, basket, setPieces, known, fills, fill, look };
}
