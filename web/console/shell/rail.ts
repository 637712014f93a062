// The rail's entries, in order. An entry is drawn when its route exists and the person holds its right.
import { ChatDotRound, Monitor, Setting, Tickets, User } from "@element-plus/icons-vue";
import type { Component } from "vue";

export interface RailEntry {
  route: string;
  title: string;
  icon: Component;
  /** On a phone the bar at the bottom has room for five. */
  phone: boolean;
}

export const railEntries: readonly RailEntry[] = [
  { route: "reception", title: "shell.rail.reception", icon: ChatDotRound, phone: true },
  { route: "wall", title: "shell.rail.wall", icon: Monitor, phone: true },
  { route: "team", title: "shell.rail.team", icon: User, phone: true },
  { route: "audit", title: "shell.rail.audit", icon: Tickets, phone: false },
  { route: "settings", title: "shell.rail.settings", icon: Setting, phone: true },
];
