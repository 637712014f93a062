// Addresses of the list of orders and of imports: tabs under Orders. What may be imported depends on several rights; the
// pages say so themselves. Where `/orders` itself leads is the router's.
import type { RouteRecordRaw } from "vue-router";

const tab = (at: number) => ({ of: "orders", at });
export default [
  {
    path: "/orders",
    name: "orders",
    component: () => import("./Page.vue"),
    meta: { title: "shell.rail.orders" },
    children: [
      { path: "list", name: "orders-list", component: () => import("./OrdersPage.vue"), meta: { title: "orders.tabs.list", needs: "orders.see", tab: tab(60) } },
      { path: "import", name: "orders-import", component: () => import("./ImportPage.vue"), meta: { title: "orders.tabs.import", tab: tab(70) } },
      { path: "import/:run(\\d+)", name: "orders-run", component: () => import("./RunPage.vue"), meta: { title: "orders.tabs.import", under: "orders-import" } },
    ],
  },
] satisfies RouteRecordRaw[];
