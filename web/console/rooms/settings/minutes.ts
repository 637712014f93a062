// Minutes of a day as `HH:MM` and back.

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
