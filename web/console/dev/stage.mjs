// Puts the built console (dist/console) into Chromium before the stand-in world: files, HTTP and socket all answered here.
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const dist = process.env.DIST ?? fileURLToPath(new URL("../../dist/console", import.meta.url));
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="420"><rect width="640" height="420" fill="#b9c6c3"/><path d="M0 420 220 180l140 150 90-90 190 180z" fill="#7f9a95"/><circle cx="500" cy="110" r="44" fill="#e7ecea"/></svg>';
// The policy the server sends: what it forbids must not be needed.
const POLICY = "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";
export const HOME = "http://localhost:4999";

export function launch() {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ARGS });
}

/** A page of the console in `world`; `push` speaks to its socket. */
export async function open(browser, world, { width = 1440, height = 900, path = "/", hang = false } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 1, hasTouch: width < 768, timezoneId: "Asia/Shanghai" });
  const page = await context.newPage();
  const errors = [];
  page.on("console", (m) => m.type() === "error" && errors.push(m.text()));
  page.on("pageerror", (e) => errors.push(String(e)));
  let speak = () => undefined;
  await page.routeWebSocket(/\/api\/v1\/socket/, (ws) => {
    const push = (frame) => ws.send(JSON.stringify(frame));
    speak = push;
    ws.onMessage((text) => ws.send(JSON.stringify(world.socket(JSON.parse(text), push))));
  });
  await page.route("**/*", async (route) => {
    const url = new URL(route.request().url());
    if (url.pathname.startsWith("/api/v1/files/")) return route.fulfill({ contentType: "image/svg+xml", body: SVG });
    if (url.pathname.startsWith("/api/v1/")) {
      if (hang && !url.pathname.endsWith("/me")) return;
      const sent = route.request().postData();
      let body = null;
      try {
        body = sent ? JSON.parse(sent) : null;
      } catch {
        body = null;
      }
      const [status, answer] = world.http(route.request().method(), url, body);
      return route.fulfill({ status, contentType: status < 400 ? "application/json" : "application/problem+json", body: JSON.stringify(answer) });
    }
    const file = join(dist, url.pathname);
    const real = extname(file) && existsSync(file) ? file : join(dist, "index.html");
    return route.fulfill({ contentType: types[extname(real)] ?? "application/octet-stream", headers: { "content-security-policy": POLICY }, body: readFileSync(real) });
  });
  await page.goto(HOME + path);
  return { page, errors, push: (frame) => speak(frame), context };
}
