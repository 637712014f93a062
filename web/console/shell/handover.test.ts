import { expect, test } from "vitest";
import type { PresenceOf, PresenceState } from "@api/types";
import { takers } from "./handover";

const one = (person: number, state: PresenceState, load: number | null = null): PresenceOf => ({ person, name: `P${person}`, state, reason: null, load, capacity: 4 });

test("who_is_off_takes_nothing_and_who_is_full_stands_last", () => {
  const all = [one(1, "off"), one(2, "online", 4), one(3, "away", 1), one(4, "online", 3), one(5, "busy", 0), one(6, "online", 1), one(7, "online", 0)];
  const list = takers(all, 7);
  expect(list.map((p) => p.person)).toEqual([6, 4, 5, 3, 2]);
  expect(list.filter((p) => p.full).map((p) => p.person)).toEqual([2]);
});

test("what_the_wall_says_of_load_goes_before_what_was_heard_and_nothing_known_is_not_full", () => {
  const list = takers([one(1, "online"), one(2, "online", 0)], null, new Map([[2, 5]]));
  expect(list.map((p) => [p.person, p.load, p.full])).toEqual([[1, null, false], [2, 5, true]]);
});
