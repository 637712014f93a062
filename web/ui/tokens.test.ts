// @vitest-environment node
// Every pair of word and ground that the console uses reaches WCAG AA (4.5:1), marks reach 3:1, in both themes.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
function tokens(block: string): Map<string, string> {
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/gi)].map(([, name, value]) => [name!, value!]));
}
const [light = "", dark = ""] = css.split(':root[data-theme="dark"]');
const themes = { light: tokens(light), dark: new Map([...tokens(light), ...tokens(dark)]) };

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}

const grounds = ["paper", "surface", "raised", "hover", "primary-tint", "mine", "theirs"];
const words: [string, string[]][] = [
  ["ink", [...grounds, "note", "mark", "ok-tint", "near-tint", "late-tint"]],
  ["ink-2", [...grounds, "note"]],
  ["ink-3", grounds],
  ["primary-text", grounds],
  ["ok-text", ["paper", "surface", "raised", "ok-tint"]],
  ["near-text", ["paper", "surface", "raised", "hover", "primary-tint", "near-tint"]],
  ["late-text", ["paper", "surface", "raised", "hover", "primary-tint", "late-tint"]],
  ["note-text", ["note", "surface"]],
  ["on-primary", ["primary"]],
  ["on-late", ["late"]],
  ["surface", ["ink"]],
];

for (const [theme, values] of Object.entries(themes)) {
  test(`words_reach_aa_in_${theme}`, () => {
    for (const [word, under] of words) for (const ground of under) expect(contrast(values.get(word)!, values.get(ground)!), `${word} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });
  test(`marks_and_controls_reach_3_to_1_in_${theme}`, () => {
    for (const mark of ["primary", "ok", "near", "late", "line-strong"]) for (const ground of ["surface", "paper"]) expect(contrast(values.get(mark)!, values.get(ground)!), `${mark} on ${ground}`).toBeGreaterThanOrEqual(3);
  });
}

test("light_holds_the_colours_of_the_house", () => {
  const house = { ink: "#1f2a30", paper: "#f6f7f5", surface: "#ffffff", line: "#e3e7e4", primary: "#0e7c86", ok: "#2e8b57", near: "#b97400", late: "#c93a26", note: "#fff6dc" };
  for (const [name, value] of Object.entries(house)) expect(themes.light.get(name)?.toLowerCase()).toBe(value);
});
