// Follow-ups of an agent over all talks, and what a consultation record knows already, with a real browser and the real
// program.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, openBrowser, openWindow, read, settled, signInCookies, start } from "./lib.mjs";
import { signInOf } from "./pages.mjs";

let desk;
let browser;
let owner;

before(async () => {
  desk = await start("demo", { args: ["--quiet"] });
  browser = await openBrowser();
  owner = await openWindow(browser, desk.address, { cookies: await signInCookies(browser, desk.address, signInOf(desk, "owner")) });
}, { timeout: 120_000 });

after(async () => {
  await owner?.context.close();
  await browser?.close();
  await desk?.stop();
});

async function ask(method, path, data) {
  const { csrf } = await read(owner.context, "/me");
  const answer = await owner.context.request.fetch(`/api/v1${path}`, { method, data, headers: { "X-CSRF-Token": csrf } });
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.status() === 204 ? null : answer.json();
}

test("one's follow-ups of all talks stand in one list, are opened, given to a colleague and ticked off", { timeout: 90_000 }, async () => {
  const { page, faults } = owner;
  const { items } = await read(owner.context, "/conversations?tab=all&limit=10");
  const [one, two] = items;
  const soon = Date.now() + 3_600_000;
  await ask("POST", `/conversations/${one.id}/remind`, { at: soon, text: "问问枕芯收到没有" });
  await ask("POST", `/conversations/${two.id}/remind`, { at: soon + 60_000, text: "补寄说明书" });
  await page.goto("/reception");
  await page.getByRole("button", { name: "我的跟进" }).click();
  const drawer = page.getByRole("dialog", { name: "我的跟进" });
  await drawer.getByText("问问枕芯收到没有").waitFor();
  assert.equal(await drawer.getByRole("listitem").count(), 2);
  await settled(page);
  await accessible(page, "follow-ups");
  await drawer.getByRole("combobox", { name: `把 ${two.customer.name} 的跟进交给同事` }).last().click();
  await page.getByRole("option").filter({ visible: true }).first().click();
  await page.getByText("已交给").waitFor();
  await drawer.getByText("补寄说明书").waitFor({ state: "detached" });
  await drawer.getByRole("link", { name: one.customer.name }).click();
  await page.waitForURL(`**/reception/${one.id}`);
  await page.getByRole("button", { name: "我的跟进" }).click();
  await drawer.getByRole("button", { name: "完成" }).click();
  await drawer.getByText("没有跟进").waitFor();
  assert.deepEqual(faults, []);
});
