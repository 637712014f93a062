// Times as people say them, and one clock for the page. Knows nothing of calendars of shops (the server does).
import { onScopeDispose, shallowRef, type ShallowRef } from "vue";
import { locale, pick, type Locale } from "./locale";

/** How far the server's clock is ahead of ours, ms. */
let ahead = 0;
export function setServerNow(serverNow: number): void {
  ahead = serverNow - Date.now();
}
/** Now by the server's clock, ms UTC. */
export function serverNow(): number {
  return Date.now() + ahead;
}

const tick = shallowRef(serverNow());
let users = 0;
let timer: ReturnType<typeof setInterval> | null = null;

/** The present second, shared by every clock of the page; runs only while somebody looks. */
export function useNow(): Readonly<ShallowRef<number>> {
  if (users++ === 0) {
    tick.value = serverNow();
    timer = setInterval(() => (tick.value = serverNow()), 1_000);
  }
  onScopeDispose(() => {
    if (--users === 0 && timer) clearInterval(timer);
  });
  return tick;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const two = (n: number): string => String(n).padStart(2, "0");

function midnight(at: number): number {
  const day = new Date(at);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

export function hourMinute(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** 刚刚, 3 分钟前, 21:04, 昨天 21:04, 11月3日 21:04, 2025-11-03. */
export function spoken(at: number, now: number, tongue: Locale = locale.value): string {
  const zh = tongue === "zh-CN";
  const gone = now - at;
  if (gone >= 0 && gone < MINUTE) return zh ? "刚刚" : "just now";
  if (gone >= 0 && gone < HOUR) {
    const n = Math.floor(gone / MINUTE);
    return zh ? `${n} 分钟前` : `${n} min ago`;
  }
  return dayAndTime(at, now, tongue);
}

/** A point of time with its day, for things ahead and things long past. */
export function dayAndTime(at: number, now: number, tongue: Locale = locale.value): string {
  const zh = tongue === "zh-CN";
  const days = Math.round((midnight(at) - midnight(now)) / DAY);
  const clock = hourMinute(at);
  if (days === 0) return clock;
  if (days === -1) return zh ? `昨天 ${clock}` : `yesterday ${clock}`;
  if (days === 1) return zh ? `明天 ${clock}` : `tomorrow ${clock}`;
  const date = new Date(at);
  if (date.getFullYear() === new Date(now).getFullYear()) return `${monthDay(date, zh)} ${clock}`;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
function monthDay(date: Date, zh: boolean): string {
  return zh ? `${date.getMonth() + 1}月${date.getDate()}日` : `${date.getDate()} ${MONTHS[date.getMonth()]}`;
}

/** The heading of a day: 今天, 昨天, 11月3日 星期二. */
export function dayLine(at: number, now: number, tongue: Locale = locale.value): string {
  const zh = tongue === "zh-CN";
  const days = Math.round((midnight(at) - midnight(now)) / DAY);
  if (days === 0) return zh ? "今天" : "Today";
  if (days === -1) return zh ? "昨天" : "Yesterday";
  const date = new Date(at);
  const week = zh ? `星期${"日一二三四五六"[date.getDay()]}` : (["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][date.getDay()] ?? "");
  const year = date.getFullYear() === new Date(now).getFullYear() ? "" : zh ? `${date.getFullYear()}年` : `${date.getFullYear()} `;
  return zh ? `${year}${monthDay(date, true)} ${week}` : `${week} ${monthDay(date, false)}${year ? `, ${year.trim()}` : ""}`;
}

export function sameDay(a: number, b: number): boolean {
  return midnight(a) === midnight(b);
}

/** The exact moment, for a hover. */
export function exact(at: number): string {
  const d = new Date(at);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

/** A running clock: 0:09, 12:30, 1:02:03. */
export function running(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const h = Math.floor(s / 3600);
  const m = Math.floor(s / 60) % 60;
  return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** A length of time in words: 8 秒, 2 分 5 秒, 1 小时 20 分. */
export function lasting(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return pick(`${s} 秒`, `${s} s`);
  if (s < 3600) {
    const rest = s % 60;
    return pick(`${Math.floor(s / 60)} 分${rest ? ` ${rest} 秒` : "钟"}`, `${Math.floor(s / 60)} min${rest ? ` ${rest} s` : ""}`);
  }
  const m = Math.floor(s / 60) % 60;
  return pick(`${Math.floor(s / 3600)} 小时${m ? ` ${m} 分` : ""}`, `${Math.floor(s / 3600)} h${m ? ` ${m} min` : ""}`);
}

export type Heat = "calm" | "near" | "late";

/** The state of a wait: grey until `warnAt`, amber until `breachAt`, then red. */
export function heat(now: number, warnAt: number | null, breachAt: number | null): Heat {
  if (breachAt !== null && now >= breachAt) return "late";
  if (warnAt !== null && now >= warnAt) return "near";
  return "calm";
}
