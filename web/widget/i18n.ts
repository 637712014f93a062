// Which language is spoken, and how a word is found. What the shop writes is shown as it comes.
import { type Key, WORDS } from './words';

export type { Key };

export type Lang = 'zh' | 'en';

export interface Words {
  lang: Lang;
  /** BCP 47, for the server and for Intl. */
  locale: string;
  t(key: Key, values?: Record<string, string | number>): string;
}

export function words(lang: Lang): Words {
  const column = lang === 'zh' ? 0 : 1;
  return {
    lang,
    locale: lang === 'zh' ? 'zh-CN' : 'en',
    t: (key, values = {}) => WORDS[key][column].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)),
  };
}

/** `zh`, `en` or anything else for the browser's own choice. */
export function chooseLang(wanted: string | null, browser: readonly string[]): Lang {
  if (wanted && /^(zh|en)/i.test(wanted)) return /^zh/i.test(wanted) ? 'zh' : 'en';
  for (const tag of browser) if (/^(zh|en)/i.test(tag)) return /^zh/i.test(tag) ? 'zh' : 'en';
  return 'en';
}

const PROBLEMS: Record<string, Key> = {
  text_empty: 'pText',
  bad_frame: 'pText',
  text_too_long: 'pTooLong',
  file_too_big: 'pTooBig',
  file_kind: 'pKind',
  file_gone: 'pGone',
  blocked: 'pBlocked',
  forbidden: 'pBlocked',
  limit_messages: 'pLimit',
  too_late: 'pLate',
  lost: 'pLost',
  busy: 'pLost',
  unavailable: 'pLost',
};

/** The stable code of a problem, in words for a buyer. */
export const problemKey = (code: string | null): Key => PROBLEMS[code ?? ''] ?? 'pOther';
