// Product, coupon and order cards.
import { date, exact, money } from '../format';
import { problemKey } from '../i18n';
import { icon } from '../icons';
import type { CouponBody, OrderBody, OrderLine, ProductBody } from '../protocol';
import { asProblem } from '../socket';
import type { Context } from './context';
import { type Child, h } from './dom';
import { productPicture } from './media';

export function product(context: Context, body: ProductBody): HTMLElement {
  return h(
    'div',
    { class: 'card product' },
    productPicture(context, body.picture),
    h(
      'div',
      { class: 'lines' },
      h('b', { dir: 'auto' }, body.title ?? ''),
      body.spec ? h('small', { dir: 'auto' }, body.spec) : null,
      h('span', { class: 'price' }, money(body.price_fen)),
    ),
  );
}

export function coupon(context: Context, body: CouponBody): HTMLElement {
  const { t } = context.words;
  const floor = body.floor_fen ? t('couponFloor', { floor: money(body.floor_fen) }) : t('couponAny');
  return h(
    'div',
    { class: 'card coupon' },
    h('div', { class: 'amount' }, money(body.amount_fen).replace(/\.00$/, '')),
    h(
      'div',
      { class: 'lines' },
      h('b', { dir: 'auto' }, body.title || t('coupon')),
      h('small', null, floor),
      typeof body.until === 'number' ? h('small', null, t('couponUntil', { date: date(body.until, context.words) })) : null,
      body.code ? h('button', { type: 'button', class: 'link', onclick: () => void copy(context, body.code ?? '') }, h('code', null, body.code), t('copyCode')) : null,
    ),
  );
}

export async function copy(context: Context, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https there is no clipboard to write to but the old one.
    const area = h('textarea', { class: 'sr', 'aria-hidden': 'true' });
    area.value = text;
    context.root.querySelector('.x')?.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  context.toast(context.words.t('copied'));
}

export function order(context: Context, body: OrderBody, seq: number): HTMLElement {
  const { t } = context.words;
  const lines = Array.isArray(body.lines) ? body.lines : [];
  const count = lines.reduce((sum, line) => sum + (Number(line.quantity) || 0), 0);
  return h(
    'div',
    { class: 'card order' },
    h('b', { class: 'head', dir: 'auto' }, t('order', { number: body.number ?? '' })),
    h('ul', null, ...lines.map((line) => orderLine(context, line))),
    h('div', { class: 'sum' }, h('small', null, t('items', { n: count })), h('span', null, t('total'), ' ', h('b', { class: 'price' }, money(body.total_fen)))),
    deliveryOf(context, body, seq),
    factsOf([[t('pay'), body.pay], [t('ship'), body.ship]]),
    body.answer ? answered(context, body) : body.confirm ? ask(context, seq, flawed(body)) : null,
  );
}

type Fact = [name: string, value: string | null | undefined];

function factsOf(facts: Fact[]): HTMLElement {
  return h('dl', null, ...facts.flatMap(([name, value]): Child[] => (value ? [h('dt', null, name), h('dd', { dir: 'auto' }, value)] : [])));
}

/** Who receives it and where: masked, as the card stays in the talk, until the buyer asks to check it in full. */
function deliveryOf(context: Context, body: OrderBody, seq: number): HTMLElement {
  const { t } = context.words;
  const masked: Fact[] = [[t('receiver'), body.receiver], [t('address'), body.address]];
  const box = h('div', null, factsOf(masked));
  if (!masked.some(([, value]) => value?.includes('*'))) return box;
  const show = async (): Promise<void> => {
    const full = await context.talk.delivery(seq).catch(() => null);
    if (!full) return context.toast(t('noDelivery'));
    box.replaceChildren(factsOf([[t('receiver'), full.receiver], [t('phone'), full.phone], [t('address'), full.address]]));
  };
  box.append(h('button', { type: 'button', class: 'link', onclick: () => void show() }, t('showDelivery')));
  return box;
}

function orderLine(context: Context, line: OrderLine): HTMLElement {
  return h(
    'li',
    null,
    h('span', { class: 'lines' }, h('span', { dir: 'auto' }, line.title ?? ''), line.spec ? h('small', { dir: 'auto' }, line.spec) : null, line.flaw ? h('small', { class: 'flaw', dir: 'auto' }, `${context.words.t('flaw')}：${line.flaw}`) : null),
    h('span', { class: 'each' }, money(line.price_fen), h('small', null, `×${line.quantity}`)),
  );
}

function answered(context: Context, body: OrderBody): HTMLElement {
  const right = body.answer === 'confirmed';
  return h(
    'p',
    { class: right ? 'done' : 'done wrong', title: body.answered_at ? exact(body.answered_at, context.words) : null },
    icon(right ? 'check' : 'alert', 16),
    context.words.t(right ? (flawed(body) ? 'confirmedFlaw' : 'confirmed') : 'reportedWrong'),
    !right && body.note ? h('span', { class: 'said', dir: 'auto' }, body.note) : null,
  );
}

/** Whether something of the order is flawed, which the buyer is to know. */
function flawed(body: OrderBody): boolean {
  return Array.isArray(body.lines) && body.lines.some((line) => Boolean(line.flaw));
}

function ask(context: Context, seq: number, flaw: boolean): HTMLElement {
  const { t } = context.words;
  const note = h('textarea', { rows: 2, maxlength: 500, 'aria-label': t('wrongNote'), placeholder: t('wrongNote') });
  const more = h(
    'div',
    { class: 'note', hidden: true },
    note,
    h(
      'div',
      { class: 'acts' },
      h('button', { type: 'button', class: 'plain', onclick: () => show(false) }, t('cancel')),
      h('button', { type: 'button', class: 'main', onclick: () => void send({ answer: 'wrong', ...(note.value.trim() ? { note: note.value.trim() } : {}) }) }, t('submit')),
    ),
  );
  const choice = h(
    'div',
    { class: 'acts' },
    h('button', { type: 'button', class: 'plain', onclick: () => show(true) }, t('wrong')),
    h('button', { type: 'button', class: 'main', onclick: () => void send({ answer: 'confirmed' }) }, t(flaw ? 'confirmFlaw' : 'confirm')),
  );
  const whole = h('div', { class: 'ask' }, h('small', null, t('confirmAsk')), choice, more);
  return whole;

  function show(on: boolean): void {
    more.hidden = !on;
    choice.hidden = on;
    if (on) note.focus();
  }
  async function send(answer: object): Promise<void> {
    const buttons = whole.querySelectorAll('button');
    for (const button of buttons) button.disabled = true;
    try {
      await context.talk.answer(seq, answer);
    } catch (thrown) {
      context.toast(t(problemKey(asProblem(thrown).code)));
      for (const button of buttons) button.disabled = false;
    }
  }
}
