//! The scene the tests of orders play in.

use base::{Actor, Fen, Id, Ms, Permission, Problem, Shops, Who};
use catalogue::{NewProduct, NewSku, Sku};
use orders::{Buyer, NewLine, NewOrder, Order};
use store::testing::TestDb;
use store::{LogRow, Schema, Tx, args};

pub(crate) const TABLES: &[Schema] = &[team::SCHEMA, catalogue::SCHEMA, customers::SCHEMA, orders::SCHEMA];
pub(crate) const NOW: Ms = Ms(1_790_000_000_000);
pub(crate) const DAY: i64 = 86_400_000;

/// Two organisations; the first has two shops.
#[derive(Clone, Copy)]
pub(crate) struct Scene {
    pub(crate) org: Id,
    pub(crate) other: Id,
    pub(crate) shops: [Id; 2],
}

pub(crate) async fn scene(db: &TestDb) -> Scene {
    db.write(|tx| {
        let org = team::found_org(tx, NOW, "栖竹家纺")?;
        let other = team::found_org(tx, NOW, "别家")?;
        let shops = [shop(tx, org, "栖竹旗舰店")?, shop(tx, org, "阿栖小铺")?];
        Ok(Scene { org, other, shops })
    })
    .await
    .expect("a scene")
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

pub(crate) fn agent(org: Id, rights: &[Permission], shops: Shops) -> Actor {
    Actor {
        org,
        who: Who::Person(Id(7)),
        permissions: rights.iter().copied().collect(),
        shops,
    }
}

/// A SKU with this many pieces, none of them kept back.
pub(crate) async fn stock(db: &TestDb, org: Id, code: &str, on_hand: i64) -> Id {
    let sku = NewSku {
        code: code.into(),
        spec: None,
        price_fen: Some(Fen(9_900)),
        cost_fen: None,
        floor_fen: None,
        on_hand: Some(on_hand),
        safety: Some(0),
        active: None,
    };
    let new = NewProduct {
        code: format!("P-{code}"),
        title: Some("枕头".into()),
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

pub(crate) async fn sku(db: &TestDb, org: Id, id: Id) -> Sku {
    db.read(move |tx| catalogue::sku(tx, org, id))
        .await
        .expect("read")
        .expect("there")
}

pub(crate) fn line(code: &str, quantity: i64) -> NewLine {
    let code = Some(code.to_owned());
    NewLine {
        sku: None,
        code,
        title: "枕头".into(),
        spec: Some("成人款".into()),
        quantity,
        price_fen: Fen(9_900),
    }
}

/// The buyer a shop knows by this id.
pub(crate) fn buyer(value: &str) -> Option<Buyer> {
    Some(Buyer {
        kind: customers::IdentityKind::ShopUser,
        value: value.into(),
        name: Some("青柠".into()),
    })
}

pub(crate) fn version(shop: Id, number: &str) -> NewOrder {
    NewOrder {
        shop,
        number: number.into(),
        ..NewOrder::default()
    }
}

pub(crate) async fn upsert(db: &TestDb, who: &Actor, new: NewOrder) -> Result<Order, Problem> {
    let who = who.clone();
    db.write(move |tx| orders::upsert(tx, NOW, &who, &new)).await
}

/// What a customer's sums are: fen spent, orders.
pub(crate) async fn sums(db: &TestDb, org: Id, customer: Id) -> (i64, i64) {
    let seen = db
        .read(move |tx| customers::customer(tx, NOW, &Actor::program(org), customer))
        .await
        .expect("seen");
    (seen.customer.spent_fen.0, seen.customer.orders)
}

pub(crate) async fn log(db: &TestDb) -> Vec<LogRow> {
    let sql = format!("SELECT {} FROM log ORDER BY seq", LogRow::COLUMNS);
    db.read(move |tx| tx.rows(&sql, args![], LogRow::read))
        .await
        .expect("the log")
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
    result.expect_err("refused").code.to_string()
}
