// The head of the panel: whose shop, who answers, and how things stand with the line and the queue.
import { icon } from '../icons';
import { problemKey } from '../i18n';
import type { Key } from '../i18n';
import { openNow, type State } from '../state';
import { asProblem } from '../socket';
import type { Context } from './context';
import { h, iconButton, setText, type View } from './dom';

export function header(context: Context): View {
  const { talk, notifier } = context;
  const { t } = context.words;
  const mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
  const name = h('h2', { dir: 'auto' });
  const dot = h('span', { class: 'dot', 'aria-hidden': 'true' });
  const sub = h('span', { dir: 'auto' });
  const more = iconButton(t('more'), icon('more', 22), options);
  more.setAttribute('aria-haspopup', 'menu');
  const el = h(
    'header',
    null,
    mark,
    h('div', { class: 'names' }, name, h('p', { role: 'status' }, dot, sub)),
    more,
    iconButton(t('close'), icon('down', 22), () => context.close()),
  );
  return {
    el,
    update() {
      const title = talk.state.shop?.name || t('shop');
      setText(name, title);
      setText(mark, Array.from(title)[0] ?? '');
      setText(sub, standing(talk.state));
      dot.className = `dot ${colour(talk.state)}`;
    },
  };

  function standing(state: State): string {
    if (state.status !== 'live') return state.status === 'refused' ? t('refused') : t('connecting');
    if (state.agent !== null && state.phase !== 'closed') return t(state.typing ? 'agentTyping' : 'serving', { name: state.agent });
    if (state.phase === 'queued') return t('queueing');
    return t(shut(state) ? 'closedNow' : 'ready');
  }

  function colour(state: State): string {
    if (state.status !== 'live') return '';
    if (state.phase === 'queued' && state.agent === null) return 'amber';
    return state.agent === null && shut(state) ? '' : 'green';
  }

  function shut(state: State): boolean {
    return state.shop !== null && !openNow(state.shop, talk.now());
  }

  function options(): void {
    const on = notifier.sound;
    const going = talk.state.phase === 'open' || talk.state.phase === 'queued';
    context.menu(more, [
      { icon: on ? 'mute' : 'bell', label: t(on ? 'soundOff' : 'soundOn'), act: () => (notifier.sound = !on) },
      ...(going ? [{ icon: 'end' as const, label: t('end'), act: askEnd }] : []),
    ]);
  }

  function askEnd(): void {
    context.menu(
      more,
      [
        { icon: 'end', label: t('end'), danger: true, act: () => void end() },
        { icon: 'close', label: t('cancel'), act: () => undefined },
      ],
      t('endAsk'),
    );
  }

  async function end(): Promise<void> {
    try {
      await talk.end();
    } catch (thrown) {
      context.toast(t(problemKey(asProblem(thrown).code)));
    }
  }
}

const REFUSALS: Record<string, Key> = { origin: 'refusedOrigin', identity_invalid: 'refusedIdentity', blocked: 'refusedBlocked' };

/** Lines under the head that stay while they are true: no network, refused, the place in the queue. */
export function strips(context: Context): View {
  const { talk } = context;
  const { t } = context.words;
  const words = h('span');
  const again = h('button', { type: 'button', class: 'link', onclick: retry }, t('retryNow'));
  const link = h('div', { class: 'strip warn', role: 'status', hidden: true }, icon('alert', 16), words, again);
  const place = h('span');
  const why = h('small');
  const queue = h('div', { class: 'strip queue', role: 'status', hidden: true }, icon('clock', 16), h('div', null, place, why));
  let troubled = false;
  return {
    el: h('div', { class: 'strips' }, link, queue),
    update() {
      const { status, refusal, queue: line, phase } = talk.state;
      // A first connection is not trouble; a lost one is until it lives again.
      troubled = status === 'waiting' || (status === 'connecting' && troubled);
      link.hidden = !troubled && status !== 'refused';
      link.classList.toggle('bad', status === 'refused');
      setText(words, status === 'refused' ? t(REFUSALS[refusal ?? ''] ?? 'refused') : t('offline'));
      setText(again, t(refusal === 'identity_invalid' ? 'refresh' : 'retryNow'));
      queue.hidden = line === null || phase === 'open' || phase === 'closed';
      setText(place, line ? queueWords(line.place - 1, line.wait_s) : '');
      setText(why, line?.why ? reason(line.why) : '');
    },
  };

  function retry(): void {
    if (talk.state.refusal === 'identity_invalid') location.reload();
    else if (talk.state.status === 'refused') talk.start();
    else talk.nudge();
  }

  function queueWords(n: number, wait: number | null): string {
    if (n <= 0) return t('next');
    if (wait === null || !Number.isFinite(wait)) return t('aheadUnknown', { n });
    return wait < 60 ? t('aheadSoon', { n }) : t('ahead', { n, m: Math.ceil(wait / 60) });
  }

  function reason(why: string): string {
    const known: Record<string, Key> = { vip: 'whyVip', complaint: 'whyComplaint', transfer: 'whyTransfer' };
    const key = known[why];
    return key ? t(key) : '';
  }
}
