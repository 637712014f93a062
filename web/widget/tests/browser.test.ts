// @vitest-environment node
// The widget as it is delivered, in a real browser, against a desk that speaks the documented door.
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../protocol';
import { buildWidget, hasBrowser, launch } from './browser';
import { Desk, png } from './desk';
import { busyTalk, cards } from './scenes';

interface Api { open(): void; close(): void; identify(identity: unknown): void; setProduct(product: unknown): void; on(event: string, act: (detail: unknown) => void): void }
declare const window: Window & { Xiaoer: Api; seen: unknown[] };

describe.runIf(hasBrowser)('in a browser', () => {
  let browser: Browser;
  let script: string;
  let context: BrowserContext;
  let page: Page;
  let desk: Desk;
  const errors: string[] = [];

  beforeAll(async () => {
    [browser, script] = await Promise.all([launch(), buildWidget()]);
  }, 60_000);
  afterAll(() => browser?.close());
  afterEach(async () => {
    await context.close();
    expect(errors.splice(0)).toEqual([]);
  });

  async function visit(more: { tag?: string; body?: string; phone?: boolean; dark?: boolean; before?: () => void } = {}): Promise<void> {
    const { tag = 'data-locale="zh"', body = '', phone = false, dark = false } = more;
    context = await browser.newContext({ viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 }, hasTouch: phone, isMobile: phone, colorScheme: dark ? 'dark' : 'light' });
    await desk.serve(context, tag, body);
    page = await context.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    if (more.before) await page.addInitScript(more.before);
    await desk.open(page);
  }
  const open = (): Promise<void> => page.getByRole('button', { name: /联系客服|Chat with us/ }).click();
  const box = () => page.getByRole('textbox', { name: '输入您的问题…' });
  const bubbles = (): Promise<string[]> => page.locator('.row .text').allTextContents();
  async function say(text: string): Promise<void> {
    await box().fill(text);
    await box().press('Enter');
  }
  const until = (check: () => boolean | Promise<boolean>): Promise<void> => expect.poll(check, { timeout: 8_000, interval: 50 }).toBe(true);

  it('begins a talk with the topic the buyer chose, and shows the answer and the ticks', async () => {
    desk = new Desk(script);
    await visit();
    await page.waitForTimeout(200);
    expect(desk.commands).toEqual([]);
    await open();
    await page.getByRole('button', { name: '退换与售后' }).click();
    await say('书架少了一颗螺丝');
    await until(() => desk.done('send').length === 1);
    expect(desk.done('send')[0]).toMatchObject({ kind: 'text', body: { text: '书架少了一颗螺丝' }, stage: 'after' });
    desk.take('小满');
    desk.push({ on: 'agent', name: '小满', typing: true });
    await page.getByText('小满 正在输入…').waitFor();
    desk.say('马上给您补发');
    await page.getByText('马上给您补发').waitFor();
    desk.push({ on: 'read', seq: 1 });
    await page.locator('.tick.read').waitFor();
    await until(() => desk.done('read').some((command) => command['seq'] === 2));
    await say('谢谢');
    await until(() => desk.done('send').length === 2);
    expect(desk.done('send')[1]).not.toHaveProperty('stage');
    expect(desk.done('typing').length).toBeGreaterThan(0);
  });

  it('is there again after a reload, with what is unread on the button and the draft in the box', async () => {
    desk = new Desk(script);
    await visit();
    await open();
    await say('在吗');
    desk.take('小满');
    desk.say('在的');
    await page.getByText('在的').waitFor();
    await until(() => desk.done('read').length > 0);
    await box().fill('写到一半');
    await page.waitForTimeout(400);
    desk.say('您还在吗');
    await page.getByText('您还在吗').waitFor();
    await page.keyboard.press('Escape');
    desk.say('需要我为您做什么');
    desk.say('随时找我');
    await page.getByRole('button', { name: '联系客服，2 条未读消息' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: '联系客服，2 条未读消息' }).click();
    expect(desk.done('hello').at(-1)).toMatchObject({ visitor: 'visitor-1', language: 'zh-CN' });
    await page.getByText('随时找我').waitFor();
    expect(await bubbles()).toEqual(['在吗', '在的', '您还在吗', '需要我为您做什么', '随时找我']);
    expect(await box().inputValue()).toBe('写到一半');
  });

  it('loses and doubles nothing over a cut, a swallowed answer and a reload without network', async () => {
    desk = new Desk(script);
    await visit();
    await open();
    desk.swallow = true;
    await say('第一句');
    await say('第二句');
    await until(() => desk.log.length === 2);
    await until(async () => (await page.locator('.tick.sent').count()) === 2);
    desk.up = false;
    desk.cut();
    desk.say('断线时说的');
    await say('第三句');
    await page.getByText('连接已断开').waitFor();
    await page.reload();
    desk.up = true;
    await until(() => desk.log.length === 4);
    await open();
    await page.getByText('第三句').waitFor();
    expect(await bubbles()).toEqual(['第一句', '第二句', '断线时说的', '第三句']);
    expect(desk.log.map((entry) => (entry as Message).client_id).filter(Boolean)).toHaveLength(3);
  });

  it('keeps its style and its keys to itself, and shows markup as text', async () => {
    desk = new Desk(script);
    const hostile = `<style>* { color: red !important; font-size: 40px !important; } div, button, xiaoer-widget { display: none !important } section { position: static !important }</style>
      <p id="p" class="bubble row">page</p><script>window.keys = []; addEventListener('keydown', (e) => keys.push(e.key)); window.before = []; window.before = Object.keys(window);</script>`;
    await visit({ body: hostile });
    await page.evaluate(() => window.Xiaoer.open());
    await say('<img src=x onerror=alert(1)> <b>b</b>');
    await page.getByText('<img src=x onerror=alert(1)> <b>b</b>').waitFor();
    const facts = await page.evaluate(() => ({
      keys: (window as never as { keys: string[] }).keys,
      added: Object.keys(window).filter((name) => !(window as never as { before: string[] }).before.includes(name)),
      size: getComputedStyle(document.querySelector('xiaoer-widget')!.shadowRoot!.querySelector('.bubble')!).fontSize,
      page: getComputedStyle(document.querySelector('#p')!).borderTopWidth,
    }));
    expect(facts).toEqual({ keys: [], added: ['Xiaoer'], size: '14px', page: '0px' });
  });

  it('answers cards, recalls, quotes and rates', async () => {
    desk = new Desk(script);
    cards(desk);
    await visit();
    await open();
    await page.getByRole('button', { name: '显示完整收货信息' }).click();
    await page.getByText('浙江省 杭州市 西湖区 竹影路 7号').waitFor();
    expect(desk.done('delivery')[0]).toMatchObject({ seq: 2 });
    await page.getByRole('button', { name: '信息有误' }).click();
    await page.getByRole('textbox', { name: '请说明哪里有误' }).fill('门牌号不对');
    await page.locator('.order').getByRole('button', { name: '提交' }).click();
    await page.getByText('您反馈信息有误').waitFor();
    expect(desk.done('answer')[0]).toMatchObject({ seq: 2, answer: 'wrong', note: '门牌号不对' });
    await page.locator('.card.form').getByRole('button', { name: '提交' }).click();
    await page.getByText('请填写此项').waitFor();
    await page.getByLabel(/层板长度/).selectOption('80 cm');
    await page.locator('.card.form').getByRole('button', { name: '提交' }).click();
    await page.getByText('您已提交').waitFor();
    expect(desk.done('answer')[1]).toMatchObject({ seq: 4, answers: { size: '80 cm' } });
    await say('发错了');
    await page.locator('.row.mine .tick.sent').waitFor();
    await page.getByText('发错了').click({ button: 'right' });
    await page.getByRole('menuitem', { name: '撤回' }).click();
    await page.getByText('您撤回了一条消息').waitFor();
    await page.getByText('麻烦您核对').click({ button: 'right' });
    await page.getByRole('menuitem', { name: '引用' }).click();
    await say('已经核对');
    await until(() => desk.done('send').some((command) => command['quote'] === 1));
    await page.locator('.row.mine .quoted', { hasText: '麻烦您核对' }).waitFor();
    desk.push({ on: 'invite', session: 12 });
    await page.getByRole('radio', { name: '非常满意' }).check({ force: true });
    await page.getByRole('textbox', { name: /说说您的感受/ }).fill('很耐心');
    await page.locator('.rating').getByRole('button', { name: '提交' }).click();
    await page.getByText('感谢您的评价').waitFor();
    expect(desk.done('rate')[0]).toMatchObject({ session: 12, score: 5, comment: '很耐心' });
    await page.getByRole('button', { name: '更多' }).click();
    await page.getByRole('menuitem', { name: '结束会话' }).click();
    await page.getByRole('menuitem', { name: '结束会话' }).click();
    await until(() => desk.done('end').length === 1);
  });

  it('sends pictures, recordings and the product of the page, and shows pictures with the token', async () => {
    desk = new Desk(script);
    await visit();
    await open();
    await page.evaluate(() => window.Xiaoer.setProduct({ product: 'P31', title: '橡木书架', price_fen: 45900, picture: '/shelf.png' }));
    await page.locator('.browsing').getByRole('button', { name: '发送' }).click();
    await until(() => desk.done('send').some((command) => command['kind'] === 'product'));
    expect(desk.done('send')[0]!['body']).toEqual({ product: 'P31', sku: null, title: '橡木书架', spec: null, price_fen: 45900, picture: 'http://localhost:7777/shelf.png' });
    await page.locator('input[type=file]').first().setInputFiles({ name: 'shelf.png', mimeType: 'image/png', buffer: png(64, 48, [200, 100, 50]) });
    await until(() => desk.done('send').some((command) => command['kind'] === 'image'));
    expect(desk.files[0]!.body.subarray(1, 4).toString()).toBe('PNG');
    await page.getByRole('button', { name: '语音' }).click();
    await page.getByText('正在录音').waitFor();
    await page.waitForTimeout(1_200);
    await page.getByRole('button', { name: '完成并发送' }).click();
    await until(() => desk.done('send').some((command) => command['kind'] === 'voice'));
    const voice = desk.done('send').find((command) => command['kind'] === 'voice')!['body'] as { ms: number };
    expect(voice.ms).toBeGreaterThan(900);
    await page.reload();
    await open();
    await page.getByRole('button', { name: '查看大图' }).click();
    await page.getByRole('dialog', { name: '查看大图' }).waitFor();
    await until(() => page.locator('.viewer img').evaluate((image: HTMLImageElement) => image.naturalWidth === 64));
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog', { name: '查看大图' }).count()).toBe(0);
  });

  it('reads a gap again and loads older pages when scrolled up', async () => {
    desk = new Desk(script);
    desk.phase = 'open';
    for (let count = 1; count <= 130; count += 1) desk.say(`第 ${count} 条`);
    await visit();
    await open();
    await page.getByText('第 130 条').waitFor();
    desk.put({ kind: 'text', body: { text: '丢失的' } } as never, true);
    desk.say('后面的');
    await page.getByText('后面的').waitFor();
    expect((await bubbles()).slice(-2)).toEqual(['丢失的', '后面的']);
    for (let tries = 0; tries < 40 && !(await bubbles()).includes('第 1 条'); tries += 1) {
      await page.locator('.scroller').evaluate((scroller) => (scroller.scrollTop = 0));
      await page.waitForTimeout(60);
    }
    const all = await bubbles();
    expect(all).toHaveLength(132);
    expect(all.slice(0, 2)).toEqual(['第 1 条', '第 2 条']);
    desk.say('新来的');
    await page.getByRole('button', { name: '1 条新消息' }).click();
    await page.getByText('新来的').waitFor();
  });

  it('takes a message out of hours, says where the queue stands, and speaks English', async () => {
    desk = new Desk(script);
    desk.shop.open = false;
    desk.shop.opens_at = Date.now() + 86_400_000;
    await visit({ tag: 'data-locale="en"' });
    await open();
    await page.getByLabel('Name').fill('Lin');
    await page.getByLabel('Phone or e-mail').fill('lin@example.com');
    await page.getByRole('textbox', { name: 'Your question', exact: true }).fill('Do you ship to Lhasa?');
    await page.getByRole('button', { name: 'Leave message' }).click();
    await page.getByText('Message received').waitFor();
    expect(desk.done('offline')[0]).toMatchObject({ client_id: expect.stringMatching(/^w/), name: 'Lin', contact: 'lin@example.com', text: 'Do you ship to Lhasa?' });
    desk.push({ on: 'state', state: 'queued' });
    desk.push({ on: 'queue', place: 3, wait_s: 130 });
    await page.getByText('2 ahead of you, about 3 min').waitFor();
    desk.push({ on: 'queue', place: 4, wait_s: 200, why: 'complaint' });
    await page.getByText('An urgent complaint is served first').waitFor();
    desk.push({ on: 'queue', place: 0, wait_s: 0 });
    await until(async () => !(await page.locator('.strip.queue').isVisible()));
  });

  it('offers to cut a long text in pieces', async () => {
    desk = new Desk(script);
    desk.shop.limits.text = 100;
    await visit();
    await open();
    await box().fill('这是一句比较长的话。'.repeat(23));
    await page.getByText('最多 100 字，现在 230 字').waitFor();
    expect(await page.getByRole('button', { name: '发送', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: '分 3 条发送' }).click();
    await until(() => desk.log.length === 3);
    expect(desk.log.map((entry) => (entry.kind === 'text' ? entry.body.text : '')).join('')).toBe('这是一句比较长的话。'.repeat(23));
  });

  it('works where storage is refused, and tells the page what happens', async () => {
    desk = new Desk(script);
    await visit({
      before: () => {
        Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('refused', 'SecurityError'); } });
        const seen: unknown[] = [];
        Object.assign(window, { seen, Xiaoer: [['on', 'open', () => seen.push('open')], ['on', 'unread', (count: number) => seen.push(count)], ['open']] });
      },
    });
    await say('在吗');
    await until(() => desk.log.length === 1);
    await page.evaluate(() => window.Xiaoer.close());
    desk.say('在的');
    await until(() => page.evaluate(() => window.seen.includes(1)));
    expect(await page.evaluate(() => window.seen[0])).toBe('open');
    desk.cut();
    await until(() => desk.done('hello').length === 2);
    expect(desk.done('hello')[1]).toMatchObject({ visitor: 'visitor-1' });
  });

  it('sends the identity along, and forgets the talk when the customer signs out', async () => {
    desk = new Desk(script);
    await visit({ tag: `data-locale="zh" data-identity='{"sub":"u7","name":"青柠","at":1790000000000,"mac":"ab"}'` });
    await until(() => desk.done('hello').length === 1);
    expect(desk.done('hello')[0]).toMatchObject({ identity: { sub: 'u7', name: '青柠', at: 1790000000000, mac: 'ab' } });
    await open();
    await say('只给我看');
    await page.getByText('只给我看').waitFor();
    desk.log = [];
    await page.evaluate(() => window.Xiaoer.identify(null));
    await until(() => desk.done('hello').length === 2);
    expect(desk.done('hello')[1]).not.toHaveProperty('visitor');
    expect(desk.done('hello')[1]).not.toHaveProperty('identity');
    await until(async () => (await bubbles()).length === 0);
  });

  it('shows the next person at a browser nothing of the customer the shop signed before', async () => {
    desk = new Desk(script);
    await visit({ tag: `data-locale="zh" data-identity='{"sub":"u7","name":"青柠","at":1790000000000,"mac":"ab"}'` });
    await open();
    await say('只给我看');
    await page.getByText('只给我看').waitFor();
    await box().fill('我的草稿');
    await page.waitForTimeout(400);
    desk.tag = 'data-locale="zh"';
    desk.token = 'visitor-2';
    desk.log = [];
    const before = desk.done('hello').length;
    await desk.open(page);
    await page.waitForTimeout(200);
    expect(desk.done('hello').length).toBe(before);
    // before the server has answered as little as afterwards
    desk.up = false;
    await open();
    expect(await box().inputValue()).toBe('');
    expect(await bubbles()).toEqual([]);
    desk.up = true;
    await until(() => desk.done('hello').length === before + 1);
    expect(desk.done('hello')[before]).not.toHaveProperty('identity');
    expect(desk.done('hello')[before]).not.toHaveProperty('visitor');
    expect(await bubbles()).toEqual([]);
    expect(await box().inputValue()).toBe('');
    await say('我是另一位');
    await page.getByText('我是另一位').waitFor();
    await desk.open(page);
    await until(() => desk.done('hello').length === before + 2);
    expect(desk.done('hello')[before + 1]).toMatchObject({ visitor: 'visitor-2' });
  });

  it('fills a phone, does not make it zoom, and gives the page back', async () => {
    desk = new Desk(script);
    busyTalk(desk);
    await visit({ phone: true });
    await open();
    await page.getByText('谢谢').waitFor();
    expect(await page.getByRole('dialog').boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    expect(await box().evaluate((element) => getComputedStyle(element).fontSize)).toBe('16px');
    expect(await page.evaluate(() => document.documentElement.style.overflow)).toBe('hidden');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.getByRole('button', { name: '收起' }).click();
    expect(await page.evaluate(() => document.documentElement.style.overflow)).toBe('');
  });

  it('can be used with the keyboard alone', async () => {
    desk = new Desk(script);
    await visit();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('group', { name: '请选择咨询类型，或直接输入您的问题' }).waitFor();
    await page.keyboard.type('键盘');
    await page.keyboard.press('Enter');
    await until(() => desk.log.length === 1);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    expect(await box().inputValue()).not.toBe('');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await until(() => page.evaluate(() => document.querySelector('xiaoer-widget')!.shadowRoot!.activeElement?.className === 'launcher'));
  });

  for (const dark of [false, true]) {
    it(`has nothing for axe to find, ${dark ? 'dark' : 'light'}`, async () => {
      for (const scene of [busyTalk, cards, (one: Desk) => { one.shop.open = false; one.invite = 3; }, () => undefined]) {
        desk = new Desk(script);
        scene(desk);
        await visit({ dark, body: '<main><h1>云杉家居</h1></main>' });
        await open();
        await page.locator('.names h2', { hasText: '云杉家居' }).waitFor();
        await page.waitForTimeout(300);
        await page.evaluate(axe.source);
        const found = await page.evaluate(async () => {
          const { violations } = await (window as never as { axe: typeof axe }).axe.run(document, { rules: { region: { enabled: false } } });
          return violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`);
        });
        expect(found).toEqual([]);
        await context.close();
      }
    }, 40_000);
  }
}, 30_000);
