// What buyers see of a product while it is edited: its name, main picture, page and selling points. Pure.
import type { Basics, Product } from "@api/goods";

export function basicsDraft(product: Product): Basics {
  return { title: product.title, picture: product.picture ?? "", url: product.url ?? "", selling_points: [...product.selling_points] };
}
/** Only what differs; empty lines are no selling points. */
export function basicsChange(draft: Basics, was: Product): Partial<Basics> {
  const before = basicsDraft(was);
  const now: Basics = { title: draft.title.trim(), picture: draft.picture.trim(), url: draft.url.trim(), selling_points: draft.selling_points.map((one) => one.trim()).filter(Boolean) };
  const changed = (Object.keys(now) as (keyof Basics)[]).filter((key) => JSON.stringify(now[key]) !== JSON.stringify(before[key]));
  return Object.fromEntries(changed.map((key) => [key, now[key]]));
}
/** What undoes a change. */
export function basicsBack(change: Partial<Basics>, was: Product): Partial<Basics> {
  const before = basicsDraft(was);
  return Object.fromEntries((Object.keys(change) as (keyof Basics)[]).map((key) => [key, before[key]]));
}
/** A picture as an address: a file of ours, or one elsewhere; null: there is none that can be shown. */
export function pictureSource(picture: string, fileUrl: (file: string) => string): string | null {
  if (!picture) return null;
  if (/^\d+$/.test(picture)) return fileUrl(picture);
  return /^(https?:)?\//.test(picture) ? picture : null;
}
