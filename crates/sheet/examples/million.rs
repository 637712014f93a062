//! Measures reading: a million rows of thirty columns in GBK, with the quirks real exports have.
//!
//! `cargo run --release -p sheet --example million [-- ROWS]`
//!
//! Writes the file into the system's folder for such, reads it three times (rows as they stand; the cells of an
//! order cleaned and typed; the same from an xlsx of a tenth of the rows) and says rows a second and the most
//! memory it held.

#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use jiff::tz::TimeZone;
use sheet::{Book, Column, Names, Value, Writer, cell};

const HEADERS: [&str; 30] = [
    "订单编号",
    "买家会员名",
    "买家支付宝账号",
    "买家应付货款",
    "买家应付邮费",
    "买家支付积分",
    "总金额",
    "返点积分",
    "买家实际支付金额",
    "买家实际支付积分",
    "订单状态",
    "买家留言",
    "收货人姓名",
    "收货地址 ",
    "运送方式",
    "联系电话 ",
    "联系手机",
    "订单创建时间",
    "订单付款时间 ",
    "宝贝标题 ",
    "宝贝种类 ",
    "物流单号 ",
    "物流公司",
    "订单备注",
    "宝贝总数量",
    "店铺Id",
    "店铺名称",
    "订单关闭原因",
    "卖家服务费",
    "买家服务费",
];

const NAMES: &str = "[columns]
no = ['订单编号']
nick = ['买家会员名']
paid = ['买家实际支付金额']
state = ['订单状态']
receiver = ['收货人姓名']
address = ['收货地址']
mobile = ['联系手机']
created = ['订单创建时间']
paid_at = ['订单付款时间']
title = ['宝贝标题']
parcel = ['物流单号']
things = ['宝贝总数量']
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rows: u64 = std::env::args().nth(1).map_or(Ok(1_000_000), |n| n.parse())?;
    let folder = std::env::temp_dir().join(format!("sheet-million-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let done = measure(&folder, rows);
    std::fs::remove_dir_all(&folder)?;
    done
}

fn measure(folder: &Path, rows: u64) -> Result<(), Box<dyn std::error::Error>> {
    let csv = folder.join("ExportOrderList.csv");
    write_csv(&csv, rows)?;
    let megabytes = std::fs::metadata(&csv)?.len() / 1_000_000;
    println!("{rows} rows, 30 columns, GBK, {megabytes} MB");

    let start = (Instant::now(), worked());
    let read = Book::open(&csv)?.rows(0)?.filter(Result::is_ok).count();
    report("rows as they stand", read, start);

    let start = (Instant::now(), worked());
    let (read, paid) = typed(&csv)?;
    report("twelve cells cleaned and typed", read, start);
    println!("  paid in all {paid}");

    let xlsx = folder.join("orders.xlsx");
    let some = rows / 10;
    let start = (Instant::now(), worked());
    write_xlsx(&xlsx, some)?;
    report("xlsx written", usize::try_from(some)?, start);
    let start = (Instant::now(), worked());
    let (read, _) = typed(&xlsx)?;
    report("xlsx read and typed", read, start);
    Ok(())
}

/// Seconds this program has had a core for itself: on a busy machine they say more than the clock.
fn worked() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = |at: usize| {
        stat.split(' ')
            .nth(at)
            .and_then(|ticks| ticks.parse::<f64>().ok())
    };
    (ticks(13).unwrap_or_default() + ticks(14).unwrap_or_default()) / 100.0
}

fn report(what: &str, rows: usize, (start, before): (Instant, f64)) {
    let seconds = start.elapsed().as_secs_f64();
    let of_core = worked() - before;
    let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = memory
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .map_or("unknown", str::trim);
    let (by_clock, by_core) = (rows as f64 / seconds, rows as f64 / of_core);
    println!("{what}: {rows} rows, {by_clock:.0} rows/s ({by_core:.0} a second of core), peak memory {peak}");
}

fn typed(path: &Path) -> Result<(usize, base::Fen), Box<dyn std::error::Error>> {
    let names = Names::parse(NAMES)?;
    let zone = TimeZone::get("Asia/Shanghai")?;
    let mut book = Book::open(path)?;
    let table = book.table(0, |name| names.knows(name))?;
    let columns = names.map(table.headers());
    let texts = ["nick", "state", "receiver", "address", "mobile", "title"].map(|name| columns.at(name));
    let [no, parcel, things, paid] = ["no", "parcel", "things", "paid"].map(|name| columns.at(name));
    let moments = ["created", "paid_at"].map(|name| columns.at(name));
    let (mut read, mut sum) = (0, 0);
    for row in table {
        let row = row?;
        row.need(no, cell::id)?;
        row.read(parcel, cell::id)?;
        row.read(things, cell::count)?;
        for at in moments {
            row.read(at, |raw| cell::moment(raw, &zone))?;
        }
        sum += row.read(paid, cell::money)?.unwrap_or_default().0;
        read += usize::from(
            texts
                .iter()
                .filter_map(|at| row.text(*at))
                .all(|text| text != "x"),
        );
    }
    Ok((read, base::Fen(sum)))
}

/// Thirty cells of an order that nobody placed.
fn order(n: u64) -> [String; 30] {
    let fen = 900 + n * 37 % 90_000;
    let yuan = format!("{}.{:02}", fen / 100, fen % 100);
    let second = n % 60;
    let minute = n / 60 % 60;
    let day = 1 + n % 28;
    let families = ["王", "李", "张", "刘", "陈"];
    let things = ["纯棉四件套", "加厚法兰绒毯", "亚麻窗帘", "记忆棉枕", "防水桌布"];
    let thing = things[(n % 5) as usize];
    let time = format!("2026-0{}-{day:02} 09:{minute:02}:{second:02}", 1 + n % 9);
    let unpaid = n.is_multiple_of(17);
    [
        format!("=\"{}\"", 351_531_000_000_000_000 + n),
        format!("清风徐来{n}"),
        "null".into(),
        yuan.clone(),
        "0.00".into(),
        "0".into(),
        yuan.clone(),
        "0".into(),
        if unpaid { "0.00".into() } else { yuan },
        "0".into(),
        if unpaid {
            "等待买家付款"
        } else {
            "买家已付款，等待卖家发货"
        }
        .into(),
        if n.is_multiple_of(9) {
            "\"麻烦用纸箱,不要袋子\n谢谢\""
        } else {
            ""
        }
        .into(),
        format!("{}小{}", families[(n % 5) as usize], n % 90),
        format!(
            "浙江省 杭州市 余杭区 和睦街道花园路{}号{}幢(311100)",
            n % 300,
            n % 20
        ),
        "快递".into(),
        "'".into(),
        format!("'1390000{:04}", n % 10_000),
        time.clone(),
        if unpaid { String::new() } else { time },
        format!("小满家纺 {thing} 四季通用"),
        "1".into(),
        if unpaid {
            "=\"\"".into()
        } else {
            format!("=\"SF{}\"", 100_000_000_000 + n)
        },
        "顺丰速运".into(),
        "'null".into(),
        format!("{}", 1 + n % 3),
        "0".into(),
        "小满家纺旗舰店".into(),
        "订单未关闭".into(),
        "0元".into(),
        "0元".into(),
    ]
}

fn write_csv(path: &Path, rows: u64) -> Result<(), Box<dyn std::error::Error>> {
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    let mut line = HEADERS.join(",") + "\r\n";
    for n in 0..=rows {
        file.write_all(&encoding_rs::GB18030.encode(&line).0)?;
        line = order(n).join(",") + "\r\n";
    }
    file.flush()?;
    Ok(())
}

fn write_xlsx(path: &Path, rows: u64) -> Result<(), Box<dyn std::error::Error>> {
    let columns = HEADERS.map(Column::new);
    let file = BufWriter::new(std::fs::File::create(path)?);
    let mut writer = Writer::xlsx(file, "订单", TimeZone::get("Asia/Shanghai")?, &columns)?;
    for n in 0..rows {
        let order = order(n);
        writer.row(order.iter().map(|cell| {
            let clean = cell::clean(cell);
            Value::Text(clean.trim_matches('"').to_owned().into())
        }))?;
    }
    writer.finish()?;
    Ok(())
}
