// The panel: head, strips, log and box, over the whole screen on a phone.
import type { Context } from './context';
import { dropArea } from './attach';
import { composer } from './composer';
import { h, setText, type View } from './dom';
import { header, strips } from './header';
import { logView } from './log';
import { openMenu } from './menu';

const PHONE = '(max-width: 600px), (max-height: 480px)';
const TOAST = 4_000;

export interface Panel extends View {
  opened(): void;
  closed(): void;
  focus(): void;
  toast(text: string): void;
  menu: Context['menu'];
}

export function panel(context: Context): Panel {
  const { talk, ui } = context;
  const { t } = context.words;
  const head = header(context);
  const lines = strips(context);
  const log = logView(context);
  const box = composer(context);
  const note = h('div', { class: 'toast', role: 'status' });
  const el = h('section', { class: 'panel', role: 'dialog', tabindex: -1, hidden: true }, head.el, lines.el, log.el, note, box.el);
  const phone = matchMedia(PHONE);
  let noteTimer: ReturnType<typeof setTimeout> | null = null;
  let pageOverflow: string | null = null;

  dropArea(context, el);
  el.addEventListener('keydown', (event) => event.key === 'Escape' && !event.isComposing && context.close());
  // The keyboard of a phone covers the page without telling it; only the visual viewport knows.
  for (const name of ['resize', 'scroll'] as const) window.visualViewport?.addEventListener(name, fit);
  phone.addEventListener('change', () => (fit(), lock()));

  return {
    el,
    update() {
      el.setAttribute('aria-label', t('dialog', { shop: talk.state.shop?.name ?? '' }).trim());
      if (!ui.open) return;
      for (const view of [head, lines, log, box]) view.update();
      if (log.atEnd() && document.visibilityState === 'visible') talk.seen();
    },
    opened() {
      el.hidden = false;
      fit();
      lock();
    },
    closed() {
      el.hidden = true;
      lock();
    },
    focus: () => box.focus(),
    toast(text) {
      if (noteTimer !== null) clearTimeout(noteTimer);
      setText(note, text);
      noteTimer = setTimeout(() => setText(note, ''), TOAST);
    },
    menu: (anchor, items, title) => openMenu(el, anchor, items, title),
  };

  function fit(): void {
    const view = window.visualViewport;
    // Pinched larger, the page is the reader's to move.
    const full = phone.matches && view && view.scale < 1.05 && ui.open;
    el.style.top = full ? `${view.offsetTop}px` : '';
    el.style.height = full ? `${view.height}px` : '';
    if (ui.open && log.atEnd()) log.toEnd();
  }

  /** On a phone the page behind must not scroll; its own setting is given back. */
  function lock(): void {
    const { style } = document.documentElement;
    const wanted = ui.open && phone.matches;
    if (wanted && pageOverflow === null) {
      pageOverflow = style.overflow;
      style.overflow = 'hidden';
    } else if (!wanted && pageOverflow !== null) {
      style.overflow = pageOverflow;
      pageOverflow = null;
    }
  }
}
