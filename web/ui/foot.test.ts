// Toasts stand above what one writes in, however high it is, and at the foot again once it has gone.
import { mount } from "@vue/test-utils";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withDirectives, h } from "vue";
import { afterEach, expect, test, vi } from "vitest";
import { vFoot } from "./foot";

let height = 140;
let resized: () => void = () => undefined;
vi.stubGlobal("ResizeObserver", class {
  constructor(run: () => void) {
    resized = run;
  }
  observe(): void {}
  disconnect(): void {}
});
vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockImplementation(() => height);
const above = (): string => document.documentElement.style.getPropertyValue("--above-foot");
const box = () => mount({ render: () => withDirectives(h("section"), [[vFoot]]) });
afterEach(() => document.documentElement.removeAttribute("style"));

test("toasts_are_told_how_high_the_foot_is", () => {
  const one = box();
  expect(above()).toBe("152px");
  height = 220;
  resized();
  expect(above()).toBe("232px");
  // On a phone the panel takes the place of the thread: what is not drawn keeps no room.
  height = 0;
  resized();
  expect(above()).toBe("");
  height = 140;
  const next = box();
  one.unmount();
  expect(above()).toBe("152px");
  next.unmount();
  expect(above()).toBe("");
});

test("toasts_stand_above_the_foot_on_every_screen", () => {
  const style = readFileSync(join(import.meta.dirname, "Toasts.vue"), "utf8").split("<style")[1]!;
  expect(style.match(/bottom: [^;]+/g)).toEqual(["bottom: var(--above-foot, 28px)", "bottom: var(--above-foot, 72px)"]);
});
