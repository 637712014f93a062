// Pictures of the pages into ./screenshots, as THEME-LOCALE-WIDTH/PAGE.png, and once more in the broken state
// (the server answers everything but the sign-in with an error). `node screenshots.mjs [PAGE...]`.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { looks, openBrowser, settled, start, top } from "./lib.mjs";
import { pages, Tour } from "./pages.mjs";

const folder = join(top, "screenshots");
const named = process.argv.slice(2);
const unknown = named.filter((name) => !pages.some((page) => page.name === name));
if (unknown.length > 0) {
  console.error(`no page ${unknown.join(", ")}; the pages are ${pages.map((page) => page.name).join(", ")}`);
  process.exit(2);
}
const wanted = named.length > 0 ? pages.filter((page) => named.includes(page.name)) : pages;

const demo = await start("demo");
const browser = await openBrowser();
const tour = new Tour(browser, demo);
const failed = [];
let taken = 0;
try {
  if (named.length === 0) await rm(folder, { recursive: true, force: true });
  for (const look of looks()) {
    const into = join(folder, `${look.theme}-${look.locale}-${look.width}`);
    await mkdir(into, { recursive: true });
    for (const page of wanted) await picture(page, look, into);
  }
} finally {
  await browser.close();
  await demo.stop();
}
console.log(`${taken} pictures in ${folder}`);
for (const line of failed) console.error(line);
process.exitCode = failed.length === 0 ? 0 : 1;

async function picture(page, look, into) {
  try {
    await tour.show(page, look, async ({ page: shown, context }) => {
      await shown.screenshot({ path: join(into, `${page.name}.png`), animations: "disabled" });
      taken += 1;
      if (page.as === "nobody") return;
      await broken(context);
      await shown.reload();
      await settled(shown);
      await shown.screenshot({ path: join(into, `${page.name}-broken.png`), animations: "disabled" });
      taken += 1;
    });
  } catch (why) {
    failed.push(`${page.name} (${Object.values(look).join(", ")}): ${why.message}`);
  }
}

/** From here on the server is as when its database is away: it knows who is there, and nothing else. */
async function broken(context) {
  await context.route(/\/api\/v1\/(?!me$)/, (route) =>
    route.fulfill({
      status: 503,
      contentType: "application/problem+json",
      json: { type: "about:blank", title: "Service Unavailable", status: 503, code: "unavailable", detail: "" },
    }),
  );
}
