// The bar that stands in place of the box while a voice message is recorded.
import { seconds } from '../format';
import { icon } from '../icons';
import { Recorder, type Recording } from '../record';
import type { Context } from './context';
import { h, iconButton, setText } from './dom';

const LIMIT = 60_000;
/** Shorter than this, in ms, is a slip of the finger. */
const SHORTEST = 700;

/** `ended` is called once, with the recording or null. */
export function recorderBar(context: Context, ended: (recording: Recording | null) => void): HTMLElement {
  const { t } = context.words;
  const limit = Math.min(LIMIT, context.talk.state.shop?.limits.voice_ms || LIMIT);
  const time = h('span', { class: 'ms', role: 'timer' }, seconds(0));
  const level = h('span', { class: 'bar', 'aria-hidden': 'true' }, h('span'));
  const stop = h('button', { type: 'button', class: 'main send', 'aria-label': t('recordStop'), title: t('recordStop'), onclick: () => recorder.stop() }, icon('send'));
  const recorder = new Recorder(limit, (recording) => {
    const short = recording !== null && recording.ms < SHORTEST;
    if (short) context.toast(t('tooShort'));
    finish(short ? null : recording);
  });
  const ticking = setInterval(() => {
    setText(time, `${seconds(recorder.elapsed)} / ${seconds(limit)}`);
    (level.firstChild as HTMLElement).style.width = `${(recorder.elapsed / limit) * 100}%`;
  }, 200);
  recorder.start().then(
    () => stop.focus(),
    () => {
      context.toast(t('micDenied'));
      finish(null);
    },
  );
  const leave = (): void => {
    recorder.cancel();
    finish(null);
  };
  let over = false;
  return h(
    'div',
    {
      class: 'recording',
      role: 'group',
      'aria-label': t('record'),
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        leave();
      },
    },
    iconButton(t('recordCancel'), icon('close'), leave),
    h('span', { class: 'live', 'aria-hidden': 'true' }),
    h('span', null, t('record')),
    level,
    time,
    stop,
  );

  function finish(recording: Recording | null): void {
    if (over) return;
    over = true;
    clearInterval(ticking);
    ended(recording);
  }
}
