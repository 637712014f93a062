// Pictures and files on their way in: chosen, pasted or dropped.
import { fitted } from '../files';
import type { Context } from './context';
import { h } from './dom';

/** So many at once; more is a mistake. */
const MOST = 9;
const DEFAULT_LIMIT = 10 * 1024 * 1024;

/** Sends each file as a picture when it is one, else as a file. */
export async function sendFiles(context: Context, files: Iterable<File>): Promise<void> {
  const { talk, ui } = context;
  const limit = talk.state.shop?.limits.image_bytes ?? DEFAULT_LIMIT;
  for (const file of Array.from(files).slice(0, MOST)) {
    // A drawing that can carry script is a file like any other, never shown as a picture.
    if (!file.type.startsWith('image/') || file.type.includes('svg')) {
      talk.sendFile('file', file, file.name, ui.stage);
      continue;
    }
    const picture = await fitted(file, limit);
    if (picture) talk.sendFile('image', picture, file.name || 'picture', ui.stage);
    else context.toast(context.words.t('imageTooBig', { mb: Math.round(limit / 1024 / 1024) }));
  }
}

/** A hidden file input; `open` shows the browser's own dialogue. */
export function picker(context: Context, accept: string | null): { el: HTMLInputElement; open(): void } {
  const el = h('input', {
    type: 'file',
    accept,
    multiple: true,
    hidden: true,
    tabindex: -1,
    'aria-hidden': 'true',
    onchange: () => {
      void sendFiles(context, Array.from(el.files ?? []));
      // The same file may be chosen twice.
      el.value = '';
    },
  });
  return { el, open: () => el.click() };
}

/** True when something was taken from the clipboard, so that its text form is not pasted too. */
export function paste(context: Context, event: ClipboardEvent): boolean {
  const files = Array.from(event.clipboardData?.files ?? []);
  if (files.length === 0) return false;
  void sendFiles(context, files);
  return true;
}

/** Lets files be dropped anywhere on `area`. */
export function dropArea(context: Context, area: HTMLElement): void {
  const cover = h('div', { class: 'drop', hidden: true }, context.words.t('dropHere'));
  area.append(cover);
  const carries = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
  area.addEventListener('dragover', (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    cover.hidden = false;
  });
  area.addEventListener('dragleave', (event) => {
    if (!area.contains(event.relatedTarget as Node | null)) cover.hidden = true;
  });
  area.addEventListener('drop', (event) => {
    cover.hidden = true;
    if (!carries(event)) return;
    event.preventDefault();
    void sendFiles(context, Array.from(event.dataTransfer?.files ?? []));
  });
}
