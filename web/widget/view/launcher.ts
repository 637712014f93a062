// The round button in the corner of the page, with what is unread.
import { icon } from '../icons';
import { unread } from '../state';
import type { Context } from './context';
import { h, setText, type View } from './dom';

export function launcher(context: Context): View {
  const { t } = context.words;
  const badge = h('span', { class: 'badge', 'aria-hidden': 'true', hidden: true });
  const el = h('button', { type: 'button', class: 'launcher', 'aria-haspopup': 'dialog', onclick: () => context.open() }, icon('chat', 28), badge);
  return {
    el,
    update() {
      const count = unread(context.talk.state);
      const name = count > 0 ? t('openUnread', { n: count }) : t('open');
      if (el.getAttribute('aria-label') !== name) el.setAttribute('aria-label', name);
      el.setAttribute('aria-expanded', String(context.ui.open));
      el.hidden = context.ui.open;
      badge.hidden = count === 0;
      setText(badge, count > 99 ? '99+' : String(count));
    },
  };
}
