// The helpers themselves: a program that starts, stops, dies or says nonsense, and an axe that finds what is
// wrong. The program is a small script here; the other tests use the real one.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

const scratch = mkdtempSync(join(tmpdir(), "xiaoer-lib-test-"));
process.env.XIAOER_BIN = join(scratch, "program");
const { accessible, looks, openBrowser, openWindow, settled, start } = await import("./lib.mjs");

/** Makes the program under test a script with this body; `args` are its arguments. */
function program(body) {
  writeFileSync(process.env.XIAOER_BIN, `#!/usr/bin/env node\nconst args = process.argv.slice(2)\n${body}\n`);
  chmodSync(process.env.XIAOER_BIN, 0o755);
}

const READY = `
  console.log(JSON.stringify({ address: "http://127.0.0.1:1", args, pid: process.pid }))
  setInterval(() => {}, 1000)`;

const policy = (path) =>
  path === "/faulty" ? {} : { "content-security-policy": "default-src 'self'; style-src 'unsafe-inline'" };

let browser;
let site;
const bodies = new Map();

before(async () => {
  browser = await openBrowser();
  site = createServer((request, answer) => {
    const body = bodies.get(request.url);
    answer.writeHead(body ? 200 : 404, { "content-type": "text/html; charset=utf-8", ...policy(request.url) });
    answer.end(body ?? "");
  });
  await new Promise((done) => site.listen(0, "127.0.0.1", done));
  site.address_text = `http://127.0.0.1:${site.address().port}`;
});

after(async () => {
  await browser.close();
  site.close();
  rmSync(scratch, { recursive: true, force: true });
});

const lives = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test("a program is started on a free port in a folder of its own, and is gone after stop", async () => {
  program(READY);
  const server = await start("demo", { args: ["--extra"] });
  assert.equal(server.address, "http://127.0.0.1:1");
  assert.deepEqual(server.args, ["demo", "--listen", "127.0.0.1:0", "--data", server.data, "--json", "--extra"]);
  assert.ok(existsSync(server.data));
  await server.stop();
  assert.equal(lives(server.pid), false);
  assert.equal(existsSync(server.data), false);
});

test("a given folder outlives the program, also a killed one", async () => {
  program(READY);
  const data = mkdtempSync(join(scratch, "data-"));
  const server = await start("serve", { data });
  await server.kill();
  await server.stop();
  assert.equal(lives(server.pid), false);
  assert.ok(existsSync(data));
});

test("a program that ends, says nonsense or is not there is told with what it wrote", async () => {
  program(`console.error("the folder is locked"); process.exit(1)`);
  await assert.rejects(start("serve"), /ended before it was ready[^]*the folder is locked/);
  program(`console.log("listening"); setInterval(() => {}, 1000)`);
  await assert.rejects(start("serve"), /printed "listening"/);
  rmSync(process.env.XIAOER_BIN);
  await assert.rejects(start("serve"), /ENOENT/);
});

test("axe passes a clean page under a strict policy and names what is wrong on another", async () => {
  bodies.set("/clean", `<!doctype html><html lang="zh-CN"><title>小二</title><main><h1>接待</h1></main></html>`);
  bodies.set("/wrong", `<!doctype html><html lang="zh-CN"><title>小二</title><main><img src="data:,"><input id="nick"></main></html>`);
  const { page, context } = await openWindow(browser, site.address_text);
  await page.goto("/clean");
  await settled(page);
  await accessible(page);
  await page.goto("/wrong");
  await assert.rejects(accessible(page, "the wrong page"), (why) => {
    assert.match(why.message, /^axe on the wrong page:/);
    assert.match(why.message, /image-alt: /);
    assert.match(why.message, /label: [^]*#nick/);
    return true;
  });
  await context.close();
});

test("errors and foreign requests of a page are collected", async () => {
  bodies.set("/faulty", `<!doctype html><html lang="zh-CN"><title>小二</title><script>
    console.error("lost"); fetch("http://cdn.invalid/x.js").catch(() => {}); setTimeout(() => { throw new Error("broke") })</script></html>`);
  const { page, context, faults } = await openWindow(browser, site.address_text);
  await page.goto("/faulty");
  await settled(page);
  assert.ok(faults.some((fault) => fault.startsWith("console: lost")), faults.join("\n"));
  assert.ok(faults.some((fault) => fault.startsWith("error: Error: broke")), faults.join("\n"));
  assert.ok(faults.includes("foreign request: http://cdn.invalid/x.js"), faults.join("\n"));
  await context.close();
});

test("a window has the width, theme and language asked for, and Chinese glyphs", async () => {
  assert.equal(looks().length, 8);
  bodies.set("/look", `<!doctype html><html lang="zh-CN"><meta name="viewport" content="width=device-width"><title>小二</title></html>`);
  const { page, context } = await openWindow(browser, site.address_text, { width: "narrow", theme: "dark", locale: "en" });
  await page.goto("/look");
  const look = await page.evaluate(() => [innerWidth, matchMedia("(prefers-color-scheme: dark)").matches, navigator.language]);
  assert.deepEqual(look, [390, true, "en-US"]);
  // without a font for them all Chinese characters are the same empty box
  const [one, other] = await page.evaluate(() =>
    ["接", "待"].map((glyph) => {
      const canvas = document.createElement("canvas");
      const pen = canvas.getContext("2d");
      pen.font = "48px sans-serif";
      pen.fillText(glyph, 10, 60);
      return canvas.toDataURL();
    }),
  );
  assert.notEqual(one, other);
  await context.close();
});
