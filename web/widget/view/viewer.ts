// One picture, large, over the whole page.
import { icon } from '../icons';
import type { FileId } from '../protocol';
import type { Context } from './context';
import { h, iconButton } from './dom';

export function openViewer(context: Context, file: FileId): void {
  const { t } = context.words;
  const before = context.root.activeElement as HTMLElement | null;
  const picture = h('img', { alt: t('image') });
  const shut = iconButton(t('close'), icon('close', 24), close);
  const save = iconButton(t('download'), icon('download', 24), () => void download(context, file, 'picture'));
  const viewer = h(
    'div',
    {
      class: 'viewer',
      role: 'dialog',
      'aria-modal': 'true',
      'aria-label': t('viewImage'),
      onclick: (event: MouseEvent) => event.target === viewer && close(),
      onkeydown: (event: KeyboardEvent) => {
        if (event.key === 'Escape') close();
        else if (event.key === 'Tab') (shut.matches(':focus') ? save : shut).focus();
        else return;
        event.preventDefault();
        event.stopPropagation();
      },
    },
    picture,
    h('div', { class: 'viewer-tools' }, save, shut),
  );
  const show = (thumb: boolean): Promise<void> =>
    context.talk.files.show(file, thumb).then((address) => {
      if (thumb && picture.src) return;
      picture.src = address;
    });
  void show(true).catch(() => undefined);
  void show(false).catch(() => context.toast(t('imageGone')));
  context.root.querySelector('.x')?.append(viewer);
  shut.focus();

  function close(): void {
    viewer.remove();
    before?.focus();
  }
}

/** Hands a file to the browser under `name`. */
export async function download(context: Context, file: FileId, name: string): Promise<void> {
  try {
    const blob = await context.talk.files.fetch(file, false);
    const address = URL.createObjectURL(blob);
    const ending = name.includes('.') ? '' : `.${(blob.type.split('/')[1] ?? 'bin').replace('jpeg', 'jpg')}`;
    h('a', { href: address, download: name + ending }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch {
    context.toast(context.words.t('pLost'));
  }
}
