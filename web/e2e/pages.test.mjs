// Every page, in both themes, widths and languages: axe finds nothing, nothing fails in the console, and
// nothing is asked of another host.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accessible, looks, openBrowser, openWindow, settled, signIn, start } from "./lib.mjs";
import { pages, signInOf, Tour } from "./pages.mjs";

let demo;
let browser;
let tour;

before(async () => {
  demo = await start("demo");
  browser = await openBrowser();
  tour = new Tour(browser, demo);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

// all themes and widths in Chinese, and English once on each width
const seen = [...looks({ locale: ["zh"] }), ...looks({ locale: ["en"], theme: ["light"] })];

for (const page of pages) {
  describe(`the page ${page.name}`, () => {
    for (const look of seen) {
      const { theme, locale, width } = look;
      test(`${page.name} is accessible and whole, ${theme}, ${locale}, ${width}`, async () => {
        await tour.show(page, look, async ({ page: shown, faults }) => {
          await accessible(shown, `${page.name} (${theme}, ${locale}, ${width})`);
          assert.deepEqual(faults, []);
          const overflow = await shown.evaluate(() => document.documentElement.scrollWidth - screen.width);
          assert.ok(overflow <= 0, `${page.name} is ${overflow} px wider than the screen`);
        });
      });
    }
  });
}

test("a person signs in with the form and a wrong password is refused in words", async () => {
  const { page, context } = await openWindow(browser, demo.address);
  const owner = signInOf(demo, "owner");
  await assert.rejects(signIn(page, { ...owner, password: `${owner.password}x` }), /is not signed in/);
  await accessible(page, "a refused sign-in");
  await signIn(page, owner);
  await settled(page);
  await context.close();
});
