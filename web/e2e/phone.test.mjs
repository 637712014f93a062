// The console on a phone: every room can be reached, nothing is wider than the screen, drawers begin inside it; and
// Escape closes one thing at a time.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, openBrowser, openWindow, read, settled, signInCookies, start } from "./lib.mjs";
import { pages, signInOf } from "./pages.mjs";

let demo;
let browser;
let cookies;
const windows = [];

before(async () => {
  demo = await start("demo", { args: ["--quiet"] });
  browser = await openBrowser();
  cookies = await signInCookies(browser, demo.address, signInOf(demo, "owner"));
}, { timeout: 120_000 });

after(async () => {
  for (const context of windows) await context.close();
  await browser?.close();
  await demo?.stop();
});

async function phone(look = {}) {
  const shown = await openWindow(browser, demo.address, { width: "narrow", ...look, cookies });
  windows.push(shown.context);
  return shown;
}

test("every place of the rail is reached on a phone", { timeout: 60_000 }, async () => {
  const { page, faults } = await phone();
  await page.goto("/orders/list");
  await page.locator(".orders table.list").waitFor();
  await settled(page);
  const nav = page.getByRole("navigation", { name: "主导航" });
  await nav.getByRole("button", { name: "更多" }).click();
  await settled(page);
  await accessible(page, "the places under More");
  await nav.getByRole("link", { name: "客户" }).click();
  await page.waitForURL(/\/customers$/);
  await nav.getByRole("link", { name: "客户" }).waitFor({ state: "detached" });
  assert.equal(await nav.getByRole("button", { name: "更多" }).getAttribute("aria-expanded"), "false");
  assert.deepEqual(faults, []);
});

test("no page is wider than a phone", { timeout: 180_000 }, async () => {
  const { page, context } = await phone();
  const wide = [];
  const customers = (await read(context, "/customers?limit=100")).items;
  const bought = customers.find((one) => one.orders > 1);
  const more = [{ name: "customer with orders", as: "owner", path: `/customers/${bought.id}`, ready: ".customer .figures" }];
  for (const { name, path, ready } of [...pages.filter((one) => one.as === "owner" && one.name !== "conversation"), ...more]) {
    await page.goto(typeof path === "string" ? path : await path(context, demo));
    await page.locator(ready).first().waitFor({ state: "visible" });
    await settled(page);
    const over = await page.evaluate(() => [document.documentElement, document.querySelector("main")].map((one) => (one ? one.scrollWidth - one.clientWidth : 0)));
    if (over.some((by) => by > 1)) wide.push(`${name}: ${over.join(" and ")} px too wide`);
  }
  assert.deepEqual(wide, []);
});

test("the clock of a parcel stands on a phone's screen", { timeout: 60_000 }, async () => {
  const { page } = await phone();
  await page.goto("/orders/audit");
  await page.getByRole("button", { name: /^挂起/ }).click();
  const rows = page.locator("table.list tbody tr");
  await rows.first().waitFor();
  await settled(page);
  for (const row of await rows.all()) {
    const box = await row.locator("td.n").boundingBox();
    assert.ok(box && box.x >= 0 && box.x + box.width <= 390, `the clock stands at ${JSON.stringify(box)}`);
  }
});

test("drawers begin inside a phone's screen", { timeout: 60_000 }, async () => {
  const { page } = await phone();
  for (const [path, button] of [["/orders/rules?view=gifts", "加赠品规则"], ["/orders/prices", "新建改价单"], ["/orders/rules", "加规则"], ["/knowledge/faq", "新建问答"], ["/team/people", "添加人员"]]) {
    await page.goto(path);
    await page.getByRole("button", { name: button }).first().click();
    await page.locator(".el-drawer").waitFor({ state: "visible" });
    await settled(page);
    const box = await page.locator(".el-drawer").boundingBox();
    assert.ok(box && box.x >= -1 && box.width <= 391, `${button} stands at ${JSON.stringify(box)}`);
  }
});

test("Escape closes the dialog and leaves the parcel below it open", { timeout: 60_000 }, async () => {
  const { page } = await phone({ width: "wide" });
  await page.goto("/orders/audit");
  await page.getByRole("button", { name: /^挂起/ }).click();
  await page.locator("table.list tbody tr").first().click();
  const pane = page.locator("article.pane");
  await pane.waitFor();
  await page.keyboard.press("h");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await settled(page);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.ok(await pane.isVisible(), "the parcel stays");
  await page.keyboard.press("Escape");
  await pane.waitFor({ state: "detached" });
});
