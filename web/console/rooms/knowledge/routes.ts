// Addresses of the knowledge room, one a tab. Reading is for whoever talks; what only editors need asks their right.
import type { RouteRecordRaw } from "vue-router";

export default [
  {
    path: "/knowledge",
    name: "knowledge",
    component: () => import("./Page.vue"),
    redirect: { name: "knowledge-scripts" },
    meta: { title: "knowledge.title" },
    children: [
      { path: "scripts", name: "knowledge-scripts", component: () => import("./ScriptsPage.vue"), meta: { title: "knowledge.tabs.scripts" } },
      { path: "faq", name: "knowledge-faq", component: () => import("./FaqPage.vue"), meta: { title: "knowledge.tabs.faq" } },
      { path: "policies", name: "knowledge-policies", component: () => import("./PoliciesPage.vue"), meta: { title: "knowledge.tabs.policies" } },
      { path: "products", name: "knowledge-products", component: () => import("./ProductsPage.vue"), meta: { title: "knowledge.tabs.products" } },
      { path: "products/:product(\\d+)", name: "knowledge-product", component: () => import("./ProductPage.vue"), meta: { title: "knowledge.tabs.products" } },
      { path: "relations", name: "knowledge-relations", component: () => import("./RelationsPage.vue"), meta: { title: "knowledge.tabs.relations" } },
      { path: "campaigns", name: "knowledge-campaigns", component: () => import("./CampaignsPage.vue"), meta: { title: "knowledge.tabs.campaigns" } },
      { path: "listing", name: "knowledge-listing", component: () => import("./ListingPage.vue"), meta: { title: "knowledge.tabs.listing" } },
      { path: "notices", name: "knowledge-notices", component: () => import("./NoticesPage.vue"), meta: { title: "knowledge.tabs.notices" } },
      { path: "quiz", name: "knowledge-quiz", component: () => import("./QuizPage.vue"), meta: { title: "knowledge.tabs.quiz" } },
      { path: "reports", name: "knowledge-reports", component: () => import("./ReportsPage.vue"), meta: { title: "knowledge.tabs.reports", needs: "knowledge.edit" } },
    ],
  },
] satisfies RouteRecordRaw[];
