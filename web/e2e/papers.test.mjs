// What comes out of the printer: the three papers of a batch, printed by a real browser into a PDF and read again. Sizes,
// one label a page, Chinese, barcodes a scanner reads, and what was promised in the talk on each of them.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, openWindow, read, signInCookies, start } from "./lib.mjs";
import { signInOf } from "./pages.mjs";
import { pagesOf } from "./pdf.mjs";

const REMARK = "蝴蝶结换成红色，贺卡写“生日快乐”";
const GIFT = "手写贺卡一张";
const LONG = "请放在门口的白色储物箱里，不要按门铃，孩子在午睡；".repeat(12);
const WAYBILL = "1101234567890";
const INTERNAL = /^\d{6}-\d{3}-\d{3}$/;

let demo;
let browser;
let shown;
let batch;
let parcels;

before(async () => {
  demo = await start("demo", { args: ["--quiet"] });
  browser = await openBrowser();
  shown = await openWindow(browser, demo.address, { cookies: await signInCookies(browser, demo.address, signInOf(demo, "owner")) });
  parcels = [await passed({ note: "" }), await passed({ note: LONG })];
  const [first] = parcels;
  await write("POST", `/parcels/${first.parcel}/waybill`, { waybill: WAYBILL });
  batch = (await write("POST", "/desk/batches", { parcels: parcels.map((one) => one.parcel) })).batch;
}, { timeout: 120_000 });

after(async () => {
  await shown?.context.close();
  await browser?.close();
  await demo?.stop();
});

async function write(method, path, data) {
  const { csrf } = await read(shown.context, "/me");
  const answer = await shown.context.request.fetch(`/api/v1${path}`, { method, data, headers: { "X-CSRF-Token": csrf, "Idempotency-Key": `${path}-${Date.now()}-${Math.random()}` } });
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

/** A paid order whose parcel has passed the audit, with what was promised in the talk. */
async function passed({ note }) {
  const { shops } = await read(shown.context, "/me");
  const { items } = await read(shown.context, `/products?shop=${shops[0].id}&limit=1`);
  const { title, skus } = await read(shown.context, `/products/${items[0].id}`);
  const sku = skus.find((one) => one.sellable > 2) ?? skus[0];
  const now = Date.now();
  const number = `PDF${now}${Math.floor(Math.random() * 1_000)}`;
  const order = await write("POST", "/orders", {
    shop: shops[0].id, number, pay_status: "paid", order_status: "open", placed_at: now - 120_000, paid_at: now - 60_000, paid_fen: sku.price_fen, total_fen: sku.price_fen, buyer_note: note,
    receiver: "林小满", phone: "13812345678", address: "浙江省杭州市西湖区文三路 100 号 2 幢 301", lines: [{ code: sku.code, title, spec: sku.spec ?? "", quantity: 1, price_fen: sku.price_fen }],
  });
  for (const ask of [{ kind: "remark", text: REMARK }, { kind: "gift", text: GIFT, quantity: 2 }, { kind: "courier", courier: "EMS", hard: true }]) await write("POST", `/orders/${order.id}/asks`, ask);
  let parcel;
  for (let tries = 0; !parcel && tries < 100; tries++) {
    [parcel] = await read(shown.context, `/orders/${order.id}/parcels`);
    if (!parcel) await new Promise((done) => setTimeout(done, 100));
  }
  assert.ok(parcel, "a paid order has its parcel within ten seconds");
  for (const check of parcel.checks) if (check.state === "fail") await write("POST", `/parcels/${parcel.id}/check`, { key: check.key, ok: true });
  await write("POST", `/parcels/${parcel.id}/release`, {});
  const { rev } = await read(shown.context, `/parcels/${parcel.id}`);
  await write("POST", `/parcels/${parcel.id}/pass`, { rev });
  return { parcel: parcel.id, number, sku };
}

/** A paper as the printer gets it. */
async function printed(paper, reason = "") {
  const made = await write("POST", `/desk/batches/${batch.id}/prints`, { paper, reason });
  assert.deepEqual(made.left_out, []);
  const page = await shown.context.newPage();
  await page.goto(made.url);
  const bytes = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  if (process.env.XIAOER_PAPERS) {
    writeFileSync(join(process.env.XIAOER_PAPERS, `${paper}.pdf`), bytes);
    await page.setViewportSize(paper === "label" ? { width: 378, height: 1361 } : { width: 794, height: 1123 });
    await page.emulateMedia({ media: "print" });
    await page.screenshot({ path: join(process.env.XIAOER_PAPERS, `${paper}.png`), fullPage: true });
  }
  await page.close();
  // Only looked at so far; now it came out.
  await write("POST", `/desk/prints/${made.id}/printed`);
  return pagesOf(bytes);
}
const near = (page, width, height) => assert.ok(Math.abs(page.width - width) < 0.5 && Math.abs(page.height - height) < 0.5, `${page.width} × ${page.height} mm`);
/** Text of a PDF without what lines and cells part. */
const run = (page) => page.text.replace(/\s+/g, "");
function holds(page, ...texts) {
  for (const text of texts) assert.ok(run(page).includes(text.replace(/\s+/g, "")), `“${text}” is not in: ${run(page)}`);
}

test("the label is 100 × 180 mm, one a parcel, and its bars are the waybill", { timeout: 60_000 }, async () => {
  const labels = await printed("label");
  assert.equal(labels.length, 2);
  for (const label of labels) near(label, 100, 180);
  const ours = labels.find((label) => label.codes.includes(WAYBILL));
  assert.ok(ours, JSON.stringify(labels.map((label) => label.codes)));
  assert.deepEqual(ours.codes, [WAYBILL, WAYBILL], "the waybill, and once more on the copy that comes back");
  holds(ours, "EMS", "务必发", REMARK, GIFT, "林小满", "13812345678", "浙江省杭州市西湖区", parcels[0].sku.code, "底单");
  assert.ok(run(ours).includes("内部面单"), "ours stays ours, whatever number it bears");
  const own = labels.find((label) => label !== ours);
  assert.match(own.codes[0], INTERNAL);
  holds(own, "内部面单", REMARK, GIFT, LONG.slice(0, 100), "全文见发货单", "底单", parcels[1].sku.code);
});

test("with a courier's template the label of the courier is printed, and ours where there is no number", { timeout: 60_000 }, async () => {
  const { courier, shop } = await read(shown.context, `/parcels/${parcels[0].parcel}`);
  const text = readFileSync(new URL("../../crates/orders/data/label-example.toml", import.meta.url), "utf8");
  const picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";
  await write("PUT", `/desk/labels/${courier}`, { shop, text: `background = "data:image/png;base64,${picture}"\n${text}` });
  const labels = await printed("label", "换成快递的面单");
  assert.equal(labels.length, 2);
  const agreed = labels.find((label) => label.codes.includes(WAYBILL));
  near(agreed, 100, 150);
  assert.deepEqual(agreed.codes, [WAYBILL]);
  holds(agreed, "EMS", WAYBILL, "林小满", "13812345678", "浙江省杭州市西湖区", parcels[0].sku.code, "务必发", REMARK, GIFT);
  assert.ok(!run(agreed).includes("内部面单"), "it is the courier's");
  const own = labels.find((label) => label !== agreed);
  near(own, 100, 180);
  assert.match(own.codes[0], INTERNAL);
  holds(own, "内部面单");
});

test("the delivery note is A4, one a parcel, with everything in full", { timeout: 60_000 }, async () => {
  const notes = await printed("note");
  assert.equal(notes.length, 2);
  for (const note of notes) {
    near(note, 210, 297);
    assert.match(note.codes[0], INTERNAL);
    holds(note, "发货单", "务必发", "EMS", REMARK, GIFT, "林小满", "文三路");
  }
  assert.ok(notes.some((note) => run(note).includes(parcels[0].number)));
  holds(notes.find((note) => run(note).includes(parcels[1].number)), LONG);
});

test("the pick list is A4 and names every parcel with its wishes", { timeout: 60_000 }, async () => {
  const list = await printed("pick");
  for (const page of list) near(page, 210, 297);
  assert.equal(list[0].codes[0], batch.number);
  const whole = { text: list.map((page) => page.text).join("") };
  holds(whole, "拣货单", batch.number, "林小满", parcels[0].sku.code, REMARK, GIFT, "务必发", LONG);
});
