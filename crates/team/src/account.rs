//! Whose the accounts of a shop on its platform are (子账号): `shop:sub`, each with the time it was somebody's.

use std::collections::HashMap;

use base::{Actor, Id, Ms, Permission, Problem, account_name, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, record};

use crate::access::disable_person;
use crate::changes::Changes;
use crate::person::{names, need_team, person};
use crate::staffing::{NewPerson, add_person};
use crate::{shop, wire};

/// Characters of an account.
const LIMIT: usize = 64;

record! {
    /// An account of a shop while it is somebody's.
    #[derive(Clone, Debug, PartialEq)]
    pub struct AccountRow {
        /// Its id.
        pub id: Id = "id",
        /// The shop.
        pub shop: Id = "shop_id",
        /// The account.
        pub account: String = "account",
        /// Whose it is.
        pub person: Id = "person_id",
        /// From when.
        pub from: Option<Ms> = "from_at",
        /// Until when.
        pub until: Option<Ms> = "until_at",
    }
}

/// An account of a shop while it is somebody's.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ShopAccount {
    /// Its id.
    pub id: Id,
    /// The shop.
    pub shop: Id,
    /// The account: `shop:sub`.
    pub account: String,
    /// Whose it is.
    pub person: Id,
    /// Their name.
    pub name: String,
    /// Its first moment; null: from the beginning.
    pub from: Option<Ms>,
    /// The first moment after it; null: until now and on.
    pub until: Option<Ms>,
}

/// An account to be given to somebody.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewShopAccount {
    /// The account: `shop:sub`, or the main one.
    pub account: String,
    /// Whose it is.
    pub person: Option<Id>,
    /// In place of a person: the name of somebody who has left. They are added, and cannot sign in.
    pub left: Option<String>,
    /// Its first moment; null: from the beginning.
    pub from: Option<Ms>,
    /// The first moment after it; null: until now and on.
    pub until: Option<Ms>,
}

/// What to change of it; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ShopAccountChange {
    /// Whose it is.
    pub person: Option<Id>,
    /// Its first moment; null: from the beginning.
    #[serde(deserialize_with = "wire::nullable")]
    #[schema(value_type = Option<i64>)]
    pub from: Option<Option<Ms>>,
    /// The first moment after it; null: until now and on.
    #[serde(deserialize_with = "wire::nullable")]
    #[schema(value_type = Option<i64>)]
    pub until: Option<Option<Ms>>,
}

/// Whose the accounts of a shop are at which time.
#[derive(Clone, Debug, Default)]
pub struct AccountPeople(HashMap<String, Vec<AccountRow>>);

impl AccountPeople {
    /// Whose the account was at `at`.
    pub fn at(&self, account: &str, at: Ms) -> Option<Id> {
        let rows = self.0.get(account)?;
        rows.iter().find(|row| row.holds(at)).map(|row| row.person)
    }

    /// Whether it was somebody's all the time from `from` until `until`.
    pub fn covers(&self, account: &str, from: Ms, until: Ms) -> bool {
        let mut at = from;
        while let Some(row) = self
            .0
            .get(account)
            .and_then(|rows| rows.iter().find(|row| row.holds(at)))
        {
            match row.until {
                Some(end) if end <= until => at = end,
                _ => return true,
            }
        }
        false
    }

    /// The accounts that were ever somebody's.
    pub fn accounts(&self) -> Vec<String> {
        let mut accounts: Vec<String> = self.0.keys().cloned().collect();
        accounts.sort_unstable();
        accounts
    }
}

impl AccountRow {
    fn holds(&self, at: Ms) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    fn meets(&self, other: &AccountRow) -> bool {
        let before =
            |end: Option<Ms>, start: Option<Ms>| end.zip(start).is_some_and(|(end, start)| end <= start);
        !before(self.until, other.from) && !before(other.until, self.from)
    }
}

fn of_shop(tx: &mut Tx<'_>, org: Id, shop: Id) -> Result<Vec<AccountRow>, Problem> {
    let sql = format!(
        "SELECT {} FROM shop_account WHERE org_id = $1 AND shop_id = $2 ORDER BY account, COALESCE(from_at, -1), id",
        AccountRow::COLUMNS
    );
    tx.rows(&sql, args![org, shop], AccountRow::read)
}

/// Whose the accounts of a shop are; no right is asked: callers attribute what was said.
pub fn account_people(tx: &mut Tx<'_>, org: Id, shop: Id) -> Result<AccountPeople, Problem> {
    let mut people = HashMap::<String, Vec<AccountRow>>::new();
    for row in of_shop(tx, org, shop)? {
        people.entry(row.account.clone()).or_default().push(row);
    }
    Ok(AccountPeople(people))
}

/// The accounts of a shop and whose they are. Needs the shop.
pub fn shop_accounts(tx: &mut Tx<'_>, who: &Actor, shop: Id) -> Result<Vec<ShopAccount>, Problem> {
    need_team(who)?;
    shop::need_shops(tx, who, &[shop])?;
    let rows = of_shop(tx, who.org, shop)?;
    views(tx, who.org, rows)
}

fn views(tx: &mut Tx<'_>, org: Id, rows: Vec<AccountRow>) -> Result<Vec<ShopAccount>, Problem> {
    let mut people: Vec<Id> = rows.iter().map(|row| row.person).collect();
    people.sort_unstable();
    people.dedup();
    let names = match people.is_empty() {
        true => Default::default(),
        false => names(tx, org, &people)?,
    };
    let view = |row: AccountRow| ShopAccount {
        name: names.get(&row.person).cloned().unwrap_or_default(),
        id: row.id,
        shop: row.shop,
        account: row.account,
        person: row.person,
        from: row.from,
        until: row.until,
    };
    Ok(rows.into_iter().map(view).collect())
}

fn view(tx: &mut Tx<'_>, org: Id, row: AccountRow) -> Result<ShopAccount, Problem> {
    views(tx, org, vec![row])?.pop().ok_or_else(Problem::internal)
}

/// Gives an account of a shop to somebody for a time. Needs [`Permission::People`] and the shop. A time in which it is
/// somebody else's is refused with `account_taken`, which says whose and when.
pub fn add_shop_account(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Id,
    new: NewShopAccount,
) -> Result<ShopAccount, Problem> {
    shop::need_shops(tx, who, &[shop])?;
    who.need(Permission::People)?;
    let account = account_name(&clean_line("account", &new.account, LIMIT)?);
    let row = AccountRow {
        id: tx.id(),
        shop,
        account,
        person: Id::NONE,
        from: new.from,
        until: new.until,
    };
    check_time(tx, who.org, &row)?;
    let person = match (new.person, &new.left) {
        (Some(id), None) => id,
        (None, Some(name)) => somebody_who_left(tx, now, who, &row, name)?,
        _ => {
            let detail = "Say whose the account is: a person, or the name of somebody who has left.";
            return Err(Problem::input("person", "person_missing", detail));
        }
    };
    let row = AccountRow { person, ..row };
    check_person(tx, who, person)?;
    write(tx, now, who.org, &row)?;
    let data = json!({ "person": [null, row.person], "from": [null, row.from], "until": [null, row.until] });
    told(tx, now, who, &row, "account.added", data)?;
    view(tx, who.org, row)
}

/// Changes whose an account is, or the time. Rights and refusals as for [`add_shop_account`].
pub fn change_shop_account(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: ShopAccountChange,
) -> Result<ShopAccount, Problem> {
    let before = known(tx, who, id)?;
    let mut after = before.clone();
    after.person = change.person.unwrap_or(after.person);
    after.from = change.from.unwrap_or(after.from);
    after.until = change.until.unwrap_or(after.until);
    check_time(tx, who.org, &after)?;
    check_person(tx, who, after.person)?;
    let mut changes = Changes::default();
    changes.note("person", &before.person, &after.person);
    changes.note("from", &before.from, &after.from);
    changes.note("until", &before.until, &after.until);
    if !changes.is_empty() {
        write(tx, now, who.org, &after)?;
        told(tx, now, who, &after, "account.changed", changes.into_value())?;
    }
    view(tx, who.org, after)
}

/// Takes an account from somebody. Rights as for [`add_shop_account`].
pub fn remove_shop_account(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let row = known(tx, who, id)?;
    tx.exec(
        "DELETE FROM shop_account WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    let data = json!({ "person": [row.person, null], "from": [row.from, null], "until": [row.until, null] });
    told(tx, now, who, &row, "account.removed", data)
}

fn known(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<AccountRow, Problem> {
    let sql = format!(
        "SELECT {} FROM shop_account WHERE org_id = $1 AND id = $2",
        AccountRow::COLUMNS
    );
    let row = tx.row(&sql, args![who.org, id], AccountRow::read)?;
    let row = row
        .filter(|row| who.shops.has(row.shop))
        .ok_or_else(Problem::not_found)?;
    who.need(Permission::People)?;
    Ok(row)
}

fn check_person(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<(), Problem> {
    let found = person(tx, who.org, id)?.filter(|one| crate::person::sees(who, one));
    found.map(drop).ok_or_else(|| {
        Problem::input(
            "person",
            "person_unknown",
            "There is no such person in your shops.",
        )
    })
}

/// Refuses a time that ends before it begins, and one in which the account is somebody's already.
fn check_time(tx: &mut Tx<'_>, org: Id, row: &AccountRow) -> Result<(), Problem> {
    if row.from.zip(row.until).is_some_and(|(from, until)| until <= from) {
        let detail = "The time ends before it begins; choose a later end.";
        return Err(Problem::input("until", "time_ends_early", detail));
    }
    let others = of_shop(tx, org, row.shop)?;
    let met = others
        .into_iter()
        .find(|other| other.id != row.id && other.account == row.account && other.meets(row));
    let Some(met) = met else { return Ok(()) };
    let name = names(tx, org, &[met.person])?
        .remove(&met.person)
        .unwrap_or_default();
    let detail = "In this time the account is somebody else's; end that time first, or choose another one.";
    Err(Problem::input("from", "account_taken", detail)
        .with("account", row.account.as_str())
        .with("name", name)
        .with("from", met.from.map(|at| at.0))
        .with("until", met.until.map(|at| at.0)))
}

/// Adds a person who cannot sign in, for an account of old.
fn somebody_who_left(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    row: &AccountRow,
    name: &str,
) -> Result<Id, Problem> {
    let new = NewPerson {
        login: format!("left-{}", row.id),
        name: clean_line("left", name, 40)?,
        shops: Some(vec![row.shop]),
        ..NewPerson::default()
    };
    let person = add_person(tx, now, who, new)?;
    disable_person(tx, now, who, person.id).map(|person| person.id)
}

fn write(tx: &mut Tx<'_>, now: Ms, org: Id, row: &AccountRow) -> Result<(), Problem> {
    tx.exec(
        "INSERT INTO shop_account (org_id, id, shop_id, account, person_id, from_at, until_at, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (org_id, id) DO UPDATE
         SET person_id = excluded.person_id, from_at = excluded.from_at, until_at = excluded.until_at",
        args![
            org,
            row.id,
            row.shop,
            &row.account,
            row.person,
            row.from,
            row.until,
            now
        ],
    )?;
    Ok(())
}

fn told(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    row: &AccountRow,
    kind: &'static str,
    data: serde_json::Value,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop: row.shop,
        kind,
        subject: row.id,
        data,
    })
}
