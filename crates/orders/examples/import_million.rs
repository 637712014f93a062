//! How fast a million orders go in: `cargo run --release -p orders --example import_million [ROWS]`.
//!
//! Writes a GBK csv of Taobao's thirty columns with the quirks of real exports, takes it in (orders, lines,
//! customers, their sums) into a fresh SQLite database while small writes go through the interactive lane as a
//! talk's would, and lets `flat.py` write the same file into one flat table. Prints rows a second of both, the
//! ratio, the peak of memory and how long the small writes took.

use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use base::{Actor, Ms};
use orders::import::{self, ImportAsk, ImportKind, Importer};
use store::{Db, Open};

const HEADERS: &str = "订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,买家实际支付金额,买家实际支付积分,订单状态,买家留言,收货人姓名,收货地址 ,运送方式,联系电话 ,联系手机,订单创建时间,订单付款时间 ,宝贝标题 ,宝贝种类 ,物流单号 ,物流公司,订单备注,宝贝总数量,店铺Id,店铺名称,订单关闭原因,卖家服务费,买家服务费";
const TITLES: &[&str] = &[
    "竹纤维四件套床单被套学生宿舍",
    "蚕丝枕护颈成人单只装",
    "藤编凉席三件套可折叠",
    "亚麻窗帘遮光卧室成品",
];

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn clock() -> Instant {
    Instant::now()
}

fn now() -> Ms {
    Ms(1_790_000_000_000)
}

fn main() -> Result<(), Box<dyn Error>> {
    let rows = std::env::args()
        .nth(1)
        .map_or(Ok(1_000_000), |rows| rows.parse::<u64>())?;
    let folder = std::env::temp_dir().join(format!("import-million-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let measured = measure(&folder, rows);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn measure(folder: &Path, rows: u64) -> Result<(), Box<dyn Error>> {
    let csv = folder.join("orders.csv");
    write_csv(&csv, rows)?;
    println!(
        "{rows} rows, 30 columns, GBK, {} MB",
        std::fs::metadata(&csv)?.len() >> 20
    );
    let flat = flat(&csv, &folder.join("flat.db"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for talks in [false, true] {
        let database = folder.join(format!("talks-{talks}.db"));
        let seconds = runtime.block_on(import(&csv, &database, talks, rows))?;
        let rate = rows as f64 / seconds;
        print!(
            "import{}: {seconds:.1} s, {rate:.0} rows/s",
            if talks { " while people talk" } else { "" }
        );
        match flat {
            Some(flat) => println!(
                ", {:.2} times the flat script ({:.0} rows/s)",
                flat / seconds,
                rows as f64 / flat
            ),
            None => println!(" (no python3, so no flat script)"),
        }
        println!("peak memory {} MB", peak_kb()? >> 10);
    }
    Ok(())
}

/// Seconds the flat script takes; `None` where there is no python3.
fn flat(csv: &Path, database: &Path) -> Option<f64> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/flat.py");
    let run = std::process::Command::new("python3")
        .arg(script)
        .arg(csv)
        .arg(database)
        .output()
        .ok()?;
    String::from_utf8(run.stdout).ok()?.trim().parse().ok()
}

/// Three hundred buyers a thousand orders, their orders spread over the whole time.
fn write_csv(path: &Path, rows: u64) -> Result<(), Box<dyn Error>> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let put = |file: &mut std::io::BufWriter<std::fs::File>, text: &str| {
        let (bytes, _, _) = encoding_rs::GB18030.encode(text);
        file.write_all(&bytes)
    };
    put(&mut file, &format!("{HEADERS}\r\n"))?;
    let (mut random, buyers) = (0x2545_f491_4f6c_dd1d_u64, (rows * 3 / 10).max(1));
    for n in 0..rows {
        // xorshift: the same file every time.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let buyer = random % buyers;
        let (quantity, price) = (1 + random / buyers % 3, 1_990 + random % 20_000);
        let sum = quantity * price;
        let (state, paid) = match random % 20 {
            0 => ("等待买家付款", ""),
            1 => ("交易关闭", ""),
            2..=4 => ("卖家已发货，等待买家确认", "x"),
            _ => ("交易成功", "x"),
        };
        let second = n * 20_000_000 / rows;
        let (day, rest) = (second / 86_400, second % 86_400);
        let stamp = |plus: u64| {
            let rest = (rest + plus) % 86_400;
            format!(
                "2018-{:02}-{:02} {:02}:{:02}:{:02}",
                1 + day / 28 % 12,
                1 + day % 28,
                rest / 3_600,
                rest / 60 % 60,
                rest % 60
            )
        };
        let yuan = format!("{}.{:02}", sum / 100, sum % 100);
        let (paid_at, paid) = if paid.is_empty() {
            (String::new(), "0.00")
        } else {
            (stamp(40), yuan.as_str())
        };
        put(
            &mut file,
            &format!(
                "=\"{}\",栖竹买家{buyer},{buyer}@example.com,{yuan},0.00,0,{yuan},0,{paid},0,{state},{},林小叶,浙江省 杭州市 西湖区 竹影路 {}号(310000),快递,,'138{:08},{},{paid_at},{},1,No:75{n:010},中通快递,{},{quantity},0,栖竹旗舰店,订单未关闭,0.00,0元\r\n",
                171_531_000_000_000_017 + n * 8,
                if n % 9 == 0 {
                    "\"快一点,谢谢\""
                } else {
                    "null"
                },
                n % 400,
                buyer,
                stamp(0),
                TITLES[(random % 4) as usize],
                if n % 7 == 0 { "送枕套" } else { "" },
            ),
        )?;
    }
    put(&mut file, "合计,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\r\n")?;
    Ok(file.flush()?)
}

async fn import(csv: &Path, database: &Path, talks: bool, rows: u64) -> Result<f64, Box<dyn Error>> {
    let db = Db::open(Open {
        url: format!("sqlite:{}", database.display()),
        schemas: vec![team::SCHEMA, catalogue::SCHEMA, customers::SCHEMA, orders::SCHEMA],
        publish: Box::new(|_| ()),
    })
    .await?;
    let (org, shop) = db
        .write(|tx| {
            let org = team::found_org(tx, now(), "栖竹家纺")?;
            let new = team::NewShop {
                key: "qizhu00000000000".into(),
                name: "栖竹旗舰店".into(),
                platform: "tmall".into(),
                ..team::NewShop::default()
            };
            Ok((org, team::add_shop(tx, now(), &Actor::program(org), new)?.id))
        })
        .await?;
    let importer = Importer::new(db.clone(), now);
    let over = Arc::new(AtomicBool::new(false));
    let talking = talks.then(|| tokio::spawn(talk(db.clone(), Arc::clone(&over))));
    let began = clock();
    let ask = ImportAsk {
        kind: Some(ImportKind::Orders),
        ..ImportAsk::default()
    };
    let who = Actor::program(org);
    let run = importer.look(&who, shop, csv, "orders.csv", ask).await?;
    db.write(move |tx| import::apply(tx, now(), &who, run.id)).await?;
    let run = importer.until_ended(org, run.id).await?;
    let seconds = began.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    assert_eq!(
        (run.counts.created as u64, run.counts.refused),
        (rows, 0),
        "{:?}",
        run.error
    );
    if let Some(talking) = talking {
        let mut waits = talking.await?;
        waits.sort_unstable();
        let at = |share: usize| waits[(waits.len() - 1) * share / 100];
        println!(
            "{} small writes meanwhile: p50 {:?}, p99 {:?}, worst {:?}",
            waits.len(),
            at(50),
            at(99),
            at(100)
        );
    }
    db.close();
    Ok(seconds)
}

/// Fifty small writes a second, and how long each took.
async fn talk(db: Db, over: Arc<AtomicBool>) -> Vec<Duration> {
    let mut waits = Vec::new();
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    while !over.load(Ordering::Relaxed) {
        tick.tick().await;
        let began = clock();
        let wrote = db
            .write(|tx| {
                let at = tx.reader("talk")?;
                tx.keep_reader("talk", at)
            })
            .await;
        assert!(wrote.is_ok(), "{wrote:?}");
        waits.push(began.elapsed());
    }
    waits
}

fn peak_kb() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .ok_or("no VmHWM")?;
    Ok(line.split_whitespace().nth(1).ok_or("no figure")?.parse()?)
}
