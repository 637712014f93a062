//! The quirks Q1 to Q12 of `export-headers`, each in a file with the headers of real exports and invented buyers.

use base::{Fen, Ms};
use sheet::{Book, Form, Names, Row, Skipped, cell};

use crate::{book, gbk, shanghai};

const NAMES: &str = "[columns]
no = ['订单编号', '主订单编号', '订单号', '线上订单号', '主订单id']
sub = ['子订单编号']
nick = ['买家会员名', '买家会员昵称']
paid = ['买家实际支付金额', '买家实付金额', '用户实付金额(元)']
refund = ['退款金额']
service = ['买家服务费']
address = ['收货地址', '详细地址']
phone = ['联系手机', '收件人手机号']
created = ['订单创建时间', '下单时间', '订单提交时间']
state = ['订单状态']
title = ['宝贝标题', '商品标题', '选购商品', '商品名称', '标题']
item = ['商品ID']
by_hand = ['手工退款/系统退款']
attributes = ['商品属性', '商品规格']
parcel = ['快递信息', '物流单号']
agent = ['客服昵称']
served = ['接待人数']
";

struct Seen {
    rows: Vec<Row>,
    names: sheet::Columns,
    skipped: Skipped,
}

impl Seen {
    fn text(&self, row: usize, column: &str) -> Option<String> {
        self.rows[row].text(self.names.at(column)).map(Into::into)
    }
    fn read<T>(
        &self,
        row: usize,
        column: &str,
        read: impl FnOnce(&str) -> Result<Option<T>, sheet::Flaw>,
    ) -> Result<Option<T>, sheet::Fault> {
        self.rows[row].read(self.names.at(column), read)
    }
}

fn seen(mut book: Book) -> Seen {
    let names = Names::parse(NAMES).expect("a table");
    let mut table = book.table(0, |name| names.knows(name)).expect("has a header");
    let columns = names.map(table.headers());
    let rows = table.by_ref().map(|row| row.expect("a row")).collect();
    Seen {
        rows,
        names: columns,
        skipped: table.skipped(),
    }
}

#[test]
fn q1_the_encoding_is_told_by_the_bytes() {
    let taobao = "订单编号,买家会员名,收货地址 \r\n1,清风徐来,浙江省 杭州市\r\n";
    let mut marked = vec![0xef, 0xbb, 0xbf];
    marked.extend_from_slice(taobao.as_bytes());
    let little: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(taobao.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let big: Vec<u8> = taobao.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (bytes, name) in [
        (gbk(taobao), "gb18030"),
        (marked, "UTF-8"),
        (taobao.as_bytes().to_vec(), "UTF-8"),
        (little, "UTF-16LE"),
        (big, "UTF-16BE"),
    ] {
        let book = book(&bytes);
        let form = book.sheets()[0].form;
        assert_eq!(
            form,
            Form::Text {
                encoding: name,
                delimiter: ','
            }
        );
        let seen = seen(book);
        assert_eq!(seen.text(0, "nick").as_deref(), Some("清风徐来"), "{name}");
        assert_eq!(
            seen.text(0, "address").as_deref(),
            Some("浙江省 杭州市"),
            "{name}"
        );
    }
}

#[test]
fn q2_text_formulas_around_ids_also_at_the_beginning_of_a_row() {
    let seen = seen(book(&gbk(
        "订单编号,买家会员名,物流单号 \n=\"351531000123456789\",\"小满,家\",=\"\"\n\"=\"\"351531000123456790\"\"\",云淡,=\"SF1,2\"\n",
    )));
    assert_eq!(
        seen.read(0, "no", cell::id),
        Ok(Some("351531000123456789".into()))
    );
    assert_eq!(
        seen.read(1, "no", cell::id),
        Ok(Some("351531000123456790".into()))
    );
    assert_eq!(seen.text(0, "nick").as_deref(), Some("小满,家"));
    assert_eq!(seen.text(0, "parcel"), None);
    assert_eq!(seen.text(1, "parcel").as_deref(), Some("SF1,2"));
}

#[test]
fn q3_apostrophes_tabs_and_line_ends_around_values() {
    let douyin = "\u{feff}主订单编号,子订单编号,选购商品,收件人手机号,订单提交时间\n\"\t6917000000000000001\",\"\t6917000000000000002\",亚麻窗帘,'13900000001,\"2026-03-01 10:00:00\r\n\t\"\n";
    let seen = seen(book(douyin.as_bytes()));
    assert_eq!(
        seen.read(0, "no", cell::id),
        Ok(Some("6917000000000000001".into()))
    );
    assert_eq!(
        seen.read(0, "sub", cell::id),
        Ok(Some("6917000000000000002".into()))
    );
    assert_eq!(seen.read(0, "phone", cell::id), Ok(Some("13900000001".into())));
    let created = seen.read(0, "created", |raw| cell::moment(raw, &shanghai()));
    assert_eq!(created, Ok(Some(Ms(1_772_330_400_000))));
}

#[test]
fn q4_headers_with_trailing_blanks() {
    let seen = seen(book(&gbk(
        "订单编号,收货地址 ,宝贝标题\u{3000},订单创建时间\t\n1,杭州,毛毯,2018-09-01 18:18:00\n",
    )));
    assert_eq!(seen.text(0, "address").as_deref(), Some("杭州"));
    assert_eq!(seen.text(0, "title").as_deref(), Some("毛毯"));
    assert!(seen.names.unknown().is_empty());
}

#[test]
fn q5_words_for_nothing_and_amounts_with_their_unit() {
    let seen = seen(book(&gbk(
        "订单编号,买家会员名,退款金额,买家服务费\n1,null,无退款申请,0元\n2,NULL,--,\n3,-,12.50,1.5元\n",
    )));
    let refund = |row| {
        seen.read(row, "refund", |raw| {
            cell::money(cell::unless(raw, &["无退款申请"]))
        })
    };
    assert_eq!(
        (refund(0), refund(1), refund(2)),
        (Ok(None), Ok(None), Ok(Some(Fen(1250))))
    );
    let service = |row| seen.read(row, "service", cell::money);
    assert_eq!(
        (service(0), service(1), service(2)),
        (Ok(Some(Fen(0))), Ok(None), Ok(Some(Fen(150))))
    );
    assert!((0..3).all(|row| seen.text(row, "nick").is_none()));
    let unsaid = seen
        .read(0, "refund", cell::money)
        .expect_err("only where the room says so");
    assert_eq!(
        (unsaid.code, unsaid.row, unsaid.column.as_deref()),
        ("number_bad", Some(2), Some("退款金额"))
    );
}

#[test]
fn q6_full_width_and_half_width_are_the_same() {
    let pdd = "商品,订单号,订单状态,用户实付金额（元）\n枕头,260301-000000000000001,买家已付款，等待卖家发货,１２．５０\n";
    let seen = seen(book(pdd.as_bytes()));
    assert_eq!(seen.read(0, "paid", cell::money), Ok(Some(Fen(1250))));
    let state = seen.text(0, "state").expect("a state");
    assert_eq!(cell::key(&state), cell::key("买家已付款,等待卖家发货"));
}

#[test]
fn q7_an_id_rounded_by_a_spreadsheet_is_refused_with_its_place() {
    let seen = seen(book(&gbk(
        "订单编号,买家会员名\n3.51531E+16,云淡\n351531000000000000,风清\n",
    )));
    let lost = seen.read(0, "no", cell::id).expect_err("its digits are gone");
    assert_eq!(lost.code, "id_lost");
    assert_eq!(
        serde_json::to_value(&lost).expect("json"),
        serde_json::json!({
            "file": "a.csv", "row": 2, "column": "订单编号", "code": "id_lost", "value": "3.51531E+16"
        })
    );
    assert_eq!(
        seen.read(1, "no", cell::id),
        Ok(Some("351531000000000000".into()))
    );
}

#[test]
fn q8_titles_blank_rows_group_rows_trailing_commas_and_sums() {
    let report = "名称：客服绩效,,\n\n,人员,数据,\n客服昵称,接待人数,平均响应(秒)\n\n小满家纺:小青,120,35.5,\n,,\n小满家纺:小禾,98,41,\n客服昵称,接待人数,平均响应(秒)\n汇总,218,,\n均值,109,38.25,\n";
    let seen = seen(book(&gbk(report)));
    let agents: Vec<_> = (0..2).map(|row| seen.text(row, "agent")).collect();
    assert_eq!(
        agents,
        [Some("小满家纺:小青".into()), Some("小满家纺:小禾".into())]
    );
    assert_eq!(seen.rows.len(), 2);
    assert_eq!(
        seen.skipped,
        Skipped {
            blank: 2,
            summary: 2,
            repeated: 1
        }
    );
    assert_eq!(seen.rows[0].number(), 6);
    assert_eq!(seen.read(1, "served", cell::count), Ok(Some(98)));
}

#[test]
fn q9_several_values_in_a_cell() {
    let seen = seen(book(
        "主订单编号,选购商品,商品规格,快递信息\n1,毛毯,颜色分类：米白;尺码：2米,SF1000000001-顺丰速运;YT200-圆通速递\n".as_bytes(),
    ));
    let parcels = seen.text(0, "parcel").expect("parcels");
    let parcels = cell::several(&parcels);
    let apart: Vec<_> = parcels
        .iter()
        .filter_map(|parcel| cell::pair(parcel, '-'))
        .collect();
    assert_eq!(apart[0], ("SF1000000001".into(), "顺丰速运".into()));
    assert_eq!(apart[1].1, "圆通速递");
    let attributes = seen.text(0, "attributes").expect("attributes");
    assert_eq!(cell::several(&attributes), ["颜色分类：米白", "尺码：2米"]);
}

#[test]
fn q10_masked_buyers_are_seen_as_masked() {
    let seen = seen(book(
        "订单编号,买家会员昵称,收货地址,联系手机,虚拟号过期时间\n1,t**,浙江省杭州市**,1390000****,2026-03-09\n2,##k3Jd9a##,$$x8Qw1$$,13900000001,\n".as_bytes(),
    ));
    for (row, column, hidden) in [
        (0, "nick", true),
        (0, "phone", true),
        (1, "nick", true),
        (1, "address", true),
        (1, "phone", false),
    ] {
        let text = seen.text(row, column).expect("a value");
        assert_eq!(cell::masked(&text), hidden, "{text}");
    }
    assert_eq!(seen.names.unknown(), [(4, "虚拟号过期时间".to_owned())]);
}

#[test]
fn q11_order_numbers_under_any_name_and_in_any_dress() {
    for header in ["订单编号", "主订单编号", "订单号", "主订单id", "线上订单号"] {
        let file = format!("{header},商品名称\n３５１５ 3100\u{200b}0123,枕头\n");
        let seen = seen(book(file.as_bytes()));
        assert_eq!(
            seen.read(0, "no", cell::id),
            Ok(Some("351531000123".into())),
            "{header}"
        );
    }
}

#[test]
fn q12_headers_that_differ_in_blanks_and_case() {
    for (hand, item) in [
        ("手工退款/系统退款", "商品ID"),
        ("手工退款 / 系统退款", "商品 id"),
        ("手工退款／系统退款", "商品 ID"),
    ] {
        let seen = seen(book(
            format!("订单编号,{hand},{item}\n1,系统退款,77\n").as_bytes(),
        ));
        assert_eq!(seen.text(0, "by_hand").as_deref(), Some("系统退款"));
        assert_eq!(seen.text(0, "item").as_deref(), Some("77"));
    }
}
