// Days as `YYYY-MM-DD` and minutes of a day as `HH:MM`. Knows no time zone: a roster's day is a day of the calendar.

const DAY = 86_400_000;
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const written = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at(text)) && written(at(text)) === text;
}
/** The day of this computer's calendar at `ms`. */
export function dayOf(ms: number): string {
  const d = new Date(ms);
  return written(Date.UTC(d.getFullYear(), d.getMonth(), d.getDate()));
}
export function plusDays(day: string, n: number): string {
  return written(at(day) + n * DAY);
}
/** All days from the first to the last, both included; none when the last is before the first. */
export function daysFrom(from: string, to: string): string[] {
  const days: string[] = [];
  for (let ms = at(from); ms <= at(to); ms += DAY) days.push(written(ms));
  return days;
}
/** 0 is Monday. */
export function weekday(day: string): number {
  return (new Date(at(day)).getUTCDay() + 6) % 7;
}
export function monday(day: string): string {
  return plusDays(day, -weekday(day));
}
/** 11月3日, 3 Nov. */
export function dayWords(day: string, zh: boolean): string {
  const d = new Date(at(day));
  const month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][d.getUTCMonth()] ?? "";
  return zh ? `${d.getUTCMonth() + 1}月${d.getUTCDate()}日` : `${d.getUTCDate()} ${month}`;
}
export function weekdayWord(day: string, zh: boolean): string {
  const n = weekday(day);
  return (zh ? "一二三四五六日".charAt(n) : ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][n]) ?? "";
}

const two = (n: number): string => String(n).padStart(2, "0");
export function clock(minutes: number): string {
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
/** Minutes of `8`, `830`, `8:30`, `08：30`, `24:00`; null when it is no time of a day. */
export function minutesOf(text: string): number | null {
  const found = /^(\d{1,2})(?:[:：.]?(\d{2}))?$/.exec(text.trim());
  if (!found) return null;
  const minutes = Number(found[1]) * 60 + Number(found[2] ?? 0);
  return Number(found[2] ?? 0) < 60 && minutes <= 1440 ? minutes : null;
}
