// The pages that are looked at: by axe in every-page.mjs and by people in ./screenshots.
import { openWindow, prefer, read, settled, signInCookies } from "./lib.mjs";

/**
 * `path` is an address, or is asked of the signed-in window. `as` is whose eyes see it: nobody's, or the
 * first sign-in of the demo with that role. `ready` is what must stand on the page.
 *
 * @typedef {{ name: string, as: "nobody" | "owner" | "pre_sale", path: string | ((context: import("playwright-core").BrowserContext, demo: { shop_page: string }) => Promise<string> | string), ready: string }} Page
 * @type {Page[]}
 */
export const pages = [
  { name: "sign-in", as: "nobody", path: "/sign-in", ready: "input[name=password]" },
  { name: "reception", as: "owner", path: "/reception", ready: ".reception [role=listitem], .reception .empty" },
  { name: "conversation", as: "owner", path: firstConversation, ready: ".reception .bubble" },
  { name: "wall", as: "owner", path: "/wall", ready: ".page table" },
  { name: "people", as: "owner", path: "/team/people", ready: ".team table" },
  { name: "groups", as: "owner", path: "/team/groups", ready: ".team table, .team .empty" },
  { name: "tokens", as: "owner", path: "/team/tokens", ready: ".team table, .team .empty" },
  { name: "team-shop", as: "owner", path: firstShop, ready: ".team .parts .sheet" },
  { name: "roles", as: "owner", path: "/team/roles", ready: ".team table" },
  { name: "shops", as: "owner", path: "/team/shops", ready: ".team table" },
  { name: "roster", as: "owner", path: "/team/roster", ready: ".team table" },
  { name: "settings", as: "owner", path: "/settings", ready: ".settings section.sheet" },
  { name: "settings-automatic", as: "owner", path: "/settings/automatic", ready: ".settings .texts" },
  { name: "settings-hours", as: "owner", path: "/settings/hours", ready: ".settings .sheet" },
  { name: "settings-steps", as: "owner", path: "/settings/steps", ready: ".settings .sheet" },
  { name: "settings-menu", as: "owner", path: "/settings/menu", ready: ".settings .preview" },
  { name: "settings-limits", as: "owner", path: "/settings/limits", ready: ".settings table .general" },
  { name: "settings-replies", as: "owner", path: "/settings/replies", ready: ".settings table, .settings .empty" },
  { name: "settings-blocked", as: "owner", path: "/settings/blocked", ready: ".settings table, .settings .empty" },
  { name: "profile", as: "owner", path: "/me", ready: "main h1" },
  { name: "search", as: "owner", path: "/search?q=四件套", ready: "main .page" },
  { name: "orders", as: "owner", path: "/orders/list", ready: ".orders table, .orders .empty" },
  { name: "order", as: "owner", path: firstOrder, ready: "[role=dialog] .stands" },
  { name: "import", as: "owner", path: "/orders/import", ready: ".import .zone" },
  { name: "customers", as: "owner", path: "/customers", ready: ".customers table, .customers .empty" },
  { name: "customer", as: "owner", path: firstCustomer, ready: ".customer .figures" },
  { name: "segments", as: "owner", path: "/customers/segments", ready: ".customers table, .customers .empty" },
  { name: "segment", as: "owner", path: "/customers/segments/new", ready: ".customers .count" },
  { name: "customer-reports", as: "owner", path: "/customers/reports", ready: ".customers table, .customers .empty" },
  { name: "customer-plans", as: "owner", path: "/customers/plans", ready: ".customers li, .customers .empty" },
  { name: "customer-levels", as: "owner", path: "/customers/levels", ready: ".customers table, .customers .empty" },
  { name: "customer-privacy", as: "owner", path: "/customers/privacy", ready: ".customers table, .customers .empty" },
  { name: "customer-tags", as: "owner", path: "/customers/tags", ready: ".customers table, .customers .empty" },
  { name: "desk-audit", as: "owner", path: "/orders/audit", ready: ".desk table, .desk .empty" },
  { name: "desk-parcel", as: "owner", path: firstParcel, ready: ".desk article.pane, .desk .empty" },
  { name: "desk-print", as: "owner", path: "/orders/print", ready: ".desk table, .desk .empty" },
  { name: "desk-pack", as: "owner", path: "/orders/pack", ready: ".desk .verdict" },
  { name: "desk-rules", as: "owner", path: "/orders/rules", ready: ".desk .block" },
  { name: "desk-breaking", as: "owner", path: "/orders/follow/breaking", ready: ".desk table, .desk .empty" },
  { name: "desk-requests", as: "owner", path: "/orders/follow/requests", ready: ".desk table, .desk .empty" },
  { name: "desk-overdue", as: "owner", path: "/orders/follow/overdue", ready: ".desk table, .desk .empty" },
  { name: "desk-troubles", as: "owner", path: "/orders/follow/troubles", ready: ".desk table, .desk .empty" },
  { name: "desk-replenish", as: "owner", path: "/orders/follow/replenish", ready: ".desk table, .desk .empty" },
  { name: "desk-told", as: "owner", path: "/orders/follow/told", ready: ".desk table, .desk .empty" },
  { name: "desk-prices", as: "owner", path: "/orders/prices", ready: ".desk table, .desk .empty" },
  { name: "desk-gifts", as: "owner", path: "/orders/rules?view=gifts", ready: ".desk .block" },
  { name: "desk-ways", as: "owner", path: "/orders/rules?view=ways", ready: ".desk .block" },
  { name: "scripts", as: "owner", path: "/knowledge/scripts", ready: ".know table, .know .empty" },
  { name: "faq", as: "owner", path: "/knowledge/faq", ready: ".know table, .know .empty" },
  { name: "policies", as: "owner", path: "/knowledge/policies", ready: ".know table, .know .empty" },
  { name: "products", as: "owner", path: "/knowledge/products", ready: ".know table, .know .empty" },
  { name: "product", as: "owner", path: firstProduct, ready: ".know .sizes" },
  { name: "relations", as: "owner", path: "/knowledge/relations", ready: ".know .block" },
  { name: "campaigns", as: "owner", path: "/knowledge/campaigns", ready: ".know table, .know .empty" },
  { name: "listing", as: "owner", path: "/knowledge/listing", ready: ".know table, .know .empty" },
  { name: "notices", as: "owner", path: "/knowledge/notices", ready: ".know li, .know .empty" },
  { name: "quiz", as: "owner", path: "/knowledge/quiz", ready: ".know .block" },
  { name: "reports", as: "owner", path: "/knowledge/reports", ready: ".know .sheet" },
  { name: "companion", as: "pre_sale", path: "/companion", ready: ".companion .part" },
  { name: "audit", as: "owner", path: "/audit", ready: ".audit ol.sheet" },
  { name: "shop", as: "nobody", path: (_, demo) => demo.shop_page, ready: "body" },
];

/** The open conversation that has the most to show: the one with the most messages on the first page. */
async function firstConversation(context) {
  const { items } = await read(context, "/conversations?tab=all&state=open&limit=50");
  if (items.length === 0) throw new Error("the demo has no open conversation");
  const longest = items.reduce((best, one) => (one.last_seq > best.last_seq ? one : best));
  return `/reception/${longest.id}`;
}

/** The page of the first shop. */
async function firstShop(context) {
  const { items: [shop] } = await read(context, "/shops");
  if (!shop) throw new Error("the demo has no shop");
  return `/team/shops/${shop.id}`;
}

/** The order that was placed last. */
async function firstOrder(context) {
  const { items } = await read(context, "/orders?limit=1");
  if (items.length === 0) throw new Error("the demo has no order");
  return `/orders/list?order=${items[0].id}`;
}

/** The customer who was seen last. */
async function firstCustomer(context) {
  const { items } = await read(context, "/customers?limit=1");
  if (items.length === 0) throw new Error("the demo has no customer");
  return `/customers/${items[0].id}`;
}

/** The parcel to audit whose promise ends first, or the empty list. */
async function firstParcel(context) {
  const { items } = await read(context, "/parcels?state=waiting,held&limit=1");
  return items[0] ? `/orders/audit/${items[0].id}` : "/orders/audit";
}

/** The product the catalogue lists first. */
async function firstProduct(context) {
  const { items } = await read(context, "/products?limit=1");
  if (items.length === 0) throw new Error("the demo has no product");
  return `/knowledge/products/${items[0].id}`;
}

/** The sign-in of the demo for a role. */
export function signInOf(demo, role) {
  const found = demo.sign_ins.find((one) => one.role === role);
  if (!found) throw new Error(`the demo has no ${role}; it has ${demo.sign_ins.map((one) => one.role).join(", ")}`);
  return found;
}

/**
 * Shows pages one after the other, each in its own window, and hands it to `see`. One sign-in a person is
 * enough for all windows.
 */
export class Tour {
  #cookies = new Map();

  constructor(browser, demo) {
    this.browser = browser;
    this.demo = demo;
  }

  /**
   * @param {Page} page
   * @param {{ width: "wide" | "narrow", theme: "light" | "dark", locale: "zh" | "en" }} look
   * @param {(shown: { page: import("playwright-core").Page, context: import("playwright-core").BrowserContext, faults: string[] }) => Promise<void>} see
   */
  async show({ as, path, ready }, look, see) {
    const cookies = as === "nobody" ? undefined : await this.#signedIn(as);
    const shown = await openWindow(this.browser, this.demo.address, { ...look, cookies });
    try {
      if (cookies) await prefer(shown.context, look);
      await shown.page.goto(typeof path === "string" ? path : await path(shown.context, this.demo));
      await shown.page.locator(ready).first().waitFor({ state: "visible" });
      await settled(shown.page);
      await see(shown);
    } finally {
      await shown.context.close();
    }
  }

  async #signedIn(role) {
    if (!this.#cookies.has(role)) {
      this.#cookies.set(role, await signInCookies(this.browser, this.demo.address, signInOf(this.demo, role)));
    }
    return this.#cookies.get(role);
  }
}
