// Which pages stand as tabs under one place of the rail, for this reader. Rooms say so in their routes' `meta.tab`.
import type { Router } from "vue-router";
import { mayOpen } from "./may";

export interface Tab {
  name: string;
  title: string;
}

/** What waits behind a tab; `near`: it will not wait long. */
export interface TabCount {
  n: string;
  near?: boolean;
  said?: string;
}

export function openTabs(router: Router, of: string, can: (right: string) => boolean): Tab[] {
  return router
    .getRoutes()
    .filter((route) => route.meta.tab?.of === of && mayOpen(route.meta, can))
    .sort((a, b) => a.meta.tab!.at - b.meta.tab!.at)
    .map((route) => ({ name: String(route.name), title: route.meta.title ?? "" }));
}
