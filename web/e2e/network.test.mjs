// A network that is cut under a talk, on either side: what is written meanwhile is kept, said to be kept, and arrives once.
import assert from "node:assert/strict";
import { createServer, connect } from "node:net";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { openBrowser, openWindow, read, signInCookies, start } from "./lib.mjs";
import { signInOf } from "./pages.mjs";

let demo;
let browser;
const closing = [];

before(async () => {
  demo = await start("demo", { args: ["--quiet"] });
  browser = await openBrowser();
}, { timeout: 120_000 });

after(async () => {
  for (const close of closing.reverse()) await close();
  await browser?.close();
  await demo?.stop();
});

/** A wire to the server that can be cut: what flows ends at once, and nothing new gets through until it is mended. */
async function wire() {
  const { hostname, port } = new URL(demo.address);
  const ends = new Set();
  let whole = true;
  const keep = (socket) => {
    ends.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => ends.delete(socket));
    return socket;
  };
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = keep(connect(Number(port), hostname));
    keep(near).pipe(far).pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  }).listen(0, hostname);
  await once(server, "listening");
  const cut = () => {
    whole = false;
    for (const socket of ends) socket.destroy();
  };
  closing.push(async () => {
    cut();
    server.close();
  });
  return { address: `http://${hostname}:${server.address().port}`, cut, mend: () => (whole = true) };
}

async function write(context, path, data) {
  const { csrf } = await read(context, "/me");
  const answer = await context.request.post(`/api/v1${path}`, { data, headers: { "X-CSRF-Token": csrf, "Idempotency-Key": `${path}-${Date.now()}` } });
  assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
}
/** What was said in the talk, as the server keeps it. */
const said = async (context, talk) => (await read(context, `/conversations/${talk}/messages?limit=200`)).filter((one) => one.kind === "text").map((one) => one.body.text);

test("what is written while the network is cut is kept and arrives once, on both sides", { timeout: 90_000 }, async () => {
  const [hers, theirs] = [await wire(), await wire()];
  const cookies = await signInCookies(browser, demo.address, signInOf(demo, "owner"));
  const { page: shop, context: buyerContext } = await openWindow(browser, theirs.address);
  closing.push(() => buyerContext.close());
  await shop.goto(demo.shop_page);
  await shop.waitForFunction(() => Boolean(window.Xiaoer));
  await shop.evaluate(() => window.Xiaoer.open());
  const box = shop.locator("textarea").first();
  const stamp = Date.now() % 1_000_000;
  const question = `断网前的问题 ${stamp}`;
  await box.fill(question);
  await box.press("Enter");

  // read past the cut wire, so that what the server has is known at any time
  const { page, context } = await openWindow(browser, hers.address, { cookies });
  closing.push(() => context.close());
  const { context: eye } = await openWindow(browser, demo.address, { cookies });
  closing.push(() => eye.close());
  let talk = null;
  for (let tries = 0; tries < 100 && !talk; tries++) {
    const { items } = await read(eye, "/conversations?tab=all&limit=50");
    talk = items.find((one) => one.last?.text === question) ?? null;
    if (!talk) await new Promise((done) => setTimeout(done, 100));
  }
  assert.ok(talk, "the question arrived");
  await write(eye, `/conversations/${talk.id}/${talk.state === "queued" ? "claim" : "take-over"}`, undefined);
  await page.goto(`/reception/${talk.id}`);
  const reply = page.locator("section.composer textarea");
  await reply.waitFor();

  // The agent's side.
  hers.cut();
  await page.getByText("网络已断开，消息会在恢复后自动发出").waitFor({ timeout: 10_000 });
  const answer = `断网时写的回复 ${stamp}`;
  await reply.fill(answer);
  await reply.press("Enter");
  await page.locator(".reception").getByText(answer).first().waitFor();
  await page.getByText("等待网络").first().waitFor();
  assert.ok(!(await said(eye, talk.id)).includes(answer), "nothing got through");
  hers.mend();
  await shop.getByText(answer).first().waitFor({ timeout: 15_000 });
  await page.getByText("等待网络").first().waitFor({ state: "detached" });

  // The buyer's side; the agent goes on meanwhile.
  theirs.cut();
  await shop.getByText("连接已断开，正在重连…消息会自动补发").waitFor({ timeout: 10_000 });
  const more = `断网时写的追问 ${stamp}`;
  await box.fill(more);
  await box.press("Enter");
  await shop.getByText(more).first().waitFor();
  const meanwhile = `您还在吗 ${stamp}`;
  await reply.fill(meanwhile);
  await reply.press("Enter");
  await page.locator(".reception .bubble").getByText(meanwhile).first().waitFor();
  assert.ok(!(await said(eye, talk.id)).includes(more), "nothing got through");
  theirs.mend();
  await page.locator(".reception .bubble").getByText(more).first().waitFor({ timeout: 15_000 });
  await shop.getByText(meanwhile).first().waitFor({ timeout: 15_000 });
  await shop.getByText("连接已断开，正在重连…消息会自动补发").waitFor({ state: "hidden" });

  const all = (await said(eye, talk.id)).filter((text) => text.includes(String(stamp)));
  assert.deepEqual(all, [question, answer, meanwhile, more], "each once, in the order in which they arrived");
  for (const text of all) {
    assert.equal(await shop.locator(".bubble").getByText(text, { exact: true }).count(), 1, `the buyer sees “${text}” once`);
    assert.equal(await page.locator(".reception .bubble").getByText(text, { exact: true }).count(), 1, `the agent sees “${text}” once`);
  }
});
