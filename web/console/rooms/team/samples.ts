// Code a shop can copy: the widget on its pages, and how its server signs who the visitor is (docs/sockets.md, Identity).

export function embed(origin: string, key: string): string {
  return `<script src="${origin}/widget/v1/widget.js" data-shop="${key}" async></script>`;
}
export function embedKnown(origin: string, key: string): string {
  return `<script src="${origin}/widget/v1/widget.js" data-shop="${key}"\n        data-identity='IDENTITY_FROM_YOUR_SERVER' async></script>`;
}

export interface Sample {
  /** Fit for an id. */
  key: string;
  name: string;
  text: string;
}
/** Every sample ends with `identity`: the JSON that goes into `data-identity`. */
export const SAMPLES: readonly Sample[] = [
  {
    key: "hmac-node",
    name: "HMAC · Node",
    text: `const { createHmac } = require("node:crypto");

function identity(secret, customer) {
  const sub = String(customer.id);
  const name = customer.name ?? "";
  const at = Date.now();
  const mac = createHmac("sha256", secret).update(sub + "\\n" + name + "\\n" + at).digest("hex");
  return JSON.stringify({ sub, name, at, mac });
}`,
  },
  {
    key: "hmac-php",
    name: "HMAC · PHP",
    text: `function identity(string $secret, string $sub, string $name): string {
  $at = (int) (microtime(true) * 1000);
  $mac = hash_hmac("sha256", "$sub\\n$name\\n$at", $secret);
  return json_encode(["sub" => $sub, "name" => $name, "at" => $at, "mac" => $mac]);
}`,
  },
  {
    key: "hmac-python",
    name: "HMAC · Python",
    text: `import hashlib, hmac, json, time

def identity(secret: str, sub: str, name: str) -> str:
    at = int(time.time() * 1000)
    text = f"{sub}\\n{name}\\n{at}".encode()
    mac = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return json.dumps({"sub": sub, "name": name, "at": at, "mac": mac})`,
  },
  {
    key: "jwt-node",
    name: "JWT · Node",
    text: `const { createHmac } = require("node:crypto");
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

function identity(secret, customer) {
  const exp = Math.floor(Date.now() / 1000) + 3600; // at most 24 h ahead
  const text = part({ alg: "HS256", typ: "JWT" }) + "." + part({ sub: String(customer.id), name: customer.name, exp });
  const mac = createHmac("sha256", secret).update(text).digest("base64url");
  return JSON.stringify({ jwt: text + "." + mac });
}`,
  },
];
