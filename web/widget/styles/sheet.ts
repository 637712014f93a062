// All of the widget's style, inside its shadow tree only.
import base from './base.css?inline';
import box from './box.css?inline';
import cards from './cards.css?inline';
import log from './log.css?inline';

const css = [base, log, cards, box].join('');

/** A constructed sheet passes a page's style policy; an element is the way of older browsers. */
export function dress(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const element = document.createElement('style');
    element.textContent = css;
    root.prepend(element);
  }
}
