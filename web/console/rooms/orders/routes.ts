// Addresses of orders and of their import. What may be imported depends on several rights; the pages say so themselves.
import type { RouteRecordRaw } from "vue-router";

export default [
  { path: "/orders", name: "orders", redirect: { name: "orders-list" }, meta: { title: "orders.title" } },
  {
    path: "/orders",
    component: () => import("./Page.vue"),
    children: [
      { path: "list", name: "orders-list", component: () => import("./OrdersPage.vue"), meta: { title: "orders.tabs.list", needs: "orders.see", tab: { of: "orders", at: 10 } } },
      { path: "import", name: "orders-import", component: () => import("./ImportPage.vue"), meta: { title: "orders.tabs.import", tab: { of: "orders", at: 90 } } },
      { path: "import/:run(\\d+)", name: "orders-run", component: () => import("./RunPage.vue"), meta: { title: "orders.tabs.import", under: "orders-import" } },
    ],
  },
] satisfies RouteRecordRaw[];
