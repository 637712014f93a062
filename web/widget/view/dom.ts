// Making elements. Strings become text nodes and nothing else: no markup is ever parsed.

export type Child = Node | string | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: never) => void);

/** `on...` names are listeners, `true` is an empty attribute, false and null leave the attribute out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> | null = null,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  add(element, ...children);
  return element;
}

export function add(element: Element, ...children: Child[]): void {
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child);
}

/** Replaces the children only when the text differs, so that nothing is announced twice. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function toggleAttribute(element: Element, name: string, on: boolean): void {
  if (element.hasAttribute(name) !== on) element.toggleAttribute(name, on);
}

/** An icon button with a name for those who cannot see the icon. */
export function iconButton(label: string, picture: SVGElement, act: (event: MouseEvent) => void, name = 'tool'): HTMLButtonElement {
  return h('button', { type: 'button', class: name, 'aria-label': label, title: label, onclick: act }, picture);
}

/** A part of the widget: made once, brought up to date after every change. */
export interface View {
  el: HTMLElement;
  update(): void;
}

/** True while an input method is composing: its Enter belongs to the candidate list. */
export const composing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;
