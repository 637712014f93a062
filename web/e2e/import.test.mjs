// Importing orders with a real browser and the real program: recognised, previewed, taken in, found, undone but for
// what somebody touched; columns nobody knows are explained once; files that are no table are refused in words.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, openBrowser, openWindow, read, settled, signInCookies, start } from "./lib.mjs";
import { signInOf } from "./pages.mjs";

let desk;
let browser;
const windows = [];

before(async () => {
  desk = await start("demo", { args: ["--quiet"] });
  browser = await openBrowser();
}, { timeout: 120_000 });

after(async () => {
  for (const context of windows) await context.close();
  await browser?.close();
  await desk?.stop();
});

async function windowOf(role, look = {}) {
  const cookies = await signInCookies(browser, desk.address, signInOf(desk, role));
  const shown = await openWindow(browser, desk.address, { ...look, cookies });
  windows.push(shown.context);
  return shown;
}
async function post(context, path, data) {
  const { csrf } = await read(context, "/me");
  const answer = await context.request.post(`/api/v1${path}`, { data, headers: { "X-CSRF-Token": csrf } });
  assert.ok(answer.ok(), `POST ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

// Headers of a platform's export; the buyers are invented.
const HEADERS = ["订单编号", "买家会员名", "买家支付宝账号", "买家应付货款", "买家应付邮费", "买家支付积分", "总金额", "返点积分", "买家实际支付金额", "买家实际支付积分", "订单状态", "买家留言", "收货人姓名", "收货地址", "运送方式", "联系电话", "联系手机", "订单创建时间", "订单付款时间", "宝贝标题", "宝贝种类", "物流单号", "物流公司", "订单备注", "宝贝总数量", "店铺Id", "店铺名称", "订单关闭原因", "卖家服务费", "买家服务费"];
function row(n, more = {}) {
  const cells = {
    订单编号: `="31288${String(n).padStart(14, "0")}"`, 买家会员名: `竹里${n}`, 买家应付货款: "129.00", 买家应付邮费: "0.00", 总金额: "129.00", 买家实际支付金额: "129.00", 订单状态: "卖家已发货，等待买家确认", 收货人姓名: "林小叶", 收货地址: "浙江省 杭州市 西湖区 文三路 9 号", 运送方式: "快递", 联系手机: "'13800000000",
    订单创建时间: "2026-01-05 10:00:00", 订单付款时间: "2026-01-05 10:02:00", 宝贝标题: "羊毛围巾", 宝贝种类: "1", 物流单号: `No:SF${n}`, 物流公司: "顺丰速运", 宝贝总数量: "1", ...more,
  };
  return HEADERS.map((header) => `"${(cells[header] ?? "").replaceAll('"', '""')}"`).join(",");
}
const csv = (...rows) => Buffer.from(`${[HEADERS.join(","), ...rows].join("\r\n")}\r\n`);
const number = (n) => `31288${String(n).padStart(14, "0")}`;

/** Opens the page of imports for the first shop and drops files there; answers the shop. */
async function dropped({ page, context }, ...files) {
  const { shops } = await read(context, "/me");
  await page.goto("/orders/import");
  await page.locator(".drop .zone").waitFor();
  await settled(page);
  if (shops.length > 1) {
    await page.locator(".drop .el-select").click();
    await page.getByRole("option", { name: shops[0].name, exact: true }).click();
  }
  await page.locator(".drop input[type=file]").setInputFiles(files.map(([name, buffer]) => ({ name, mimeType: "application/octet-stream", buffer })));
  return shops[0];
}
const runOf = (page) => Number(/\/orders\/import\/(\d+)/.exec(page.url())?.[1]);
/** The figure of this name in the counts. */
const figure = async (page, name) => Number((await page.locator(".figures li", { hasText: name }).locator("b").innerText()).replaceAll(",", ""));

test("a platform's file is recognised, previewed, taken in, found and undone but for what was touched", { timeout: 120_000 }, async () => {
  const shown = await windowOf("owner");
  const { page, context, faults } = shown;
  const shop = await dropped(shown, ["ExportOrderList.csv", csv(row(1), row(2), row(3), row(4, { 总金额: "许多" }))]);
  await page.waitForURL(/\/orders\/import\/\d+$/);
  await page.getByText("淘宝 · 订单").waitFor();
  await page.locator(".preview .figures").waitFor();
  assert.deepEqual([await figure(page, "读到的行"), await figure(page, "新增"), await figure(page, "有错")], [4, 3, 1]);
  await page.getByText("这不是数字").first().waitFor();
  const first = page.locator(".samples tbody tr").first();
  for (const read of [number(1), "竹**", "卖家已发货，等待买家确认", "进行中、已付款、运输中", "羊毛围巾", "¥129.00"]) assert.ok((await first.innerText()).includes(read), read);
  assert.equal(await page.getByText("竹里1").count(), 0, "a preview shows no buyer in full");
  await settled(page);
  await accessible(page, "an import's preview");
  assert.deepEqual((await read(context, `/orders?q=${number(1)}`)).items, [], "a preview writes nothing");

  await page.getByRole("button", { name: "导入其余 3 行" }).click();
  await page.getByText("导入完成").waitFor({ timeout: 30_000 });
  await settled(page);
  await accessible(page, "an import's report");
  const run = runOf(page);
  const arriving = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载有错的行" }).click();
  assert.equal((await arriving).suggestedFilename(), `有错的行-${run}.xlsx`);

  // the order and its buyer
  await page.goto("/orders/list");
  await page.getByRole("textbox", { name: "查找订单" }).fill(number(2));
  await page.locator(".orders tbody tr").first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".orders tbody tr").length === 1);
  await page.getByRole("textbox", { name: "查找订单" }).press("Enter");
  const drawer = page.getByRole("dialog");
  await drawer.getByText("SF2").waitFor();
  await drawer.getByText("羊毛围巾").first().waitFor();
  await settled(page);
  await accessible(page, "an order");
  await drawer.getByRole("button", { name: /^电话/ }).click();
  await drawer.getByText("13800000000").waitFor();
  await drawer.getByRole("link", { name: "竹里2", exact: true }).click();
  await page.waitForURL(/\/customers\/\d+$/);
  await page.getByRole("link", { name: number(2) }).waitFor();
  await settled(page);
  await accessible(page, "a customer");

  // the same file again changes nothing
  await dropped(shown, ["ExportOrderList.csv", csv(row(1), row(2), row(3), row(4, { 总金额: "许多" }))]);
  await page.waitForURL(/\/orders\/import\/\d+$/);
  await page.getByText("这个文件已经导入过").waitFor();
  await page.locator(".preview .figures").waitFor();
  assert.deepEqual([await figure(page, "新增"), await figure(page, "更新"), await figure(page, "不变")], [0, 0, 3]);
  assert.ok(await page.getByRole("button", { name: /^(开始导入|导入其余)/ }).isDisabled());
  await page.getByRole("button", { name: "不要这个文件" }).click();
  await page.waitForURL(/\/orders\/import$/);

  // somebody touches one order; the undoing leaves it and says so
  const { items } = await read(context, `/orders?q=${number(3)}`);
  await post(context, "/orders", { shop: shop.id, platform: items[0].platform, number: number(3), remark: "贺卡写生日快乐", changed_at: Date.now() });
  await page.goto(`/orders/import/${run}`);
  await page.getByRole("button", { name: "撤销这次导入" }).click();
  await page.getByRole("button", { name: "撤销", exact: true }).click();
  await page.getByText("留下 1 条").waitFor({ timeout: 30_000 });
  await page.getByRole("link", { name: /^订单 \d+$/ }).waitFor();
  assert.deepEqual((await read(context, `/orders?q=${number(1)}`)).items, []);
  assert.equal((await read(context, `/orders?q=${number(3)}`)).items.length, 1);
  await settled(page);
  await accessible(page, "an undone import");
  assert.deepEqual(faults, []);
});

test("a column nobody knows is explained once and known from then on", { timeout: 60_000 }, async () => {
  const shown = await windowOf("owner");
  const { page } = shown;
  const own = (n) => Buffer.from(`单子,买家昵称,订单金额,实付金额,订单状态,下单时间\r\nZ${n}001,竹里,10.00,10.00,交易成功,2026-01-05 10:00:00\r\n`);
  await dropped(shown, ["自己记的.csv", own(1)]);
  await page.waitForURL(/\/orders\/import\/\d+$/);
  await page.locator(".asks .el-select").first().click();
  await page.getByRole("option", { name: "订单", exact: true }).click();
  await page.getByText("缺少必需的列").first().waitFor();
  await page.locator("tr", { hasText: "单子" }).locator(".el-select").click();
  await page.getByRole("option", { name: /^订单编号/ }).click();
  await settled(page);
  await accessible(page, "the wizard of columns");
  await page.getByRole("button", { name: "按这样识别" }).click();
  await page.locator(".preview .figures").waitFor();
  assert.equal(await figure(page, "新增"), 1);

  await dropped(shown, ["自己记的2.csv", own(2)]);
  await page.waitForURL(/\/orders\/import\/\d+$/);
  await page.locator(".run .head").getByText("自己记的2.csv").waitFor();
  await page.locator(".asks .el-select").first().click();
  await page.getByRole("option", { name: "订单", exact: true }).click();
  await page.locator(".preview .figures").waitFor();
  assert.equal(await page.getByText("缺少必需的列").count(), 0, "what was explained is remembered");
});

test("a shop's name in an ERP's file is remembered, said otherwise and forgotten", { timeout: 120_000 }, async () => {
  const shown = await windowOf("owner");
  const { page, context, faults } = shown;
  const erp = Buffer.from("店铺,线上订单号,买家账号,应付金额,已付金额,状态,下单时间,商品名称,数量,商品单价\r\n竹里的店,E900001,云岫,10.00,10.00,已发货,2026-01-01 10:00:00,枕头,1,10.00\r\n样品间,E900002,云岫,10.00,10.00,已发货,2026-01-01 10:00:00,枕头,1,10.00\r\n");
  const shop = await dropped(shown, ["聚水潭.csv", erp]);
  await page.waitForURL(/\/orders\/import\/\d+$/);
  const { csrf } = await read(context, "/me");
  const said = await context.request.patch(`/api/v1/imports/${runOf(page)}`, { data: { kind: "orders", platform: "jst", shops: { 竹里的店: shop.id, 样品间: null }, remember: true }, headers: { "X-CSRF-Token": csrf } });
  assert.ok(said.ok(), await said.text());
  await page.goto("/orders/import");
  await page.getByRole("button", { name: "记住的店铺名" }).click();
  const dialog = page.getByRole("dialog", { name: "记住的店铺名" });
  const row = (name) => dialog.getByRole("listitem").filter({ hasText: name });
  await row("竹里的店").getByText(shop.name, { exact: true }).waitFor();
  await row("样品间").getByText("不导入", { exact: true }).waitFor();
  await settled(page);
  await accessible(page, "the names of shops that are remembered");
  await row("样品间").locator(".el-select").click();
  await page.getByRole("option", { name: shop.name, exact: true }).click();
  await page.getByText("“样品间”改好了").waitFor();
  const kept = async () => (await read(context, "/imports/shops")).map((one) => [one.name, one.shop, Boolean(one.by)]).sort();
  assert.deepEqual(await kept(), [["样品间", shop.id, true], ["竹里的店", shop.id, true]].sort());
  for (const name of ["样品间", "竹里的店"]) {
    await dialog.getByRole("button", { name: `忘记 ${name}`, exact: true }).click();
    await row(name).waitFor({ state: "detached" });
  }
  await dialog.getByText("现在没有记住的店铺名").waitFor();
  assert.deepEqual(await kept(), []);
  assert.deepEqual(faults, []);
});

test("a chat log becomes talks, its accounts are given to people, and it is undone", { timeout: 120_000 }, async () => {
  const shown = await windowOf("owner");
  const { page, context, faults } = shown;
  const log = "云岫 2026-05-04 10:00:00\r\n这条围巾会缩绒吗\r\n竹里店:小美 2026-05-04 10:00:20\r\n不缩绒的亲\r\n已读\r\n云岫 2026-05-04 10:01:00\r\n好的\r\n竹里店:小美 2026-05-04 10:01:30\r\n谢谢光临\r\n";
  const shop = await dropped(shown, ["聊天记录.txt", Buffer.from(log)]);
  await page.waitForURL(/\/orders\/import\/\d+$/);
  await page.getByText("聊天记录 · 千牛复制的文本").waitFor();
  await page.locator(".preview .figures").waitFor();
  assert.deepEqual([await figure(page, "读到的行"), await figure(page, "新增")], [4, 4]);
  await page.getByText("这些账号还没有登记是谁的").waitFor();
  await settled(page);
  await accessible(page, "a chat log's preview");

  // whose the account is: somebody who has left
  await page.getByRole("button", { name: "竹里店:小美 是谁的？" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("已离职的人").click();
  await settled(page);
  await accessible(page, "whose an account is");
  await dialog.getByRole("button", { name: "保存" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText("这些账号还没有登记是谁的").waitFor({ state: "hidden" });
  const { items: accounts } = await read(context, `/shops/${shop.id}/accounts`);
  assert.deepEqual(accounts.map((one) => [one.account, one.name]), [["竹里店:小美", "小美"]]);

  await page.getByRole("button", { name: "开始导入" }).click();
  await page.getByText("导入完成").waitFor({ timeout: 30_000 });
  const run = runOf(page);
  const found = async () => (await read(context, `/search?q=${encodeURIComponent("缩绒")}&kind=messages`)).items;
  for (let tries = 0; tries < 50 && !(await found()).length; tries++) await page.waitForTimeout(200);
  const [hit] = await found();
  assert.equal(hit.title, "云岫", "search finds it");
  await page.goto(`/reception/${hit.id}`);
  await page.getByText("不缩绒的亲").first().waitFor();
  await page.getByText("这是导入的聊天记录").waitFor();
  await settled(page);
  await accessible(page, "a talk out of a chat log");

  await page.goto(`/team/shops/${shop.id}`);
  await page.getByRole("cell", { name: "竹里店:小美", exact: true }).waitFor();
  await settled(page);
  await accessible(page, "the accounts of a shop");

  await page.goto(`/orders/import/${run}`);
  await page.getByRole("button", { name: "撤销这次导入" }).click();
  await page.getByRole("button", { name: "撤销", exact: true }).click();
  await page.getByText("已撤销").first().waitFor({ timeout: 30_000 });
  assert.equal((await context.request.get(`/api/v1/conversations/${hit.id}`)).status(), 404);
  assert.deepEqual(faults, []);
});

test("of names nobody knows somebody says which are the shop's, or that all are buyers; later files are read so", { timeout: 120_000 }, async () => {
  const shown = await windowOf("supervisor");
  const { page, context, faults } = shown;
  const log = (buyer, day) => Buffer.from(`[${buyer}] 2026-05-${day} 10:00:00\n在吗\n[竹里客服] 2026-05-${day} 10:00:20\n在的\n[竹里客服] 2026-05-${day} 10:00:30\n请说\n`);
  const shop = await dropped(shown, ["聊天1.txt", log("云岫", "06")]);
  await page.waitForURL(/\/orders\/import\/\d+$/);
  await page.getByText("看不出下面哪些名字是店铺的").waitFor();
  assert.deepEqual(await page.locator(".chat .guess").allInnerTexts(), ["竹里客服", "云岫"]);
  await page.getByRole("button", { name: "竹里客服", exact: true }).click();
  await settled(page);
  await accessible(page, "names nobody knows");
  await page.getByRole("button", { name: "点中的是店铺的账号" }).click();
  await page.getByRole("cell", { name: "竹里客服", exact: true }).waitFor();
  await page.locator(".preview .figures").waitFor();
  assert.deepEqual([await figure(page, "新增"), await figure(page, "有错")], [3, 0]);
  await settled(page);
  await accessible(page, "a chat log whose names are told");
  await page.getByRole("button", { name: "开始导入" }).click();
  await page.getByText("导入完成").waitFor({ timeout: 30_000 });

  await dropped(shown, ["聊天2.txt", log("远山", "07")]);
  await page.waitForURL(/\/orders\/import\/\d+$/);
  await page.getByText("聊天2.txt").first().waitFor();
  await page.getByRole("cell", { name: "竹里客服", exact: true }).waitFor();

  // two buyers nobody answered, and one of them after all the shop's
  await dropped(shown, ["留言.txt", Buffer.from("[云岫] 2026-05-08 10:00:00\n有货吗\n[竹影] 2026-05-08 10:01:00\n发了吗\n")]);
  await page.waitForURL(/\/orders\/import\/\d+$/);
  await page.getByText("留言.txt").first().waitFor();
  await page.getByRole("button", { name: "都是买家" }).click();
  await page.getByText("您说是买家的").waitFor();
  await page.locator(".preview .figures").waitFor();
  assert.equal(await figure(page, "新增"), 2);
  await page.getByRole("button", { name: "竹影 是店铺的账号" }).click();
  await page.getByRole("cell", { name: "竹影", exact: true }).waitFor();
  await page.getByRole("button", { name: "竹影 不是店铺的账号" }).click();
  await page.getByRole("button", { name: "竹影 是店铺的账号" }).waitFor();
  const names = await read(context, `/imports/names?shop=${shop.id}`);
  assert.deepEqual(names.filter((one) => one.kind === "chats").map((one) => [one.header, one.column]), [["竹里客服", "account"]], "no buyer's name is remembered");

  // whose the shop's accounts are stands with the shop; what takes other rights does not
  await page.goto(`/team/shops/${shop.id}`);
  await page.getByRole("heading", { name: "平台子账号" }).waitFor();
  assert.equal(await page.getByRole("heading", { name: "基本资料" }).count(), 0);
  await page.getByRole("button", { name: "登记账号" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("账号").first().fill("竹里客服");
  await dialog.getByText("已离职的人").click();
  await dialog.getByLabel("姓名").fill("小乔");
  await dialog.getByRole("button", { name: "保存" }).click();
  await page.getByRole("cell", { name: "小乔", exact: true }).waitFor();
  await settled(page);
  await accessible(page, "the accounts of a shop, for who manages people");
  await page.goto("/team/shops");
  await page.getByRole("link", { name: `查看 ${shop.name}` }).waitFor();
  assert.equal(await page.getByRole("button", { name: "登记店铺" }).count(), 0);
  await settled(page);
  await accessible(page, "the shops, for who manages people");
  assert.deepEqual(faults, []);
});

test("a courier's file is sent to where it is taken in", { timeout: 60_000 }, async () => {
  const shown = await windowOf("owner");
  const { page } = shown;
  await dropped(shown, ["快递状态.csv", Buffer.from("运单号,物流状态\r\nYT0000000001,已签收\r\n")]);
  await page.waitForURL(/\/orders\/import\/\d+$/);
  await page.getByText("这是快递公司的状态文件").waitFor();
  await settled(page);
  await accessible(page, "a courier's file among the imports");
  await page.getByRole("link", { name: "去导入快递状态" }).click();
  await page.getByRole("dialog", { name: "导入快递状态" }).waitFor();
});

test("files that are no table are refused in words, each for itself", { timeout: 60_000 }, async () => {
  const shown = await windowOf("owner");
  const { page } = shown;
  const picture = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(600, 7)]);
  const zip = Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(40, 0)]);
  await dropped(shown, ["空的.csv", Buffer.alloc(0)], ["图片.csv", picture], ["坏的.zip", zip]);
  await page.getByText("文件是空的").waitFor();
  await page.getByText("这不是表格文件").waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.state[role="alert"]').length === 3);
  await settled(page);
  await accessible(page, "refused files");
});

test("the keyboard opens the file chooser, on a phone too the page is whole", { timeout: 60_000 }, async () => {
  const { page } = await windowOf("owner", { width: "narrow" });
  await page.goto("/orders/import");
  const zone = page.locator(".drop .zone");
  await zone.waitFor();
  await settled(page);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), zone.press("Enter")]);
  assert.equal(chooser.isMultiple(), true);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - screen.width);
  assert.ok(overflow <= 0, `the page is ${overflow} px wider than the screen`);
});
