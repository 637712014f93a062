// Helpers of the browser tests and the screenshots: the real binary in a folder of its own, Chromium, signing
// in, axe. It holds no test and knows no page; the pages are in pages.mjs.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

/** The top of the repository. */
export const top = fileURLToPath(new URL("../../", import.meta.url));

/** The program under test: XIAOER_BIN, else the debug build. */
export const binary = process.env.XIAOER_BIN ?? resolve(top, process.env.CARGO_TARGET_DIR ?? "target", "debug/xiaoer");

const READY_MS = 60_000;
const STOP_MS = 15_000;
const KEPT_LINES = 200;

/**
 * Starts `xiaoer demo` or `xiaoer serve` on a free port and waits until it says that it is ready.
 *
 * The folder is made and removed here unless `data` names one, which lets a test start a second program on
 * what a first one left. The answer holds what the program printed (`address`; of the demo also `sign_ins`,
 * `owner_token` and `shop_page`), and `stop`, `kill` (as by kill -9), `log` and `data`.
 *
 * @param {"demo" | "serve"} command
 * @param {{ args?: string[], data?: string, env?: Record<string, string> }} [options]
 */
export async function start(command, { args = [], data, env = {} } = {}) {
  const folder = data ?? mkdtempSync(join(tmpdir(), "xiaoer-e2e-"));
  const child = spawn(binary, [command, "--listen", "127.0.0.1:0", "--data", folder, "--json", ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines = [];
  const keep = (line) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
  };
  const log = () => lines.join("\n");
  const ended = once(child, "exit").catch((why) => keep(String(why)));
  createInterface({ input: child.stderr }).on("line", keep);

  const end = async (signal) => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      child.kill(signal);
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(late);
    }
  };
  const stop = async () => {
    await end("SIGTERM");
    if (data === undefined) rmSync(folder, { recursive: true, force: true });
  };

  let said;
  try {
    said = await firstLine(child, ended, log);
  } catch (why) {
    await stop();
    throw why;
  }
  return { ...said, data: folder, log, stop, kill: () => end("SIGKILL") };
}

/** The line of JSON the program prints when it is ready. */
async function firstLine(child, ended, log) {
  const output = createInterface({ input: child.stdout });
  let late;
  const line = await Promise.race([
    once(output, "line").then(([text]) => text),
    ended.then(() => Promise.reject(new Error(`${binary} ended before it was ready\n${log()}`))),
    new Promise((_, reject) => {
      late = setTimeout(() => reject(new Error(`${binary} was not ready in ${READY_MS} ms\n${log()}`)), READY_MS);
    }),
  ]).finally(() => clearTimeout(late));
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`${binary} --json printed ${JSON.stringify(line)}\n${log()}`);
  }
}

/** Starts Chromium with a profile of its own, thrown away when it is closed. */
export async function openBrowser() {
  const executablePath = execFileSync(join(top, "scripts/find-program"), ["chromium"], { encoding: "utf8" }).trim();
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** How a page is looked at: a wide or a narrow screen, a theme, a language. */
export const widths = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };
export const themes = ["light", "dark"];
export const locales = { zh: "zh-CN", en: "en-US" };

/** The same three as a window that a test opens: `{ width, theme, locale }`, all combinations of those given. */
export function looks({ width = Object.keys(widths), theme = themes, locale = Object.keys(locales) } = {}) {
  return theme.flatMap((theme) => locale.flatMap((locale) => width.map((width) => ({ theme, locale, width }))));
}

/**
 * A browser window of its own, with its own cookies. What goes wrong in its pages is collected in `faults`:
 * errors, console errors, and anything asked of another host than `address`.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {string} address of the server
 * @param {{ width?: "wide" | "narrow", theme?: "light" | "dark", locale?: "zh" | "en", cookies?: object[] }} [look]
 */
export async function openWindow(browser, address, { width = "wide", theme = "light", locale = "zh", cookies } = {}) {
  const context = await browser.newContext({
    baseURL: address,
    viewport: widths[width],
    hasTouch: width === "narrow",
    isMobile: width === "narrow",
    colorScheme: theme,
    locale: locales[locale],
    timezoneId: "Asia/Shanghai",
    reducedMotion: "reduce",
  });
  if (cookies) await context.addCookies(cookies);
  const faults = [];
  const host = new URL(address).host;
  context.on("page", (page) => {
    page.on("pageerror", (error) => faults.push(`error: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      const { url } = message.location();
      // Chromium logs the answer that tells the console that nobody is signed in yet
      const nobody = url.endsWith("/api/v1/me") && message.text().includes("401");
      if (message.type() === "error" && !nobody) faults.push(`console: ${message.text()} (${url})`);
    });
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (/^(https?|wss?):$/.test(url.protocol) && url.host !== host) faults.push(`foreign request: ${url}`);
    });
  });
  return { context, page: await context.newPage(), faults };
}

/**
 * Fills the sign-in form and waits until the console is there. Fails with what the page says when the sign-in
 * is refused.
 */
export async function signIn(page, { login, password }) {
  await page.goto("/sign-in");
  await page.fill("input[name=login]", login);
  await page.fill("input[name=password]", password);
  await page.press("input[name=password]", "Enter");
  const refused = page.locator('[role="alert"]:not(:empty)').first();
  await Promise.any([
    page.waitForURL((url) => url.pathname !== "/sign-in", { timeout: 15_000 }),
    refused.waitFor({ state: "visible", timeout: 15_000 }),
  ]).catch(() => {});
  if (new URL(page.url()).pathname === "/sign-in") {
    const shown = await page.locator("body").innerText();
    throw new Error(`${login} is not signed in; the page says:\n${shown}`);
  }
}

/** Signs in over the API and gives the cookies, for windows that need no form. */
export async function signInCookies(browser, address, { login, password }) {
  const context = await browser.newContext({ baseURL: address });
  try {
    const answer = await context.request.post("/api/v1/sign-in", { data: { login, password } });
    if (!answer.ok()) throw new Error(`${login} is not signed in: ${answer.status()} ${await answer.text()}`);
    return await context.cookies();
  } finally {
    await context.close();
  }
}

/** Reads `/api/v1${path}` with the window's cookies. */
export async function read(context, path) {
  const answer = await context.request.get(`/api/v1${path}`);
  if (!answer.ok()) throw new Error(`GET ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

/** Makes the signed-in person see the console in this theme and language, whatever they chose before. */
export async function prefer(context, { theme, locale }) {
  const { csrf } = await read(context, "/me");
  const change = { theme, locale: locale === "zh" ? "zh-CN" : "en" };
  const answer = await context.request.patch("/api/v1/me", { data: change, headers: { "X-CSRF-Token": csrf } });
  if (!answer.ok()) throw new Error(`PATCH /me: ${answer.status()} ${await answer.text()}`);
}

/** Waits until a page has its fonts and its first data, and nothing moves. */
export async function settled(page) {
  await page.waitForLoadState("load");
  await page.waitForFunction(
    () => !document.querySelector('[aria-busy="true"], .el-skeleton, .skeleton') && document.fonts.status === "loaded",
    undefined,
    { timeout: 15_000 },
  );
  await page.evaluate(async () => {
    await document.fonts.ready;
    const running = document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(running.map((one) => one.finished));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Runs axe (WCAG 2.0 and 2.1, A and AA) over the page and fails with every node it finds wrong.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} [what] said before the findings; the address of the page when left out
 */
export async function accessible(page, what = page.url()) {
  // evaluated from outside, so that the page's Content-Security-Policy stays as it is
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const found = await globalThis.axe.run(document, {
      runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] },
      resultTypes: ["violations"],
    });
    return found.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ target, html, failureSummary }) => ({ target: target.join(" "), html, failureSummary })),
    }));
  });
  if (violations.length === 0) return;
  const told = violations.map(({ id, help, nodes }) => {
    const listed = nodes.map(({ target, html, failureSummary }) => `    ${target}\n      ${html}\n      ${indent(failureSummary)}`);
    return `  ${id}: ${help}\n${listed.join("\n")}`;
  });
  throw new Error(`axe on ${what}:\n${told.join("\n")}`);
}

const indent = (text) => (text ?? "").replaceAll("\n", "\n      ");
