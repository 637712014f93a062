// Business hours as they are edited, and whether a shop is open by them. An empty week is open day and night, so
// "always" is a choice of its own here and never comes about by emptying the days.

export interface Hours {
  from: number | null;
  to: number | null;
}
export interface Special {
  date: string;
  name: string;
  hours: Hours[];
}
export interface Calendar {
  zone: string;
  always: boolean;
  /** Monday to Sunday. */
  week: Hours[][];
  special: Special[];
}
export const ALL_DAY: Readonly<Hours> = { from: 0, to: 1440 };

type Stored = { from: number; to: number };
const copyHours = (hours: unknown): Hours[] => (Array.isArray(hours) ? (hours as Stored[]).map(({ from, to }) => ({ from, to })) : []);

export function readCalendar(value: unknown): Calendar {
  const whole = (value ?? {}) as { zone?: string; week?: Stored[][]; special?: { date: string; name: string; hours: Stored[] }[] };
  const week = Array.from({ length: 7 }, (_, day) => copyHours(whole.week?.[day]));
  return {
    zone: whole.zone || "Asia/Shanghai",
    always: week.every((day) => day.length === 0),
    week,
    special: (whole.special ?? []).map(({ date, name, hours }) => ({ date, name, hours: copyHours(hours) })),
  };
}
/** As the setting wants it: sorted, special days in order. Only for a calendar without faults. */
export function writeCalendar(calendar: Calendar): { zone: string; week: Stored[][]; special: { date: string; name: string; hours: Stored[] }[] } {
  const plain = (hours: readonly Hours[]): Stored[] => sortedHours(hours).map(({ from, to }) => ({ from: from ?? 0, to: to ?? 0 }));
  return {
    zone: calendar.zone,
    week: calendar.week.map((day) => (calendar.always ? [] : plain(day))),
    special: [...calendar.special].sort((a, b) => a.date.localeCompare(b.date)).map(({ date, name, hours }) => ({ date, name: name.trim(), hours: plain(hours) })),
  };
}
export function sortedHours(hours: readonly Hours[]): Hours[] {
  return [...hours].sort((a, b) => (a.from ?? 0) - (b.from ?? 0));
}

export type Wrong = "time" | "order" | "overlap" | "nothing" | "date" | "twice";
export function wrongHours(hours: readonly Hours[]): Wrong | null {
  let end = 0;
  for (const { from, to } of sortedHours(hours)) {
    if (from === null || to === null || from < 0 || to > 1440) return "time";
    if (to <= from) return "order";
    if (from < end) return "overlap";
    end = to;
  }
  return null;
}
export function wrongSpecial(special: readonly Special[], at: number): Wrong | null {
  const one = special[at]!;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(one.date)) return "date";
  if (special.some((other, n) => n !== at && other.date === one.date)) return "twice";
  return wrongHours(one.hours);
}
/** The first fault of the whole. */
export function wrongIn(calendar: Calendar): Wrong | null {
  if (!calendar.always) {
    for (const day of calendar.week) {
      const wrong = wrongHours(day);
      if (wrong) return wrong;
    }
    if (calendar.week.every((day) => day.length === 0)) return "nothing";
  }
  for (let n = 0; n < calendar.special.length; n++) {
    const wrong = wrongSpecial(calendar.special, n);
    if (wrong) return wrong;
  }
  return null;
}

/** The same hours on other days. */
export function copyDay(week: readonly Hours[][], from: number, to: readonly number[]): Hours[][] {
  return week.map((day, n) => (to.includes(n) ? week[from]!.map((hours) => ({ ...hours })) : day));
}
/** A stretch of hours added to a day: it grows into what it touches. */
export function withHours(day: readonly Hours[], from: number, to: number): Hours[] {
  if (to <= from) return [...day];
  let [start, end] = [from, to];
  const rest: Hours[] = [];
  for (const hours of day) {
    if (hours.from === null || hours.to === null || hours.to < start || hours.from > end) rest.push(hours);
    else [start, end] = [Math.min(start, hours.from), Math.max(end, hours.to)];
  }
  return sortedHours([...rest, { from: start, to: end }]);
}

const DAY = 86_400_000;
const utc = (day: string): number => Date.parse(`${day}T00:00:00Z`);
export const plusDay = (day: string, n: number): string => new Date(utc(day) + n * DAY).toISOString().slice(0, 10);
/** All days of a holiday, at most 60. */
export function holiday(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to && days.length < 60; day = plusDay(day, 1)) days.push(day);
  return days;
}

/** The wall clock of a zone: its day and minute. */
export function wall(zone: string, at: number): { day: string; minute: number } {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "00";
  return { day: `${part("year")}-${part("month")}-${part("day")}`, minute: Number(part("hour")) * 60 + Number(part("minute")) };
}
function hoursOn(calendar: Calendar, day: string): readonly Hours[] {
  const special = calendar.special.find((one) => one.date === day);
  if (special) return sortedHours(special.hours);
  if (calendar.always) return [ALL_DAY];
  return sortedHours(calendar.week[(new Date(utc(day)).getUTCDay() + 6) % 7]!);
}
export interface Standing {
  open: boolean;
  /** When that ends, on the wall clock; null: not within a year. */
  until: { day: string; minute: number } | null;
}
export function standing(calendar: Calendar, day: string, minute: number): Standing {
  const openAt = (on: string, at: number): boolean => hoursOn(calendar, on).some(({ from, to }) => at >= (from ?? 0) && at < (to ?? 0));
  const open = openAt(day, minute);
  for (let n = 0, on = day; n < 366; n++, on = plusDay(day, n)) {
    const edges = new Set([0, ...hoursOn(calendar, on).flatMap(({ from, to }) => [from ?? 0, to ?? 0])]);
    for (const edge of [...edges].sort((a, b) => a - b)) {
      if ((n === 0 && edge <= minute) || edge === 1440) continue;
      if (openAt(on, edge) !== open) return { open, until: { day: on, minute: edge } };
    }
  }
  return { open, until: null };
}
