//! An organisation with customers, and short ways to ask.

use base::{Actor, Id, Ms, Permission, Permissions, Problem, Shops, Who};
use customers::{CustomerView, IdentityKind};
use store::testing::TestDb;
use store::{LogRow, Schema, Tx, args};

pub(crate) const TABLES: &[Schema] = &[team::SCHEMA, customers::SCHEMA];
pub(crate) const NOW: Ms = Ms(1_790_000_000_000);
pub(crate) const DAY: i64 = 86_400_000;

pub(crate) struct Scene {
    pub(crate) org: Id,
    pub(crate) other: Id,
    pub(crate) shop: Id,
}

pub(crate) async fn scene(db: &TestDb) -> Scene {
    db.write(|tx| {
        let org = team::found_org(tx, NOW, "栖竹家纺")?;
        let other = team::found_org(tx, NOW, "别家")?;
        let new = team::NewShop {
            key: format!("{:0>16}", tx.id()),
            name: "栖竹旗舰店".into(),
            ..team::NewShop::default()
        };
        let shop = team::add_shop(tx, NOW, &Actor::program(org), new)?.id;
        Ok(Scene { org, other, shop })
    })
    .await
    .expect("a scene")
}

impl Scene {
    /// A customer the shop knows by this nick.
    pub(crate) async fn buyer(&self, db: &TestDb, nick: &'static str) -> Id {
        let (who, shop) = (self.head(), self.shop);
        db.write(move |tx| customers::of_buyer(tx, NOW, &who, shop, IdentityKind::Nick, nick, None))
            .await
            .expect("made")
            .expect("named")
    }

    /// Somebody with every right.
    pub(crate) fn head(&self) -> Actor {
        Actor {
            org: self.org,
            who: Who::Person(Id(7)),
            permissions: Permissions::all(),
            shops: Shops::All,
        }
    }

    pub(crate) fn with(&self, rights: &[Permission]) -> Actor {
        Actor {
            permissions: rights.iter().copied().collect(),
            ..self.head()
        }
    }

    /// Somebody with every right in another organisation.
    pub(crate) fn stranger(&self) -> Actor {
        Actor {
            org: self.other,
            ..self.head()
        }
    }

    pub(crate) async fn see(&self, db: &TestDb, id: Id) -> CustomerView {
        let who = self.head();
        db.read(move |tx| customers::customer(tx, NOW, &who, id))
            .await
            .expect("seen")
    }
}

/// Does a thing as somebody.
pub(crate) async fn act<T: Send + 'static>(
    db: &TestDb,
    who: &Actor,
    mut verb: impl FnMut(&mut Tx<'_>, &Actor) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let who = who.clone();
    db.write(move |tx| verb(tx, &who)).await
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
