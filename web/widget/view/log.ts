// The messages on screen: one element per item, kept over every change, and the place the reader is at.
import { day, dayOf, exact } from '../format';
import type { Message } from '../protocol';
import { begins, openNow, visible } from '../state';
import { gist, systemLine } from './body';
import type { Context } from './context';
import { add, h, setText, type View } from './dom';
import { icon } from '../icons';
import { rating } from './rating';
import { row, type Row, type RowModel } from './row';
import { closedDoor, greeting, stageMenu } from './start';

/** Closer to the end than this, in px, the log follows what comes. */
const NEAR = 60;
/** A pause after which the writer is named again, in ms. */
const PAUSE = 5 * 60_000;

interface Item { key: string; row?: RowModel; make?(): HTMLElement }

export interface LogView extends View {
  /** True when the newest message is before the reader's eyes. */
  atEnd(): boolean;
  toEnd(): void;
}

export function logView(context: Context): LogView {
  const { talk, words, ui } = context;
  const { t } = words;
  const list = h('div', { class: 'list', role: 'log', 'aria-live': 'polite', 'aria-label': t('log') });
  const older = h('button', { type: 'button', class: 'older', onclick: () => void talk.history.older() });
  const scroller = h('div', { class: 'scroller', tabindex: 0, onscroll: scrolled }, older, list);
  const down = h('button', { type: 'button', class: 'jump', hidden: true, onclick: toEnd });
  const el = h('div', { class: 'log' }, scroller, down);
  const made = new Map<string, { el: HTMLElement; row?: Row }>();
  let follow = true;
  let base = 0;
  let lastSeq = 0;
  let lastSent = '';
  let lastTop = 0;
  let missed = 0;

  // Pictures and cards grow after they were put in.
  new ResizeObserver(() => follow && toEnd()).observe(list);
  new ResizeObserver(() => follow && toEnd()).observe(scroller);

  return { el, update, atEnd: () => follow, toEnd };

  function update(): void {
    const messages = visible(talk.state);
    const items = build(messages);
    const grownAbove = talk.state.base < base;
    const fromBottom = scroller.scrollHeight - scroller.scrollTop;
    count(messages);
    // A first page or an older one is not news.
    list.setAttribute('aria-live', grownAbove || made.size === 0 ? 'off' : 'polite');
    lay(items);
    base = talk.state.base;
    older.hidden = talk.state.base === 0 || messages.length === 0;
    setText(older, t(talk.history.loading ? 'loading' : 'older'));
    if (follow) toEnd();
    else if (grownAbove) scroller.scrollTop = scroller.scrollHeight - fromBottom;
  }

  function build(messages: Message[]): Item[] {
    const items: Item[] = [];
    const bySeq = new Map(messages.map((message) => [message.seq, message]));
    let before: { from: string; at: number } | null = null;
    let today: number | null = null;
    const dayLine = (at: number): void => {
      if (dayOf(at) === today) return;
      today = dayOf(at);
      before = null;
      items.push({ key: `d${today}:${dayOf(Date.now())}`, make: () => h('p', { class: 'day' }, h('span', null, day(at, Date.now(), words))) });
    };
    if (talk.state.base === 0 && talk.state.shop) items.push({ key: `hi:${talk.state.shop.name}`, make: () => greeting(context) });
    for (const message of messages) {
      const centred = centre(message);
      if (centred === '') continue;
      dayLine(message.at);
      if (centred !== null) {
        items.push({ key: `s${message.seq}`, make: () => h('p', { class: 'system', title: exact(message.at, words) }, centred) });
        before = null;
        continue;
      }
      const from = `${message.from}${message.name ?? ''}`;
      const lead = before === null || before.from !== from || message.at - before.at > PAUSE;
      before = { from, at: message.at };
      const own = message.from === 'buyer' && message.client_id !== null;
      items.push({
        key: own ? `c${message.client_id}` : `m${message.seq}`,
        row: {
          message,
          pending: null,
          lead,
          quote: message.quote,
          quoted: message.quote === null ? null : (bySeq.get(message.quote) ?? null),
          read: message.seq <= talk.state.agentRead,
        },
      });
    }
    for (const pending of talk.outbox.items) {
      if (items.some((item) => item.key === `c${pending.client_id}`)) continue;
      dayLine(pending.at);
      const quoted = pending.quote === null ? null : (bySeq.get(pending.quote) ?? null);
      items.push({ key: `c${pending.client_id}`, row: { message: null, pending, lead: before?.from !== 'buyer', quote: pending.quote, quoted, read: false } });
      before = { from: 'buyer', at: pending.at };
    }
    ends(items);
    return items;
  }

  /** Null: a bubble; empty: nothing; else the words of a centred line. */
  function centre(message: Message): string | null {
    if (message.state !== 'sent') return gist(message, words);
    return message.kind === 'system' ? (systemLine(message, words) ?? '') : null;
  }

  /** What stands after the last message: the door that is closed, the choice of a topic, the invitation. */
  function ends(items: Item[]): void {
    const { shop, invite } = talk.state;
    const session = invite ?? ui.rated;
    if (session !== null && talk.keep.read<number>('unrated') !== session) items.push({ key: `rate${session}`, make: () => rating(context, session) });
    if (!shop || !begins(talk.state) || talk.outbox.items.length > 0) return;
    if (!openNow(shop, talk.now())) items.push({ key: `shut:${shop.opens_at}`, make: () => closedDoor(context, shop) });
    else if (shop.menu.length > 0) items.push({ key: `menu:${ui.stage}:${talk.state.end}`, make: () => stageMenu(context, shop) });
  }

  function lay(items: Item[]): void {
    const wanted = new Set(items.map((item) => item.key));
    for (const [key, held] of made) {
      if (wanted.has(key)) continue;
      held.el.remove();
      made.delete(key);
    }
    let next = list.firstChild;
    for (const item of items) {
      let held = made.get(item.key);
      if (!held) {
        const fresh = item.row ? row(context, jump) : undefined;
        held = { el: fresh?.el ?? item.make?.() ?? h('div'), ...(fresh ? { row: fresh } : {}) };
        made.set(item.key, held);
      }
      if (item.row) held.row?.update(item.row);
      if (held.el === next) next = next.nextSibling;
      else list.insertBefore(held.el, next);
    }
  }

  function count(messages: Message[]): void {
    const top = messages[messages.length - 1]?.seq ?? 0;
    if (!follow && lastSeq > 0) missed += messages.filter((message) => message.seq > lastSeq && message.from !== 'buyer').length;
    // What the buyer sends is always looked at, also while it waits for the network.
    const sent = talk.outbox.items[talk.outbox.items.length - 1]?.client_id ?? '';
    if (sent !== '' && sent !== lastSent) follow = true;
    lastSent = sent || lastSent;
    if (lastSeq > 0 && messages.some((message) => message.seq > lastSeq && message.from === 'buyer')) follow = true;
    lastSeq = Math.max(lastSeq, top);
    if (top < lastSeq) lastSeq = top;
    button();
  }

  function button(): void {
    if (follow) missed = 0;
    down.hidden = follow;
    down.replaceChildren(icon('down', 18));
    down.setAttribute('aria-label', missed > 0 ? t('newMessages', { n: missed }) : t('toBottom'));
    add(down, missed > 0 && t('newMessages', { n: missed }));
  }

  function scrolled(): void {
    const was = follow;
    const top = scroller.scrollTop;
    // Only going up leaves the end: what grew since, a card or the bar below, is not the reader's doing.
    if (scroller.scrollHeight - top - scroller.clientHeight < NEAR) follow = true;
    else if (top < lastTop) follow = false;
    lastTop = top;
    if (was !== follow) {
      button();
      if (follow) context.changed();
    }
    if (scroller.scrollTop < 40 && talk.state.base > 0) void talk.history.older();
  }

  function toEnd(): void {
    follow = true;
    scroller.scrollTop = scroller.scrollHeight;
    button();
  }

  function jump(seq: number): void {
    const message = talk.state.log.get(seq);
    const own = message && message.kind !== 'hidden' && message.from === 'buyer' && message.client_id !== null;
    const target = made.get(own ? `c${message.client_id}` : `m${seq}`)?.el;
    if (!target) return;
    follow = false;
    target.scrollIntoView({ block: 'center' });
    target.classList.add('found');
    setTimeout(() => target.classList.remove('found'), 1600);
  }
}
