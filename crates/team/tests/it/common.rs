//! A small company for tests: two shops, an owner, a supervisor of one shop, an agent of each, and a
//! second organisation beside it.

use base::{Actor, Id, Ms, Problem};
use store::testing::TestDb;
use store::{Schema, Tx};
use team::{NewPerson, NewShop};

pub(crate) const TABLES: &[Schema] = &[team::SCHEMA];
pub(crate) const NOW: Ms = Ms(1_795_000_000_000);

#[derive(Clone, Debug)]
pub(crate) struct House {
    pub(crate) org: Id,
    pub(crate) tea: Id,
    pub(crate) fruit: Id,
    pub(crate) owner: Actor,
    pub(crate) supervisor: Actor,
    pub(crate) xiaoman: Actor,
    pub(crate) guyu: Actor,
    pub(crate) other: Other,
}

#[derive(Clone, Debug)]
pub(crate) struct Other {
    pub(crate) shop: Id,
    pub(crate) owner: Actor,
}

pub(crate) async fn house(db: &TestDb) -> House {
    db.write(|tx| {
        let org = team::found_org(tx, NOW, "青禾商贸")?;
        let program = Actor::program(org);
        let tea = new_shop(tx, &program, "青禾茶叶旗舰店", "teateateateatea1")?;
        let fruit = new_shop(tx, &program, "青禾果园", "fruitfruitfruit1")?;
        let other = team::found_org(tx, NOW, "远山数码")?;
        let far = Actor::program(other);
        let shop = new_shop(tx, &far, "远山数码专营店", "farfarfarfarfar1")?;
        Ok(House {
            org,
            tea,
            fruit,
            owner: somebody(tx, &program, "linyuan", "owner", None)?,
            supervisor: somebody(tx, &program, "baolu", "supervisor", Some(vec![tea]))?,
            xiaoman: somebody(tx, &program, "xiaoman", "pre_sale", Some(vec![tea]))?,
            guyu: somebody(tx, &program, "guyu", "after_sale", Some(vec![fruit]))?,
            other: Other {
                shop,
                owner: somebody(tx, &far, "yuanshan", "owner", None)?,
            },
        })
    })
    .await
    .expect("the house stands")
}

fn new_shop(tx: &mut Tx<'_>, who: &Actor, name: &str, key: &str) -> Result<Id, Problem> {
    let new = NewShop {
        key: key.into(),
        name: name.into(),
        ..NewShop::default()
    };
    team::add_shop(tx, NOW, who, new).map(|shop| shop.id)
}

pub(crate) fn somebody(
    tx: &mut Tx<'_>,
    who: &Actor,
    login: &str,
    role: &str,
    shops: Option<Vec<Id>>,
) -> Result<Actor, Problem> {
    let role = team::role_by_key(tx, who.org, role)?.expect("a role").id;
    let new = NewPerson {
        login: login.into(),
        name: login.into(),
        roles: vec![role],
        shops,
        ..NewPerson::default()
    };
    let person = team::add_person(tx, NOW, who, new)?;
    Ok(team::actor_of(tx, who.org, person.id)?.expect("an actor"))
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
    result.expect_err("refused").code.to_string()
}

pub(crate) fn pid(actor: &Actor) -> Id {
    actor.person().expect("a person")
}
