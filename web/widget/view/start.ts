// The beginning of a talk: the greeting, the choice of a topic, and the form for hours when nobody is there.
import { opening } from '../format';
import type { Key } from '../i18n';
import type { Shop, Stage } from '../protocol';
import { icon } from '../icons';
import { freshId } from '../outbox';
import type { Context } from './context';
import { h } from './dom';
import { field, sheet } from './form';

const TITLES: Record<Stage, Key> = { pre: 'stagePre', in: 'stageIn', after: 'stageAfter' };

export function greeting(context: Context): HTMLElement {
  const { t } = context.words;
  const shop = context.talk.state.shop?.name;
  return h('p', { class: 'greeting' }, shop ? t('welcomeShop', { shop }) : t('welcome'));
}

export function stageMenu(context: Context, shop: Shop): HTMLElement {
  const { t } = context.words;
  const { ui } = context;
  const chosen = shop.menu.find((item) => item.key === ui.stage);
  const title = (item: { key: Stage; title: string }): string => item.title || t(TITLES[item.key]);
  return h(
    'div',
    { class: 'stages', role: 'group', 'aria-label': t('chooseStage') },
    h('p', null, chosen ? t('stageChosen', { title: title(chosen) }) : t('chooseStage')),
    // Who chose sees the choice alone; pressed again, it is taken back and all stand there.
    ...(chosen ? [chosen] : shop.menu).map((item) =>
      h(
        'button',
        {
          type: 'button',
          'aria-pressed': String(item.key === ui.stage),
          onclick: () => {
            ui.stage = item === chosen ? null : item.key;
            context.changed();
            context.write();
          },
        },
        title(item),
      ),
    ),
  );
}

export function closedDoor(context: Context, shop: Shop): HTMLElement {
  const { words, talk, ui } = context;
  const { t } = words;
  const done = (): HTMLElement => h('p', { class: 'done' }, icon('check', 16), t('offDone'));
  const whole = h('div', { class: 'card closed' });
  if (ui.offlineDone) {
    whole.append(done());
    return whole;
  }
  const id = freshId(Date.now());
  const name = h('input', { type: 'text', autocomplete: 'name', maxlength: 40 });
  const contact = h('input', { type: 'text', autocomplete: 'tel', maxlength: 100 });
  const text = h('textarea', { rows: 3, maxlength: 2000 });
  const hint = shop.opens_at === null ? t('offlineText') : t('offlineUntil', { time: opening(shop.opens_at, Date.now(), words) });
  whole.append(
    sheet(
      context,
      'form',
      [h('b', { class: 'head' }, icon('clock', 18), t('offlineTitle')), h('p', { class: 'hint' }, hint)],
      [field(t('offName'), name, true), field(t('offContact'), contact, true), field(t('offText'), text, true)],
      t('offSend'),
      async () => {
        await talk.offline({ client_id: id, name: name.value.trim(), contact: contact.value.trim(), text: text.value.trim() });
        ui.offlineDone = true;
        whole.replaceChildren(done());
      },
    ),
  );
  return whole;
}
