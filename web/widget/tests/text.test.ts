import { describe, expect, it } from 'vitest';
import { contrast, palette, parse } from '../color';
import { asIdentity, asPosition, asProduct } from '../config';
import { day, money, opening, seconds } from '../format';
import { chooseLang, words } from '../i18n';
import { length, pieces, split, webAddress, wellFormed } from '../text';
import { subject } from '../visitor';

describe('text', () => {
  it('counts characters, not halves', () => {
    expect(length('你好😀')).toBe(3);
    expect(length('😀'.repeat(100))).toBe(100);
  });

  it('replaces lone surrogates only', () => {
    expect(wellFormed('a\ud83d b\ude00 😀 \u0000')).toBe('a\ufffd b\ufffd 😀 \u0000');
  });

  it('cuts long text into pieces that hold all of it', () => {
    const text = '第一句话比较长一些。第二句也是！'.repeat(200);
    const parts = split(text, 500);
    expect(parts.every((part) => length(part) <= 500)).toBe(true);
    expect(parts.join('')).toBe(text);
    expect(parts[0]!.endsWith('！') || parts[0]!.endsWith('。')).toBe(true);
    expect(split('字'.repeat(1001), 500).map(length)).toEqual([500, 500, 1]);
  });

  it('finds web addresses and nothing else', () => {
    expect(pieces('看 https://a.example/x?y=1。谢谢').map((piece) => piece.href)).toEqual([null, 'https://a.example/x?y=1', null]);
    expect(pieces('(https://a.example/b_(c)).').find((piece) => piece.href)?.text).toBe('https://a.example/b_(c)');
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'https://']) {
      expect(pieces(`x ${bad} y`).every((piece) => piece.href === null), bad).toBe(true);
      expect(webAddress(bad), bad).toBeNull();
    }
  });

  it('keeps every character of the text', () => {
    for (const text of ['', 'a', 'https://a.example', '前https://a.example，后https://b.example/）', '<b>https://a.example"onclick=x</b>']) {
      expect(pieces(text).map((piece) => piece.text).join('')).toBe(text);
    }
  });
});

describe('figures', () => {
  it('writes money, lengths and days as people do', () => {
    expect(money(123450)).toBe('¥1,234.50');
    expect(money(9)).toBe('¥0.09');
    expect(money(123456789000)).toBe('¥1,234,567,890.00');
    expect(money(null)).toBe('');
    expect(seconds(7_400)).toBe('0:07');
    const now = new Date(2026, 10, 21, 9, 30).getTime();
    expect(day(new Date(2026, 10, 20, 23, 59).getTime(), now, words('zh'))).toBe('昨天');
    expect(day(new Date(2026, 10, 18, 12).getTime(), now, words('zh'))).toContain('11月18日');
    expect(opening(new Date(2026, 10, 21, 10).getTime(), now, words('zh'))).toBe('10:00');
  });
});

describe('the shop colour', () => {
  it('can be read whatever a shop chooses, on both grounds', () => {
    for (const color of ['#000', '#fff', '#ffff00', '#0E7C86', '#ff5000', '#777777', '#c0c0c0', 'no colour', null]) {
      for (const scheme of ['light', 'dark'] as const) {
        const { fill, on, text } = palette(color, scheme);
        const ground = parse(scheme === 'light' ? '#FFFFFF' : '#1C2326')!;
        expect(contrast(parse(fill)!, parse(on)!), `${color} fill`).toBeGreaterThanOrEqual(4.5);
        expect(contrast(parse(text)!, ground), `${color} text`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});

describe('the script tag', () => {
  it('takes identities and products that are whole, and nothing else', () => {
    expect(asIdentity({ jwt: 'a.b.c' })).toEqual({ jwt: 'a.b.c' });
    expect(asIdentity({ sub: 'u1', name: '青柠', at: 1, mac: 'ff' })).toEqual({ sub: 'u1', name: '青柠', at: 1, mac: 'ff' });
    expect(asIdentity({ sub: 'u1' })).toBeNull();
    expect(asIdentity('x')).toBeNull();
    expect(asProduct({ product: 7, title: '椅子', price_fen: 9900.4 })).toMatchObject({ product: 7, price_fen: 9900 });
    expect(asProduct({ title: '椅子' })).toBeNull();
    expect(asPosition('left 24,96')).toEqual({ side: 'left', x: 24, y: 96 });
    expect(asPosition(undefined)).toEqual({ side: 'right', x: 20, y: 20 });
  });

  it('looks into a token for the customer it names', () => {
    const payload = Buffer.from(JSON.stringify({ sub: '顾客-7' })).toString('base64url');
    expect(subject({ jwt: `x.${payload}.y` })).toBe('顾客-7');
    expect(subject({ jwt: 'broken' })).toBe('');
  });

  it('chooses the language', () => {
    expect(chooseLang('auto', ['fr', 'zh-TW', 'en'])).toBe('zh');
    expect(chooseLang('en', ['zh-CN'])).toBe('en');
    expect(chooseLang(null, ['de'])).toBe('en');
  });
});
