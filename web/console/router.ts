// Which address opens which room. Rooms are loaded when first visited; each owns its own `routes.ts`.
import { createRouter, createWebHistory, type Router } from "vue-router";
import { openEntries } from "@shell/rail";
import { useSession } from "@shell/session";
import { mayOpen } from "@shell/may";
import { openTabs } from "@shell/tabs";
import audit from "./rooms/audit/routes";
import companion from "./rooms/companion/routes";
import customers from "./rooms/customers/routes";
import desk from "./rooms/desk/routes";
import knowledge from "./rooms/knowledge/routes";
import orders from "./rooms/orders/routes";
import reception from "./rooms/reception/routes";
import settings from "./rooms/settings/routes";
import signin from "./rooms/signin/routes";
import team from "./rooms/team/routes";
import wall from "./rooms/wall/routes";

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory("/"),
    routes: [
      { path: "/", name: "home", component: () => import("@shell/Lost.vue") },
      ...reception,
      ...wall,
      ...desk,
      ...orders,
      ...customers,
      ...knowledge,
      ...companion,
      ...team,
      ...settings,
      ...audit,
      ...signin,
      { path: "/:rest(.*)*", name: "lost", component: () => import("@shell/Lost.vue"), meta: { title: "shell.lost.title" } },
    ],
  });

  router.beforeEach(async (to) => {
    const session = useSession();
    if (to.meta.open) return true;
    if (!session.me) await session.load();
    if (!session.me) return session.failed ? true : { name: "sign-in", query: to.fullPath === "/" ? {} : { to: to.fullPath } };
    if (to.name === "home") return { name: openEntries(router, session.can)[0]?.route ?? (router.hasRoute("profile") ? "profile" : "lost") };
    if (to.name === "orders") return { name: openTabs(router, "orders", session.can)[0]?.name ?? "lost" };
    if (!mayOpen(to.meta, session.can)) return { name: "lost", params: { rest: ["forbidden"] } };
    return true;
  });
  return router;
}
