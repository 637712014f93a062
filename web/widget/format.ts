// Times, money and sizes as people say them.
import type { Words } from './i18n';

/** Whole fen as ¥1,234.50. */
export function money(fen: number | null | undefined): string {
  if (typeof fen !== 'number' || !Number.isFinite(fen)) return '';
  const yuan = Math.floor(Math.abs(fen) / 100).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  return `${fen < 0 ? '-' : ''}¥${yuan}.${String(Math.abs(fen) % 100).padStart(2, '0')}`;
}

export function size(bytes: number | null | undefined): string {
  const count = bytes ?? 0;
  if (count < 1024) return `${count} B`;
  if (count < 1024 * 1024) return `${Math.round(count / 1024)} KB`;
  return `${(count / 1024 / 1024).toFixed(1)} MB`;
}

export function clock(at: number, { locale }: Words): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
}

export function exact(at: number, { locale }: Words): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}

export function date(at: number, { locale }: Words): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(at);
}

/** The number of the local day; one more each day, whatever the clocks do in spring. */
export function dayOf(at: number): number {
  const moment = new Date(at);
  return Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate()) / 86_400_000;
}

export function day(at: number, now: number, words: Words): string {
  const ago = dayOf(now) - dayOf(at);
  if (ago === 0) return words.t('today');
  if (ago === 1) return words.t('yesterday');
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(words.locale, {
    ...(sameYear ? {} : { year: 'numeric' }),
    month: 'long',
    day: 'numeric',
    weekday: 'short',
  }).format(at);
}

/** When the shop opens: the day is left out when it is today. */
export function opening(at: number, now: number, words: Words): string {
  const time = clock(at, words);
  return dayOf(at) === dayOf(now) ? time : `${day(at, now, words)} ${time}`;
}

/** 0:07 */
export function seconds(ms: number): string {
  const whole = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
