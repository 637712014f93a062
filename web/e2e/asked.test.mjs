// What agents ask for and tell, with a real browser and the real program: a price is decided and the agent sees the answer,
// the order panel tells the way and asks for a search, deposit and balance hold an order, goods want their own packing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, openBrowser, openWindow, read, settled, signInCookies, start } from "./lib.mjs";
import { signInOf } from "./pages.mjs";

let demo;
let browser;
let cookies;
const windows = [];
/** A buyer of the demo whose talk is open, and what its shop knows them by. */
const BUYER = { name: "夜班护士小鹿", value: "c40" };

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

async function ownerWindow(look = {}) {
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
async function until(what, said) {
  for (let tries = 0; tries < 100; tries++) {
    const found = await what();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(said);
}
async function talkOf(context) {
  const { items } = await read(context, "/conversations?tab=all&state=open&limit=100");
  return items.find((one) => one.customer.name === BUYER.name);
}
/** An order of the buyer, of two pieces of one SKU, and that product. */
async function orderOf(context, talk, paid) {
  const { items } = await read(context, `/products?shop=${talk.shop}&limit=1`);
  const product = await read(context, `/products/${items[0].id}`);
  const sku = product.skus[0];
  const now = Date.now();
  const number = `ASK${now}${Math.floor(Math.random() * 1_000)}`;
  const total = sku.price_fen * 2;
  const order = await write(context, "POST", "/orders", {
    shop: talk.shop, number, order_status: "open", placed_at: now - 120_000, total_fen: total, buyer: { kind: "shop_user", value: BUYER.value },
    ...(paid ? { pay_status: "paid", paid_at: now - 60_000, paid_fen: total } : { pay_status: "unpaid" }),
    receiver: "林小满", phone: "13812345678", address: "浙江省杭州市西湖区文三路 100 号 2 幢 301", lines: [{ code: sku.code, title: product.title, spec: sku.spec ?? "", quantity: 2, price_fen: sku.price_fen }],
  });
  return { order, number, total, product, sku };
}
const parcelOf = (context, order, fits = () => true) => until(async () => (await read(context, `/orders/${order}/parcels`)).find((one) => one.state !== "gone" && fits(one)), "no such parcel after ten seconds");
async function passed(context, id) {
  for (const check of (await read(context, `/parcels/${id}`)).checks) if (check.state === "fail") await write(context, "POST", `/parcels/${id}/check`, { key: check.key, ok: true });
  await write(context, "POST", `/parcels/${id}/release`, { hold: null });
  const { rev } = await read(context, `/parcels/${id}`);
  await write(context, "POST", `/parcels/${id}/pass`, { rev });
}
/** Passed, in a batch and printed; its waybill is what is scanned. */
async function printed(context, order) {
  const parcel = await parcelOf(context, order);
  await passed(context, parcel.id);
  const made = await write(context, "POST", "/desk/batches", { shop: parcel.shop, courier: null, single: null, limit: 100 });
  const batch = made.batch ?? made;
  for (const paper of ["pick", "note", "label"]) {
    const { id } = await write(context, "POST", `/desk/batches/${batch.id}/prints`, { paper, places: null, reason: "" });
    await write(context, "POST", `/desk/prints/${id}/printed`);
  }
  const waybill = `YT${Date.now()}`;
  await write(context, "POST", `/parcels/${parcel.id}/waybill`, { waybill });
  return { ...(await read(context, `/parcels/${parcel.id}`)), waybill };
}
const panelOrder = (page, number) => page.locator("aside.panel li").filter({ hasText: number });

test("prices that agents asked for are decided under Follow up, and the talk shows the answer", { timeout: 90_000 }, async () => {
  const { page, context, faults } = await ownerWindow();
  const talk = await talkOf(context);
  const [yes, no] = [await orderOf(context, talk, false), await orderOf(context, talk, false)];
  for (const one of [yes, no]) await write(context, "POST", `/orders/${one.order.id}/asks`, { kind: "price", fen: one.total - 500, text: "第二次来买", conversation: talk.id });

  await page.goto("/orders/follow/requests");
  const row = (one) => page.locator("table.list tr").filter({ hasText: one.number });
  await row(yes).getByText("少收 ¥5.00").waitFor();
  // What the buyer was promised in the talk counts down with both, and stands beside the talk.
  await write(context, "POST", `/conversations/${talk.id}/promise`, { until: Date.now() + 180_000 });
  await row(yes).getByText(/答应买家 .+ 前答复，还剩 2:\d\d/).waitFor();
  await row(no).getByText(/还剩 2:\d\d/).waitFor();
  await accessible(page, "prices to be decided within a promise");
  const { page: beside } = await ownerWindow();
  await beside.goto(`/reception/${talk.id}`);
  await panelOrder(beside, yes.number).getByText(/答应买家 .+ 前答复/).waitFor();
  // Promises about to break are counted with them: how many there are is a matter of the time of day.
  const { soon } = await read(context, "/parcels/counts");
  const mark = page.locator("nav.rail a[href='/orders'] b");
  await page.locator(".tabs a", { hasText: "跟进" }).getByText(String(soon + 2), { exact: true }).waitFor();
  await mark.getByText(String(soon + 2), { exact: true }).waitFor();
  await row(yes).getByRole("button", { name: `同意 ${yes.number} 的改价`, exact: true }).click();
  await settled(page);
  await accessible(page, "a price that is being decided");
  await row(yes).getByRole("textbox").fill("老客户，可以");
  await page.keyboard.press("Enter");
  await row(yes).waitFor({ state: "detached" });
  await row(no).getByRole("button", { name: `不同意 ${no.number} 的改价`, exact: true }).click();
  await row(no).getByRole("textbox").fill("已经是最低价");
  await row(no).getByRole("button", { name: "不同意", exact: true }).click();
  await page.getByText("没有待定的改价申请").waitFor();
  await (soon ? mark.getByText(String(soon), { exact: true }).waitFor() : mark.waitFor({ state: "detached" }));

  await page.goto(`/reception/${talk.id}`);
  await panelOrder(page, yes.number).getByText("已同意").waitFor();
  await panelOrder(page, yes.number).getByText("老客户，可以").waitFor();
  await panelOrder(page, no.number).getByText("未同意").waitFor();
  await panelOrder(page, no.number).getByText("已经是最低价").waitFor();
  await write(context, "POST", `/conversations/${talk.id}/promise`, { until: null });
  assert.deepEqual(faults, []);
});

test("the order panel tells the way, another courier's price and who goes where one does not", { timeout: 90_000 }, async () => {
  const { page, context, faults } = await ownerWindow();
  const talk = await talkOf(context);
  const mine = await read(context, "/me");
  if (talk.agent !== mine.person.id) await write(context, "POST", `/conversations/${talk.id}/take-over`);
  const sf = (await read(context, "/couriers")).find((one) => one.code === "SF");
  await write(context, "PUT", "/couriers/SF", { name: sf.name, on: true, surcharge_fen: 1_200, surcharge_url: "https://shop.example/12", query_url: "" });
  const { order, number } = await orderOf(context, talk, true);
  const parcel = await parcelOf(context, order.id);
  await page.goto(`/reception/${talk.id}`);
  const one = panelOrder(page, number);
  const box = page.locator("section.composer textarea");
  await one.getByText(/约 .+ 天到浙江/).waitFor();
  await one.getByRole("button", { name: "填入回复" }).click();
  assert.match(await box.inputValue(), /发到浙江一般 .+ 天到。/);
  await settled(page);
  await accessible(page, "the order panel");

  await box.fill("");
  await one.getByRole("button", { name: "写到订单…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("指定快递").click();
  await dialog.locator(".el-select").click();
  await page.getByRole("option", { name: sf.name }).click();
  await dialog.getByText("需补差价 ¥12.00").waitFor();
  await dialog.getByRole("button", { name: "填入回复" }).click();
  assert.match(await box.inputValue(), /需要补差价 12 元，请在这里补：https:\/\/shop\.example\/12/);
  await dialog.getByRole("button", { name: "取消" }).click();
  await dialog.waitFor({ state: "detached" });

  const stop = await write(context, "POST", "/stop-areas", { courier: parcel.courier, region: "浙江", from: Date.now() - 1_000, until: null, note: "因大雪暂停收件" });
  await parcelOf(context, order.id, (found) => found.holds.some((hold) => hold.reason === "stop_area"));
  await page.reload();
  await one.getByText("因大雪暂停收件").waitFor();
  await box.fill("");
  await one.locator(".stop").getByRole("button", { name: "填入回复" }).click();
  assert.match(await box.inputValue(), /因大雪暂停收件。可以改发/);
  const other = await one.locator(".others button").first().innerText();
  await one.locator(".others button").first().click();
  await dialog.getByText(other).first().waitFor();
  await dialog.getByRole("button", { name: "写下" }).click();
  await until(async () => (await read(context, `/orders/${order.id}/asks`)).find((ask) => ask.kind === "courier"), "the courier is written on the order");
  await write(context, "DELETE", `/stop-areas/${stop.id}`);
  assert.deepEqual(faults, []);
});

test("a packing standard is written on the product's page and asked for at the packing table", { timeout: 90_000 }, async () => {
  const { page, context, faults } = await ownerWindow();
  const talk = await talkOf(context);
  const { order, product, sku } = await orderOf(context, talk, true);
  await page.goto(`/knowledge/products/${product.id}`);
  const named = sku.spec || sku.code;
  await page.getByRole("button", { name: `修改${named}的包装、库位与成本价` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("textarea").fill("防水袋加纸箱，放干燥剂");
  await dialog.getByPlaceholder("如：A-03-2").fill("A-03-2");
  await dialog.getByLabel("成本价（每件，元）").fill("61.5");
  await accessible(page, "how a SKU is packed");
  await dialog.getByRole("button", { name: "保存" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("防水袋加纸箱，放干燥剂").first().waitFor();
  await page.getByText("成本 ¥61.50").waitFor();
  assert.deepEqual(await read(context, `/skus/${sku.id}/handling`), { weight_g: null, bin: "A-03-2", packing: "防水袋加纸箱，放干燥剂" });

  const { id, waybill } = await printed(context, order.id);
  await page.goto("/orders/pack");
  const scan = async () => {
    await page.locator("form.scan input").fill(waybill);
    await page.keyboard.press("Enter");
  };
  await scan();
  await page.locator(".packing").getByText("防水袋加纸箱，放干燥剂").waitFor();
  await scan();
  await page.locator(".verdict").getByText("按要求包好了吗？").waitFor();
  assert.equal((await read(context, `/parcels/${id}`)).state, "printed", "a second scan alone does not say that it is packed so");
  await settled(page);
  await accessible(page, "packing that is asked for");
  await scan();
  await page.locator(".verdict").getByText("已打包").waitFor();
  assert.equal((await read(context, `/parcels/${id}`)).state, "packed");

  // Nobody else is here for the second look.
  await write(context, "PUT", "/settings/orders.second_check", { value: false, shop: null });
  const shipped = await write(context, "POST", "/desk/ship", { parcels: [id] });
  assert.deepEqual(shipped.refused, []);
  await page.goto(`/reception/${talk.id}`);
  await page.getByRole("button", { name: `查件 ${waybill}` }).click();
  await dialog.locator("textarea").fill("买家说三天没有物流更新");
  await dialog.getByRole("button", { name: "保存" }).click();
  await page.getByText("已登记，在“疑难件”里跟进").waitFor();
  const { items } = await read(context, "/desk/troubles?of_parcels=true");
  assert.ok(items.some((one) => one.parcel === id && one.kind === "stalled"));
  assert.deepEqual(faults, []);
});

test("deposit and balance hold an order until the balance is paid", { timeout: 60_000 }, async () => {
  const { page, context, faults } = await ownerWindow();
  const talk = await talkOf(context);
  const { order, total } = await orderOf(context, talk, true);
  await parcelOf(context, order.id);
  // What the platform calls paid is the deposit alone.
  await page.goto(`/orders/list?order=${order.id}`);
  await page.getByRole("button", { name: "预售定金与尾款" }).click();
  await page.getByRole("button", { name: "登记定金尾款" }).click();
  const dialog = page.getByRole("dialog", { name: /^预售：/ });
  await dialog.getByRole("spinbutton", { name: "定金（元）" }).fill("20");
  await dialog.getByRole("spinbutton", { name: "尾款（元）" }).fill(String((total + 5_000) / 100));
  await accessible(page, "deposit and balance");
  await dialog.getByRole("button", { name: "保存" }).click();
  await page.getByText("尾款未付，包裹挂起不发").waitFor({ timeout: 15_000 });
  await parcelOf(context, order.id, (one) => one.holds.some((hold) => hold.reason === "balance"));
  await page.getByRole("button", { name: "尾款已付" }).click();
  await parcelOf(context, order.id, (one) => !one.holds.some((hold) => hold.reason === "balance"));
  await page.getByText("尾款未付，包裹挂起不发").waitFor({ state: "detached" });
  assert.deepEqual(faults, []);
});
