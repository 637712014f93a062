// Cards that an agent sends: the buyer's own widget shows them, and what the buyer does there is seen by the agent.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { openBrowser, openWindow, read, signInCookies, start } from "./lib.mjs";
import { signInOf } from "./pages.mjs";

let demo;
let browser;
const windows = [];

before(async () => {
  demo = await start("demo", { args: ["--quiet"] });
  browser = await openBrowser();
}, { timeout: 120_000 });

after(async () => {
  for (const context of windows) await context.close();
  await browser?.close();
  await demo?.stop();
});

async function write(context, path, data) {
  const { csrf } = await read(context, "/me");
  const answer = await context.request.post(`/api/v1${path}`, { data, headers: { "X-CSRF-Token": csrf, "Idempotency-Key": `${path}-${Date.now()}-${Math.random()}` } });
  assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
  return answer.status() === 204 ? null : answer.json();
}
async function until(what, told) {
  for (let tries = 0; tries < 100; tries++) {
    const found = await what();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(told);
}
/** Who the shop says the buyer is, as its own page would sign it. */
function signed(secret, sub, name) {
  const at = Date.now();
  return { sub, name, at, mac: createHmac("sha256", secret).update(`${sub}\n${name}\n${at}`).digest("hex") };
}

test("a product card and an order card reach the widget, and the buyer answers from there", { timeout: 90_000 }, async () => {
  const cookies = await signInCookies(browser, demo.address, signInOf(demo, "owner"));
  const { page, context } = await openWindow(browser, demo.address, { cookies });
  const { page: shop, context: buyerContext } = await openWindow(browser, demo.address);
  windows.push(context, buyerContext);
  await shop.goto(demo.shop_page);
  await shop.waitForFunction(() => Boolean(window.Xiaoer));
  await shop.evaluate(() => window.Xiaoer.open());
  const box = shop.locator("textarea").first();
  const stamp = Date.now() % 1_000_000;
  const question = `想看看这款，也核对下订单 ${stamp}`;
  await box.fill(question);
  await box.press("Enter");
  const asked = async () => (await read(context, "/conversations?tab=all&limit=50")).items.find((one) => one.last?.text === question);
  const talk = await until(asked, "the question did not arrive");
  await write(context, `/conversations/${talk.id}/${talk.state === "queued" ? "claim" : "take-over"}`);

  // Orders are shown to proven customers only: the shop's page says who it is.
  const { secret } = await write(context, `/shops/${talk.shop}/secret`);
  const sub = `e2e-${stamp}`;
  await shop.evaluate((who) => window.Xiaoer.identify(who), signed(secret, sub, "林小满"));
  await until(async () => (await read(context, `/conversations/${talk.id}`)).customer.known, "the buyer is not known");
  const product = (await read(context, `/products?shop=${talk.shop}&limit=20`)).items.find((one) => one.skus.some((sku) => sku.price_fen > 0));
  const sku = product.skus.find((one) => one.price_fen > 0);
  const number = `CARD${stamp}`;
  await write(context, "/orders", {
    shop: talk.shop, number, order_status: "open", placed_at: Date.now() - 60_000, total_fen: sku.price_fen * 2, pay_status: "unpaid", buyer: { kind: "shop_user", value: sub },
    receiver: "林小满", phone: "13812345678", address: "浙江省杭州市西湖区文三路 100 号", lines: [{ code: sku.code, title: product.title, spec: sku.spec ?? "", quantity: 2, price_fen: sku.price_fen }],
  });

  await page.goto(`/reception/${talk.id}`);
  await page.locator("section.composer textarea").waitFor();
  await page.getByRole("button", { name: "商品卡", exact: true }).click();
  let dialog = page.getByRole("dialog");
  await dialog.locator("input").fill(product.title);
  const skuButton = dialog.locator("li").filter({ hasText: product.code }).locator(product.skus.length > 1 ? ".skus button" : "button.title").first();
  await skuButton.click();
  const shown = shop.locator(".card.product").filter({ hasText: product.title }).first();
  await shown.waitFor({ timeout: 15_000 });
  assert.match(await shown.locator(".price").innerText(), /¥\s?[\d,]+\.\d\d/);

  // The buyer asks about the card, and the agent sees what it is about.
  await shown.click({ button: "right" });
  await shop.getByRole("menuitem", { name: "引用" }).click();
  const about = `这款有现货吗 ${stamp}`;
  await box.fill(about);
  await box.press("Enter");
  await page.locator(".reception .bubble").getByText(about).first().waitFor({ timeout: 15_000 });
  const messages = await read(context, `/conversations/${talk.id}/messages?limit=50`);
  const card = messages.find((one) => one.kind === "product" && one.from === "agent");
  assert.equal(messages.find((one) => one.body.text === about).quote, card.seq);

  await page.getByRole("button", { name: "更多操作" }).first().click();
  await page.getByRole("menuitem", { name: "发订单确认卡…" }).click();
  dialog = page.getByRole("dialog");
  await dialog.locator("label").filter({ hasText: number }).click();
  await dialog.getByRole("button", { name: "发出", exact: true }).click();
  const order = shop.locator(".card.order").filter({ hasText: number }).first();
  await order.waitFor({ timeout: 15_000 });
  assert.equal(await order.getByText("文三路 100 号").count(), 0, "masked until the buyer asks");
  await order.getByRole("button", { name: "显示完整收货信息" }).click();
  await order.getByText("文三路 100 号").first().waitFor();
  await order.getByRole("button", { name: "确认无误" }).click();
  await order.getByText("您已确认").waitFor();
  await page.locator(".reception .card").filter({ hasText: number }).getByText("买家已确认").first().waitFor({ timeout: 15_000 });
  const { items } = await read(context, `/orders?q=${number}`);
  assert.ok(items[0].confirmed_at, "the order itself keeps the buyer's word");
});
