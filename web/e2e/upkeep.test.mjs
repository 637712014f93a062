// Knowledge looked after, with a real browser and the real program: proposals decided, scripts of a campaign, one SKU as
// the better one of another, what was recommended, and links handed over.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, openBrowser, openWindow, read, settled, signInCookies, start } from "./lib.mjs";
import { signInOf } from "./pages.mjs";

let desk;
let browser;
let owner;
let agent;
let shop;

before(async () => {
  desk = await start("demo", { args: ["--quiet"] });
  browser = await openBrowser();
  owner = await windowOf("owner");
  agent = await windowOf("pre_sale");
  shop = (await read(agent.context, "/me")).shops[0].id;
}, { timeout: 120_000 });

after(async () => {
  await owner?.context.close();
  await agent?.context.close();
  await browser?.close();
  await desk?.stop();
});

async function windowOf(role) {
  return openWindow(browser, desk.address, { cookies: await signInCookies(browser, desk.address, signInOf(desk, role)) });
}
async function ask(method, context, path, data) {
  const { csrf } = await read(context, "/me");
  const answer = await context.request.fetch(`/api/v1${path}`, { method, data, headers: { "X-CSRF-Token": csrf } });
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.status() === 204 ? null : answer.json();
}
/** Chooses in a select of the page by its name and the words of a choice. */
async function choose(where, name, words) {
  const box = where.getByRole("combobox", { name });
  // The words of what is chosen lie over it.
  await box.click({ force: true });
  await where.page().getByRole("option", { name: words }).last().click();
}

test("a proposal is counted in the tab, and whose it was reads why it was declined", { timeout: 60_000 }, async () => {
  const question = `窗帘能改窄吗${Date.now() % 10_000}`;
  await ask("POST", agent.context, "/faq/propose", { shop, question, answer: "可以改窄。" });
  const { page, faults } = owner;
  const { items } = await read(owner.context, "/faq?status=proposed&limit=200");
  await page.goto("/knowledge/scripts");
  await page.locator(".tabs .count").getByText(String(items.length), { exact: true }).waitFor();
  await page.locator(".tabs a", { hasText: "问答" }).click();
  await page.getByText(`${items.length} 条同事提交的问答等您审核`).click();
  await page.getByRole("button", { name: `审核 ${question}` }).click();
  await page.getByRole("button", { name: "退回" }).click();
  await page.getByPlaceholder("退回的原因，提交的同事会看到").fill("改窄要收费，先问仓库");
  await page.getByRole("dialog").getByRole("button", { name: "退回" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await agent.page.goto("/knowledge/faq");
  await agent.page.getByText("条被退回").click();
  await agent.page.getByText("退回的原因：改窄要收费，先问仓库").waitFor();
  await settled(agent.page);
  await accessible(agent.page, "a declined proposal");
  assert.deepEqual([...faults, ...agent.faults], []);
});

test("an entry has an owner of the team, and the list shows theirs alone", { timeout: 60_000 }, async () => {
  const { page, faults } = owner;
  const question = `被套有拉链吗${Date.now() % 10_000}`;
  await ask("POST", owner.context, "/faq", { shop: null, category: "", intent: "", question, question_en: "", similar: [], answer: "有的。", answer_en: "", products: [], owner: null, status: "published", valid_from: null, valid_until: null });
  // Somebody who is not there now.
  const { items } = await read(owner.context, "/people?limit=200");
  const away = items.find((one) => one.presence.state === "off" && !one.disabled);
  await page.goto("/knowledge/faq");
  await page.getByRole("button", { name: `编辑 ${question}` }).click();
  await choose(page.getByRole("dialog"), "负责人", away.name);
  await page.getByRole("dialog").getByRole("button", { name: "保存" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await choose(page.locator(".know .bar"), "负责人", away.name);
  await page.locator("table.list tbody tr").nth(1).waitFor({ state: "detached" });
  assert.deepEqual(await page.locator("table.list tbody strong").allInnerTexts(), [question]);
  await settled(page);
  await accessible(page, "the FAQ of one owner");
  assert.deepEqual(faults, []);
});

test("a script belongs to a campaign and says so in the list", { timeout: 60_000 }, async () => {
  const { page, faults } = owner;
  const { items } = await read(owner.context, "/campaigns?state=running&limit=10");
  const campaign = items.find((one) => one.shops === null || one.shops.length);
  const text = `活动期间下单有礼${Date.now() % 10_000}`;
  await page.goto("/knowledge/scripts");
  await page.getByRole("button", { name: "新建话术" }).click();
  const drawer = page.getByRole("dialog");
  await drawer.locator("textarea").first().fill(text);
  await choose(drawer, "属于活动", campaign.title);
  await settled(page);
  await accessible(page, "a script of a campaign");
  await drawer.getByRole("button", { name: "保存" }).click();
  await drawer.waitFor({ state: "detached" });
  await page.getByPlaceholder("短码、内容、拼音首字母").fill(text);
  const row = page.locator("table.list tr", { hasText: text });
  await row.getByText(`活动：${campaign.title}`).waitFor();
  assert.deepEqual(faults, []);
});

test("one SKU is the better one of another of the same product, with the step between their prices", { timeout: 60_000 }, async () => {
  const { page, faults } = owner;
  const { items } = await read(owner.context, `/products?shop=${shop}&limit=50`);
  const product = items.find((one) => one.skus.filter((sku) => sku.active).length > 1 && one.skus[1].price_fen > one.skus[0].price_fen);
  const [from, to] = product.skus;
  const step = `+${(to.price_fen - from.price_fen) / 100} 元`;
  await page.goto("/knowledge/relations");
  const pick = page.getByRole("combobox", { name: "商品", exact: true });
  await pick.fill(product.title);
  await page.getByRole("option", { name: product.title }).last().click();
  const form = page.locator(".block", { hasText: "关联商品" });
  await choose(form, "关系", "升级");
  await choose(form, "从哪个规格", from.spec || from.code);
  await choose(form, "升级到哪个规格", to.spec || to.code);
  await form.getByText(step).waitFor();
  await settled(page);
  await accessible(page, "a better one within a product");
  await form.getByRole("button", { name: "添加" }).click();
  await form.locator("li", { hasText: to.spec || to.code }).getByText(step).waitFor();
  const brief = await read(agent.context, `/products/${product.id}/relations?shop=${shop}`);
  assert.equal(brief.find((one) => one.sku === to.id)?.difference_fen, to.price_fen - from.price_fen);
  assert.deepEqual(faults, []);
});

test("a product's link is put into the box with one click, and what was recommended is listed with its talk", { timeout: 60_000 }, async () => {
  const { page, context, faults } = agent;
  const { items } = await read(owner.context, `/products?shop=${shop}&limit=50`);
  const product = items.find((one) => one.active && one.price_fen !== null);
  const url = "https://shop.example/item/5";
  await ask("POST", owner.context, "/products", { code: product.code, url, skus: [] });
  const talks = (await read(context, "/conversations?tab=mine&limit=50")).items;
  const talk = talks.find((one) => one.state === "open" && one.shop === shop);
  await ask("POST", context, "/recommendations", { shop, conversation: talk.id, customer: talk.customer.id, product: product.id, sku: null, kind: "main_push" });
  await page.goto(`/reception/${talk.id}`);
  await page.locator("section.composer textarea").waitFor();
  const change = page.getByRole("button", { name: "换一款" });
  await page.getByRole("heading", { name: "商品" }).first().waitFor();
  await settled(page);
  if (await change.count()) await change.click();
  await page.getByPlaceholder("商品名、货号").fill(product.code);
  await page.locator(".found button").first().click();
  await page.getByRole("button", { name: "填入链接" }).click();
  await page.waitForFunction((url) => document.querySelector("section.composer textarea").value === `我把链接发给您：${url}`, url);
  await page.locator("section.composer textarea").fill("");
  await owner.page.goto("/knowledge/relations");
  const row = owner.page.locator("tr", { hasText: product.title }).filter({ hasText: "主推" });
  await row.getByText("还没买").waitFor();
  await settled(owner.page);
  await accessible(owner.page, "what was recommended");
  await row.getByRole("link", { name: "看会话" }).click();
  await owner.page.waitForURL(`**/reception/${talk.id}`);
  assert.deepEqual(faults, []);
});
