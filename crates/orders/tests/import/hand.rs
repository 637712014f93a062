//! What the tests of imports share.

use base::{Actor, Id, Ms, PageAsk, Problem};
use orders::import::{self, Import, ImportAsk, ImportKind, Importer};
use orders::{Order, OrderFilter};
use serde_json::Value;
use store::testing::TestDb;
use store::{Db, Schema, Tx, args};

pub(crate) const TABLES: &[Schema] = &[team::SCHEMA, catalogue::SCHEMA, customers::SCHEMA, orders::SCHEMA];
/// 2026-09-21, so that dates of old exports lie behind.
pub(crate) const NOW: Ms = Ms(1_790_000_000_000);

pub(crate) fn clock() -> Ms {
    NOW
}

/// Long after: whoever worked on imports was last heard of too long ago, also where a slice of theirs still goes in
/// after they were killed.
pub(crate) fn later() -> Ms {
    NOW.plus(3_600_000)
}

/// An organisation with two shops.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene {
    pub(crate) org: Id,
    pub(crate) shop: Id,
    pub(crate) second: Id,
}

impl Scene {
    pub(crate) fn who(self) -> Actor {
        Actor::program(self.org)
    }
}

pub(crate) async fn scene(db: &TestDb) -> Scene {
    db.write(|tx| {
        let org = team::found_org(tx, NOW, "栖竹家纺")?;
        let shop = shop(tx, org, "栖竹旗舰店", "tmall")?;
        let second = shop_of(tx, org)?;
        Ok(Scene { org, shop, second })
    })
    .await
    .expect("a scene")
}

fn shop_of(tx: &mut Tx<'_>, org: Id) -> Result<Id, Problem> {
    shop(tx, org, "阿栖小铺", "tmall")
}

fn shop(tx: &mut Tx<'_>, org: Id, name: &str, platform: &str) -> Result<Id, Problem> {
    let new = team::NewShop {
        key: format!("{:0>16}", tx.id()),
        name: name.into(),
        platform: platform.into(),
        time_zone: "Asia/Shanghai".into(),
        ..team::NewShop::default()
    };
    Ok(team::add_shop(tx, NOW, &Actor::program(org), new)?.id)
}

pub(crate) fn ask(kind: ImportKind) -> ImportAsk {
    ImportAsk {
        kind: Some(kind),
        ..ImportAsk::default()
    }
}

/// Puts a file beside the database.
pub(crate) fn put(db: &TestDb, name: &str, bytes: impl AsRef<[u8]>) -> std::path::PathBuf {
    let path = db.folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    path
}

pub(crate) async fn looked(
    db: &TestDb,
    scene: Scene,
    shop: Id,
    bytes: impl AsRef<[u8]>,
    ask: ImportAsk,
) -> Result<(Importer, Import), Problem> {
    let path = put(db, &format!("file{}.csv", rand(bytes.as_ref())), bytes);
    let importer = Importer::new(db.db.clone(), clock);
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let run = importer.look(&scene.who(), shop, &path, &name, ask).await?;
    Ok((importer, run))
}

fn rand(bytes: &[u8]) -> u64 {
    bytes.iter().fold(7, |sum: u64, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(*byte))
    })
}

/// Looks at a file and takes it in.
pub(crate) async fn take_in(
    db: &TestDb,
    scene: Scene,
    shop: Id,
    bytes: impl AsRef<[u8]>,
    ask: ImportAsk,
) -> Result<Import, Problem> {
    let (importer, run) = looked(db, scene, shop, bytes, ask).await?;
    apply(db, scene, &importer, run.id).await
}

pub(crate) async fn apply(db: &TestDb, scene: Scene, importer: &Importer, id: Id) -> Result<Import, Problem> {
    db.write(move |tx| import::apply(tx, NOW, &scene.who(), id))
        .await?;
    importer.until_ended(scene.org, id).await
}

pub(crate) async fn orders_in(db: &TestDb, scene: Scene, csv: impl AsRef<[u8]>) -> Import {
    take_in(db, scene, scene.shop, csv, ask(ImportKind::Orders))
        .await
        .expect("taken in")
}

/// `created, changed, unchanged, refused`.
pub(crate) fn counts(run: &Import) -> (i64, i64, i64, i64) {
    let counts = &run.counts;
    (counts.created, counts.changed, counts.unchanged, counts.refused)
}

pub(crate) async fn faults(db: &TestDb, scene: Scene, id: Id) -> Vec<Value> {
    let page = PageAsk {
        limit: Some(100),
        ..PageAsk::default()
    };
    db.read(move |tx| import::faults(tx, &scene.who(), id, &page))
        .await
        .expect("faults")
        .items
}

/// `row column code` of refused rows.
pub(crate) async fn refused(db: &TestDb, scene: Scene, id: Id) -> Vec<String> {
    let faults = faults(db, scene, id).await;
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    faults
        .iter()
        .map(|fault| {
            format!(
                "{} {} {}",
                fault["row"],
                word(&fault["column"]),
                word(&fault["code"])
            )
        })
        .collect()
}

/// The order of this number in a shop.
pub(crate) async fn order_in(db: &Db, scene: Scene, shop: Id, number: &str) -> Option<Order> {
    let filter = OrderFilter {
        q: Some(number.to_owned()),
        shop: Some(shop),
        ..OrderFilter::default()
    };
    let page = db.read(move |tx| orders::orders(tx, &scene.who(), &filter, &PageAsk::default()));
    let found = page.await.expect("orders").items;
    found.into_iter().find(|order| order.number == number)
}

pub(crate) async fn order(db: &TestDb, scene: Scene, number: &str) -> Order {
    order_in(db, scene, scene.shop, number)
        .await
        .expect("the order is there")
}

/// Name, fen spent and orders of a customer.
pub(crate) async fn customer(db: &Db, scene: Scene, id: Id) -> (String, i64, i64) {
    let seen = db
        .read(move |tx| customers::customer(tx, NOW, &scene.who(), id))
        .await
        .expect("seen");
    (
        seen.customer.name,
        seen.customer.spent_fen.0,
        seen.customer.orders,
    )
}

/// What the trail says of a kind of thing: event, who, shop, data.
pub(crate) async fn audit(db: &Db, scene: Scene, what: &str) -> Vec<(String, Id, Id, Value)> {
    let kind = format!("{what}.%");
    let sql = "SELECT kind, actor_id, shop_id, data FROM log WHERE org_id = $1 AND kind LIKE $2 ORDER BY seq";
    let read = move |row: &store::Row<'_>| {
        let data: String = row.get(3)?;
        let data = serde_json::from_str(&data).map_err(|_| Problem::internal())?;
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, data))
    };
    db.read(move |tx| tx.rows(sql, args![scene.org, &kind], read))
        .await
        .expect("the trail")
}

pub(crate) async fn number_of(db: &Db, sql: &'static str) -> i64 {
    db.read(move |tx| tx.value(sql, args![]))
        .await
        .expect("read")
        .expect("a number")
}

pub(crate) fn gbk(text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding_rs::GB18030.encode(text);
    assert!(!lost);
    bytes.into_owned()
}

/// Milliseconds of a time in Shanghai.
pub(crate) fn at(text: &str) -> Ms {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").expect("a zone");
    let civil: jiff::civil::DateTime = text.parse().expect("a time");
    Ms(civil
        .to_zoned(zone)
        .expect("a moment")
        .timestamp()
        .as_millisecond())
}
