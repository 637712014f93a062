// Addresses of reception: the three panes, and the search over all messages.
import type { RouteRecordRaw } from "vue-router";

export default [
  { path: "/reception/:id(\\d+)?", name: "reception", component: () => import("./Page.vue"), meta: { title: "reception.title" } },
  { path: "/search", name: "search", component: () => import("./SearchPage.vue"), meta: { title: "reception.search.title" } },
] satisfies RouteRecordRaw[];
