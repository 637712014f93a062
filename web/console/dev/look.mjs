// Takes pictures of the console into screenshots/ (git ignores it): node console/dev/look.mjs [name ...]
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch, open } from "./stage.mjs";
import { makeWorld } from "./world.mjs";

const out = fileURLToPath(new URL("../../../screenshots/console", import.meta.url));
mkdirSync(out, { recursive: true });
const wanted = process.argv.slice(2);
const shots = {
  reception: { path: "/reception/1" },
  list: { path: "/reception" },
  queue: { path: "/reception", do: (p) => p.getByRole("tab", { name: /排队|Queue/ }).click() },
  wall: { path: "/wall" },
  search: { path: "/search?q=%E7%BE%BD%E7%BB%92%E6%9C%8D" },
  empty: { path: "/reception", world: { empty: true } },
  broken: { path: "/reception", world: { broken: true } },
  loading: { path: "/reception", hang: true },
  palette: { path: "/reception/1", do: async (p) => (await p.keyboard.press("Control+k"), await p.keyboard.type("转"), await p.waitForTimeout(400)) },
  help: { path: "/reception/1", do: async (p) => (await p.locator("[role=log]").focus(), await p.keyboard.press("?"), await p.waitForTimeout(300)) },
  note: { path: "/reception/1", do: async (p) => (await p.keyboard.press("Alt+n"), await p.waitForTimeout(80), await p.keyboard.type("转给 @谷"), await p.waitForTimeout(150)) },
  slash: { path: "/reception/1", do: async (p) => (await p.locator("textarea").focus(), await p.keyboard.type("/"), await p.waitForTimeout(200)) },
  promise: { path: "/reception/1", do: async (p) => p.locator("textarea").fill("亲，您稍等 2 分钟，我去仓库帮您看一下") },
  transfer: { path: "/reception/1", do: async (p) => (await p.keyboard.press("Alt+t"), await p.waitForTimeout(400)) },
  close: { path: "/reception/1", do: async (p) => (await p.keyboard.press("Alt+w"), await p.waitForTimeout(400)) },
  menu: { path: "/reception/1", do: async (p) => p.locator(".card").nth(2).click({ button: "right" }) },
  unsent: { path: "/reception/1", do: async (p) => (await p.locator("textarea").fill("这句发不出去的"), await p.keyboard.press("Enter"), await p.waitForTimeout(200)) },
  bulk: { path: "/reception", do: async (p) => (await p.locator(".card .box").nth(1).check({ force: true }), await p.locator(".card .box").nth(3).check({ force: true })) },
  answers: { path: "/reception/1", do: async (p) => p.locator("aside.panel").evaluate((el) => (el.scrollTop = 0)) },
  product: { path: "/reception/1", do: async (p) => p.locator("aside.panel").evaluate((el) => (el.scrollTop = 520)) },
  soothe: { path: "/reception/4", do: async (p) => p.locator("textarea").fill("你不要急，{order} 我查一下，保证今天到") },
  blocked: { path: "/reception/1", do: async (p) => (await p.locator("textarea").fill("加我微信，全网最低价给你"), await p.waitForTimeout(450), await p.keyboard.press("Enter"), await p.waitForTimeout(100)) },
  confirm: { path: "/reception/1", do: async (p) => (await p.locator("textarea").fill("这款是全网最低价"), await p.waitForTimeout(450), await p.keyboard.press("Enter"), await p.waitForTimeout(100)) },
  panel: { path: "/reception/1", do: async (p) => (await p.locator("header .tool").last().click(), await p.waitForTimeout(500)) },
  emoji: { path: "/reception/1", do: async (p) => (await p.locator(".tools .face").click(), await p.waitForTimeout(400)) },
  notice: { path: "/wall", world: { urgent: true } },
  scripts: { path: "/knowledge/scripts" },
  script: { path: "/knowledge/scripts", do: async (p) => (await p.locator(".list .act").first().click(), await p.waitForTimeout(500)) },
  grid: { path: "/knowledge/faq", do: async (p) => (await p.getByRole("button", { name: /表格编辑|as a sheet/ }).click(), await p.waitForTimeout(300), await p.keyboard.type("新问法"), await p.keyboard.press("Enter"), await p.waitForTimeout(200)) },
  faq: { path: "/knowledge/faq" },
  entry: { path: "/knowledge/faq", do: async (p) => (await p.locator(".list .act").first().click(), await p.waitForTimeout(500)) },
  policies: { path: "/knowledge/policies" },
  products: { path: "/knowledge/products" },
  facts: { path: "/knowledge/products/5" },
  relations: { path: "/knowledge/relations" },
  campaigns: { path: "/knowledge/campaigns" },
  campaign: { path: "/knowledge/campaigns", do: async (p) => (await p.locator(".list .act").first().click(), await p.waitForTimeout(500)) },
  listing: { path: "/knowledge/listing" },
  notices: { path: "/knowledge/notices" },
  quiz: { path: "/knowledge/quiz" },
  quizsheet: { path: "/knowledge/quiz", do: async (p) => (await p.getByRole("button", { name: /^开始$|^Start$/ }).click(), await p.waitForTimeout(300)) },
  reports: { path: "/knowledge/reports" },
  import: { path: "/knowledge/faq", do: async (p) => (await p.getByRole("button", { name: /更多|More/ }).first().click(), await p.waitForTimeout(300), await p.getByText(/^导入…|^Import…/).click(), await p.waitForTimeout(300), await p.locator("input[type=file]").setInputFiles({ name: "问答.csv", mimeType: "text/csv", buffer: Buffer.from("a") }), await p.waitForTimeout(400)) },
  knowempty: { path: "/knowledge/faq", world: { empty: true } },
  orders: { path: "/orders" },
  order: { path: "/orders/list?order=10" },
  ordernote: { path: "/orders/list?order=9" },
  orderrefund: { path: "/orders/list?order=14" },
  buyer: { path: "/orders/list", do: async (p) => (await p.locator(".orders .search input").fill("小鱼"), await p.waitForTimeout(600)) },
  ordersempty: { path: "/orders/list", world: { empty: true } },
  orderimport: { path: "/orders/import" },
  importempty: { path: "/orders/import", world: { empty: true } },
  upload: { path: "/orders/import", do: async (p) => (await p.locator("input[type=file]").setInputFiles([{ name: "ExportOrderList202611220915.csv", mimeType: "text/csv", buffer: Buffer.from("a") }, { name: "空文件.csv", mimeType: "text/csv", buffer: Buffer.from("") }]), await p.waitForTimeout(700)) },
  run: { path: "/orders/import/1" },
  runcolumns: { path: "/orders/import/1", do: async (p) => (await p.locator(".map .act").first().click(), await p.waitForTimeout(200)) },
  rununsure: { path: "/orders/import/2" },
  runmissing: { path: "/orders/import/3" },
  runrunning: { path: "/orders/import/4" },
  runwaiting: { path: "/orders/import/5" },
  rundone: { path: "/orders/import/6" },
  runundone: { path: "/orders/import/7" },
  runfailed: { path: "/orders/import/8" },
  names: { path: "/orders/import", do: async (p) => (await p.evaluate(() => localStorage.setItem("xiaoer.shop", "3")), await p.reload(), await p.waitForTimeout(900), await p.getByRole("button", { name: /记住的列名|Remembered/ }).click(), await p.waitForTimeout(400)) },
  customers: { path: "/customers" },
  customer: { path: "/customers/1001" },
  customerblocked: { path: "/customers/1004" },
  customeredit: { path: "/customers/1001", do: async (p) => (await p.keyboard.press("e"), await p.waitForTimeout(500)) },
  customerblock: { path: "/customers/1001", do: async (p) => (await p.getByRole("button", { name: /屏蔽客户|Block the/ }).click(), await p.waitForTimeout(400)) },
  companion: { path: "/companion", do: async (p) => (await p.locator("textarea").first().fill("165 的身高穿什么码"), await p.keyboard.press("Enter"), await p.waitForTimeout(400), await p.locator("textarea").first().fill("青柠"), await p.keyboard.press("Enter"), await p.waitForTimeout(400), await p.locator(".hits button").first().click(), await p.waitForTimeout(300), await p.locator("button.put").first().click(), await p.waitForTimeout(400)) },
  deskaudit: { path: "/orders/audit/1" },
  deskheld: { path: "/orders/audit", do: async (p) => (await p.getByRole("button", { name: /^挂起|^Held/ }).first().click(), await p.waitForTimeout(300), await p.keyboard.press("j"), await p.waitForTimeout(300)) },
  deskhold: { path: "/orders/audit/1", do: async (p) => (await p.keyboard.press("h"), await p.waitForTimeout(500)) },
  deskempty: { path: "/orders/audit", world: { empty: true } },
  deskrules: { path: "/orders/rules", do: async (p) => (await p.getByRole("button", { name: /试算|Try on/ }).click(), await p.waitForTimeout(300)) },
  deskrule: { path: "/orders/rules", do: async (p) => (await p.locator("table.list .act").first().click(), await p.waitForTimeout(500)) },
  deskprint: { path: "/orders/print" },
  deskbatch: { path: "/orders/print/1" },
  desksheet: { path: "/orders/print/1", do: async (p) => (await p.locator(".papers button").last().click(), await p.waitForTimeout(600)) },
  deskpack: { path: "/orders/pack", do: async (p) => (await p.keyboard.type("261122-003-006"), await p.keyboard.press("Enter"), await p.waitForTimeout(300)) },
  deskstop: { path: "/orders/pack", do: async (p) => (await p.keyboard.type("bad"), await p.keyboard.press("Enter"), await p.waitForTimeout(300)) },
  promised: { path: "/reception/1", do: async (p) => (await p.getByText(/写到订单…|Write on the order…/).first().scrollIntoViewIfNeeded(), await p.waitForTimeout(200)) },
  askdialog: { path: "/reception/1", do: async (p) => (await p.getByText(/写到订单…|Write on the order…/).first().click(), await p.waitForTimeout(400), await p.getByText(/指定快递|^Courier$/).last().click(), await p.waitForTimeout(300)) },
  presence: { path: "/reception", do: async (p) => (await p.locator(".bar .now").click(), await p.waitForTimeout(300)) },
};
const browser = await launch();
const variants = [
  ["1440-light-zh", { width: 1440, height: 900 }, {}],
  ["1440-dark-en", { width: 1440, height: 900 }, { theme: "dark", locale: "en" }],
  ["390-light-zh", { width: 390, height: 844 }, {}],
  ["390-dark-en", { width: 390, height: 844 }, { theme: "dark", locale: "en" }],
  ["1440-compact-zh", { width: 1440, height: 900 }, { density: "compact" }],
];
const pickVariant = process.env.VARIANT ?? "1440-light-zh";
for (const [variant, size, look] of variants) {
  if (pickVariant !== "all" && !pickVariant.split(",").includes(variant)) continue;
  for (const [name, shot] of Object.entries(shots)) {
    if (wanted.length && !wanted.includes(name)) continue;
    const { page, errors, context } = await open(browser, makeWorld({ ...look, ...shot.world }), { ...size, path: shot.path, hang: shot.hang });
    await page.waitForTimeout(900);
    await shot.do?.(page);
    await page.waitForTimeout(150);
    await page.screenshot({ path: `${out}/${name}-${variant}.png` });
    if (errors.length) console.log(name, variant, errors.slice(0, 4));
    await context.close();
  }
}
await browser.close();
