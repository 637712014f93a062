// Whether somebody may open a page: by the right it needs, or one of several.
import type { RouteMeta } from "vue-router";

export function mayOpen(meta: RouteMeta, can: (right: string) => boolean): boolean {
  return (!meta.needs || can(meta.needs)) && (!meta.any || meta.any.some(can));
}
