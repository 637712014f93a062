// `v-focus`: the field one came for has the focus as soon as it is there, also inside a dialog that would take it.
import type { Directive } from "vue";

export const vFocus: Directive<HTMLElement> = {
  mounted(el) {
    const field = el.matches("input, textarea") ? el : el.querySelector<HTMLElement>("input, textarea");
    if (!field) return;
    field.setAttribute("autofocus", "");
    field.focus();
    requestAnimationFrame(() => requestAnimationFrame(() => el.isConnected && field.focus()));
  },
};
