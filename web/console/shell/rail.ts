// The rail's entries, in order. An entry is drawn when its route exists and the person holds its right.
import { Box, ChatDotRound, Collection, Monitor, Postcard, Setting, Tickets, User } from "@element-plus/icons-vue";
import type { Component } from "vue";
import type { Router } from "vue-router";
import { mayOpen } from "./may";

export interface RailEntry {
  route: string;
  title: string;
  icon: Component;
  /** Kept in the bar at the bottom of a phone, which has room for five; the rest stands under More. */
  phone: boolean;
  /** One of these rights is enough; without it the route's own `needs` decides. */
  any?: string[];
}

export const railEntries: readonly RailEntry[] = [
  { route: "reception", title: "shell.rail.reception", icon: ChatDotRound, phone: true, any: ["reception.talk", "reception.see_all"] },
  { route: "wall", title: "shell.rail.wall", icon: Monitor, phone: true },
  { route: "orders", title: "shell.rail.orders", icon: Box, phone: true, any: ["orders.see"] },
  { route: "customers", title: "shell.rail.customers", icon: Postcard, phone: false },
  { route: "knowledge", title: "shell.rail.knowledge", icon: Collection, phone: true, any: ["reception.talk", "knowledge.edit", "reception.replies"] },
  { route: "team", title: "shell.rail.team", icon: User, phone: false },
  { route: "audit", title: "shell.rail.audit", icon: Tickets, phone: false },
  { route: "settings", title: "shell.rail.settings", icon: Setting, phone: false },
];

/** The entries this person may open. */
export function openEntries(router: Router, can: (right: string) => boolean): RailEntry[] {
  return railEntries.filter((entry) => {
    if (!router.hasRoute(entry.route)) return false;
    if (entry.any) return entry.any.some(can);
    return mayOpen(router.resolve({ name: entry.route }).meta, can);
  });
}

const ROOM = 5;
/** What a phone shows in its bar, and what it keeps under More: everything one may open can be reached. */
export function onPhone(entries: readonly RailEntry[]): { bar: RailEntry[]; more: RailEntry[] } {
  if (entries.length <= ROOM) return { bar: [...entries], more: [] };
  const first = [...entries.filter((one) => one.phone), ...entries.filter((one) => !one.phone)].slice(0, ROOM - 1);
  return { bar: entries.filter((one) => first.includes(one)), more: entries.filter((one) => !first.includes(one)) };
}
