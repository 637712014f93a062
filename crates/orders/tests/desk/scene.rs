//! The scene the desk's tests play in: two shops, SKUs on the shelf, people with their rights.

use base::{Actor, Fen, Id, Ms, PageAsk, Permission, Problem, Shops, Who};
use catalogue::{NewProduct, NewSku};
use orders::desk::{self, DeskParcel, ParcelFilter};
use orders::{Buyer, NewLine, NewOrder, Order};
use serde_json::Value;
use store::testing::TestDb;
use store::{LogRow, Schema, Tx, args};

pub(crate) const TABLES: &[Schema] = &[team::SCHEMA, catalogue::SCHEMA, customers::SCHEMA, orders::SCHEMA];
pub(crate) const NOW: Ms = Ms(1_790_000_000_000);
pub(crate) const HOUR: i64 = 3_600_000;

/// Two organisations; the first has two shops, two pillows and a blanket, and people.
pub(crate) struct Scene {
    pub(crate) org: Id,
    pub(crate) other: Id,
    pub(crate) one: Id,
    pub(crate) two: Id,
    pub(crate) pillow: Id,
    pub(crate) blanket: Id,
    /// 审单员 of both shops.
    pub(crate) auditor: Actor,
    /// 发货员 of both shops.
    pub(crate) shipper: Actor,
    /// 跟单员 of both shops.
    pub(crate) checker: Actor,
    /// 售前客服 of shop one.
    pub(crate) agent: Actor,
    /// Everything.
    pub(crate) boss: Actor,
}

pub(crate) async fn scene(db: &TestDb) -> Scene {
    let (org, other, one, two) = db
        .write(|tx| {
            let org = team::found_org(tx, NOW, "栖竹家纺")?;
            let other = team::found_org(tx, NOW, "别家")?;
            Ok((
                org,
                other,
                shop(tx, org, "栖竹旗舰店")?,
                shop(tx, org, "阿栖小铺")?,
            ))
        })
        .await
        .expect("a scene");
    let pillow = stock(db, org, "ZT-M", "雾白 M", 100).await;
    let blanket = stock(db, org, "MT-1", "墨绿", 5).await;
    let all = || Shops::only(vec![one, two]);
    let person = |id: i64, rights: &[Permission], shops: Shops| Actor {
        org,
        who: Who::Person(Id(id)),
        permissions: rights.iter().copied().collect(),
        shops,
    };
    use Permission as P;
    Scene {
        org,
        other,
        one,
        two,
        pillow,
        blanket,
        auditor: person(
            7,
            &[P::SeeOrders, P::EditOrders, P::AuditOrders, P::Reveal],
            all(),
        ),
        shipper: person(8, &[P::SeeOrders, P::EditOrders, P::ShipOrders, P::Reveal], all()),
        checker: person(12, &[P::SeeOrders, P::EditOrders, P::CheckOrders], all()),
        agent: person(9, &[P::SeeOrders, P::Talk], Shops::only(vec![one])),
        boss: person(10, P::ALL, Shops::All),
    }
}

fn shop(tx: &mut Tx<'_>, org: Id, name: &str) -> Result<Id, Problem> {
    let key = format!("{:0>16}", tx.id());
    let new = team::NewShop {
        key,
        name: name.into(),
        ..team::NewShop::default()
    };
    Ok(team::add_shop(tx, NOW, &Actor::program(org), new)?.id)
}

/// A SKU with this many pieces, none of them kept back.
pub(crate) async fn stock(db: &TestDb, org: Id, code: &str, spec: &str, on_hand: i64) -> Id {
    let sku = NewSku {
        code: code.into(),
        spec: Some(spec.into()),
        price_fen: Some(Fen(9_900)),
        cost_fen: None,
        floor_fen: Some(Fen(8_000)),
        on_hand: Some(on_hand),
        safety: Some(0),
        active: None,
    };
    let new = NewProduct {
        code: format!("P-{code}"),
        title: Some(format!("栖竹{code}")),
        picture: None,
        url: None,
        selling_points: None,
        active: None,
        shops: None,
        skus: vec![sku],
    };
    db.write(move |tx| catalogue::upsert_product(tx, NOW, &Actor::program(org), &new))
        .await
        .expect("made")
        .skus[0]
        .id
}

pub(crate) fn line(code: &str, spec: &str, quantity: i64) -> NewLine {
    NewLine {
        sku: None,
        code: Some(code.to_owned()),
        title: "栖竹枕头".into(),
        spec: Some(spec.into()),
        quantity,
        price_fen: Fen(9_900),
    }
}

/// A paid order of 青柠 for one pillow, with nothing against it.
pub(crate) fn paid(shop: Id, number: &str) -> NewOrder {
    NewOrder {
        shop,
        number: number.into(),
        buyer: Some(Buyer {
            kind: customers::IdentityKind::Nick,
            value: "青柠".into(),
            name: None,
        }),
        paid_at: Some(NOW.plus(-HOUR)),
        receiver: Some("周晓棠".into()),
        phone: Some("13812345678".into()),
        address: Some("浙江省杭州市西湖区文三路9号".into()),
        lines: vec![line("ZT-M", "颜色分类:雾白;尺码:M", 1)],
        ..NewOrder::default()
    }
}

/// Takes an order in and has the desk look.
pub(crate) async fn take_in(db: &TestDb, org: Id, new: NewOrder) -> Order {
    let order = db
        .write(move |tx| orders::upsert(tx, NOW, &Actor::program(org), &new))
        .await
        .expect("taken in");
    work(db, NOW).await;
    order
}

/// The desk looks until nothing wants it.
pub(crate) async fn work(db: &TestDb, now: Ms) {
    for _ in 0..100 {
        if db.write(move |tx| desk::work(tx, now, 5)).await.expect("looked") == 0 {
            return;
        }
    }
    panic!("the desk finds no end");
}

/// Jobs that are due are done until there are none.
pub(crate) async fn jobs(db: &TestDb, now: Ms) {
    for _ in 0..100 {
        let done = db
            .write(move |tx| {
                let jobs = tx.claim_jobs(now, 60_000, 10)?;
                for job in jobs
                    .iter()
                    .filter(|job| orders::JOBS.contains(&job.kind.as_str()))
                {
                    if tx.finish_job(job)? {
                        orders::run_job(tx, now, job)?;
                    }
                }
                Ok(jobs.len())
            })
            .await
            .expect("jobs");
        if done == 0 {
            return;
        }
    }
    panic!("jobs find no end");
}

/// The parcels of an order.
pub(crate) async fn parcels_of(db: &TestDb, org: Id, order: Id) -> Vec<DeskParcel> {
    db.read(move |tx| desk::parcels_of(tx, NOW, &Actor::program(org), order))
        .await
        .expect("read")
}

/// The one parcel of an order.
pub(crate) async fn parcel_of(db: &TestDb, org: Id, order: Id) -> DeskParcel {
    let mut found = parcels_of(db, org, order).await;
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

pub(crate) async fn parcel(db: &TestDb, org: Id, id: Id) -> DeskParcel {
    db.read(move |tx| desk::parcel(tx, NOW, &Actor::program(org), id))
        .await
        .expect("read")
}

pub(crate) fn reasons(parcel: &DeskParcel) -> Vec<&str> {
    parcel.holds.iter().map(|hold| hold.reason.as_str()).collect()
}

/// A verb of the desk as one transaction.
pub(crate) async fn act<T: Send + 'static>(
    db: &TestDb,
    who: &Actor,
    mut verb: impl FnMut(&mut Tx<'_>, &Actor) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let who = who.clone();
    db.write(move |tx| verb(tx, &who)).await
}

pub(crate) async fn pass(db: &TestDb, who: &Actor, id: Id) -> Result<DeskParcel, Problem> {
    let rev = parcel(db, who.org, id).await.rev;
    act(db, who, move |tx, who| {
        desk::pass(tx, NOW, who, id, &desk::PassParcel { rev })
    })
    .await
}

pub(crate) async fn list(db: &TestDb, who: &Actor, filter: ParcelFilter) -> Result<Vec<DeskParcel>, Problem> {
    let who = who.clone();
    db.read(move |tx| desk::parcels(tx, NOW, &who, &filter, &PageAsk::default()))
        .await
        .map(|page| page.items)
}

/// The live frames of the desk so far, of one kind.
pub(crate) fn frames(db: &TestDb, on: &str) -> Vec<Value> {
    let frames = db
        .frames()
        .into_iter()
        .map(|live| serde_json::from_str::<Value>(&live.frame).expect("json"));
    frames.filter(|frame| frame["on"] == on).collect()
}

pub(crate) async fn log(db: &TestDb, kind: &str) -> Vec<LogRow> {
    let sql = format!("SELECT {} FROM log WHERE kind = $1 ORDER BY seq", LogRow::COLUMNS);
    let kind = kind.to_owned();
    db.read(move |tx| tx.rows(&sql, args![&kind], LogRow::read))
        .await
        .expect("the log")
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
    result.expect_err("refused").code.to_string()
}
