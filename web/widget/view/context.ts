// What every view is given.
import type { Config } from '../config';
import type { Words } from '../i18n';
import type { Notifier } from '../notify';
import type { FileId, Message, Stage } from '../protocol';
import type { Talk } from '../talk';
import type { MenuItem } from './menu';

/** What only this page knows. */
export interface Ui {
  open: boolean;
  quote: Message | null;
  /** The menu choice, until the talk has begun. */
  stage: Stage | null;
  /** The session rated in this page, to say thanks for. */
  rated: number | null;
  offlineDone: boolean;
  productDismissed: boolean;
}

export interface Context {
  config: Config;
  words: Words;
  talk: Talk;
  ui: Ui;
  notifier: Notifier;
  root: ShadowRoot;
  /** Brings the views up to date before the next frame. */
  changed(): void;
  open(): void;
  close(): void;
  /** A line that says what happened and goes away. */
  toast(text: string): void;
  menu(anchor: HTMLElement, items: MenuItem[], title?: string): void;
  viewer(file: FileId): void;
  /** Puts the cursor into the box. */
  write(): void;
}
