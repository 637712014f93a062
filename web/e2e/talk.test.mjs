// The whole talk between two browsers: a buyer on the shop's page, an agent at the console.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { accessible, openBrowser, openWindow, signInCookies, start, top } from "./lib.mjs";

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

/** The shop's page with the widget open, as a new buyer sees it. */
async function buyer() {
  const { page } = await openWindow(browser, desk.address);
  await page.goto(`${desk.address}${desk.shop_page}`);
  await page.waitForFunction(() => Boolean(window.Xiaoer));
  await page.evaluate(() => window.Xiaoer.open());
  await page.locator("textarea").first().waitFor();
  return page;
}

async function says(page, text) {
  const box = page.locator("textarea").first();
  await box.fill(text);
  await box.press("Enter");
}

test("a picture, a note among colleagues, another agent, the end and what the buyer thinks of it", { timeout: 180_000 }, async () => {
  const consoleOf = async (login) => {
    const cookies = await signInCookies(browser, desk.address, desk.sign_ins.find((one) => one.login === login));
    const { page } = await openWindow(browser, desk.address, { cookies });
    await page.goto("/reception");
    await page.getByText("我的").first().waitFor();
    return page;
  };
  const [first, second] = desk.sign_ins.filter((one) => one.role === "pre_sale" || one.role === "after_sale");
  const [mine, theirs] = [await consoleOf(first.login), await consoleOf(second.login)];
  const buyerPage = await buyer();
  const question = `下单前想问下面料 ${Date.now() % 100_000}`;
  await says(buyerPage, question);

  // whoever of the two has room gets it
  const found = (page) => page.locator(".reception [role=listitem]").filter({ hasText: question }).first();
  const pages = [mine, theirs];
  const at = await Promise.any(pages.map((page, n) => found(page).waitFor({ timeout: 20_000 }).then(() => n)));
  const [has, other] = at === 0 ? [mine, theirs] : [theirs, mine];
  await found(has).click();
  await has.locator("section.composer textarea").waitFor();
  const talk = has.url();

  await buyerPage.locator("input[type=file]").first().setInputFiles(join(top, "docs/picture.png"));
  await has.locator(".reception .bubble img").first().waitFor({ timeout: 20_000 });

  const note = `她在意面料，别推化纤 ${Date.now() % 100_000}`;
  await has.locator("section.composer").getByRole("tab", { name: "备注" }).click();
  await has.locator("section.composer textarea").fill(note);
  await has.locator("section.composer textarea").press("Enter");
  await has.locator(".reception").getByText(note).first().waitFor();

  await has.getByRole("button", { name: "转移…" }).first().click();
  const dialog = has.getByRole("dialog");
  await dialog.locator(".choices input[type=radio]").first().waitFor();
  await accessible(has, "handing a talk on");
  const name = (at === 0 ? second : first).name;
  await dialog.locator(".choices label").filter({ hasText: name }).first().click();
  await dialog.locator("textarea").fill("问面料的，已看过图");
  await dialog.getByRole("button", { name: "转移", exact: true }).click();
  await dialog.waitFor({ state: "detached" });

  await other.goto(new URL(talk).pathname);
  await other.getByText(note).first().waitFor();
  const answer = `是 60 支长绒棉，${Date.now() % 100_000}`;
  await other.locator("section.composer textarea").fill(answer);
  await other.locator("section.composer textarea").press("Enter");
  await buyerPage.getByText(answer).first().waitFor({ timeout: 15_000 });
  assert.equal(await buyerPage.getByText(note).count(), 0, "what colleagues write to each other is not the buyer's");

  await other.getByRole("button", { name: "更多操作" }).first().click();
  await other.getByRole("menuitem", { name: "邀请评价" }).click();
  const rating = buyerPage.getByRole("group", { name: "请为本次服务打分" });
  await rating.waitFor({ timeout: 15_000 });
  await accessible(buyerPage, "the shop's page with the widget open");
  await rating.locator("label").last().click();
  await rating.locator(".acts button").click();
  await other.getByText("买家评价 5 分").first().waitFor({ timeout: 15_000 });
  await other.getByRole("button", { name: "关闭", exact: true }).first().click();
  await other.getByText(/关闭了会话|会话已关闭/).first().waitFor({ timeout: 15_000 });
});
