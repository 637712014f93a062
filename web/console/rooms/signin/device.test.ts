import { expect, test } from "vitest";
import { deviceOf, inFours, safeTarget } from "./device";

test("a_browser_and_its_system_are_named", () => {
  expect(deviceOf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36")).toBe("Chrome · Windows");
  expect(deviceOf("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0")).toBe("Edge · Windows");
  expect(deviceOf("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1")).toBe("Safari · iPhone");
  expect(deviceOf("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 MicroMessenger/8.0")).toBe("WeChat · Android");
  expect(deviceOf("something-else/1.0")).toBe("something-else/1.0");
});

test("a_secret_is_shown_in_groups_of_four", () => {
  expect(inFours("ABCDEFGHIJ")).toBe("ABCD EFGH IJ");
  expect(inFours("")).toBe("");
});

test("after_signing_in_one_never_leaves_the_console", () => {
  expect(safeTarget("/reception/4?at=2")).toBe("/reception/4?at=2");
  for (const bad of ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", undefined, "/sign-in"]) expect(safeTarget(bad)).toBe("/");
});
