// A real browser with the widget as it will be delivered.
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { build } from 'vite';

export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
export const hasBrowser = existsSync(CHROMIUM);

export function launch(): Promise<Browser> {
  const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath: CHROMIUM, args: [...quiet, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] });
}

/** Builds into a folder of its own; returns the path of the script. */
export async function buildWidget(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'widget-'));
  await build({ configFile: new URL('../vite.config.ts', import.meta.url).pathname, logLevel: 'error', build: { outDir } });
  return join(outDir, 'widget.js');
}
