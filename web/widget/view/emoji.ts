// A small palette of faces and signs. They are what people write, not decoration of ours.
import type { Context } from './context';
import { h } from './dom';

const FACES =
  '😀 😄 😊 😉 😍 😘 😋 😜 🤔 😅 😂 🤣 😏 😌 😴 😷 😮 😳 😭 😢 😤 😡 😱 🙄 🥺 🤝 🙏 👍 👎 👌 👏 💪 ❤️ 💔 🌹 🎉 🎁 🔥 ☕ 📦'.split(' ');
const COLUMNS = 8;

/** What this machine has no picture for would be an empty box. */
function drawable(faces: string[]): string[] {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 20;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) return faces;
  const drawn = (text: string): string => {
    pen.clearRect(0, 0, 20, 20);
    pen.font = '16px sans-serif';
    pen.fillText(text, 0, 16);
    return pen.getImageData(0, 0, 20, 20).data.join();
  };
  const missing = new Set(['\u{10fffd}', '\u{1fffd}'].map(drawn));
  return faces.filter((face) => !missing.has(drawn(face)));
}

/** `pick` gets the chosen one; `close` is called on Escape. */
export function emojiPalette(context: Context, pick: (face: string) => void, close: () => void): HTMLElement {
  const buttons = drawable(FACES).map((face, at) => h('button', { type: 'button', tabindex: at === 0 ? 0 : -1, 'aria-label': face, onclick: () => pick(face) }, face));
  return h(
    'div',
    {
      class: 'emoji',
      role: 'group',
      'aria-label': context.words.t('emoji'),
      onkeydown: (event: KeyboardEvent) => {
        const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };
        const step = steps[event.key];
        if (event.key === 'Escape') close();
        else if (step !== undefined) {
          const at = buttons.findIndex((button) => button.matches(':focus')) + step;
          buttons[Math.max(0, Math.min(buttons.length - 1, at))]?.focus();
        } else return;
        event.preventDefault();
        event.stopPropagation();
      },
    },
    ...buttons,
  );
}
