//! The scene these tests play in: a shop for bedding with a second shop, and another organisation.

use base::{Actor, Fen, Id, Ms, Permission, Problem, Shops, Who};
use catalogue::{NewProduct, NewSku, Product};
use store::testing::TestDb;
use store::{LogRow, Schema, Tx, args};

pub(crate) const TABLES: &[Schema] = &[
    team::SCHEMA,
    catalogue::SCHEMA,
    customers::SCHEMA,
    knowledge::SCHEMA,
];
pub(crate) const NOW: Ms = Ms(1_790_000_000_000);
pub(crate) const DAY: i64 = 86_400_000;

/// Two organisations; the first has two shops, and somebody who edits and somebody who talks in each.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) org: Id,
    pub(crate) other: Id,
    pub(crate) shops: [Id; 2],
    /// Edits everything of the first organisation.
    pub(crate) editor: Actor,
    /// Talks in the first shop.
    pub(crate) agent: Actor,
    /// Edits in the second shop only.
    pub(crate) far: Actor,
    /// Owns the other organisation.
    pub(crate) stranger: Actor,
}

pub(crate) async fn scene(db: &TestDb) -> Scene {
    db.write(|tx| {
        let org = team::found_org(tx, NOW, "栖竹家纺")?;
        let other = team::found_org(tx, NOW, "别家")?;
        let shops = [shop(tx, org, "栖竹旗舰店")?, shop(tx, org, "阿栖小铺")?];
        Ok(Scene {
            org,
            other,
            shops,
            editor: person(tx, org, "supervisor", "林主管", None)?,
            agent: person(tx, org, "pre_sale", "小满", Some(vec![shops[0]]))?,
            far: person(tx, org, "supervisor", "阿远", Some(vec![shops[1]]))?,
            stranger: person(tx, other, "owner", "外人", None)?,
        })
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

/// Somebody of the team with one of the roles every organisation begins with.
pub(crate) fn person(
    tx: &mut Tx<'_>,
    org: Id,
    role: &str,
    name: &str,
    shops: Option<Vec<Id>>,
) -> Result<Actor, Problem> {
    let roles = vec![team::role_by_key(tx, org, role)?.expect("a role").id];
    let new = team::NewPerson {
        login: format!("p{}", tx.id()),
        name: name.into(),
        roles,
        shops,
        ..team::NewPerson::default()
    };
    let id = team::add_person(tx, NOW, &Actor::program(org), new)?.id;
    Ok(team::actor_of(tx, org, id)?.expect("an actor"))
}

/// Nobody in particular, with these rights.
pub(crate) fn somebody(org: Id, rights: &[Permission], shops: Shops) -> Actor {
    Actor {
        org,
        who: Who::Person(Id(7)),
        permissions: rights.iter().copied().collect(),
        shops,
    }
}

/// A SKU: merchant code, spec, price in fen, pieces on the shelf (none kept back).
pub(crate) type NewPiece<'a> = (&'a str, &'a str, i64, i64);

pub(crate) fn new_product(
    code: &str,
    title: &str,
    pieces: &[NewPiece<'_>],
    shops: Option<Vec<Id>>,
) -> NewProduct {
    let sku = |(code, spec, price, on_hand): &NewPiece<'_>| NewSku {
        code: (*code).into(),
        spec: Some((*spec).into()),
        price_fen: Some(Fen(*price)),
        cost_fen: None,
        floor_fen: None,
        on_hand: Some(*on_hand),
        safety: Some(0),
        active: None,
    };
    NewProduct {
        code: code.into(),
        title: Some(title.into()),
        picture: None,
        url: None,
        selling_points: Some(vec!["双面磨毛".into()]),
        active: None,
        shops,
        skus: pieces.iter().map(sku).collect(),
    }
}

/// A product of the organisation; `shops` as in the catalogue.
pub(crate) async fn product(
    db: &TestDb,
    org: Id,
    code: &str,
    title: &str,
    pieces: &[NewPiece<'_>],
    shops: Option<Vec<Id>>,
) -> Product {
    let new = new_product(code, title, pieces, shops);
    db.write(move |tx| catalogue::upsert_product(tx, NOW, &Actor::program(org), &new))
        .await
        .expect("a product")
}

/// A set for 1.8 m beds that both shops sell.
pub(crate) async fn set(db: &TestDb, scene: &Scene) -> Product {
    let pieces = [
        ("SJ01-18", "灰色 1.8m床", 29_900, 10),
        ("SJ01-15", "灰色 1.5m床", 25_900, 0),
    ];
    product(db, scene.org, "SJ01", "晨雾磨毛四件套", &pieces, None).await
}

/// Carries out a write of `who`.
pub(crate) fn did<'d, T, F>(
    db: &'d TestDb,
    who: &Actor,
    mut verb: F,
) -> impl Future<Output = Result<T, Problem>> + use<'d, T, F>
where
    T: Send + 'static,
    F: FnMut(&mut Tx<'_>, &Actor) -> Result<T, Problem> + Send + 'static,
{
    let who = who.clone();
    async move { db.write(move |tx| verb(tx, &who)).await }
}

/// Carries out a read of `who`.
pub(crate) fn saw<'d, T, F>(
    db: &'d TestDb,
    who: &Actor,
    mut verb: F,
) -> impl Future<Output = Result<T, Problem>> + use<'d, T, F>
where
    T: Send + 'static,
    F: FnMut(&mut Tx<'_>, &Actor) -> Result<T, Problem> + Send + 'static,
{
    let who = who.clone();
    async move { db.read(move |tx| verb(tx, &who)).await }
}

/// The code of a refusal.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
    result.expect_err("refused").code.to_string()
}

/// What the log tells of one kind, oldest first.
pub(crate) async fn told(db: &TestDb, kind: &'static str) -> Vec<serde_json::Value> {
    let sql = format!("SELECT {} FROM log WHERE kind = $1 ORDER BY seq", LogRow::COLUMNS);
    let rows = db
        .read(move |tx| tx.rows(&sql, args![kind], LogRow::read))
        .await
        .expect("the log");
    rows.iter()
        .map(|row| serde_json::from_str(&row.data).expect("json"))
        .collect()
}
