// A small menu beside the control that opened it.
import { type IconName, icon } from '../icons';
import { h } from './dom';

export interface MenuItem {
  icon: IconName;
  label: string;
  act(): void;
  danger?: boolean;
}

let closeOpen: (() => void) | null = null;

/** Opens inside `host`; focus goes to the first item and back to `anchor` at the end. */
export function openMenu(host: HTMLElement, anchor: HTMLElement, items: MenuItem[], title: string | undefined): void {
  closeOpen?.();
  const buttons = items.map((item) =>
    h(
      'button',
      {
        type: 'button',
        role: 'menuitem',
        class: item.danger ? 'danger' : null,
        onclick: () => {
          close();
          item.act();
        },
      },
      icon(item.icon, 18),
      item.label,
    ),
  );
  const menu = h('div', { class: 'menu', role: 'menu', 'aria-label': title ?? anchor.getAttribute('aria-label'), onkeydown: keys }, title && h('p', null, title), ...buttons);
  host.append(menu);
  place(host, anchor, menu);
  buttons[0]?.focus();
  const outside = (event: Event): void => {
    if (!event.composedPath().includes(menu)) close(false);
  };
  addEventListener('pointerdown', outside, true);
  closeOpen = close;

  function close(back = true): void {
    removeEventListener('pointerdown', outside, true);
    menu.remove();
    closeOpen = null;
    if (back) anchor.focus();
  }

  function keys(event: KeyboardEvent): void {
    const at = buttons.findIndex((button) => button.matches(':focus'));
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) buttons[(at + step + buttons.length) % buttons.length]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function place(host: HTMLElement, anchor: HTMLElement, menu: HTMLElement): void {
  const frame = host.getBoundingClientRect();
  const from = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = from.bottom - frame.top + 4;
  const top = below + height > frame.height - 8 ? from.top - frame.top - height - 4 : below;
  const left = from.left - frame.left + (from.left + from.width / 2 > frame.left + frame.width / 2 ? from.width - width : 0);
  menu.style.top = `${Math.max(8, top)}px`;
  menu.style.left = `${Math.min(Math.max(8, left), frame.width - width - 8)}px`;
}
