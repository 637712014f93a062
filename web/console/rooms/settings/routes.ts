// Addresses of the settings room: all settings, those with editors of their own, quick replies, blocked buyers.
import type { RouteRecordRaw } from "vue-router";

export default [
  {
    path: "/settings",
    name: "settings",
    component: () => import("./Page.vue"),
    redirect: { name: "settings-all" },
    meta: { title: "settings.title" },
    children: [
      { path: "all", name: "settings-all", component: () => import("./AllPage.vue"), meta: { title: "settings.nav.all" } },
      { path: "automatic", name: "settings-automatic", component: () => import("./AutomaticPage.vue"), meta: { title: "settings.nav.automatic" } },
      { path: "hours", name: "settings-hours", component: () => import("./HoursPage.vue"), meta: { title: "settings.nav.hours" } },
      { path: "steps", name: "settings-steps", component: () => import("./StepsPage.vue"), meta: { title: "settings.nav.steps" } },
      { path: "menu", name: "settings-menu", component: () => import("./MenuPage.vue"), meta: { title: "settings.nav.menu" } },
      { path: "limits", name: "settings-limits", component: () => import("./LimitsPage.vue"), meta: { title: "settings.nav.limits" } },
      { path: "replies", name: "settings-replies", component: () => import("./RepliesPage.vue"), meta: { title: "settings.nav.replies", needs: "reception.talk" } },
      { path: "blocked", name: "settings-blocked", component: () => import("./BlockedPage.vue"), meta: { title: "settings.nav.blocked", needs: "customers.see" } },
    ],
  },
] satisfies RouteRecordRaw[];
