// The invitation to rate: five stars and a few words, once a session.
import { type Key, problemKey } from '../i18n';
import { icon } from '../icons';
import { asProblem } from '../socket';
import type { Context } from './context';
import { h, iconButton, setText } from './dom';

const SCORES: Key[] = ['rate1', 'rate2', 'rate3', 'rate4', 'rate5'];

export function rating(context: Context, session: number): HTMLElement {
  const { talk, ui } = context;
  const { t } = context.words;
  let score = 0;
  const said = h('span', { class: 'said', 'aria-hidden': 'true' });
  const stars = SCORES.map((key, at) => {
    const box = h('input', { type: 'radio', name: `score${session}`, value: at + 1, class: 'sr', onchange: () => choose(at + 1) });
    return h('label', { title: t(key) }, box, h('span', { class: 'sr' }, t(key)), icon('star', 28));
  });
  const comment = h('textarea', { rows: 2, maxlength: 500, 'aria-label': t('rateComment'), placeholder: t('rateComment') });
  const send = h('button', { type: 'button', class: 'main', onclick: () => void submit() }, t('submit'));
  const rest = h('div', { hidden: true }, comment, h('div', { class: 'acts' }, send));
  const whole = h(
    'div',
    { class: 'card rating', role: 'group', 'aria-label': t('rateTitle') },
    h('b', { class: 'head' }, t('rateTitle')),
    iconButton(t('dismiss'), icon('close', 16), dismiss, 'tool shut'),
    h('div', { class: 'stars', role: 'radiogroup', 'aria-label': t('rateGroup') }, ...stars, said),
    rest,
  );
  return whole;

  function choose(value: number): void {
    score = value;
    stars.forEach((star, at) => star.classList.toggle('on', at < value));
    setText(said, t(SCORES[value - 1] ?? 'rate5'));
    rest.hidden = false;
  }

  function dismiss(): void {
    talk.keep.write('unrated', session);
    talk.closeInvite();
    context.write();
  }

  async function submit(): Promise<void> {
    send.disabled = true;
    try {
      await talk.rate(session, score, comment.value.trim());
      ui.rated = session;
      whole.replaceChildren(h('p', { class: 'done' }, icon('check', 16), t('rateThanks')));
      talk.closeInvite();
    } catch (thrown) {
      send.disabled = false;
      context.toast(t(problemKey(asProblem(thrown).code)));
    }
  }
}
