// Addresses of the team room: people, skill groups, roster, shops, roles, API tokens.
import type { RouteRecordRaw } from "vue-router";

export default [
  {
    path: "/team",
    name: "team",
    component: () => import("./Page.vue"),
    redirect: { name: "team-people" },
    meta: { title: "team.title" },
    children: [
      { path: "people", name: "team-people", component: () => import("./PeoplePage.vue"), meta: { title: "team.tabs.people" } },
      { path: "groups", name: "team-groups", component: () => import("./GroupsPage.vue"), meta: { title: "team.tabs.groups" } },
      { path: "roster", name: "team-roster", component: () => import("./RosterPage.vue"), meta: { title: "team.tabs.roster" } },
      { path: "shops", name: "team-shops", component: () => import("./ShopsPage.vue"), meta: { title: "team.tabs.shops", any: ["team.shops", "team.people"] } },
      { path: "roles", name: "team-roles", component: () => import("./RolesPage.vue"), meta: { title: "team.tabs.roles", needs: "team.roles" } },
      { path: "tokens", name: "team-tokens", component: () => import("./TokensPage.vue"), meta: { title: "team.tabs.tokens", needs: "team.tokens" } },
    ],
  },
  { path: "/team/shops/:id(\\d+)", name: "team-shop", component: () => import("./ShopPage.vue"), meta: { title: "team.tabs.shops", any: ["team.shops", "team.people"] } },
] satisfies RouteRecordRaw[];
