// Addresses of the customers: tabs under Customers, and one customer.
import type { RouteRecordRaw } from "vue-router";

const tab = (at: number) => ({ of: "customers", at });

export default [
  { path: "/customers", name: "customers", component: () => import("./Page.vue"), meta: { title: "customers.tabs.list", needs: "customers.see", tab: tab(10) } },
  { path: "/customers/segments", name: "customers-segments", component: () => import("./SegmentsPage.vue"), meta: { title: "customers.tabs.segments", needs: "customers.see", tab: tab(20) } },
  { path: "/customers/segments/:segment(\\d+|new)", name: "customers-segment", component: () => import("./SegmentPage.vue"), meta: { title: "customers.tabs.segments", needs: "customers.see", under: "customers-segments" } },
  { path: "/customers/reports", name: "customers-reports", component: () => import("./ReportsPage.vue"), meta: { title: "customers.tabs.reports", needs: "orders.see", tab: tab(30) } },
  { path: "/customers/plans", name: "customers-plans", component: () => import("./PlansPage.vue"), meta: { title: "customers.tabs.plans", needs: "customers.see", tab: tab(40) } },
  { path: "/customers/levels", name: "customers-levels", component: () => import("./LevelsPage.vue"), meta: { title: "customers.tabs.levels", needs: "customers.see", tab: tab(50) } },
  { path: "/customers/tags", name: "customers-tags", component: () => import("./TagsPage.vue"), meta: { title: "customers.tabs.tags", needs: "customers.see", tab: tab(60) } },
  { path: "/customers/privacy", name: "customers-privacy", component: () => import("./PrivacyPage.vue"), meta: { title: "customers.tabs.privacy", needs: "customers.erase", tab: tab(70) } },
  { path: "/customers/:customer(\\d+)", name: "customer", component: () => import("./CustomerPage.vue"), meta: { title: "customers.title", needs: "customers.see" } },
] satisfies RouteRecordRaw[];
