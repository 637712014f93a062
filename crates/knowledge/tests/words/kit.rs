//! The scene: a tea dealer with two shops, and another organisation beside it.

use std::sync::atomic::{AtomicU64, Ordering};

use base::{Actor, Fen, Id, Ms, Problem};
use store::testing::TestDb;
use store::{Db, LogRow, Schema, Tx, args};

pub(crate) const TABLES: &[Schema] = &[
    team::SCHEMA,
    catalogue::SCHEMA,
    customers::SCHEMA,
    knowledge::SCHEMA,
];
pub(crate) const NOW: Ms = Ms(1_790_000_000_000);
pub(crate) const DAY: i64 = 86_400_000;

static NEXT: AtomicU64 = AtomicU64::new(1);

fn fresh(word: &str) -> String {
    format!("{word}{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// One organisation and who works there.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) db: Db,
    pub(crate) org: Id,
    /// The tea shop.
    pub(crate) tea: Id,
    /// The fruit shop.
    pub(crate) fruit: Id,
    /// Has every right in all shops.
    pub(crate) owner: Actor,
    /// Supervises the tea shop only.
    pub(crate) boss: Actor,
    /// Talks in the tea shop.
    pub(crate) man: Actor,
    /// Talks in the tea shop too.
    pub(crate) gu: Actor,
    /// Talks in the fruit shop.
    pub(crate) li: Actor,
    /// Packs parcels: neither talks nor edits.
    pub(crate) packer: Actor,
    /// The owner of another organisation.
    pub(crate) far: Actor,
}

fn add_shop(tx: &mut Tx<'_>, who: &Actor, name: &str) -> Result<Id, Problem> {
    let new = team::NewShop {
        key: format!("{:0>16}", fresh("k")),
        name: name.into(),
        ..team::NewShop::default()
    };
    Ok(team::add_shop(tx, NOW, who, new)?.id)
}

fn add(tx: &mut Tx<'_>, who: &Actor, name: &str, role: &str, shop: Option<Id>) -> Result<Actor, Problem> {
    let role = team::role_by_key(tx, who.org, role)?.expect("a role").id;
    let new = team::NewPerson {
        login: fresh("p"),
        name: name.into(),
        roles: vec![role],
        shops: shop.map(|shop| vec![shop]),
        ..team::NewPerson::default()
    };
    let person = team::add_person(tx, NOW, who, new)?;
    Ok(team::actor_of(tx, who.org, person.id)?.expect("an actor"))
}

pub(crate) async fn scene(db: &TestDb) -> Scene {
    let own = db.db.clone();
    db.write(move |tx| {
        let org = team::found_org(tx, NOW, "青禾商贸")?;
        let who = Actor::program(org);
        let tea = add_shop(tx, &who, "青禾茶叶")?;
        let fruit = add_shop(tx, &who, "青禾果园")?;
        let other = team::found_org(tx, NOW, "远山数码")?;
        Ok(Scene {
            db: own.clone(),
            org,
            tea,
            fruit,
            owner: add(tx, &who, "林远", "owner", None)?,
            boss: add(tx, &who, "白露", "supervisor", Some(tea))?,
            man: add(tx, &who, "小满", "pre_sale", Some(tea))?,
            gu: add(tx, &who, "谷雨", "pre_sale", Some(tea))?,
            li: add(tx, &who, "立夏", "pre_sale", Some(fruit))?,
            packer: add(tx, &who, "霜降", "shipper", None)?,
            far: add(tx, &Actor::program(other), "远山", "owner", None)?,
        })
    })
    .await
    .expect("the scene stands")
}

impl Scene {
    /// Writes as somebody.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        who: &Actor,
        mut verb: impl FnMut(&mut Tx<'_>, &Actor) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let who = who.clone();
        self.db.write(move |tx| verb(tx, &who)).await
    }

    /// Reads as somebody.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        who: &Actor,
        mut verb: impl FnMut(&mut Tx<'_>, &Actor) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let who = who.clone();
        self.db.read(move |tx| verb(tx, &who)).await
    }

    /// A product of these shops (none: all) at 199 yuan, with 12 pieces that can be sold.
    pub(crate) async fn product(&self, code: &'static str, shops: Option<Vec<Id>>) -> catalogue::Product {
        self.write(&self.owner, move |tx, who| {
            let new = catalogue::NewProduct {
                code: code.into(),
                title: Some("明前龙井".into()),
                picture: None,
                url: None,
                selling_points: None,
                active: None,
                shops: shops.clone(),
                skus: vec![catalogue::NewSku {
                    code: format!("{code}-1"),
                    spec: Some("250克".into()),
                    price_fen: Some(Fen(19_900)),
                    cost_fen: None,
                    floor_fen: None,
                    on_hand: Some(15),
                    safety: Some(3),
                    active: None,
                }],
            };
            catalogue::upsert_product(tx, NOW, who, &new)
        })
        .await
        .expect("a product")
    }

    /// The log of one noun: `script`, `faq`, `policy`.
    pub(crate) async fn log(&self, noun: &'static str) -> Vec<LogRow> {
        let org = self.org;
        let sql = format!(
            "SELECT {} FROM log WHERE org_id = $1 AND kind LIKE $2 ORDER BY seq",
            LogRow::COLUMNS
        );
        self.db
            .read(move |tx| tx.rows(&sql, args![org, &format!("{noun}.%")], LogRow::read))
            .await
            .expect("the log")
    }
}

/// The code a verb refused with.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
    result.expect_err("refused").code.to_string()
}

/// The code and the field.
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Problem>) -> (String, String) {
    let problem = result.expect_err("refused");
    (
        problem.code.to_string(),
        problem.field.as_deref().unwrap_or_default().to_owned(),
    )
}
