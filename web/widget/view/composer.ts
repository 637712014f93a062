// The box the buyer writes in, its tools, and what it tells the other side while they write.
import { icon } from '../icons';
import { canRecord } from '../record';
import { length, split, wellFormed } from '../text';
import { paste, picker } from './attach';
import { gist } from './body';
import type { Context } from './context';
import { composing, h, iconButton, setText, type View } from './dom';
import { emojiPalette } from './emoji';
import { productBar } from './product';
import { recorderBar } from './recorder';
import { Typing } from './typing';

const DEFAULT_LIMIT = 5000;
/** The box grows up to this height in px, then scrolls. */
const TALLEST = 132;
const DRAFT_PAUSE = 300;

export interface Composer extends View {
  focus(): void;
}

export function composer(context: Context): Composer {
  const { talk, ui } = context;
  const { t } = context.words;
  const typing = new Typing((on, text) => talk.typing(on, text));
  let draftTimer: ReturnType<typeof setTimeout> | null = null;
  let person = talk.state.person;

  const box = h('textarea', {
    rows: 1,
    'aria-label': t('placeholder'),
    placeholder: t('placeholder'),
    enterkeyhint: 'send',
    oninput: edited,
    onkeydown: keys,
    onpaste: (event: ClipboardEvent) => paste(context, event) && event.preventDefault(),
    onblur: () => typing.stop(),
  });
  box.value = talk.keep.read<string>('draft') ?? '';
  const quoting = h('span', { dir: 'auto' });
  const quote = h(
    'div',
    { class: 'quoting', hidden: true },
    icon('quote', 16),
    quoting,
    iconButton(t('cancelQuote'), icon('close', 16), () => {
      ui.quote = null;
      context.changed();
      focus();
    }),
  );
  const limitText = h('span');
  const splitter = h('button', { type: 'button', class: 'link', onclick: () => submit(true) });
  const limit = h('div', { class: 'limit', role: 'alert', hidden: true }, limitText, splitter);
  const pictures = picker(context, 'image/*');
  const files = picker(context, null);
  const palette = emojiPalette(context, insert, () => showPalette(false, true));
  palette.hidden = true;
  const smile = iconButton(t('emoji'), icon('smile', 22), () => showPalette(palette.hidden === true, true));
  smile.setAttribute('aria-expanded', 'false');
  const mic = iconButton(t('voice'), icon('mic', 22), record);
  const sender = h('button', { type: 'submit', class: 'main send', 'aria-label': t('send'), title: t('send') }, icon('send'));
  const writing = h(
    'div',
    { class: 'writing' },
    box,
    h(
      'div',
      { class: 'tools' },
      smile,
      iconButton(t('picture'), icon('image', 22), () => pictures.open()),
      iconButton(t('file'), icon('clip', 22), () => files.open()),
      mic,
      h('span', { class: 'gap' }),
      sender,
    ),
  );
  const product = productBar(context);
  const form = h(
    'form',
    {
      class: 'composer',
      onsubmit: (event: Event) => {
        event.preventDefault();
        submit(false);
      },
    },
    product.el,
    palette,
    quote,
    limit,
    writing,
    pictures.el,
    files.el,
  );

  return { el: form, update, focus };

  function update(): void {
    product.update();
    if (person !== talk.state.person) empty();
    person = talk.state.person;
    quote.hidden = ui.quote === null;
    if (ui.quote) setText(quoting, gist(ui.quote, context.words));
    measure();
  }

  function focus(): void {
    box.focus({ preventScroll: true });
  }

  /** Height, limit and the send button follow what stands in the box. */
  function measure(): void {
    box.style.height = 'auto';
    box.style.height = `${Math.min(TALLEST, box.scrollHeight)}px`;
    const most = talk.state.shop?.limits.text || DEFAULT_LIMIT;
    const text = box.value.trim();
    // Counting is only worth it near the limit: a character is at most two code units.
    const count = text.length > most ? length(text) : 0;
    const over = count > most;
    limit.hidden = !over;
    sender.disabled = text === '' || over;
    if (!over) return;
    setText(limitText, t('tooLong', { limit: most, n: count }));
    setText(splitter, t('splitSend', { n: split(text, most).length }));
  }

  function edited(): void {
    measure();
    const text = box.value;
    if (text.trim() === '') typing.stop();
    else typing.wrote(text);
    if (draftTimer !== null) clearTimeout(draftTimer);
    draftTimer = setTimeout(() => talk.keep.write('draft', text), DRAFT_PAUSE);
  }

  function keys(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || composing(event)) return;
    event.preventDefault();
    if (!sender.disabled) submit(false);
  }

  function submit(inPieces: boolean): void {
    const most = talk.state.shop?.limits.text || DEFAULT_LIMIT;
    const text = wellFormed(box.value).trim();
    if (text === '' || (!inPieces && sender.disabled)) return;
    split(text, most).forEach((piece, at) => talk.send('text', { text: piece }, at === 0 ? (ui.quote?.seq ?? null) : null, ui.stage));
    empty();
    typing.stop();
    showPalette(false, false);
    context.changed();
    focus();
  }

  /** Neither text nor draft nor quote is left. */
  function empty(): void {
    box.value = '';
    ui.quote = null;
    if (draftTimer !== null) clearTimeout(draftTimer);
    talk.keep.drop('draft');
  }

  function insert(face: string): void {
    box.setRangeText(face, box.selectionStart, box.selectionEnd, 'end');
    edited();
  }

  function showPalette(on: boolean, moveFocus: boolean): void {
    palette.hidden = !on;
    smile.setAttribute('aria-expanded', String(on));
    if (on) palette.querySelector('button')?.focus();
    else if (moveFocus) focus();
  }

  function record(): void {
    if (!canRecord()) {
      context.toast(t('micMissing'));
      return;
    }
    showPalette(false, false);
    const bar = recorderBar(context, (recording) => {
      bar.remove();
      writing.hidden = false;
      mic.focus();
      if (recording) talk.sendFile('voice', recording.blob, recording.name, ui.stage, recording.ms);
    });
    writing.hidden = true;
    form.append(bar);
  }
}
