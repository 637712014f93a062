// Words made ready for a talk: taken once, and told when the server has the message.
import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { desk } from "../desk";
import { forgetReady, makeReady, sentReady, takeReady } from "./tell";

let posted: { path: string; body: unknown }[] = [];
let push: (one: unknown) => void = () => undefined;

beforeEach(() => {
  posted = [];
  vi.stubGlobal("fetch", async (input: string, init?: RequestInit) => {
    posted.push({ path: new URL(input, "http://x").pathname, body: JSON.parse(String(init?.body)) });
    return new Response("null", { headers: { "content-type": "application/json" } });
  });
});
afterEach(() => vi.unstubAllGlobals());
const heard = (clientId: string): void => push({ on: "message", message: { client_id: clientId, conversation: 7 }, conversation: { id: 7 } });

test("that_the_buyer_was_told_is_kept_when_the_server_has_the_message_and_not_before", async () => {
  vi.spyOn(desk, "onPush").mockImplementation((run) => {
    push = run as typeof push;
    return () => undefined;
  });
  makeReady(7, "您好", { of: "trouble", id: 4 });
  sentReady(7, "c0");
  heard("c0");
  expect(takeReady(7)).toBe("您好");
  expect(takeReady(7)).toBeNull();
  sentReady(7, "c1");
  await flushPromises();
  expect(posted).toEqual([]);
  heard("c2");
  heard("c1");
  await flushPromises();
  expect(posted).toEqual([{ path: "/api/v1/desk/told", body: { of: "trouble", id: 4, told: true } }]);
  // The next message of the talk tells nothing more.
  sentReady(7, "c3");
  heard("c3");
  await flushPromises();
  expect(posted).toHaveLength(1);
});

test("words_that_were_thrown_away_told_nobody", async () => {
  makeReady(8, "您好", { of: "parcel", id: 5 });
  expect(takeReady(8)).toBe("您好");
  forgetReady(8);
  sentReady(8, "c4");
  heard("c4");
  await flushPromises();
  expect(posted).toEqual([]);
});
