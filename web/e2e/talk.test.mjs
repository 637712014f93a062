// The whole talk between two browsers: a buyer on the shop's page, an agent at the console.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, openBrowser, openWindow, signInCookies, start } from "./lib.mjs";

let desk;
let browser;

before(async () => {
  desk = await start("demo", { args: ["--quiet"] });
  browser = await openBrowser();
}, { timeout: 120_000 });

after(async () => {
  await browser?.close();
  await desk?.stop();
});

test("a buyer asks in the widget and an agent answers from the console", { timeout: 120_000 }, async () => {
  const agent = desk.sign_ins.find((one) => one.login === "linxiaoman");
  const cookies = await signInCookies(browser, desk.address, agent);
  const { page: agentPage } = await openWindow(browser, desk.address, { cookies });
  await agentPage.goto(`${desk.address}/reception`);
  await agentPage.getByText("我的").first().waitFor();

  const { page: buyerPage } = await openWindow(browser, desk.address);
  await buyerPage.goto(`${desk.address}${desk.shop_page}`);
  await buyerPage.waitForFunction(() => Boolean(window.Xiaoer));
  await buyerPage.evaluate(() => window.Xiaoer.open());
  const question = `请问四件套 1.8 米床能用吗 ${Date.now() % 10_000}`;
  const box = buyerPage.locator("textarea").first();
  await box.waitFor();
  await box.fill(question);
  await box.press("Enter");

  const card = agentPage.getByText(question.slice(0, 12)).first();
  await card.waitFor({ timeout: 15_000 });
  await card.click();
  const reply = agentPage.locator("section.composer textarea");
  await reply.waitFor();
  await accessible(agentPage, "reception with a talk open");
  const answer = `您好，可以的，尺寸是 220×240，${Date.now() % 10_000}`;
  await reply.fill(answer);
  await reply.press("Enter");
  await buyerPage.getByText(answer).first().waitFor({ timeout: 15_000 });
  await buyerPage.getByText(question).first().waitFor();
  if (process.env.XIAOER_PICTURE) await agentPage.screenshot({ path: process.env.XIAOER_PICTURE });

  await buyerPage.reload();
  await buyerPage.waitForFunction(() => Boolean(window.Xiaoer));
  await buyerPage.evaluate(() => window.Xiaoer.open());
  await buyerPage.getByText(answer).first().waitFor({ timeout: 15_000 });
  assert.equal(await buyerPage.getByText(answer).count(), 1, "after a reload the answer is there once");
});
