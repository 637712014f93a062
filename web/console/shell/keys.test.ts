import { effectScope } from "vue";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keyGroups, matches, noteCover, pressed, useKeys } from "./keys";

const press = (init: KeyboardEventInit, target: HTMLElement = document.body): KeyboardEvent => {
  const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
};
let off: (() => void)[] = [];
beforeEach(() => {
  document.addEventListener("keydown", noteCover, true);
  document.addEventListener("keydown", pressed);
  off = [() => document.removeEventListener("keydown", noteCover, true), () => document.removeEventListener("keydown", pressed)];
});
afterEach(() => off.forEach((run) => run()));

function offer(acts: Parameters<typeof useKeys>[1]): void {
  const scope = effectScope();
  scope.run(() => useKeys("t", acts));
  off.push(() => scope.stop());
}

test("alt_keys_go_by_their_place_so_a_mac_types_no_signs", () => {
  expect(matches(new KeyboardEvent("keydown", { key: "†", code: "KeyT", altKey: true }), "alt+t")).toBe(true);
  expect(matches(new KeyboardEvent("keydown", { key: "t", code: "KeyT" }), "alt+t")).toBe(false);
  expect(matches(new KeyboardEvent("keydown", { key: "k", code: "KeyK", metaKey: true }), "mod+k")).toBe(true);
  expect(matches(new KeyboardEvent("keydown", { key: "?", shiftKey: true }), "?")).toBe(true);
});

test("a_bare_key_is_silent_while_somebody_writes_but_an_alt_key_works", () => {
  const bare = vi.fn();
  const alt = vi.fn();
  offer([{ keys: "j", title: "a", run: bare }, { keys: "alt+t", title: "b", run: alt }]);
  const box = document.body.appendChild(document.createElement("textarea"));
  press({ key: "j", code: "KeyJ" }, box);
  press({ key: "t", code: "KeyT", altKey: true }, box);
  expect([bare.mock.calls.length, alt.mock.calls.length]).toEqual([0, 1]);
  press({ key: "j", code: "KeyJ" });
  expect(bare).toHaveBeenCalledTimes(1);
  box.remove();
});

test("keys_leave_with_their_page_and_the_latest_offer_wins", () => {
  const under = vi.fn();
  const over = vi.fn();
  offer([{ keys: ".", title: "a", run: under }]);
  const scope = effectScope();
  scope.run(() => useKeys("t", [{ keys: ".", title: "b", run: over }]));
  press({ key: "." });
  expect([under.mock.calls.length, over.mock.calls.length]).toEqual([0, 1]);
  scope.stop();
  press({ key: "." });
  expect(under).toHaveBeenCalledTimes(1);
  expect(keyGroups.length).toBe(1);
});

test("keys_of_an_input_method_are_left_alone", () => {
  const run = vi.fn();
  offer([{ keys: "alt+t", title: "a", run }]);
  press({ key: "t", code: "KeyT", altKey: true, isComposing: true });
  expect(run).not.toHaveBeenCalled();
});

test("escape_closes_the_dialog_on_top_and_not_the_page_below_it", () => {
  const below = vi.fn();
  offer([{ keys: "Escape", title: "a", run: below }]);
  const dialog = document.body.appendChild(document.createElement("div"));
  dialog.className = "el-overlay";
  // the dialog hears the key first and is gone before it reaches the page
  dialog.addEventListener("keydown", () => dialog.remove());
  const inside = dialog.appendChild(document.createElement("div"));
  press({ key: "Escape" }, inside);
  expect(below).not.toHaveBeenCalled();
  press({ key: "Escape" });
  expect(below).toHaveBeenCalledTimes(1);
});
