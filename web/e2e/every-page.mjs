// Every page at one width, light in Chinese and dark in English, so that each theme and each language is seen once:
// axe finds nothing, nothing fails in the console, and nothing is asked of another host. Each width is a file of
// tests, so that both run at once.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accessible, openBrowser, start } from "./lib.mjs";
import { pages, Tour } from "./pages.mjs";

/**
 * The tests of every page at `width`, on a demo of their own.
 *
 * @param {"wide" | "narrow"} width
 */
export function everyPage(width) {
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

  const seen = [{ width, theme: "light", locale: "zh" }, { width, theme: "dark", locale: "en" }];
  for (const page of pages) {
    describe(`the page ${page.name}`, () => {
      for (const look of seen) {
        const { theme, locale } = look;
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
}
