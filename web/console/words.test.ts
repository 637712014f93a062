// @vitest-environment node
// The words are complete: both languages hold the same keys with the same placeholders, and every key that is used exists.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createI18n } from "vue-i18n";
import { problemWords } from "@api/problem";
import shell from "@shell/words";

type Tree = { [key: string]: string | Tree };
const here = new URL(".", import.meta.url).pathname;
const rooms = import.meta.glob<{ default: { "zh-CN": Tree; en: Tree } }>("./rooms/*/words.ts", { eager: true });

function flat(tree: Tree, under = ""): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") all.set(under + key, value);
    else for (const [k, v] of flat(value, `${under}${key}.`)) all.set(k, v);
  }
  return all;
}
function joined(tongue: "zh-CN" | "en"): Map<string, string> {
  const tree: Tree = { shell: shell[tongue] };
  for (const [path, words] of Object.entries(rooms)) tree[path.split("/")[2]!] = words.default[tongue];
  return flat(tree);
}
const zh = joined("zh-CN");
const en = joined("en");

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "dev" ? [] : sources(path);
    return /\.(vue|ts)$/.test(name) && !/words|\.test\./.test(name) ? [path] : [];
  });
}

test("both_languages_hold_the_same_keys", () => {
  expect([...en.keys()].sort()).toEqual([...zh.keys()].sort());
});

test("both_languages_use_the_same_placeholders", () => {
  const holes = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const [key, text] of zh) expect(new Set(holes(en.get(key) ?? "")), key).toEqual(new Set(holes(text)));
});

test("no_word_is_empty_and_no_english_is_chinese", () => {
  for (const [key, text] of zh) expect(text, key).not.toBe("");
  for (const [key, text] of en) expect(text, key).not.toMatch(/[\u3400-\u9fff]/);
  for (const [code, words] of Object.entries(problemWords)) expect(words.en, code).not.toMatch(/[\u3400-\u9fff]/);
});

test("every_message_can_be_worded", () => {
  for (const [tongue, words] of [["zh-CN", zh], ["en", en]] as const) {
    const i18n = createI18n({ legacy: false, locale: tongue, flatJson: true, messages: { [tongue]: Object.fromEntries(words) } });
    for (const key of words.keys()) expect(() => i18n.global.t(key, { n: 1 }), key).not.toThrow();
    for (const [key, text] of words) expect(text.replaceAll("{'@'}", ""), key).not.toMatch(/[@|]/);
  }
});

test("every_key_that_is_used_exists", () => {
  const names = [...new Set([...zh.keys()].map((key) => key.split(".")[0]))].join("|");
  const whole = new RegExp(`["'\`]((?:${names})(?:\\.[a-zA-Z_]\\w*)+)["'\`]`, "g");
  const begun = new RegExp(`\`((?:${names})(?:\\.[a-zA-Z_]\\w*)*)\\.\\$\\{`, "g");
  const missing: string[] = [];
  for (const path of sources(here)) {
    const text = readFileSync(path, "utf8").replace(/\bcan\([^)]*\)|needs: "[^"]*"|any: \[[^\]]*\]/g, "");
    for (const [, key = ""] of text.matchAll(whole)) {
      if (!key.endsWith(".value") && !zh.has(key) && ![...zh.keys()].some((k) => k.startsWith(`${key}.`))) missing.push(`${path}: ${key}`);
    }
    for (const [, key = ""] of text.matchAll(begun)) if (![...zh.keys()].some((k) => k.startsWith(`${key}.`))) missing.push(`${path}: ${key}.*`);
  }
  expect(missing).toEqual([]);
});
