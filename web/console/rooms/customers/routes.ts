// Addresses of the customers: the list, and one customer.
import type { RouteRecordRaw } from "vue-router";

export default [
  { path: "/customers", name: "customers", component: () => import("./Page.vue"), meta: { title: "customers.title", needs: "customers.see" } },
  { path: "/customers/:customer(\\d+)", name: "customer", component: () => import("./CustomerPage.vue"), meta: { title: "customers.title", needs: "customers.see" } },
] satisfies RouteRecordRaw[];
