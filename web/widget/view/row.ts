// One message in the log, kept up to date in place: a message that is delivered does not flicker.
import { clock, exact } from '../format';
import { problemKey } from '../i18n';
import { type IconName, icon } from '../icons';
import type { Pending } from '../outbox';
import type { Message } from '../protocol';
import { asProblem } from '../socket';
import { body, gist, pendingBody } from './body';
import { copy } from './cards';
import type { Context } from './context';
import { h, setText } from './dom';
import type { MenuItem } from './menu';

/** How long an own message may be recalled, in ms. */
const RECALL = 120_000;

export interface RowModel {
  /** Exactly one of the two is there. */
  message: Message | null;
  pending: Pending | null;
  /** First of several from the same hand. */
  lead: boolean;
  quote: number | null;
  quoted: Message | null;
  read: boolean;
}

export interface Row {
  el: HTMLElement;
  update(model: RowModel): void;
}

type Tick = 'read' | 'sent' | 'sending' | 'waitingSend' | 'failed';
const TICKS: Record<Tick, IconName> = { read: 'checks', sent: 'check', sending: 'clock', waitingSend: 'clock', failed: 'alert' };

export function row(context: Context, jump: (seq: number) => void): Row {
  const { words, talk } = context;
  const { t } = words;
  let model: RowModel;
  let bodyMark = '';
  let tickMark: Tick | null = null;

  const who = h('div', { class: 'who' });
  const quote = h('button', { type: 'button', class: 'quoted', onclick: () => model.quote !== null && jump(model.quote) });
  const inside = h('div', { class: 'inside' });
  const bubble = h('div', { class: 'bubble' }, quote, inside);
  const time = h('time');
  const more = h('button', { type: 'button', class: 'more', 'aria-label': t('messageMore'), title: t('messageMore'), 'aria-haspopup': 'menu', onclick: actions }, icon('more', 18));
  const tick = h('span', { class: 'tick' });
  const foot = h('div', { class: 'foot' });
  const line = h('div', { class: 'line' }, bubble, h('div', { class: 'side' }, more, time, tick));
  const el = h('div', { class: 'row' }, who, line, foot);
  line.addEventListener('click', (event) => {
    // A tap shows the time and the actions where nothing hovers.
    if (!(event.target as Element).closest('a,button,input,textarea,select')) el.classList.toggle('shown');
  });
  bubble.addEventListener('contextmenu', (event) => {
    const marked = (context.root as unknown as { getSelection?(): Selection | null }).getSelection?.() ?? getSelection();
    if ((event.target as Element).closest('a') || (marked && !marked.isCollapsed)) return;
    event.preventDefault();
    actions();
  });

  return { el, update };

  function update(next: RowModel): void {
    model = next;
    const { message, pending } = next;
    const mine = pending !== null || message?.from === 'buyer';
    const kind = message?.kind ?? pending?.kind ?? 'text';
    el.className = `row ${mine ? 'mine' : 'theirs'} is-${kind}${next.lead ? ' lead' : ''}${el.classList.contains('shown') ? ' shown' : ''}`;
    label(mine, message);
    const mark = `${kind}${JSON.stringify(message?.body ?? pending?.body)}`;
    if (mark !== bodyMark) {
      bodyMark = mark;
      inside.replaceChildren(message ? body(context, message) : pendingBody(context, pending as Pending));
    }
    quote.hidden = next.quote === null;
    if (next.quote !== null) setText(quote, next.quoted ? gist(next.quoted, words) : t('oldMessage'));
    const at = message?.at ?? pending?.at ?? 0;
    setText(time, clock(at, words));
    time.dateTime = new Date(at).toISOString();
    time.title = exact(at, words);
    more.hidden = pending !== null;
    ticks(mine);
    failure(pending);
  }

  function label(mine: boolean, message: Message | null): void {
    const name = mine ? t('you') : message?.name || t('agent');
    const auto = message?.from === 'auto';
    // Said to everyone where it changes, and always to a screen reader.
    who.classList.toggle('sr', mine || !model.lead);
    if (who.dataset['of'] === `${name}${auto}`) return;
    who.dataset['of'] = `${name}${auto}`;
    who.replaceChildren(...(auto ? [h('span', { class: 'tag' }, t('auto'))] : [name]));
  }

  function ticks(mine: boolean): void {
    const { pending, read } = model;
    const now: Tick | null = !mine ? null : pending ? (pending.phase === 'waiting' ? 'waitingSend' : pending.phase) : read ? 'read' : 'sent';
    if (now !== tickMark) {
      tickMark = now;
      tick.className = `tick ${now ?? ''}`;
      tick.replaceChildren(...(now ? [icon(TICKS[now], 15), h('span', { class: 'sr' }, t(now))] : []));
      tick.title = now ? t(now) : '';
    }
    const progress = pending?.phase === 'sending' && pending.file && pending.progress < 1 ? `${Math.round(pending.progress * 100)}%` : '';
    el.style.setProperty('--done', progress || '100%');
    el.classList.toggle('rising', progress !== '');
  }

  function failure(pending: Pending | null): void {
    const mark = pending?.phase === 'failed' ? (pending.problem ?? 'lost') : '';
    if (foot.dataset['of'] === mark) return;
    foot.dataset['of'] = mark;
    foot.replaceChildren();
    if (mark === '' || !pending) return;
    const id = pending.client_id;
    foot.append(
      h('span', { role: 'alert' }, `${t('failed')} · ${t(problemKey(mark))}`),
      h('button', { type: 'button', class: 'link', onclick: () => talk.outbox.retry(id) }, t('retry')),
      h('button', { type: 'button', class: 'link', onclick: () => talk.outbox.remove(id) }, t('discard')),
    );
  }

  function actions(): void {
    const { message } = model;
    if (!message) return;
    const items: MenuItem[] = [
      {
        icon: 'quote',
        label: t('quote'),
        act: () => {
          context.ui.quote = message;
          context.changed();
          context.write();
        },
      },
    ];
    if (message.kind === 'text') items.push({ icon: 'copy', label: t('copy'), act: () => void copy(context, message.body.text) });
    if (message.from === 'buyer' && talk.now() - message.at < RECALL) items.push({ icon: 'undo', label: t('recall'), act: () => void recall(message.seq) });
    // On a phone the button is not there until the message was tapped.
    context.menu(more.offsetParent === null ? bubble : more, items);
  }

  async function recall(seq: number): Promise<void> {
    try {
      await talk.recall(seq);
    } catch (thrown) {
      context.toast(t(problemKey(asProblem(thrown).code)));
    }
  }
}
