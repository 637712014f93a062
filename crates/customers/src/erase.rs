//! Erasing a customer on request: what this room has goes at once; what other rooms have goes room by room, and
//! where that stands is kept here.

use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, Shops};
use serde::Serialize;
use serde_json::json;
use store::{Row, Tx, args, text_enum};

use crate::customer::{Customer, survivor};
use crate::erased::erase_identities;
use crate::told::told;

/// What an erased customer is called.
const NOBODY: &str = "已清除的客户";

text_enum! {
    /// Where an erasure stands.
    pub enum ErasureState {
        /// Something has to end first.
        Waiting = "waiting",
        /// Under way.
        Running = "running",
        /// Nothing of the person is left.
        Done = "done",
    }
}

/// The erasing of a customer.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Erasure {
    /// Its id.
    pub id: Id,
    /// Who is erased.
    pub customer: Id,
    /// Who asked for it, by name; null: the program.
    pub by: Option<String>,
    /// When.
    pub asked_at: Ms,
    /// Where it stands.
    pub state: ErasureState,
    /// How many of what were removed so far.
    pub removed: BTreeMap<String, i64>,
    /// Why it waits: codes.
    pub why: Vec<String>,
    /// When nothing was left.
    pub ended_at: Option<Ms>,
    /// What is worked on.
    #[serde(skip)]
    pub stage: String,
    /// How far that came.
    #[serde(skip)]
    pub place: i64,
    #[serde(skip)]
    asked_by: Id,
}

const COLUMNS: &str = "id, customer_id, asked_by, asked_at, state, stage, place, removed, why, ended_at";

fn read(row: &Row<'_>) -> Result<Erasure, Problem> {
    let (removed, why): (String, String) = (row.get(7)?, row.get(8)?);
    Ok(Erasure {
        id: row.get(0)?,
        customer: row.get(1)?,
        by: None,
        asked_at: row.get(3)?,
        state: row.get(4)?,
        removed: serde_json::from_str(&removed).map_err(|_| Problem::internal())?,
        why: serde_json::from_str(&why).map_err(|_| Problem::internal())?,
        ended_at: row.get(9)?,
        stage: row.get(5)?,
        place: row.get(6)?,
        asked_by: row.get(2)?,
    })
}

/// Refuses whoever may not erase: it needs [`Permission::EraseCustomers`] and all shops, as a buyer is a buyer of
/// all of them.
pub fn may_erase(who: &Actor) -> Result<(), Problem> {
    who.need(Permission::EraseCustomers)?;
    if who.shops == Shops::All {
        Ok(())
    } else {
        Err(Problem::forbidden())
    }
}

/// The ids a customer was ever known under: their own, and of all who were merged into them. `not_found` where
/// there is no such customer.
pub fn ids_of(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Vec<Id>, Problem> {
    let id = survivor(tx, org, id)?;
    tx.rows(
        "SELECT id FROM customer WHERE org_id = $1 AND (id = $2 OR merged_into = $2) ORDER BY id",
        args![org, id],
        |row| row.get(0),
    )
}

/// How many of what this room would remove.
pub fn erasable(tx: &mut Tx<'_>, org: Id, ids: &[Id]) -> Result<BTreeMap<String, i64>, Problem> {
    let mut counts = BTreeMap::new();
    for (name, table) in [
        ("identities", "customer_identity"),
        ("contacts", "customer_secret"),
        ("tags", "customer_tagged"),
        ("consents", "customer_consent"),
        ("plans", "customer_plan"),
        ("entries", "customer_entry"),
    ] {
        let sql = format!(
            "SELECT COUNT(*) FROM {table} WHERE org_id = $1 AND customer_id IN {}",
            Tx::in_list(2, ids.len())
        );
        let mut arguments = args![org].to_vec();
        arguments.extend(store::pad(ids));
        counts.insert(
            name.to_owned(),
            tx.value::<i64>(&sql, &arguments)?.unwrap_or_default(),
        );
    }
    Ok(counts)
}

/// Begins to erase a customer: name, identities, contacts, tags, consents, plans, the file and what joins and
/// imports remember go in this transaction; figures stay with a row that names nobody. The rest is for whoever
/// called this. `confirm` is their name or number as it stands on the page (`not_confirmed`); `key` is drawn at
/// random by the caller. Asked again it answers with the erasure that is there. Rights as [`may_erase`].
pub fn begin_erasure(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    confirm: &str,
    key: &str,
) -> Result<Erasure, Problem> {
    may_erase(who)?;
    let org = who.org;
    let id = survivor(tx, org, id)?;
    if let Some(there) = of_customer(tx, org, id)? {
        return Ok(there);
    }
    let customer = Customer::get(tx, org, id)?.ok_or_else(Problem::not_found)?;
    let confirm = confirm.trim();
    if confirm != customer.name && confirm != id.to_string() {
        let detail = "Write the customer's name or number as it stands on the page.";
        return Err(Problem::input("confirm", "not_confirmed", detail));
    }
    let ids = ids_of(tx, org, id)?;
    let mut removed = erasable(tx, org, &ids)?;
    removed.retain(|_, count| *count > 0);
    for one in &ids {
        erase_identities(tx, now, org, *one, key)?;
        erase_rows(tx, now, org, *one)?;
        tx.blank_log(org, *one, &["real_name", "phone", "address"])?;
    }
    let erasure = tx.id();
    tx.exec(
        "INSERT INTO customer_erasure (org_id, id, customer_id, asked_by, asked_at, state, stage, place, removed, why)
         VALUES ($1, $2, $3, $4, $5, 'running', '', 0, $6, '[]')",
        args![
            org,
            erasure,
            id,
            who.person().unwrap_or(Id::NONE),
            now,
            &json!(removed).to_string()
        ],
    )?;
    told(
        tx,
        now,
        who,
        "customer.erasing",
        id,
        json!({ "erasure": erasure }),
    )?;
    of_customer(tx, org, id)?.ok_or_else(Problem::internal)
}

/// What names or describes the person; who wrote a late message under the old id is turned away by a block.
fn erase_rows(tx: &mut Tx<'_>, now: Ms, org: Id, id: Id) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM customer_plan_done WHERE org_id = $1 AND plan_id IN
           (SELECT p.id FROM customer_plan p WHERE p.org_id = $1 AND p.customer_id = $2)",
        args![org, id],
    )?;
    for table in [
        "customer_secret",
        "customer_block",
        "customer_tagged",
        "customer_consent",
        "customer_plan",
        "customer_entry",
        "customer_import",
        "customer_import_nick",
        "customer_region",
        "customer_referral",
    ] {
        let sql = format!("DELETE FROM {table} WHERE org_id = $1 AND customer_id = $2");
        tx.exec(&sql, args![org, id])?;
    }
    tx.exec(
        "DELETE FROM customer_referral WHERE org_id = $1 AND brought_by = $2",
        args![org, id],
    )?;
    tx.exec(
        "UPDATE customer_join SET moved = '' WHERE org_id = $1 AND (from_id = $2 OR into_id = $2)",
        args![org, id],
    )?;
    tx.exec(
        "UPDATE customer SET name = $3, folded = $3, level = 0, level_raised = 0, vip = 0, vip_note = '', note = '',
           known = 0, problem = '', problem_order = NULL, problem_at = 0, erased_at = $4
         WHERE org_id = $1 AND id = $2",
        args![org, id, NOBODY, now],
    )?;
    let block = tx.id();
    tx.exec(
        "INSERT INTO customer_block (org_id, id, customer_id, shop_id, reason, until, decided_by, decided_at)
         VALUES ($1, $2, $3, 0, $4, NULL, 0, $5)",
        args![org, block, id, NOBODY, now],
    )?;
    Ok(())
}

/// The erasure of a customer, if there is one; no right is asked.
pub fn of_customer(tx: &mut Tx<'_>, org: Id, customer: Id) -> Result<Option<Erasure>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM customer_erasure WHERE org_id = $1 AND customer_id = $2");
    let found = tx.row(&sql, args![org, customer], read)?;
    found.map(|one| named(tx, org, one)).transpose()
}

/// The erasure `id`; no right is asked.
pub fn erasure(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Erasure>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM customer_erasure WHERE org_id = $1 AND id = $2");
    tx.row(&sql, args![org, id], read)
}

/// All erasures, the last first. Rights as [`may_erase`].
pub fn erasures(tx: &mut Tx<'_>, who: &Actor, page: &PageAsk) -> Result<Page<Erasure>, Problem> {
    may_erase(who)?;
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let sql = format!(
        "SELECT {COLUMNS} FROM customer_erasure WHERE org_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
    );
    let rows = tx.rows(&sql, args![who.org, before, page.limit() + 1], read)?;
    let page = Page::cut(rows, page.limit(), |one| vec![one.id.0]);
    let items = page.items.into_iter().map(|one| named(tx, who.org, one));
    Ok(Page {
        items: items.collect::<Result<_, _>>()?,
        next: page.next,
    })
}

fn named(tx: &mut Tx<'_>, org: Id, one: Erasure) -> Result<Erasure, Problem> {
    let by = team::names(tx, org, &[one.asked_by])?.remove(&one.asked_by);
    Ok(Erasure { by, ..one })
}

/// Notes how far an erasure came; when it is done, the log tells with what figures. Called by whoever works on it.
pub fn note_erasure(tx: &mut Tx<'_>, now: Ms, who: &Actor, one: &Erasure) -> Result<(), Problem> {
    let ended = (one.state == ErasureState::Done).then_some(now);
    tx.exec(
        "UPDATE customer_erasure SET state = $3, stage = $4, place = $5, removed = $6, why = $7, ended_at = $8
         WHERE org_id = $1 AND id = $2",
        args![
            who.org,
            one.id,
            one.state,
            &one.stage,
            one.place,
            &json!(one.removed).to_string(),
            &json!(one.why).to_string(),
            ended
        ],
    )?;
    if ended.is_none() {
        return Ok(());
    }
    let data = json!({ "erasure": one.id, "removed": one.removed });
    told(tx, now, who, "customer.erased", one.customer, data)
}
