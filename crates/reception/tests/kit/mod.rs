//! The scene the tests of reception play in, and short ways to play in it: every step goes through the
//! rooms' own verbs, and the time is an argument.

mod play;
mod things;

pub(crate) use play::{as_buyer, body, code, note, say, text};
pub(crate) use things::{PICTURE, VOICE, alarms, heard, paid, shipped, unpaid};

use std::sync::atomic::{AtomicU64, Ordering};

use base::{Actor, Id, Ms, Problem, Shops};
use store::testing::TestDb;
use store::{Db, Schema, Tx};

pub(crate) const TABLES: &[Schema] = &[
    team::SCHEMA,
    catalogue::SCHEMA,
    customers::SCHEMA,
    knowledge::SCHEMA,
    orders::SCHEMA,
    reception::SCHEMA,
];
/// 2026-09-21 22:13:20 in Shanghai, a Monday.
pub(crate) const NOW: Ms = Ms(1_790_000_000_000);
pub(crate) const S: i64 = 1_000;
pub(crate) const MIN: i64 = 60_000;
pub(crate) const HOUR: i64 = 3_600_000;

/// One organisation with two shops, and what works there. A second organisation is founded beside it.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) db: Db,
    pub(crate) org: Id,
    /// The tea shop, where most happens.
    pub(crate) shop: Id,
    /// The fruit shop.
    pub(crate) side: Id,
    pub(crate) owner: Actor,
    /// Supervises the tea shop.
    pub(crate) boss: Actor,
    /// Two agents of the tea shop.
    pub(crate) man: Actor,
    pub(crate) gu: Actor,
    /// An agent of the fruit shop.
    pub(crate) li: Actor,
}

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A word nobody used before: client ids, logins, tokens.
pub(crate) fn fresh(word: &str) -> String {
    format!("{word}{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) async fn desk(db: &TestDb) -> Desk {
    found(&db.db, "青禾商贸").await
}

/// Another organisation of the same make.
pub(crate) async fn found(db: &Db, name: &'static str) -> Desk {
    let one = db.clone();
    let (shop_key, side_key) = (key(), key());
    let logins: Vec<String> = ["owner", "boss", "man", "gu", "li"].map(fresh).into();
    db.write(move |tx| {
        let org = team::found_org(tx, NOW, name)?;
        let program = Actor::program(org);
        let shop = add_shop(tx, &program, "青禾茶叶", &shop_key)?;
        let side = add_shop(tx, &program, "青禾果园", &side_key)?;
        let tea = Some(vec![shop]);
        Ok(Desk {
            db: one.clone(),
            org,
            shop,
            side,
            owner: add(tx, &program, &logins[0], "林远", "owner", None, 8)?,
            boss: add(tx, &program, &logins[1], "白露", "supervisor", tea.clone(), 8)?,
            man: add(tx, &program, &logins[2], "小满", "pre_sale", tea.clone(), 8)?,
            gu: add(tx, &program, &logins[3], "谷雨", "pre_sale", tea.clone(), 8)?,
            li: add(tx, &program, &logins[4], "立夏", "pre_sale", Some(vec![side]), 8)?,
        })
    })
    .await
    .expect("the desk stands")
}

fn key() -> String {
    format!("{:0>16}", fresh("k"))
}

fn add_shop(tx: &mut Tx<'_>, who: &Actor, name: &str, key: &str) -> Result<Id, Problem> {
    let new = team::NewShop {
        key: key.into(),
        name: name.into(),
        ..team::NewShop::default()
    };
    team::add_shop(tx, NOW, who, new).map(|shop| shop.id)
}

fn add(
    tx: &mut Tx<'_>,
    who: &Actor,
    login: &str,
    name: &str,
    role: &str,
    shops: Option<Vec<Id>>,
    capacity: i64,
) -> Result<Actor, Problem> {
    let role = team::role_by_key(tx, who.org, role)?.expect("a role").id;
    let new = team::NewPerson {
        login: login.into(),
        name: name.into(),
        roles: vec![role],
        shops,
        capacity: Some(capacity),
        ..team::NewPerson::default()
    };
    let person = team::add_person(tx, NOW, who, new)?;
    Ok(team::actor_of(tx, who.org, person.id)?.expect("an actor"))
}

impl Desk {
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        self.db.write(work).await
    }

    /// Reads what must be there.
    pub(crate) async fn read<T, F>(&self, work: F) -> T
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        self.db.read(work).await.expect("read")
    }

    /// Somebody more, of a builtin role.
    pub(crate) async fn person(
        &self,
        name: &'static str,
        role: &'static str,
        shops: Option<Vec<Id>>,
        capacity: i64,
    ) -> Actor {
        let (org, login) = (self.org, fresh("p"));
        self.write(move |tx| {
            add(
                tx,
                &Actor::program(org),
                &login,
                name,
                role,
                shops.clone(),
                capacity,
            )
        })
        .await
        .expect("added")
    }

    pub(crate) async fn group(&self, new: team::NewGroup) -> Id {
        let owner = self.owner.clone();
        let made = move |tx: &mut Tx<'_>| {
            let new = team::NewGroup {
                name: new.name.clone(),
                stage: new.stage.clone(),
                shops: new.shops.clone(),
                members: new.members.clone(),
                overflow: new.overflow.clone(),
                calendar: new.calendar.clone(),
            };
            team::add_group(tx, NOW, &owner, new).map(|group| group.id)
        };
        self.write(made).await.expect("a group")
    }

    /// A new visitor of the tea shop.
    pub(crate) async fn buyer(&self) -> Actor {
        self.visitor(self.shop).await
    }

    pub(crate) async fn visitor(&self, shop: Id) -> Actor {
        let (org, token) = (self.org, fresh("visitor"));
        let visit = move |tx: &mut Tx<'_>| customers::visitor(tx, NOW, org, shop, &token).map(|c| c.id);
        Actor::buyer(org, shop, self.write(visit).await.expect("a visitor"))
    }

    /// A customer the tea shop vouches for.
    pub(crate) async fn known(&self) -> Actor {
        let (org, shop, sub) = (self.org, self.shop, fresh("member"));
        let prove = move |tx: &mut Tx<'_>| {
            customers::prove(tx, NOW, org, shop, &sub, Some("青柠"), None).map(|p| p.customer)
        };
        Actor::buyer(org, shop, self.write(prove).await.expect("proved"))
    }

    /// Opens a socket that lives for a day.
    pub(crate) async fn online(&self, who: &Actor, now: Ms) -> Id {
        let (org, person) = (self.org, pid(who));
        let lease = move |tx: &mut Tx<'_>| {
            let socket = tx.id();
            team::lease(tx, now, org, person, socket, "n", now.plus(24 * HOUR))?;
            Ok(socket)
        };
        self.write(lease).await.expect("online")
    }

    /// An agent who is online and has all they can take: buyers wait, and it is known for how long.
    pub(crate) async fn somebody_full(&self) {
        let agent = self.person("满满", "pre_sale", None, 1).await;
        self.online(&agent, NOW).await;
        let buyer = self.buyer().await;
        let id = self.asks(NOW, &buyer, "在吗").await.id;
        self.claim(NOW, &agent, id).await.expect("claimed");
    }

    /// The socket closes, as the door does it.
    pub(crate) async fn vanish(&self, who: &Actor, now: Ms, socket: Id) {
        let (org, person) = (self.org, pid(who));
        let close = move |tx: &mut Tx<'_>| {
            team::drop_lease(tx, now, org, person, socket)?;
            if team::presence_of(tx, now, org, person)?.state == team::Presence::Off {
                reception::agent_vanished(tx, now, org, person)?;
            }
            Ok(())
        };
        self.write(close).await.expect("gone");
    }

    pub(crate) async fn presence(&self, who: &Actor, now: Ms, state: team::Presence) {
        let who = who.clone();
        self.write(move |tx| team::set_presence(tx, now, &who, state, None))
            .await
            .expect("set");
    }

    /// Changes a setting of the tea shop, and what follows from it.
    pub(crate) async fn set(&self, now: Ms, key: &'static str, value: serde_json::Value) {
        let (owner, shop, org) = (self.owner.clone(), self.shop, self.org);
        let known = reception::SETTINGS
            .iter()
            .chain(team::SETTINGS.iter())
            .find(|s| s.key == key);
        let setting = known.expect("a setting");
        self.write(move |tx| {
            team::set_setting(tx, now, &owner, Some(shop), setting, &value)?;
            reception::settings_changed(tx, now, org, Some(shop))
        })
        .await
        .expect("set");
    }
}

pub(crate) fn pid(who: &Actor) -> Id {
    who.person().expect("a person")
}

pub(crate) fn customer(who: &Actor) -> Id {
    match who.who {
        base::Who::Buyer(customer) => customer,
        _ => panic!("a buyer"),
    }
}

/// The same person without a right, or with one more.
pub(crate) fn with(who: &Actor, rights: &[base::Permission], shops: Shops) -> Actor {
    Actor {
        permissions: rights.iter().copied().collect(),
        shops,
        ..who.clone()
    }
}
