// The companion page with a real browser and the real program: what was pasted brings up card, stock and answers; what
// the reply check blocks never reaches the clipboard, and what does counts as a use.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, openBrowser, openWindow, read, settled, signInCookies, start } from "./lib.mjs";
import { signInOf } from "./pages.mjs";

let desk;
let browser;
let owner;
let agent;

before(async () => {
  desk = await start("demo", { args: ["--quiet"] });
  browser = await openBrowser();
  owner = await windowOf("owner");
  agent = await windowOf("pre_sale", { width: "narrow" });
  await agent.context.grantPermissions(["clipboard-read", "clipboard-write"]);
}, { timeout: 120_000 });

after(async () => {
  await owner?.context.close();
  await agent?.context.close();
  await browser?.close();
  await desk?.stop();
});

async function windowOf(role, look = {}) {
  return openWindow(browser, desk.address, { ...look, cookies: await signInCookies(browser, desk.address, signInOf(desk, role)) });
}
async function write(method, context, path, data) {
  const { csrf } = await read(context, "/me");
  const answer = await context.request.fetch(`/api/v1${path}`, { method, data, headers: { "X-CSRF-Token": csrf } });
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.status() === 204 ? null : answer.json();
}
const clipboard = () => agent.page.evaluate(() => navigator.clipboard.readText());
/** Waits until `text` is what was copied: a page writes the clipboard beside what it does. */
async function copied(text) {
  for (let tries = 0; tries < 50 && (await clipboard()) !== text; tries++) await new Promise((done) => setTimeout(done, 100));
  assert.equal(await clipboard(), text);
}
async function onClipboard(text) {
  await agent.page.evaluate((held) => navigator.clipboard.writeText(held), text);
}
async function ask(text) {
  await agent.page.locator(".ask textarea").fill(text);
  await agent.page.keyboard.press("Enter");
}
const box = () => agent.page.locator(".draft textarea");
/** An entry that answers `question`, once the shelf has learned it. */
async function entry(question, answer) {
  const made = await write("POST", owner.context, "/faq", { shop: null, category: "", intent: "", question, question_en: "", similar: [], answer, answer_en: "", products: [], owner: null, status: "published", valid_from: null, valid_until: null });
  const { shops } = await read(agent.context, "/me");
  for (let tries = 0; tries < 150; tries++) {
    const found = await read(agent.context, `/answers?q=${encodeURIComponent(question)}&shop=${shops[0].id}&limit=5`);
    if (found.faq[0]?.id === made.id) return made.id;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`${question} is not found`);
}
const usesOf = async (id) => (await read(owner.context, `/faq/${id}`)).uses;
/** Uses are counted beside what the page does. */
async function used(id, n) {
  for (let tries = 0; tries < 25 && (await usesOf(id)) !== n; tries++) await new Promise((done) => setTimeout(done, 100));
  assert.equal(await usesOf(id), n);
}

test("an order number brings up its buyer, its goods and their stock", { timeout: 60_000 }, async () => {
  const { page, context, faults } = agent;
  const { shops } = await read(context, "/me");
  const { items } = await read(context, `/orders?shop=${shops[0].id}&limit=100`);
  const order = items.find((one) => one.customer !== null && one.lines[0]?.sku && one.waybill);
  await page.goto("/companion");
  await ask(order.number);
  const card = page.locator(".card");
  await card.getByText(order.number).waitFor();
  await card.getByText(order.lines[0].title).first().waitFor();
  await page.locator(".brief .name").getByText(order.lines[0].title).waitFor();
  await card.getByText(/有货 \d+|无货/).first().waitFor();
  await page.locator(".brief").getByText(/有货 \d+|无货|预售/).first().waitFor();
  await settled(page);
  await accessible(page, "the companion page with an order");
  await card.getByRole("button", { name: order.number }).click();
  await copied(order.number);
  assert.equal(await box().inputValue(), "", "a number is no word to a buyer");
  const { name } = await read(context, `/customers/${order.customer}`);
  await page.getByRole("button", { name: "清除" }).click();
  await ask(name);
  await page.locator(".card strong").getByText(name).waitFor();
  assert.deepEqual(faults, []);
});

test("a question brings up answers, one key copies the first and counts it as used", { timeout: 60_000 }, async () => {
  const { page, faults } = agent;
  const question = `床笠会不会打滑${Date.now() % 10_000}呢`;
  const id = await entry(question, "底边有一圈松紧带，铺好后不会跑位。");
  await page.goto("/companion");
  await ask(question);
  await page.locator(".answers .title").getByText(question).waitFor();
  await settled(page);
  await accessible(page, "the companion page with answers");
  await page.keyboard.press("Alt+1");
  await copied("底边有一圈松紧带，铺好后不会跑位。");
  assert.equal(await box().inputValue(), await clipboard());
  await used(id, 1);
  assert.deepEqual(faults, []);
});

test("what the reply check blocks is not copied by any key, and counts as no use until it is mended", { timeout: 60_000 }, async () => {
  const { page, faults } = agent;
  const question = `可以加好友聊吗${Date.now() % 10_000}`;
  const id = await entry(question, "可以，进我们的老客福利群细聊。");
  // What was fine when it was written may be forbidden by the shop since.
  await write("PUT", owner.context, "/settings/knowledge.check.forbidden_words", { shop: null, value: "老客福利群" });
  await page.goto("/companion");
  await onClipboard("之前复制的");
  await ask(question);
  await page.locator(".answers .title").getByText(question).waitFor();
  await page.keyboard.press("Alt+1");
  await page.getByText("改好才能发出").waitFor();
  await accessible(page, "a text that is not copied");
  assert.equal(await clipboard(), "之前复制的");
  await page.keyboard.press("Enter");
  await page.locator(".draft").getByRole("button", { name: "复制" }).click();
  assert.equal(await clipboard(), "之前复制的");
  assert.equal(await usesOf(id), 0);
  // Typed and sent off in one breath: there is no moment in which the check has not said anything yet.
  await box().fill("您进老客福利群吧");
  await page.keyboard.press("Enter");
  await page.getByText("改好才能发出").waitFor();
  assert.equal(await clipboard(), "之前复制的");
  await box().fill("亲，就在这里说，我一直在。");
  await page.keyboard.press("Enter");
  await copied("亲，就在这里说，我一直在。");
  await used(id, 1);
  assert.deepEqual(faults, []);
});
