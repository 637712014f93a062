// Addresses of signing in, and of one’s own profile.
import type { RouteRecordRaw } from "vue-router";
import { useSession } from "@shell/session";

export default [
  {
    path: "/sign-in",
    name: "sign-in",
    component: () => import("./Page.vue"),
    beforeEnter: () => (useSession().me ? "/" : true),
    meta: { title: "signin.title", open: true },
  },
  { path: "/me", name: "profile", component: () => import("./ProfilePage.vue"), meta: { title: "signin.profile.title" } },
] satisfies RouteRecordRaw[];
