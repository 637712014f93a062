// `v-foot`: stands at the foot of the page. What floats there (toasts) comes above it and never over what one writes.
import type { Directive } from "vue";

const SPACE = 12;
let owner: HTMLElement | null = null;
const watched = new WeakMap<HTMLElement, ResizeObserver>();

function say(height: number): void {
  const { style } = document.documentElement;
  if (height > 0) style.setProperty("--above-foot", `${Math.round(height) + SPACE}px`);
  else style.removeProperty("--above-foot");
}

export const vFoot: Directive<HTMLElement> = {
  mounted(el) {
    owner = el;
    const observer = new ResizeObserver(() => owner === el && say(el.offsetHeight));
    observer.observe(el);
    watched.set(el, observer);
    say(el.offsetHeight);
  },
  unmounted(el) {
    watched.get(el)?.disconnect();
    if (owner !== el) return;
    owner = null;
    say(0);
  },
};
