// The words of problems that one room of the server answers, for every page: a room of the console that knows more of
// what one was doing has a sentence of its own, and it goes before these; what it would say alike stands here alone.
// Says what is wrong and what to do.
export type Words = Readonly<Record<"zh-CN" | "en", string>>;
export const say = (zh: string, en: string): Words => ({ "zh-CN": zh, en });

/** Files and tables, whoever reads them. */
const tables = {
  file_broken: say("文件已损坏，请重新导出再上传", "The file is damaged. Export it again"),
  file_cut: say("文件不完整，没有传完或没有复制完，请重新导出再上传", "The file ends in the middle. Export it again"),
  file_locked: say("文件有密码，请去掉密码另存后再上传", "The file has a password. Save it without one"),
  file_encoding: say("文件编码认不出来，请另存为 UTF-8 或 xlsx", "The encoding is not known. Save it as UTF-8 or xlsx"),
  file_quote_open: say("有一个引号只有一半，请补上另一半再上传", "A quotation mark is opened and never closed. Mend it and upload again"),
  file_gone: say("上传的文件已经不在了，请重新上传", "The uploaded file is no longer there. Upload it again"),
  file_unknown: say("没有这个文件，请重新上传", "There is no such file. Upload it again"),
  file_unwritable: say("文件写不出来，请稍后再试", "The file cannot be written. Try again later"),
  header_missing: say("没有认出表头，请检查第一行的列名", "No row with known column names was found. Look at the first row"),
  header_twice: say("有两列同名，请改掉其中一个", "Two columns have the same name. Rename one of them"),
  columns_too_many: say("列数太多，请删掉用不到的列", "Too many columns. Take away those that are not needed"),
  column_taken: say("两列不能是同一个内容，请改掉其中一列", "Two columns cannot mean the same. Change one of them"),
  column_unknown: say("文件里没有这一列，请重新选择", "The file has no such column. Choose another"),
  text_damaged: say("有乱码，请重新导出", "Some characters are broken. Export it again"),
  row_shifted: say("这一行的格子比表头多，可能是文字里的逗号错了位", "This row has more cells than the header: a comma in a text has moved them"),
  cell_empty: say("这一格不能为空", "This cell may not be empty"),
  id_lost: say("编号的末几位被表格软件抹掉了，请重新导出，不要用表格软件改存", "A spreadsheet has rounded this number. Export it again and do not save it there"),
  id_too_long: say("编号太长", "This is too long for a number or code"),
  number_bad: say("这不是数字", "This is not a number"),
  number_negative: say("不能是负数", "This may not be negative"),
  number_too_large: say("数字太大", "This number is too large"),
  number_too_fine: say("小数位太多", "This number has too many decimals"),
  date_out_of_range: say("年份要在 2000 到 2100 之间", "The year lies outside 2000 to 2100"),
  percent_unclear: say("看不出是不是百分数，请写成 12.5% 或 0.125", "Without a percent sign this may mean two things. Write 12.5% or 0.125"),
  duration_bad: say("时长请写成 8分48秒 或 00:08:48", "Write a length of time as 00:08:48"),
  flag_bad: say("请写“是”或“否”", "Write yes or no"),
  chat_unknown: say("没有认出聊天记录，请看看支持哪几种格式", "No messages were recognised. See which chat logs can be read"),
  chat_line: say("这几句在第一条消息之前，看不出是谁说的", "These words stand before the first message, so nobody said them"),
  chat_whose: say("这些名字里认不出哪个是店里的账号，请先指明", "None of these names is known to be yours. Say which are your accounts"),
  chat_to_nobody: say("这份记录里没有买家说话，看不出是对谁说的", "No buyer writes in this log, so nobody knows to whom this was said"),
  product_twice: say("文件里有两行是同一件商品，请合成一行", "Two rows are of the same product. Make them one"),
  title_twice: say("同一文件里有同名的政策", "The title is in the file twice"),
  size_line: say("尺码写法不对：第一行写列名，之后每行一个尺码", "The sizes are not written as they should be: names first, then a size a line"),
  test_line: say("检测值写法不对：每行写一个项目和数值", "The test values are not written as they should be: an item and a value a line"),
  owner_several: say("有几位同事叫这个名字，请改写工号", "Several people have this name. Write the staff number"),
};

/** Imports. */
const imports = {
  unknown_kind: say("没有这种内容，请重新选择", "There is no such content. Choose another"),
  import_begun: say("这次导入已经开始了，不能再改", "This import has begun already"),
  import_not_done: say("导入现在的状态不能这样做，请刷新再看", "Its present state does not allow this. Reload and look again"),
  import_moved: say("导入的状态刚刚变了，请刷新再看", "The import has just gone on. Reload and look again"),
  import_unsure: say("请先选择这个文件是什么内容", "Say first what the file is"),
  import_incomplete: say("还缺少必需的列，请先对应好", "A needed column is missing. Say first which it is"),
  imports_too_many: say("还没导入的文件太多，请先导入或取消几个", "Too many files wait to be taken in. Take in or cancel some first"),
};

/** People, roles, shops and their accounts. */
const team = {
  login_form: say("账号为 2–64 个字符，不能有空格", "A login has 2 to 64 characters and no spaces"),
  number_taken: say("这个工号已有人用", "Somebody else has this number"),
  password_weak: say("密码太容易猜：不要包含账号，也不要只用几个相同的字符", "Too easy to guess: leave out the login, and use more than a few different characters"),
  totp_on: say("两步验证已经开启，请刷新页面", "A second factor is on already. Reload the page"),
  owner_role: say("掌柜总是拥有全部权限，不能改", "The owner always has every right"),
  builtin_role: say("内置角色不能删除", "A built-in role cannot be removed"),
  role_in_use: say("还有人担任这个角色，先给他们换一个", "Somebody still has this role. Give them another first"),
  shift_in_use: say("排班表里还有人排着这个班次，先改掉再删", "Somebody stands in the roster with this shift. Change that first"),
  calendar: say("时段要按先后排列，不能重叠", "Hours must be in order and must not overlap"),
  time_zone: say("没有这个时区，请重新选择", "There is no such time zone. Choose another"),
  not_shop_level: say("这项对全部店铺统一，不能单独设置", "This is set for all shops together"),
  account_taken: say("这段时间里它是别人的账号，请换一段时间", "In this time it is somebody else's account. Choose another time"),
  time_ends_early: say("结束早于开始，请改晚一些", "It ends before it begins. Choose a later end"),
  person_missing: say("请选择是哪位同事", "Say which colleague it is"),
  person_unknown: say("你的店铺里没有这个人", "There is no such person in your shops"),
};

/** Customers. */
const customers = {
  days_invalid: say("天数要在 1 到 {max} 之间", "1 to {max} days"),
  too_far: say("日期太远，请选近一些的", "That day is too far away. Choose a nearer one"),
  plan_ended: say("计划已经结束", "The plan is over already"),
  plan_moved: say("这一次已经登记过，或改了日期，请刷新再看", "This time was noted already, or moved. Reload and look again"),
  not_done: say("还没有完成过，没有可以撤销的", "Nothing of it was done yet"),
  not_blocked: say("已经解除了，或不是你能解除的", "The block has ended already, or is not yours to end"),
  not_confirmed: say("请照页面上的名称或编号一字不差地填写", "Write exactly the name or number on the page"),
  erasure_blocked: say("还有没处理完的事，请先处理再清除", "Something is still open. End it first"),
  joined_already: say("其中一位已经并入别的客户", "One of them was joined into another already"),
  same_customer: say("请选另一位客户", "Choose another customer"),
  segment_exists: say("已经有同名的分群，请换一个名字", "There is such a segment already. Choose another name"),
  tag_exists: say("已经有同名的标签", "There is such a tag already"),
  region_invalid: say("地区不对，请写省名，或省名加市名", "Name a province, or a city of it"),
  levels_invalid: say("等级要从低到高：起点更高，折扣不比下一级少", "A higher level asks for more and costs no more"),
  referral_circle: say("不能互相介绍，也不能介绍自己", "Nobody brings themselves, and two do not bring each other"),
  proof_missing: say("登记同意要写明凭据", "Write down what shows that they agreed"),
  not_received: say("买家收到货之后才有评价", "A review comes after the goods"),
  campaign_unknown: say("你的店铺里没有这个活动", "There is no such campaign in your shops"),
};

/** The order desk: audit, batches, packing, hand-over, prices. */
const orderDesk = {
  wrong_state: say("状态已经变了，做不了这一步，请刷新再看", "Its state has changed, so this cannot be done. Reload and look again"),
  checks_open: say("七项里还有没对上的，确认后再通过", "Not all seven checks hold. Confirm them first"),
  check_blocked: say("这一项不能人工确认，请先改掉原因", "This cannot be confirmed by hand. Mend the cause first"),
  parcel_held: say("包裹挂起中，先解除再做", "The parcel is held. End the hold first"),
  not_held: say("这一单没有挂起", "Nothing holds it"),
  hold_blocking: say("这个挂起原因只能等它自己消失", "This hold ends only with its cause"),
  unknown_reason: say("没有这个原因，请重新选择", "There is no such reason. Choose another"),
  courier_wished: say("买家要求务必用{wish}，不能换别的快递", "The buyer must have {wish}; no other courier"),
  stop_area: say("{region} 停发，请换快递或等恢复", "{region} is stopped. Take another courier or wait"),
  no_province: say("请写省名，或省名加市名", "Write a province, or a province and a city"),
  priority_taken: say("这个优先级已经有规则了，换一个数字", "Another rule has this priority. Choose another number"),
  not_mergeable: say("这几单不能一起发", "These do not go together"),
  split_all: say("要分出一部分、留下一部分，不能全部分出去", "Something must go and something must stay"),
  split_quantity: say("分出的件数不对，请检查", "That many are not there. Look at the pieces"),
  nothing_to_rejoin: say("没有可以恢复的", "There is nothing to take back"),
  nothing_to_print: say("没有可以打的订单：先审单", "Nothing to print: audit first"),
  in_a_batch: say("已经在批次里了", "It is in a batch already"),
  print_expired: say("打印页已经关闭，请再打一次", "This page is closed. Print it again"),
  not_in_parcel: say("包裹里没有这个商品", "That is not in the parcel"),
  several_parcels: say("这个号码对应几个包裹，请扫批次编号或快递单号", "Several parcels have this number. Scan the batch's number or the waybill"),
  not_packed_as_wanted: say("请按商品的包装要求包好再确认", "Pack it as its goods want it, then confirm"),
  same_person: say("复核要换一个人", "Somebody else than who packed it looks again"),
  weight_off: say("应重 {expected_g} 克，秤上 {weighed_g} 克，差得太多，请打开看看", "Expected {expected_g} g, the scale says {weighed_g} g. Look into it"),
  waybill_taken: say("这个单号已经用在别的包裹上", "Another parcel has this waybill"),
  waybill_missing: say("还没有快递单号，请先填上", "It has no waybill yet. Enter it first"),
  second_missing: say("还没有复核，请另一位同事看过再交接", "Nobody looked again yet. Let somebody else do it first"),
  weight_missing: say("还没有称重，请先称", "It was not weighed yet. Weigh it first"),
  stock_missing: say("库存不够：{sku} 只有 {on_hand} 件", "Not enough stock: {on_hand} of {sku}"),
  shipped_elsewhere: say("这个包裹不是从这里发出的，不能撤回", "It did not leave from here and cannot be taken back"),
  already_received: say("买家已经收到，收不回来了；退回来的请走售后", "The buyer has it already; what comes back is a return"),
  already_asked: say("已经叫过这家快递了，先结束那一次", "This courier is awaited already. End that first"),
  already_ended: say("这次取件已经结束了", "This pickup is over already"),
  nothing_packed: say("这家快递没有等着取的包裹", "Nothing is packed for this courier"),
  already_counted: say("别人已经盘点过了", "Somebody has counted it"),
  already_decided: say("已经有人定过或收回了", "It was decided or taken back already"),
  nothing_to_tell: say("没有要回传的", "There is nothing to tell"),
  not_in_the_file: say("这个文件里没有订单 {number}", "The file has no order {number}"),
  nothing_to_change: say("没有找到要改的，请放宽条件", "The filter finds nothing. Widen it"),
  list_busy: say("这张改价单还在处理，请稍等", "The list is being worked on. Wait a moment"),
  four_eyes: say("要由另一位同事执行，不能是做单的人", "Somebody else than who made it carries it out"),
  bad_ids: say("编号太多或写法不对，请刷新页面再试", "Too many ids, or not written as ids. Reload and try again"),
  label_unreadable: say("第 {line} 行读不懂：{why}", "Line {line} cannot be read: {why}"),
  label_range: say("{at} 要在 {min} 到 {max} 之间", "{at} is between {min} and {max}"),
  label_off_page: say("{at} 超出了纸边（{max} 毫米）", "{at} reaches over the edge ({max} mm)"),
  label_text: say("{at}：文字要有 1 到 {max} 个字", "{at}: a text has 1 to {max} characters"),
  label_picture: say("{at}：图片要用 PNG 或 JPEG 的 data 地址", "{at}: a picture is a data address of a PNG or JPEG"),
  label_without: say("面单缺少“{at}”，没有它送不到", "The label has no “{at}”, so nobody could deliver it"),
  label_too_many: say("面单最多 {limit} 个栏", "{limit} fields at most"),
  label_too_large: say("文件太大，最多 {limit} 字节（底图算在内）", "Too large: {limit} bytes at most, the picture with it"),
};

/** Products and their stock. */
const goods = {
  is_bundle: say("组合没有自己的库存，请改它的组成件", "A set has no stock of its own. Change its parts"),
  bundle_self: say("组合不能包含自己", "A set cannot hold itself"),
  bundle_nested: say("组合里不能再放组合", "A set cannot hold a set"),
  duplicate_sku: say("同一件商品只写一行", "Write each SKU once"),
};

export const ROOMS: Readonly<Record<string, Words>> = { ...tables, ...imports, ...team, ...customers, ...orderDesk, ...goods };
