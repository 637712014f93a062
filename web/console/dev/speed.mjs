// Measures what must stay smooth: a list of 10,000 conversations and a thread of 50,000 messages, scrolled while
// buyers keep talking. Prints frame times; a frame over 50 ms is felt.
import { wrong } from "./shapes.mjs";
import { launch, open } from "./stage.mjs";
import { makeWorld } from "./world.mjs";

const browser = await launch();
const world = makeWorld({ conversations: 10_000, messages: 50_000 });
const { page, push, errors } = await open(browser, world, { path: "/reception/1" });
await page.waitForTimeout(1_500);

async function frames(name, run) {
  await page.evaluate(() => {
    window.__f = [];
    window.__on = true;
    let last = performance.now();
    const step = (now) => {
      window.__f.push(now - last);
      last = now;
      if (window.__on) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  await run();
  const list = await page.evaluate(() => ((window.__on = false), window.__f.slice(1)));
  list.sort((a, b) => a - b);
  const at = (q) => list[Math.min(list.length - 1, Math.floor(list.length * q))]?.toFixed(1);
  console.log(name.padEnd(44), `frames ${list.length}  median ${at(0.5)}  p95 ${at(0.95)}  p99 ${at(0.99)}  max ${at(1)} ms  over 50 ms: ${list.filter((f) => f > 50).length}`);
}
const scroll = (selector, by, times) => page.evaluate(async ([s, d, n]) => {
  const box = document.querySelector(s);
  for (let i = 0; i < n; i++) {
    box.scrollTop += d;
    await new Promise((r) => requestAnimationFrame(r));
  }
}, [selector, by, times]);

await page.getByRole("tab", { name: /全部/ }).click();
await page.waitForTimeout(600);
let rows = 0;
for (let n = 0; n < 600 && rows < 9_000; n++) {
  await page.locator(".list .scroll").evaluate((box) => (box.scrollTop = box.scrollHeight));
  await page.waitForTimeout(40);
  rows = await page.locator(".list .track").evaluate((el) => Math.round(el.clientHeight / 79));
}
console.log("rows in the list", rows);
await page.locator(".list .scroll").evaluate((box) => (box.scrollTop = 0));
await frames("list of 10,000, scrolled", () => scroll(".list .scroll", 240, 300));
await frames("list of 10,000, 200 messages a second arrive", async () => {
  for (let n = 0; n < 400; n++) {
    push(world.say(1 + ((n * 37) % 9_000), `第${n}句`));
    if (n % 10 === 9) await page.waitForTimeout(50);
  }
});
await page.locator("[role=log]").hover();
const t0 = Date.now();
for (let n = 0; n < 400; n++) {
  await page.mouse.wheel(0, -4_000);
  await page.waitForTimeout(12);
  if (n % 20 === 0 && (await page.locator("text=会话从这里开始").count())) break;
}
const first = () => page.evaluate(() => document.querySelectorAll("[role=log] .slot").length);
console.log("wheel upward", Date.now() - t0, "ms; rows drawn", await first());
for (let n = 0; n < 300 && !(await page.locator("text=会话从这里开始").count()); n++) {
  await page.locator("[role=log]").evaluate((box) => (box.scrollTop = 0));
  await page.waitForTimeout(60);
}
console.log("whole thread held:", (await page.locator("text=会话从这里开始").count()) > 0, "height", await page.locator("[role=log] .track").evaluate((el) => el.clientHeight));
await frames("thread of 50,000, scrolled down", () => scroll("[role=log]", 400, 300));
await frames("thread of 50,000, jumps", async () => {
  for (const q of [0.2, 0.8, 0.4, 0.95, 0.05]) {
    await page.locator("[role=log]").evaluate((box, part) => (box.scrollTop = box.scrollHeight * part), q);
    await page.waitForTimeout(150);
  }
});
await frames("thread of 50,000, 50 messages a second arrive", async () => {
  for (let n = 0; n < 100; n++) {
    push(world.say(1, `新的第${n}句`));
    await page.waitForTimeout(20);
  }
});
await frames("thread of 50,000, typing in the box", async () => {
  await page.locator("textarea").focus();
  await page.keyboard.type("The quick brown fox jumps over the lazy dog", { delay: 15 });
});
console.log("heap", await page.evaluate(() => Math.round(performance.memory.usedJSHeapSize / 1e6)), "MB");
for (const door of wrong) errors.push(`${door}: the stand-in answers another kind of thing than the server`);
if (errors.length) console.log([...new Set(errors)].slice(0, 5));
process.exitCode = errors.length ? 1 : 0;
await browser.close();
