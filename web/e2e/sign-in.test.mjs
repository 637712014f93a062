// Who comes signs in with the form; a wrong password is refused in words.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, openBrowser, openWindow, settled, signIn, start } from "./lib.mjs";
import { signInOf } from "./pages.mjs";

let demo;
let browser;

before(async () => {
  demo = await start("demo", { args: ["--quiet"] });
  browser = await openBrowser();
}, { timeout: 120_000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

test("a person signs in with the form and a wrong password is refused in words", async () => {
  const { page, context } = await openWindow(browser, demo.address);
  const owner = signInOf(demo, "owner");
  await assert.rejects(signIn(page, { ...owner, password: `${owner.password}x` }), /is not signed in/);
  await accessible(page, "a refused sign-in");
  await signIn(page, owner);
  await settled(page);
  await context.close();
});
