// The order desk with a real browser and the real program: what was promised in the talk stands on the audit screen, a
// key passes, a batch is made and printed, the packing table takes a scan, a refund rings there.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, openBrowser, openWindow, read, settled, signInCookies, start } from "./lib.mjs";
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

async function ownerWindow(look = {}) {
  const cookies = await signInCookies(browser, demo.address, signInOf(demo, "owner"));
  const shown = await openWindow(browser, demo.address, { ...look, cookies });
  windows.push(shown.context);
  return shown;
}
async function write(context, method, path, data) {
  const { csrf } = await read(context, "/me");
  const answer = await context.request.fetch(`/api/v1${path}`, { method, data, headers: { "X-CSRF-Token": csrf, "Idempotency-Key": `${path}-${Date.now()}-${Math.random()}` } });
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.status() === 204 ? null : answer.json();
}
/** A paid order of two pieces in the demo's first shop, and its parcel. */
async function paidOrder(context) {
  const { shops } = await read(context, "/me");
  const shop = shops[0].id;
  const { items } = await read(context, `/products?shop=${shop}&limit=1`);
  const product = await read(context, `/products/${items[0].id}`);
  const sku = product.skus[0];
  const now = Date.now();
  const number = `E2E${now}${Math.floor(Math.random() * 1_000)}`;
  const order = await write(context, "POST", "/orders", {
    shop, number, pay_status: "paid", order_status: "open", placed_at: now - 120_000, paid_at: now - 60_000, paid_fen: sku.price_fen * 2, total_fen: sku.price_fen * 2,
    receiver: "林小满", phone: "13812345678", address: "浙江省杭州市西湖区文三路 100 号 2 幢 301", lines: [{ code: sku.code, title: product.title, spec: sku.spec ?? "", quantity: 2, price_fen: sku.price_fen }],
  });
  for (let tries = 0; tries < 100; tries++) {
    const [parcel] = await read(context, `/orders/${order.id}/parcels`);
    if (parcel) return { order, number, parcel };
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("a paid order has no parcel after ten seconds");
}

test("what was promised stands on the audit screen, and a key passes and takes it back", { timeout: 90_000 }, async () => {
  const { page, context, faults } = await ownerWindow();
  const { order, number, parcel } = await paidOrder(context);
  await write(context, "POST", `/orders/${order.id}/asks`, { kind: "remark", text: "蝴蝶结换成红色" });
  await page.goto(`/orders/audit/${parcel.id}`);
  const pane = page.locator("article.pane");
  await pane.getByText(number).waitFor();
  await pane.getByText("蝴蝶结换成红色").waitFor();
  await settled(page);
  await accessible(page, "a parcel in audit");
  for (const check of (await read(context, `/parcels/${parcel.id}`)).checks) if (check.state === "fail") await write(context, "POST", `/parcels/${parcel.id}/check`, { key: check.key, ok: true });
  for (const hold of (await read(context, `/parcels/${parcel.id}`)).holds) await write(context, "POST", `/parcels/${parcel.id}/release`, { hold: hold.id });
  await page.reload();
  await pane.getByText(number).waitFor();
  await page.keyboard.press("a");
  await page.getByText(`${number} 已通过`).waitFor();
  assert.equal((await read(context, `/parcels/${parcel.id}`)).state, "passed");
  await page.getByRole("button", { name: "撤销" }).click();
  await assert.doesNotReject(async () => {
    for (let tries = 0; (await read(context, `/parcels/${parcel.id}`)).state !== "waiting"; tries++) {
      assert.ok(tries < 50, "undo brings it back to audit");
      await page.waitForTimeout(100);
    }
  });
  assert.deepEqual(faults, []);
});

test("a reason holds a parcel by the keyboard alone", { timeout: 60_000 }, async () => {
  const { page, context } = await ownerWindow();
  const { number, parcel } = await paidOrder(context);
  await page.goto(`/orders/audit/${parcel.id}`);
  await page.locator("article.pane").getByText(number).waitFor();
  await settled(page);
  await page.keyboard.press("h");
  await page.getByRole("dialog").getByText("联系不上").click();
  await accessible(page, "holding a parcel");
  await page.getByRole("dialog").getByRole("button", { name: "挂起" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const held = await read(context, `/parcels/${parcel.id}`);
  assert.equal(held.state, "held");
  assert.ok(held.holds.some((hold) => hold.reason === "unreachable"));
});

test("a rule is written, tried on yesterday's orders and kept", { timeout: 60_000 }, async () => {
  const { page, context, faults } = await ownerWindow();
  await page.goto("/orders/rules");
  await page.getByRole("button", { name: "加规则" }).first().click();
  const drawer = page.getByRole("dialog");
  const name = `有留言先看 ${Date.now() % 10_000}`;
  await drawer.locator("input").first().fill(name);
  await drawer.getByText("挂起", { exact: true }).click();
  await drawer.getByRole("button", { name: "试算这一条" }).click();
  await drawer.getByText(/昨天的 \d+ 单/).waitFor();
  await settled(page);
  await accessible(page, "an audit rule");
  await drawer.getByRole("button", { name: "保存" }).click();
  await page.locator("table.list").getByText(name).waitFor();
  assert.ok((await read(context, "/desk/rules")).some((rule) => rule.name === name));
  assert.deepEqual(faults, []);
});

test("orders are found by the phone's last four and by their waybill, and taken away as a file", { timeout: 60_000 }, async () => {
  const { page, context, faults } = await ownerWindow();
  const { number } = await paidOrder(context);
  await page.goto("/orders/list");
  const rows = page.locator(".orders table.list tbody tr");
  await rows.first().waitFor();
  await page.locator(".orders .by").click();
  await page.getByRole("option", { name: "手机后四位" }).click();
  await page.locator(".orders .search input.el-input__inner").last().fill("5678");
  await rows.filter({ hasText: number }).waitFor();
  await settled(page);
  await accessible(page, "orders found by phone");
  const file = await context.request.get("/api/v1/orders/export?phone4=5678&format=csv");
  assert.equal(file.status(), 200);
  assert.ok((await file.text()).includes(number));
  assert.deepEqual(faults, []);
});

test("a list of prices is looked at, carried out and taken back", { timeout: 60_000 }, async () => {
  const { page, context, faults } = await ownerWindow();
  const product = (await read(context, "/products?limit=1")).items[0];
  const [sku] = (await read(context, `/products/${product.id}`)).skus;
  const price = async () => (await read(context, `/products/${product.id}`)).skus.find((one) => one.id === sku.id).price_fen;
  await page.goto("/orders/prices");
  await page.getByRole("button", { name: "新建改价单" }).first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText("从文件").click();
  await drawer.locator("textarea").fill(`${sku.code}\t${(sku.price_fen + 100) / 100}`);
  await drawer.getByRole("button", { name: "读取" }).click();
  await drawer.getByText("读到 1 行").waitFor();
  await accessible(page, "a list of prices being made");
  await drawer.getByRole("button", { name: "看对照" }).click();
  await page.locator("table.list").getByText(sku.code).waitFor();
  assert.equal(await price(), sku.price_fen, "nothing changes by looking");
  await page.getByRole("button", { name: "确认生效（1 行）" }).click();
  await page.getByText("已生效").first().waitFor();
  assert.equal(await price(), sku.price_fen + 100);
  await page.getByRole("button", { name: "撤回", exact: true }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "撤回" }).click();
  await page.getByText("已恢复").first().waitFor();
  assert.equal(await price(), sku.price_fen);
  assert.deepEqual(faults, []);
});
