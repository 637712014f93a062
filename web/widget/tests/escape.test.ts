import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { words } from '../i18n';
import type { Message } from '../protocol';
import { body, text } from '../view/body';
import type { Context } from '../view/context';

const folder = join(process.cwd(), process.cwd().endsWith('widget') ? '.' : 'widget');
const NASTY = [
  '<img src=x onerror=alert(1)>', '<script>alert(1)</script>', '"><svg/onload=alert(1)>', "javascript:alert('x')", '&lt;b&gt;', '</span><b>b</b>',
  '\u202Egnp.exe\u202C', '零\u200B宽', '😀'.repeat(100), 'null\u0000byte', '{{constructor.constructor("alert(1)")()}}', 'https://a.example/"onmouseover="alert(1)',
];

const context = {
  words: words('zh'),
  talk: { files: { show: () => new Promise(() => undefined) }, outbox: { blob: async () => null } },
} as unknown as Context;
const message = (kind: string, content: unknown): Message =>
  ({ conversation: 1, seq: 1, rev: 1, from: 'agent', name: null, at: 0, client_id: null, quote: null, state: 'sent', kind, body: content }) as Message;

describe('what others wrote', () => {
  it('is shown as the text it is', () => {
    for (const nasty of NASTY) {
      const shown = text(nasty);
      expect(shown.textContent).toBe(nasty);
      expect([...shown.querySelectorAll('*')].every((element) => element.tagName === 'A')).toBe(true);
      for (const link of shown.querySelectorAll('a')) {
        expect(link.href).toMatch(/^https?:/);
        expect(link.rel).toContain('noopener');
        expect(link.getAttributeNames().sort()).toEqual(['href', 'rel', 'target']);
      }
    }
  });

  it('is shown as text in every card too', () => {
    for (const nasty of NASTY) {
      const made = [
        body(context, message('product', { product: 1, title: nasty, spec: nasty, price_fen: 1, picture: nasty })),
        body(context, message('coupon', { title: nasty, amount_fen: 1, code: nasty })),
        body(context, message('file', { file: 1, name: nasty, size: 1, type: nasty })),
        body(context, message('order', { order: 1, number: nasty, lines: [{ title: nasty, spec: nasty, quantity: 1, price_fen: 1 }], total_fen: 1, receiver: nasty, address: nasty, pay: nasty, ship: nasty, confirm: true, answer: null })),
        body(context, message('form', { title: nasty, fields: [{ name: nasty, title: nasty, kind: 'choice', choices: [nasty], required: true }], answers: null })),
        body(context, message('form', { title: nasty, fields: [{ name: 'a', title: nasty, kind: 'text' }], answers: { a: nasty } })),
      ];
      for (const element of made) {
        expect(element.textContent).toContain(nasty);
        expect(element.querySelector('script,iframe,object,embed,svg[onload]')).toBeNull();
        for (const inner of element.querySelectorAll('*')) expect(inner.getAttributeNames().some((name) => name.startsWith('on'))).toBe(false);
        for (const picture of element.querySelectorAll('img')) expect(picture.src).toMatch(/^(https?:|blob:|$)/);
      }
    }
  });

  it('does no harm when it is not what the kind promises', () => {
    for (const kind of ['text', 'image', 'voice', 'file', 'product', 'order', 'coupon', 'form', 'hologram']) {
      expect(() => body(context, message(kind, {})), kind).not.toThrow();
    }
  });

  it('never goes through a parser of markup', () => {
    const files = ['', 'view', 'styles'].flatMap((name) => readdirSync(join(folder, name)).filter((file) => file.endsWith('.ts')).map((file) => join(folder, name, file)));
    for (const file of files) {
      expect(readFileSync(file, 'utf8'), file).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\(|new Function/);
    }
  });

  it('leaves every source file short enough to read', () => {
    for (const name of ['', 'view', 'styles']) {
      for (const file of readdirSync(join(folder, name)).filter((one) => /\.(ts|css)$/.test(one))) {
        expect(readFileSync(join(folder, name, file), 'utf8').split('\n').length, file).toBeLessThanOrEqual(250);
      }
    }
  });
});
