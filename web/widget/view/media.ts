// Pictures, recordings and files inside a message.
import { seconds, size } from '../format';
import { icon } from '../icons';
import type { FileBody, FileId, ImageBody, VoiceBody } from '../protocol';
import { webAddress } from '../text';
import type { Context } from './context';
import { h, setText } from './dom';
import { download } from './viewer';

const WIDEST = 220;
const TALLEST = 260;

/** The box a picture will fill, known before it is loaded so that nothing jumps. */
export function box(width: number | null, height: number | null): { width: number; height: number } {
  if (!width || !height) return { width: 180, height: 135 };
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(48, Math.round(height * scale)) };
}

export function image(context: Context, body: ImageBody): HTMLElement {
  const { t } = context.words;
  const room = box(body.width, body.height);
  const picture = h('img', { alt: t('image'), width: room.width, height: room.height });
  const button = h('button', { type: 'button', class: 'picture', 'aria-label': t('viewImage'), onclick: () => context.viewer(body.file) }, picture);
  fill(context, picture, body.file, button);
  return button;
}

/** A picture that is still on its way up. */
export function localImage(context: Context, clientId: string): HTMLElement {
  const picture = h('img', { alt: context.words.t('image'), ...box(null, null) });
  void context.talk.outbox.blob(clientId).then((blob) => {
    if (!blob) return;
    picture.onload = () => {
      const room = box(picture.naturalWidth, picture.naturalHeight);
      picture.width = room.width;
      picture.height = room.height;
      URL.revokeObjectURL(picture.src);
    };
    picture.src = URL.createObjectURL(blob);
  });
  return h('span', { class: 'picture' }, picture);
}

function fill(context: Context, picture: HTMLImageElement, file: FileId, around: HTMLElement): void {
  const gone = (): void => {
    around.classList.add('gone');
    around.replaceChildren(icon('image'), context.words.t('imageGone'));
  };
  picture.onerror = gone;
  context.talk.files.show(file, true).then((address) => (picture.src = address), gone);
}

/** The picture of a product: a file of ours, or an address on the shop's own site; a drawing when there is none. */
export function productPicture(context: Context, picture: FileId | null | undefined): HTMLElement {
  const frame = h('span', { class: 'thumb' }, icon('bag', 24));
  if (picture === null || picture === undefined || picture === '') return frame;
  const shown = h('img', { alt: '', referrerpolicy: 'no-referrer', onload: () => frame.replaceChildren(shown) });
  const outside = webAddress(String(picture));
  if (outside) shown.src = outside;
  else context.talk.files.show(picture, true).then((address) => (shown.src = address), () => undefined);
  return frame;
}

let playing: HTMLAudioElement | null = null;

export function voice(context: Context, body: Pick<VoiceBody, 'ms'>, address: Promise<string>): HTMLElement {
  const { t } = context.words;
  const length = Math.max(1000, body.ms ?? 0);
  const audio = new Audio();
  audio.preload = 'metadata';
  // Fetched beforehand: some browsers play only within the tap itself.
  address.then((source) => (audio.src = source), () => broken());
  const bar = h('span', { class: 'bar' }, h('span'));
  const time = h('span', { class: 'ms' }, seconds(length));
  const name = t('play', { s: seconds(length) });
  const button = h('button', { type: 'button', class: 'voice', 'aria-label': name, onclick: toggle }, icon('play', 18), bar, time);
  button.style.width = `${Math.round(96 + Math.min(1, length / 60_000) * 110)}px`;
  audio.onplay = audio.onpause = audio.onended = () => {
    const on = !audio.paused && !audio.ended;
    button.replaceChild(icon(on ? 'pause' : 'play', 18), button.firstChild as Node);
    button.setAttribute('aria-label', on ? t('pause') : name);
    if (audio.ended) progress(0);
  };
  audio.ontimeupdate = () => progress(audio.currentTime);
  audio.onerror = () => audio.src && broken();
  return button;

  function progress(at: number): void {
    (bar.firstChild as HTMLElement).style.width = `${Math.min(100, (at * 100_000) / length)}%`;
    setText(time, seconds(at > 0 ? at * 1000 : length));
  }
  function toggle(): void {
    if (!audio.paused) {
      audio.pause();
      return;
    }
    if (playing !== audio) playing?.pause();
    playing = audio;
    audio.play().catch(broken);
  }
  function broken(): void {
    button.classList.add('gone');
    button.disabled = true;
    setText(time, t('voiceGone'));
  }
}

export function attachment(context: Context, body: Pick<FileBody, 'name' | 'size'>, file: FileId | null): HTMLElement {
  const lines = h('span', { class: 'doc-lines' }, h('b', { dir: 'auto' }, body.name), h('small', null, size(body.size)));
  if (file === null) return h('span', { class: 'doc' }, icon('doc', 24), lines);
  const { t } = context.words;
  return h(
    'button',
    { type: 'button', class: 'doc', title: t('download'), onclick: () => void download(context, file, body.name || 'file') },
    icon('doc', 24),
    lines,
    h('span', { class: 'sr' }, t('download')),
  );
}
