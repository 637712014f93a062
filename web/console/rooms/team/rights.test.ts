import { expect, test } from "vitest";
import { flipped, groupsOf, pending, sameSet, type Changes } from "./rights";
import type { Role } from "./types";

const right = (key: string) => ({ key, zh: key, en: key });
const role = (id: number, ...permissions: string[]): Role => ({ id, key: "", name: "r", permissions, builtin: false });

test("rights_stand_by_room_and_lonely_ones_at_the_end", () => {
  const parts = groupsOf(["reception.talk", "export", "team.people", "reception.see_all", "team.roles", "audit.see"].map(right));
  expect(parts.map((part) => [part.key, part.rights.map((one) => one.key)])).toEqual([
    ["reception", ["reception.talk", "reception.see_all"]],
    ["team", ["team.people", "team.roles"]],
    ["other", ["export", "audit.see"]],
  ]);
});

test("a_mark_set_and_taken_back_is_no_change", () => {
  const once = flipped(["a", "b"], "c");
  expect(sameSet(flipped(once, "c"), ["b", "a"])).toBe(true);
  const changes: Changes = new Map([[1, ["a", "c", "d"]]]);
  expect(pending([role(1, "a", "b"), role(2, "a")], changes)).toBe(3);
  expect(pending([role(1, "a", "b")], new Map())).toBe(0);
});
