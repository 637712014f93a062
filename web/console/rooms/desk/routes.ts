// Addresses of the order desk: tabs under Orders. Seeing is for whoever sees orders; what a page changes asks its right.
import type { RouteRecordRaw } from "vue-router";

const tab = (at: number) => ({ of: "orders", at });
export default [
  { path: "/orders/audit/:parcel(\\d+)?", name: "desk-audit", component: () => import("./AuditPage.vue"), meta: { title: "desk.tabs.audit", needs: "orders.see", tab: tab(10) } },
  { path: "/orders/print", name: "desk-print", component: () => import("./PrintPage.vue"), meta: { title: "desk.tabs.print", needs: "orders.see", tab: tab(20) } },
  { path: "/orders/print/:batch(\\d+)", name: "desk-batch", component: () => import("./BatchPage.vue"), meta: { title: "desk.tabs.print", needs: "orders.see", under: "desk-print" } },
  { path: "/orders/pack", name: "desk-pack", component: () => import("./PackPage.vue"), meta: { title: "desk.tabs.pack", any: ["orders.ship", "orders.check"], tab: tab(30) } },
  { path: "/orders/follow/:view(\\w+)?", name: "desk-follow", component: () => import("./FollowPage.vue"), meta: { title: "desk.tabs.follow", needs: "orders.see", tab: tab(40) } },
  { path: "/orders/prices", name: "desk-prices", component: () => import("./PricesPage.vue"), meta: { title: "desk.tabs.prices", needs: "orders.see", tab: tab(80) } },
  { path: "/orders/prices/:list(\\d+)", name: "desk-price-list", component: () => import("./PriceListPage.vue"), meta: { title: "desk.tabs.prices", needs: "orders.see", under: "desk-prices" } },
  { path: "/orders/rules", name: "desk-rules", component: () => import("./RulesPage.vue"), meta: { title: "desk.tabs.rules", needs: "orders.audit", tab: tab(90) } },
] satisfies RouteRecordRaw[];
