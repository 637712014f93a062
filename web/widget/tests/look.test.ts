// @vitest-environment node
// Makes pictures of the widget when WIDGET_LOOK names a folder; a person looks at them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { buildWidget, hasBrowser, launch } from './browser';
import { Desk } from './desk';
import { busyTalk, cards } from './scenes';

const folder = process.env['WIDGET_LOOK'];
const PRODUCT = JSON.stringify({ product: 31, title: '橡木实木书架 简约落地置物架 客厅收纳', price_fen: 45900, url: '/p/31' });

const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;
const scenes: Record<string, (desk: Desk, page: Page) => Promise<void>> = {
  async start(_, page) {
    await page.evaluate(() => (window as never as { Xiaoer: { open(): void } }).Xiaoer.open());
  },
  async launcher(desk) {
    busyTalk(desk);
  },
  async talk(desk, page) {
    busyTalk(desk);
    await scenes['start']!(desk, page);
    await page.waitForTimeout(500);
    await page.locator('.scroller').evaluate((scroller) => scroller.scrollBy(0, -430));
  },
  async end(desk, page) {
    busyTalk(desk);
    await scenes['start']!(desk, page);
  },
  async cards(desk, page) {
    cards(desk);
    await scenes['start']!(desk, page);
  },
  async queue(desk, page) {
    desk.phase = 'queued';
    desk.say('有人在吗', { from: 'buyer', client_id: 'q' });
    desk.queue = { place: 4, wait_s: 290 };
    await scenes['start']!(desk, page);
    await page.waitForTimeout(300);
    desk.push({ on: 'queue', place: 5, wait_s: 340, why: 'vip' });
  },
  async closed(desk, page) {
    desk.shop.open = false;
    desk.shop.opens_at = Date.now() + 40_000_000;
    await scenes['start']!(desk, page);
  },
  async rating(desk, page) {
    desk.take('小满');
    desk.say('好的，那就不打扰您了，祝您生活愉快');
    desk.phase = 'closed';
    desk.put({ kind: 'system', from: 'system', body: { event: 'closed', by: 'agent' } } as never);
    desk.invite = 5;
    await scenes['start']!(desk, page);
    await page.locator('.stars label').nth(3).click();
  },
  async trouble(desk, page) {
    busyTalk(desk);
    await scenes['start']!(desk, page);
    await page.waitForTimeout(300);
    await page.locator('.composer textarea').fill('这条还没发出去');
    desk.up = false;
    desk.cut();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^(表情|Emoji)$/ }).click();
  },
  async hard(desk, page) {
    desk.take('小满');
    desk.say('<script>alert(1)</script> <b>粗体</b> &amp;');
    desk.say('\u202Eexe.gnp\u202C 反向与零\u200B宽字符');
    desk.say('😀'.repeat(100), { from: 'buyer', client_id: 'h1' });
    desk.say('https://shop.example.com/' + 'a-very-long-address-without-any-break/'.repeat(4), { from: 'buyer', client_id: 'h2' });
    desk.say('مرحبا، كم سعر هذا الرف؟', { from: 'buyer', client_id: 'h3', quote: 4 });
    desk.put({ kind: 'hologram', body: {} } as never);
    await scenes['start']!(desk, page);
    await page.waitForTimeout(300);
    desk.refuse = 'text_too_long';
    await page.locator('.composer textarea').fill('这一条被拒绝了');
    await page.keyboard.press('Enter');
  },
  async recording(desk, page) {
    busyTalk(desk);
    await scenes['start']!(desk, page);
    await page.waitForTimeout(300);
    await page.locator('.row.mine').last().click();
    await page.getByRole('button', { name: /^(语音|Voice message)$/ }).click();
    await page.waitForTimeout(2_500);
  },
  async viewer(desk, page) {
    busyTalk(desk);
    await scenes['start']!(desk, page);
    await page.getByRole('button', { name: /查看大图|View picture/ }).click();
  },
  async menu(desk, page) {
    busyTalk(desk);
    await scenes['start']!(desk, page);
    await page.waitForTimeout(300);
    await page.locator('.row.mine').last().locator('.bubble').click({ button: 'right' });
  },
};

describe.runIf(folder && hasBrowser)('pictures', () => {
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    mkdirSync(folder!, { recursive: true });
    [browser, script] = await Promise.all([launch(), buildWidget()]);
  }, 60_000);
  afterAll(() => browser?.close());

  const only = process.env['WIDGET_SCENES']?.split(',');
  for (const [name, act] of Object.entries(scenes)) {
    if (only && !only.includes(name)) continue;
    it(name, async () => {
      for (const [device, viewport] of Object.entries(sizes)) {
        for (const colorScheme of ['light', 'dark'] as const) {
          for (const lang of ['zh', 'en']) {
            if ((colorScheme === 'dark') !== (lang === 'en') && !process.env['WIDGET_ALL']) continue;
            const context = await browser.newContext({ viewport, colorScheme, hasTouch: device === 'phone', isMobile: device === 'phone', deviceScaleFactor: device === 'phone' ? 2 : 1 });
            const desk = new Desk(script);
            await desk.serve(context, `data-locale="${lang}" data-product='${name === 'start' || name === 'end' ? PRODUCT : ''}'`, '<h1 style="font:28px sans-serif;padding:24px">橡木实木书架</h1>');
            const page = await context.newPage();
            if (name === 'launcher') await page.addInitScript(() => localStorage.setItem('xiaoer:demo:visitor', '{"token":"visitor-1","sub":null}'));
            await desk.open(page);
            await act(desk, page);
            await page.waitForTimeout(700);
            await page.screenshot({ path: join(folder!, `${name}-${device}-${colorScheme}-${lang}.png`) });
            await context.close();
          }
        }
      }
    }, 120_000);
  }
});
