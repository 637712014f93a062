// Money is whole fen; it becomes words only here.
const yuan = new Intl.NumberFormat("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** ¥1,234.50 from 123450. */
export function money(fen: number): string {
  const text = yuan.format(Math.abs(fen) / 100);
  return `${fen < 0 ? "-" : ""}¥${text}`;
}

const count = new Intl.NumberFormat("zh-CN");
export function figure(n: number): string {
  return count.format(n);
}

const share = new Intl.NumberFormat("zh-CN", { style: "percent", maximumFractionDigits: 1 });
/** 97.5% from 0.975; null stays null. */
export function percent(rate: number | null): string | null {
  return rate === null ? null : share.format(rate);
}

/** 1.2 MB from bytes. */
export function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  if (n < 1024 * 1024) return `${(n / 1024).toFixed(0)} KB`;
  return `${(n / 1024 / 1024).toFixed(1)} MB`;
}
