// Arrow keys in a table whose rows each have one way to open them: up and down go from one to the next. Holds no data.

/** For `@keydown` of the table; rows are reached by their `[data-open]`. */
export function alongRows(event: KeyboardEvent): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[data-open]")];
  const at = all.indexOf(event.target as HTMLElement);
  const next = at < 0 ? undefined : all[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
/** The first row, from the search above it. */
export function firstRow(root: string): void {
  document.querySelector<HTMLElement>(`${root} [data-open]`)?.focus();
}
