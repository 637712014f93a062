// Puts the widget into the page: one host element, one shadow tree, and what the page may call.
import { palette } from './color';
import { asIdentity, asProduct, type Config } from './config';
import { chooseLang, words as wordsOf } from './i18n';
import { Notifier } from './notify';
import type { Message } from './protocol';
import { begins, unread } from './state';
import { dress } from './styles/sheet';
import { Talk } from './talk';
import type { Context } from './view/context';
import { h } from './view/dom';
import { launcher } from './view/launcher';
import { type Panel, panel as makePanel } from './view/panel';
import { openViewer } from './view/viewer';

export type EventName = 'open' | 'close' | 'message' | 'unread';
type Listener = (detail: unknown) => void;

export interface Api {
  open(): void;
  close(): void;
  /** A JWT or a signed `{sub, name, at, mac}`; null when the customer signed out. */
  identify(identity: unknown): void;
  /** The product of the page; null takes it away. */
  setProduct(product: unknown): void;
  /** Returns what takes the listener off again. */
  on(event: EventName, listener: Listener): () => void;
}

export function start(config: Config): Api {
  const words = wordsOf(chooseLang(config.locale, navigator.languages ?? [navigator.language]));
  const host = document.createElement('xiaoer-widget');
  // Whatever the page says about unknown elements, ours is a plain box that takes no room.
  host.style.setProperty('all', 'initial', 'important');
  const root = host.attachShadow({ mode: 'open' });
  const frame = h('div', { class: `x ${config.position.side}`, lang: words.locale });
  const listeners = new Map<string, Set<Listener>>();
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let panel: Panel | null = null;
  let queued = false;
  let lastUnread = 0;
  let missed = 0;
  let painted = '';

  const talk = new Talk({ base: config.base, shop: config.shop, identity: config.identity, language: words.locale, changed, arrived });
  talk.product = config.product;
  const notifier = new Notifier(talk.keep);
  const context: Context = {
    config,
    words,
    talk,
    notifier,
    root,
    ui: { open: false, quote: null, stage: null, rated: null, offlineDone: false, productDismissed: false },
    changed,
    open,
    close,
    toast: (text) => panel?.toast(text),
    menu: (anchor, items, title) => panel?.menu(anchor, items, title),
    viewer: (file) => openViewer(context, file),
    write: () => panel?.focus(),
  };
  const { ui } = context;
  const button = launcher(context);

  dress(root);
  frame.style.setProperty('--x', `${config.position.x}px`);
  frame.style.setProperty('--y', `${config.position.y}px`);
  frame.append(button.el);
  root.append(frame);
  // Keys typed into the widget are not shortcuts of the page.
  for (const name of ['keydown', 'keyup', 'keypress']) root.addEventListener(name, (event) => event.stopPropagation());
  document.body.append(host);

  addEventListener('online', () => talk.nudge());
  addEventListener('pageshow', (event) => event.persisted && talk.nudge());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return;
    missed = 0;
    notifier.title(null);
    talk.nudge();
    changed();
  });
  dark.addEventListener('change', changed);
  if (talk.expected) begin();
  update();

  return {
    open,
    close,
    identify(value) {
      const identity = asIdentity(value);
      if (value !== null && identity === null) console.warn('Xiaoer.identify: neither a jwt nor sub, name, at and mac');
      else talk.identify(identity);
    },
    setProduct(value) {
      talk.turnTo(asProduct(value));
      ui.productDismissed = false;
      changed();
    },
    on(event, listener) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(listener));
      return () => void set.delete(listener);
    },
  };

  function begin(): void {
    notifier.arm();
    talk.start();
  }

  function open(): void {
    if (ui.open) return;
    if (!panel) {
      panel = makePanel(context);
      frame.append(panel.el);
    }
    ui.open = true;
    begin();
    panel.opened();
    update();
    // A keyboard that jumps up unasked hides half of a phone.
    if (matchMedia('(hover: hover)').matches) panel.focus();
    else panel.el.focus({ preventScroll: true });
    tell('open', null);
  }

  function close(): void {
    if (!ui.open) return;
    ui.open = false;
    panel?.closed();
    update();
    button.el.focus({ preventScroll: true });
    tell('close', null);
  }

  function arrived(message: Message): void {
    if (message.from === 'buyer' || message.from === 'system') return;
    tell('message', { from: message.from, name: message.name, kind: message.kind, at: message.at });
    const away = document.visibilityState !== 'visible';
    if (away) {
      missed += 1;
      notifier.title(words.t('titleBadge', { n: missed }));
    }
    if (away || !ui.open || !document.hasFocus()) notifier.tone();
  }

  /** Many frames, one rendering; a hidden page has no frames to wait for. */
  function changed(): void {
    if (queued) return;
    queued = true;
    const run = (): void => {
      queued = false;
      update();
    };
    if (document.visibilityState === 'visible') requestAnimationFrame(run);
    else setTimeout(run, 100);
  }

  function update(): void {
    const { shop } = talk.state;
    if (!begins(talk.state)) ui.stage = null;
    if (shop?.color) talk.keep.write('color', shop.color);
    paint(config.color ?? shop?.color ?? talk.keep.read<string>('color'));
    button.update();
    panel?.update();
    const count = unread(talk.state);
    if (count !== lastUnread) {
      lastUnread = count;
      tell('unread', count);
    }
  }

  function paint(color: string | null): void {
    const scheme = dark.matches ? 'dark' : 'light';
    if (painted === `${color}${scheme}`) return;
    painted = `${color}${scheme}`;
    const { fill, on, text } = palette(color, scheme);
    for (const [name, value] of [['--fill', fill], ['--on', on], ['--text', text]] as const) frame.style.setProperty(name, value);
  }

  function tell(event: EventName, detail: unknown): void {
    for (const listener of listeners.get(event) ?? []) {
      try {
        listener(detail);
      } catch (thrown) {
        console.error(thrown);
      }
    }
  }
}
