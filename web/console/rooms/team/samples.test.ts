// @vitest-environment node
import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { SAMPLES, embed } from "./samples";

const need = createRequire(import.meta.url);
const run = (name: string): unknown => {
  const { text } = SAMPLES.find((one) => one.name === name)!;
  const identity = new Function("require", `${text}\nreturn identity;`)(need) as (secret: string, customer: object) => string;
  return JSON.parse(identity("s3cret", { id: 42, name: "青柠" }));
};

test("the_hmac_sample_signs_as_the_server_checks", () => {
  const { sub, name, at, mac } = run("HMAC · Node") as { sub: string; name: string; at: number; mac: string };
  expect([sub, name]).toEqual(["42", "青柠"]);
  expect(mac).toBe(createHmac("sha256", "s3cret").update(`42\n青柠\n${at}`).digest("hex"));
});

test("the_jwt_sample_is_a_jwt_good_for_less_than_a_day", () => {
  const { jwt } = run("JWT · Node") as { jwt: string };
  const [head, body, mac] = jwt.split(".") as [string, string, string];
  expect(mac).toBe(createHmac("sha256", "s3cret").update(`${head}.${body}`).digest("base64url"));
  const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as { sub: string; exp: number };
  expect(claims.sub).toBe("42");
  expect(claims.exp * 1000 - Date.now()).toBeLessThan(86_400_000);
});

test("the_widget_is_one_script_tag", () => {
  expect(embed("https://desk.example", "KEY")).toBe('<script src="https://desk.example/widget/v1/widget.js" data-shop="KEY" async></script>');
});
