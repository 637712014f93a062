// Address of the supervisor's wall.
import type { RouteRecordRaw } from "vue-router";

export default [
  { path: "/wall", name: "wall", component: () => import("./Page.vue"), meta: { title: "wall.title", needs: "reception.supervise" } },
] satisfies RouteRecordRaw[];
