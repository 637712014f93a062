// @vitest-environment node
// Whatever the server may answer to a page has words in both languages. The codes are read from where the server makes
// them, so a new one without words is found here and not by an agent.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { problemWords } from "@api/problem";
import { en as faultsEn, zh as faultsZh } from "./rooms/orders/faultWords";

type Sentences = Readonly<Record<string, string>>;
const rooms = import.meta.glob<{ default: { "zh-CN": { problem?: Sentences } } }>("./rooms/*/words.ts", { eager: true });

const crates = fileURLToPath(new URL("../../crates", import.meta.url));

/** Codes no page ever gets, with those who make them: made anywhere else, they need words. */
const NO_PAGE: { why: string; made: RegExp; codes: string }[] = [
  {
    why: "a command of the program was called wrongly, or found what it is about wanting: whoever typed it reads the English sentence",
    made: /^xiaoer\/src\/(commands|replay|demo)\/|^xiaoer\/src\/(config|admin|web)\.rs|^store\/src\//,
    codes: "config_unusable file folder_locked labels_unreadable listen_unusable map_unusable not_a_demo not_for_faq not_for_traces passphrase rows_refused server_address server_away server_refused shop_needed shop_unknown unsound web_not_built",
  },
  {
    why: "the store opens, moves, backs up or restores: that is done before or beside the server, by commands",
    made: /^store\/src\/|^xiaoer\/src\/admin\.rs/,
    codes: "backup_bad backup_damaged backup_failed backup_newer database_in_use database_newer database_not_empty database_unreachable database_url files_url folder_unusable migration_changed nodes_full passphrase_needed passphrase_short passphrase_wrong restore_failed",
  },
];

interface Source {
  path: string;
  text: string;
}
function sources(folder: string): Source[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "tests" || name === "target" ? [] : sources(path);
    if (!name.endsWith(".rs") || name === "tests.rs") return [];
    const text = readFileSync(path, "utf8");
    const tests = text.search(/#\[cfg\(test\)\]\s*mod \w+ \{/);
    return [{ path: relative(crates, path).replaceAll("\\", "/"), text: tests < 0 ? text : text.slice(0, tests) }];
  });
}
const all = readdirSync(crates).flatMap((name) => sources(join(crates, name, "src")));

/** The arguments of the call whose bracket opens before `from`. */
function argumentsAt(text: string, from: number): string[] {
  const found: string[] = [];
  let one = "";
  let depth = 1;
  for (let at = from; depth > 0 && at < text.length; at++) {
    const sign = text[at]!;
    if (sign === '"') {
      const end = /"(?:[^"\\]|\\.)*"/sy;
      end.lastIndex = at;
      const quoted = end.exec(text)![0];
      one += quoted;
      at += quoted.length - 1;
      continue;
    }
    if ("([{".includes(sign)) depth++;
    if (")]}".includes(sign)) depth--;
    if (depth === 0 || (sign === "," && depth === 1)) {
      found.push(one.trim());
      one = "";
    } else one += sign;
  }
  return found;
}
const literals = (text: string): string[] => [...text.matchAll(/"([a-z0-9]+(?:_[a-z0-9]+)*)"/g)].map((one) => one[1]!);
const flat = (one: string): string | null => /^"([a-z0-9_]+)"$/.exec(one)?.[1] ?? null;

/** What readers of tables can say of a file or a cell; their first page lists it. */
const meanings = all.find((one) => one.path === "sheet/src/fault.rs")!.text.split("pub fn meaning")[1]!;
const ofTables = [...meanings.matchAll(/"(\w+)" =>/g)].map((one) => one[1]!);
const ofRooms = all.flatMap(({ text }) => [...text.matchAll(/Flaw::new\("(\w+)"\)/g)].map((one) => one[1]!));

/** Codes by the files that make them, and the places where nobody can tell which code is made. */
function made(): { codes: Map<string, Set<string>>; dark: string[] } {
  const codes = new Map<string, Set<string>>();
  const dark: string[] = [];
  const note = (code: string, path: string): void => void codes.set(code, (codes.get(code) ?? new Set()).add(path));
  for (const { path, text } of all) {
    for (const call of text.matchAll(/\bProblem::(new|input|conflict)\(/g)) {
      const given = argumentsAt(text, call.index + call[0].length)[call[1] === "conflict" ? 0 : 1] ?? "";
      const code = flat(given);
      if (code) note(code, path);
      else if (/\b(fault|flaw)\.code$/.test(given)) ofTables.forEach((one) => note(one, path));
      else if (path !== "base/src/problem.rs") {
        const named = [...text.matchAll(/let \(?code\b([^;]*);/g)].flatMap((one) => literals(one[1]!.replace(/\(("\w+"), "\w+"\)/g, "$1")));
        const closures = [...text.matchAll(/let (\w+) = \|code\b/g)].flatMap((one) => [...text.matchAll(new RegExp(`\\b${one[1]}\\("(\\w+)"`, "g"))].map((use) => use[1]!));
        const found = [...named, ...closures];
        if (given !== "code" || !found.length) dark.push(`${path}: ${given}`);
        found.forEach((one) => note(one, path));
      }
    }
  }
  return { codes, dark };
}
const { codes, dark } = made();
const unseen = new Map(NO_PAGE.flatMap((group) => group.codes.split(" ").map((code) => [code, group] as const)));

test("the_codes_are_found_where_the_server_makes_them", () => {
  expect(codes.size).toBeGreaterThan(300);
  for (const code of ["not_found", "agent_full", "waybill_missing", "import_begun", "question_twice", "too_big", "file_locked"]) expect([...codes.keys()], code).toContain(code);
  // A code that comes out of a value is looked for in `let code = …`; another way to name one has to be told here.
  expect(dark).toEqual([]);
});

test("every_code_that_can_reach_a_page_has_words_in_both_languages", () => {
  const mute = [...codes].filter(([code, paths]) => !problemWords[code] && ![...paths].every((path) => unseen.get(code)?.made.test(path))).map(([code, paths]) => `${code} (${[...paths].join(", ")})`);
  expect(mute.sort()).toEqual([]);
  for (const [code, words] of Object.entries(problemWords)) {
    expect(words["zh-CN"], code).toMatch(/[\u3400-\u9fff]/);
    expect(words.en, code).not.toBe("");
  }
});

test("a_mistake_in_a_table_has_words_also_where_it_is_no_problem_of_the_whole", () => {
  const mute = [...new Set([...ofTables, ...ofRooms])].filter((code) => !problemWords[code] && !(code in faultsZh && code in faultsEn));
  expect(mute).toEqual([]);
});

test("what_no_page_ever_gets_is_made_where_it_is_said_to_be", () => {
  expect([...unseen.keys()].filter((code) => !codes.has(code))).toEqual([]);
});

/** What a sentence says, whatever it names and however it is pointed; shorter ones say no more than "required". */
const MORE_THAN = 6;
const said = (sentence: string): string => sentence.replace(/\{\w+\}|[^\p{L}\p{N}]/gu, "");

test("a_sentence_for_a_code_stands_once", () => {
  const places = new Map<string, string[]>();
  const note = (code: string, sentence: string, file: string): void => {
    const key = `${code}: ${said(sentence)}`;
    if (said(sentence).length > MORE_THAN) places.set(key, [...(places.get(key) ?? []), file]);
  };
  for (const [code, words] of Object.entries(problemWords)) note(code, words["zh-CN"], "api");
  for (const [file, words] of Object.entries(rooms)) for (const [code, sentence] of Object.entries(words.default["zh-CN"].problem ?? {})) note(code, sentence, file);
  expect(Object.values(rooms).filter((words) => words.default["zh-CN"].problem).length).toBeGreaterThan(4);
  expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
});

test("a_code_has_one_entry_among_the_words_of_every_page", () => {
  const keys = ["problem.ts", "problemRooms.ts"].flatMap((name) => [...readFileSync(new URL(`../api/${name}`, import.meta.url), "utf8").matchAll(/^ {2}(\w+): say\(/gm)].map((one) => one[1]!));
  expect(keys.length).toBeGreaterThan(300);
  expect(keys.filter((code, n) => keys.indexOf(code) !== n)).toEqual([]);
});
