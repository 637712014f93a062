// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Key, problemKey, words } from '../i18n';
import { WORDS } from '../words';

const here = new URL('..', import.meta.url).pathname;
const sources = ['', 'view'].flatMap((folder) =>
  readdirSync(join(here, folder))
    .filter((name) => name.endsWith('.ts') && name !== 'words.ts')
    .map((name) => readFileSync(join(here, folder, name), 'utf8')),
);
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort();

describe('the words', () => {
  it('are there in both languages, with the same holes', () => {
    for (const [key, [zh, en]] of Object.entries(WORDS)) {
      expect(zh.trim(), key).not.toBe('');
      expect(en.trim(), key).not.toBe('');
      expect(holes(zh), key).toEqual(holes(en));
      expect(/[\u4e00-\u9fff]/.test(en), key).toBe(false);
    }
  });

  it('are all said somewhere', () => {
    const all = sources.join('\n');
    for (const key of Object.keys(WORDS)) expect(all.includes(`'${key}'`), key).toBe(true);
  });

  it('stand nowhere else: no Chinese sentence outside the table', () => {
    for (const source of sources) {
      const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      expect(code.match(/'[^'\n]*[\u4e00-\u9fff]{2,}[^'\n]*'/g)).toBeNull();
    }
  });

  it('fill their holes and leave unknown ones', () => {
    expect(words('zh').t('ahead', { n: 3, m: 5 })).toBe('您前面还有 3 位，预计等待 5 分钟');
    expect(words('en').t('ahead', { n: 3 })).toBe('3 ahead of you, about {m} min');
  });

  it('name every problem a buyer can meet', () => {
    for (const code of ['text_empty', 'text_too_long', 'file_too_big', 'file_kind', 'too_late', 'blocked', 'limit_messages', 'busy', 'unavailable', 'lost']) {
      expect(problemKey(code), code).not.toBe('pOther' satisfies Key);
    }
    expect(problemKey('something_new')).toBe('pOther');
  });
});
