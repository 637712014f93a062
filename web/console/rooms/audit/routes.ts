// Addresses of the audit trail.
import type { RouteRecordRaw } from "vue-router";

export default [{ path: "/audit", name: "audit", component: () => import("./Page.vue"), meta: { title: "audit.title", needs: "audit.see" } }] satisfies RouteRecordRaw[];
