use base::Ms;
use encoding_rs::GB18030;
use jiff::civil::date;
use jiff::tz::TimeZone;

use super::*;

fn log_of(bytes: Vec<u8>, name: &str, day: Option<Date>, accounts: &[String]) -> Result<ChatLog, Fault> {
    told_by(bytes, name, day, (accounts, &[]))
}

/// A log that is read with names known to be the shop's, and buyers'.
fn told_by(
    bytes: Vec<u8>,
    name: &str,
    day: Option<Date>,
    (accounts, buyers): (&[String], &[String]),
) -> Result<ChatLog, Fault> {
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let mut book = Book::read(bytes, name)?;
    assert!(looks_like_chat(&mut book), "{name} is recognised");
    let ask = ChatAsk {
        zone: &zone,
        day,
        accounts,
        buyers,
        latest: Ms(1_800_000_000_000),
    };
    read(&mut book, &ask)
}

fn text(log: &str) -> ChatLog {
    log_of(log.as_bytes().to_vec(), "log.txt", None, &[]).expect("read")
}

/// Buyer, local time, who, text.
fn told(log: &ChatLog) -> Vec<String> {
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let line = |buyer: &str, line: &ChatLine| {
        let at = jiff::Timestamp::from_millisecond(line.at.0)
            .expect("a moment")
            .to_zoned(zone.clone());
        let by = match &line.by {
            By::Buyer => "buyer".to_owned(),
            By::Account(name) => name.clone(),
            By::Program => "program".to_owned(),
            By::System(System(happened)) => format!("{happened:?}"),
        };
        format!("{buyer} {} {by} {}", at.strftime("%Y-%m-%d %H:%M:%S"), line.text)
    };
    log.talks
        .iter()
        .flat_map(|talk| talk.lines.iter().map(move |one| line(&talk.buyer, one)))
        .collect()
}

#[test]
fn the_old_text_has_blocks_by_agent_and_no_blank_in_its_times() {
    let log = "竹里店:小美\r\n\
        2011年5月3日12:34:56 林小叶: 在吗\r\n2011年5月3日12:35:10 竹里店:小美: 在的亲\r\n\
        2011年5月3日12:36:00 林小叶: 尺寸\r\n比例是1:2吗\r\n\r\n\
        竹里店：阿强\r\n2011年5月3日13:00:00 竹里店：阿强: 亲，还需要吗\r\n2011年5月3日13:01:00 沈一: 不用了\r\n";
    let (gb, _, _) = GB18030.encode(log);
    let log = log_of(gb.into_owned(), "2011-05-03.txt", None, &[]).expect("read");
    assert_eq!(
        (log.form, log.encoding.as_deref()),
        (ChatForm::Wangwang, Some("gb18030"))
    );
    assert_eq!(
        told(&log),
        [
            "林小叶 2011-05-03 12:34:56 buyer 在吗",
            "林小叶 2011-05-03 12:35:10 竹里店:小美 在的亲",
            "林小叶 2011-05-03 12:36:00 buyer 尺寸\n比例是1:2吗",
            "沈一 2011-05-03 13:00:00 竹里店:阿强 亲，还需要吗",
            "沈一 2011-05-03 13:01:00 buyer 不用了",
        ]
    );
    assert_eq!(
        log.accounts.keys().collect::<Vec<_>>(),
        ["竹里店:小美", "竹里店:阿强"]
    );
    assert!(log.faults.is_empty(), "{:?}", log.faults);
}

#[test]
fn copied_text_has_many_shapes_and_noise() {
    let log = text(
        "tb123 2023-1-5 9:08:07\r\n这件还有货吗\r\n已读\r\n竹里店：小美2023-1-5 09:08:30\r\n有的\r\n今天发\r\n未读\r\n\
         tb123\r\n2023-1-5 09:09:00\r\n好\r\n当前用户来自 商品详情页\r\n由 服务助手 转交给 竹里店:阿强\r\n原因：【离线留言自动分配】\r\n\
         竹里店:阿强 --> tb123 2023-1-5 09:10:00\r\n您好\r\n发送中\r\ntb123 撤回了一条消息\r\n",
    );
    assert_eq!(log.form, ChatForm::Qianniu);
    assert_eq!(
        told(&log),
        [
            "tb123 2023-01-05 09:08:07 buyer 这件还有货吗",
            "tb123 2023-01-05 09:08:30 竹里店:小美 有的\n今天发",
            "tb123 2023-01-05 09:09:00 buyer 好",
            "tb123 2023-01-05 09:09:00 Came 当前用户来自 商品详情页",
            "tb123 2023-01-05 09:09:00 HandedOn { from: \"服务助手\", to: \"竹里店:阿强\" } 由 服务助手 转交给 竹里店:阿强",
            "tb123 2023-01-05 09:09:00 Other 原因：【离线留言自动分配】",
            "tb123 2023-01-05 09:10:00 竹里店:阿强 您好",
            "tb123 2023-01-05 09:10:00 Recalled tb123 撤回了一条消息",
        ]
    );
}

#[test]
fn names_without_a_colon_are_asked_for_unless_they_are_known() {
    let log = "[林小叶] 2024-01-01 10:00:00\n在吗\n[竹里客服] 2024-01-01 10:00:20\n在的\n";
    let unknown = text(log);
    assert_eq!(unknown.form, ChatForm::Bracket);
    assert_eq!(
        (unknown.refused, unknown.unsure.as_slice()),
        (2, ["林小叶".to_owned(), "竹里客服".to_owned()].as_slice())
    );
    assert_eq!(
        (unknown.faults[0].code, unknown.faults[0].row),
        ("chat_whose", Some(1))
    );
    let known = log_of(log.as_bytes().to_vec(), "a.txt", None, &["竹里客服".to_owned()]).expect("read");
    assert_eq!(
        told(&known),
        [
            "林小叶 2024-01-01 10:00:00 buyer 在吗",
            "林小叶 2024-01-01 10:00:20 竹里客服 在的"
        ]
    );
}

#[test]
fn buyers_alone_are_read_once_it_is_said_that_they_are_buyers() {
    let log = "沈一 2024-01-01 10:00:00\n有货吗\n林小叶 2024-01-01 10:05:00\n在吗\n林小叶 2024-01-01 10:06:00\n急\n";
    let unknown = text(log);
    assert_eq!(unknown.unsure, ["林小叶", "沈一"], "who wrote most comes first");
    let of = |buyers: &[&str]| {
        let buyers: Vec<String> = buyers.iter().map(|name| (*name).to_owned()).collect();
        told_by(log.as_bytes().to_vec(), "a.txt", None, (&[], &buyers)).expect("read")
    };
    assert_eq!(of(&["林小叶"]).unsure, ["沈一"]);
    let read = of(&["林小叶", "沈一"]);
    assert_eq!((read.unsure.len(), read.refused, told(&read).len()), (0, 0, 3));
    assert!(told(&read).iter().all(|line| line.contains(" buyer ")));
    // A name with a colon is taken for the shop's, unless somebody says that it is none.
    let log = "天津:老王 2024-01-01 10:00:00\n在吗\n";
    assert_eq!(text(log).faults[0].code, "chat_to_nobody");
    let mine = told_by(
        log.as_bytes().to_vec(),
        "a.txt",
        None,
        (&[], &["天津：老王".to_owned()]),
    )
    .expect("read");
    assert_eq!(told(&mine), ["天津:老王 2024-01-01 10:00:00 buyer 在吗"]);
}

#[test]
fn moments_and_words_of_the_platform_within_a_message_are_words() {
    let log = text(
        "林小叶 2026-05-04 10:00:00\n我的单子\n下单时间 2026-05-03 09:00:00\n已揽收 顺丰速运 2026-05-03 20:00:00\n\
         物流：已到杭州 2026-05-04 08:00:00\n发货时间：\n2026-05-03 18:00:00\n\
         竹里店:小美 2026-05-04 10:01:00\n原因：地址写错了\n原因：人不在家\n\
         林小叶 2026-05-04 10:02:00\n由 我 转交给 你\n林小叶 2026-05-04 10:03:00\n好\n由 竹里店:小美 转交给 竹里店:阿强\n原因：下班\n\
         竹里店:阿强 2026-05-04 10:04:00\n您好\n",
    );
    assert_eq!(
        told(&log),
        [
            "林小叶 2026-05-04 10:00:00 buyer 我的单子\n下单时间 2026-05-03 09:00:00\n已揽收 顺丰速运 2026-05-03 20:00:00\n\
             物流：已到杭州 2026-05-04 08:00:00\n发货时间：\n2026-05-03 18:00:00",
            "林小叶 2026-05-04 10:01:00 竹里店:小美 原因：地址写错了\n原因：人不在家",
            "林小叶 2026-05-04 10:02:00 buyer 由 我 转交给 你",
            "林小叶 2026-05-04 10:03:00 buyer 好",
            "林小叶 2026-05-04 10:03:00 HandedOn { from: \"竹里店:小美\", to: \"竹里店:阿强\" } 由 竹里店:小美 转交给 竹里店:阿强",
            "林小叶 2026-05-04 10:03:00 Other 原因：下班",
            "林小叶 2026-05-04 10:04:00 竹里店:阿强 您好",
        ]
    );
    // Texts of several buyers put together go back in time, and stay what they are.
    let log = text(
        "林小叶 2026-05-04 10:00:00\n在吗\n竹里店:小美 2026-05-04 10:01:00\n在\n沈一 2026-05-04 09:00:00\n有货吗\n\
         周二 2026-05-04 11:00:00\n好\n竹里店:小美 2026-05-04 11:01:00\n好的\n",
    );
    assert_eq!(
        log.talks
            .iter()
            .map(|talk| talk.buyer.as_str())
            .collect::<Vec<_>>(),
        ["周二", "林小叶", "沈一"]
    );
}

#[test]
fn what_a_file_does_not_show_was_said_all_the_same_and_broken_characters_are_refused() {
    let log = text("林小叶 2026-05-04 10:00:00\n已读\n竹里店:小美 2026-05-04 10:00:20\n收到\n");
    assert_eq!(told(&log)[0], "林小叶 2026-05-04 10:00:00 buyer [未能导出的内容]");
    let (gb, _, _) =
        GB18030.encode("林小叶 2026-05-04 11:00:00\n再问一下\n竹里店:小美 2026-05-04 11:00:20\n您说\n");
    let mut mixed =
        "林小叶 2026-05-04 10:00:00\n在吗\n竹里店:小美 2026-05-04 10:00:20\n在的亲，有什么可以帮您的呢\n"
            .repeat(40)
            .into_bytes();
    let good = mixed.len();
    mixed.extend_from_slice("\u{feff}沈一 2026-05-04 10:30:00\n两个文件拼在一起\n".as_bytes());
    mixed.extend(gb.into_owned());
    let log = log_of(mixed, "log.txt", None, &[]).expect("read");
    assert!(
        good > 0 && log.talks.iter().any(|talk| talk.buyer == "沈一"),
        "no mark in a name"
    );
    assert_eq!(log.talks.len(), 2, "broken names are nobody's");
    let codes: Vec<_> = log.faults.iter().map(|fault| fault.code).collect();
    assert_eq!((codes, log.refused), (vec!["text_damaged"; 2], 2));
}

#[test]
fn a_buyer_nobody_answered_needs_no_account_and_words_before_the_first_message_are_told() {
    let log = text("聊天记录\n\n林小叶 2024-01-01 10:00:00\n在吗\n林小叶 2034-01-01 10:00:00\n后来\n");
    assert_eq!(told(&log), ["林小叶 2024-01-01 10:00:00 buyer 在吗"]);
    let codes: Vec<_> = log.faults.iter().map(|fault| (fault.code, fault.row)).collect();
    assert_eq!(codes, [("chat_line", Some(1)), ("in_the_future", Some(5))]);
}

/// Rows of time, text, account, side.
type Rows<'a> = &'a [(&'a str, &'a str, &'a str, &'a str)];

/// The workbook of the web page: a summary, and a sheet a customer.
fn workbook(sheets: &[(&str, Rows<'_>)]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sum = book.add_worksheet();
    sum.set_name("导出汇总").expect("a name");
    sum.write(0, 0, "导出客户数").expect("written");
    for (buyer, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*buyer).expect("a name");
        for (column, header) in [
            "客户名",
            "消息序号",
            "发送时间",
            "发送内容",
            "发送账号",
            "账号类型",
        ]
        .iter()
        .enumerate()
        {
            sheet.write(0, column as u16, *header).expect("written");
        }
        for (n, (time, text, account, side)) in rows.iter().enumerate() {
            let row = n as u32 + 1;
            for (column, cell) in [*buyer, &row.to_string(), time, text, account, side]
                .iter()
                .enumerate()
            {
                sheet.write(row, column as u16, *cell).expect("written");
            }
        }
    }
    book.save_to_buffer().expect("saved")
}

#[test]
fn the_table_of_the_web_page_has_times_of_day_and_its_name_has_the_day() {
    const ROWS: Rows<'_> = &[
        ("23:58:00", "睡了吗", "林小叶", "客户"),
        ("00:01:10", "还没", "竹里店:小美", "客服"),
        (
            "00:02",
            "https://item.taobao.com/item.htm?id=42",
            "林小叶",
            "客户",
        ),
        ("25:00", "坏的", "林小叶", "客户"),
    ];
    let bytes = workbook(&[("林小叶", ROWS), ("沈一", &[("08:00:00", "早", "沈一", "客户")])]);
    let named = log_of(
        bytes.clone(),
        "千牛聊天记录_原始逐条_20260110_093000.xlsx",
        None,
        &[],
    )
    .expect("read");
    assert_eq!(
        (named.form, named.day, named.day_missing),
        (ChatForm::Web, Some(date(2026, 1, 10)), false)
    );
    assert_eq!(
        told(&named),
        [
            "林小叶 2026-01-09 23:58:00 buyer 睡了吗",
            "林小叶 2026-01-10 00:01:10 竹里店:小美 还没",
            "林小叶 2026-01-10 00:02:00 buyer https://item.taobao.com/item.htm?id=42",
            "沈一 2026-01-10 08:00:00 buyer 早",
        ]
    );
    let bad = &named.faults[0];
    assert_eq!(
        (bad.code, bad.row, bad.column.as_deref(), bad.sheet.as_deref()),
        ("date_bad", Some(5), Some("发送时间"), Some("林小叶"))
    );
    let bare = log_of(bytes.clone(), "聊天.xlsx", None, &[]).expect("read");
    assert!(bare.day_missing && bare.talks.is_empty());
    let asked = log_of(bytes, "聊天.xlsx", Some(date(2026, 2, 1)), &[]).expect("read");
    assert!(told(&asked)[0].starts_with("林小叶 2026-01-31 23:58:00"));
}

#[test]
fn what_was_said_in_one_moment_is_no_day_apart_and_the_table_may_be_saved_as_text() {
    let rows = [
        ("23:59:59", "晚安", "林小叶", "客户"),
        ("00:00:01", "晚安亲", "竹里店:小美", "客服"),
        ("23:59:58", "嗯", "林小叶", "客户"),
        ("00:00:03", "", "林小叶", "客户"),
        ("09:30:05", "早", "林小叶", "客户"),
        ("09:30:03", "早上好", "竹里店:小美", "客服"),
    ];
    let mut csv = "客户名,消息序号,发送时间,发送内容,发送账号,账号类型\r\n".to_owned();
    for (n, (time, text, account, side)) in rows.iter().enumerate() {
        csv.push_str(&format!("林小叶,{},{time},{text},{account},{side}\r\n", n + 1));
    }
    let (gb, _, _) = GB18030.encode(&csv);
    let log = log_of(gb.into_owned(), "聊天.csv", Some(date(2027, 1, 1)), &[]).expect("read");
    assert_eq!(
        (log.form, log.encoding.as_deref(), log.refused),
        (ChatForm::Web, Some("gb18030"), 0)
    );
    assert_eq!(
        told(&log),
        [
            "林小叶 2026-12-31 23:59:58 buyer 嗯",
            "林小叶 2026-12-31 23:59:59 buyer 晚安",
            "林小叶 2027-01-01 00:00:01 竹里店:小美 晚安亲",
            "林小叶 2027-01-01 00:00:03 buyer [未能导出的内容]",
            "林小叶 2027-01-01 09:30:03 竹里店:小美 早上好",
            "林小叶 2027-01-01 09:30:05 buyer 早",
        ]
    );
}

#[test]
fn a_table_of_orders_is_no_log() {
    let orders =
        "订单编号,买家会员名,订单创建时间\n1,林小叶,2026-01-05 10:00:00\n2,沈一,2026-01-05 10:01:00\n";
    let mut book = Book::read(orders.as_bytes(), "orders.csv").expect("a book");
    assert!(!looks_like_chat(&mut book));
}
