// The companion page: a narrow window beside another program, without rail and top bar.
import type { RouteRecordRaw } from "vue-router";

export default [{ path: "/companion", name: "companion", component: () => import("./Page.vue"), meta: { title: "companion.title", needs: "reception.talk", bare: true } }] satisfies RouteRecordRaw[];
