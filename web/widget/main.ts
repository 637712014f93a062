// The script tag's entry: reads the tag, starts once, and leaves `Xiaoer` to the page.
import { type Api, start } from './app';
import { readConfig } from './config';

declare global {
  interface Window {
    /** The widget, or calls the page made before it was there: `[["open"], ["identify", {...}]]`. */
    Xiaoer?: Api | unknown[][];
  }
}

const script =
  document.currentScript instanceof HTMLScriptElement
    ? document.currentScript
    : document.querySelector<HTMLScriptElement>('script[data-shop][src*="widget.js"]');
const config = script && readConfig(script);

if (!config) console.error('Xiaoer: the script tag needs data-shop');
else if (!window.Xiaoer || Array.isArray(window.Xiaoer)) {
  if (document.body) begin();
  else document.addEventListener('DOMContentLoaded', begin, { once: true });
}

function begin(): void {
  if (!config) return;
  const early = Array.isArray(window.Xiaoer) ? window.Xiaoer : [];
  const api = start(config);
  const call = ([name, ...values]: unknown[]): void => {
    const act = api[name as keyof Api] as ((...values: unknown[]) => unknown) | undefined;
    if (typeof act === 'function') act(...values);
  };
  window.Xiaoer = Object.assign(api, { push: call });
  for (const one of early) call(one);
}
