use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, Shops, clean_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Row, Tx, args, pad};

use crate::check;
use crate::customer::survivor;

/// A decision that a buyer is not served.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Block {
    /// Its id.
    pub id: Id,
    /// Who is blocked.
    pub customer: Id,
    /// Where; null: in all shops.
    pub shop: Option<Id>,
    /// Why.
    pub reason: String,
    /// Until when; null: until somebody ends it.
    pub until: Option<Ms>,
    /// The person who decided it; null: the program.
    pub decided_by: Option<Id>,
    /// When it was decided.
    pub decided_at: Ms,
}

/// A block to be put on a buyer.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBlock {
    /// Why; at most 300 characters.
    pub reason: String,
    /// Until when; left out: until somebody ends it.
    pub until: Option<Ms>,
    /// Where; left out: in all shops, which only those may decide who have all shops.
    pub shop: Option<Id>,
}

const COLUMNS: &str = "id, customer_id, shop_id, reason, until, decided_by, decided_at";
/// In force at `$2`.
const IN_FORCE: &str = "ended_at IS NULL AND (until IS NULL OR until > $2)";

fn some(id: Id) -> Option<Id> {
    (id != Id::NONE).then_some(id)
}

fn read(row: &Row<'_>) -> Result<Block, Problem> {
    Ok(Block {
        id: row.get(0)?,
        customer: row.get(1)?,
        shop: some(row.get(2)?),
        reason: row.get(3)?,
        until: row.get(4)?,
        decided_by: some(row.get(5)?),
        decided_at: row.get(6)?,
    })
}

/// Blocks a customer in one shop or in all. One who is blocked there already is blocked anew, under the new
/// terms. Needs [`Permission::Block`] and the shop.
pub fn block(tx: &mut Tx<'_>, now: Ms, who: &Actor, customer: Id, new: &NewBlock) -> Result<Block, Problem> {
    who.need(Permission::Block)?;
    let customer = survivor(tx, who.org, customer)?;
    place(tx, who, new.shop)?;
    let reason = clean_text("reason", &new.reason, 300)?;
    if new.until.is_some_and(|until| until <= now) {
        return Err(Problem::input(
            "until",
            "in_the_past",
            "Choose a moment that is still to come.",
        ));
    }
    let shop = new.shop.unwrap_or(Id::NONE);
    end(tx, now, who, customer, Some(shop))?;
    let id = tx.id();
    let decided_by = who.person();
    tx.exec(
        "INSERT INTO customer_block (org_id, id, customer_id, shop_id, reason, until, decided_by, decided_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            who.org,
            id,
            customer,
            shop,
            &reason,
            new.until,
            decided_by.unwrap_or(Id::NONE),
            now
        ],
    )?;
    let data = json!({ "block": id, "blocked": [false, true], "until": new.until });
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind: "customer.blocked",
        subject: customer,
        data,
    })?;
    Ok(Block {
        id,
        customer,
        shop: new.shop,
        reason,
        until: new.until,
        decided_by,
        decided_at: now,
    })
}

/// Ends the customer's blocks in `shop`, or all in the actor's reach when none is named. Needs
/// [`Permission::Block`]; `not_blocked` when there is none to end.
pub fn unblock(tx: &mut Tx<'_>, now: Ms, who: &Actor, customer: Id, shop: Option<Id>) -> Result<(), Problem> {
    who.need(Permission::Block)?;
    let customer = survivor(tx, who.org, customer)?;
    if let Some(shop) = shop {
        check::shop(tx, who, shop)?;
    }
    let ended = end(tx, now, who, customer, shop)?;
    if ended.is_empty() {
        return Err(Problem::conflict(
            "not_blocked",
            "There is no block here that you may end.",
        ));
    }
    for (id, shop) in ended {
        let data = json!({ "block": id, "blocked": [true, false] });
        tx.emit(Event {
            at: now,
            who,
            shop,
            kind: "customer.unblocked",
            subject: customer,
            data,
        })?;
    }
    Ok(())
}

/// The block that keeps `customer` out of `shop` at `now`, if one does; of several, the last decided.
pub fn blocked(tx: &mut Tx<'_>, now: Ms, org: Id, shop: Id, customer: Id) -> Result<Option<Block>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM customer_block
         WHERE org_id = $1 AND {IN_FORCE} AND customer_id = $3 AND shop_id IN ($4, 0) ORDER BY id DESC LIMIT 1"
    );
    tx.row(&sql, args![org, now, customer, shop], read)
}

/// Blocks in force in the actor's shops, the newest first. Needs [`Permission::SeeCustomers`].
pub fn blocks(tx: &mut Tx<'_>, now: Ms, who: &Actor, page: &PageAsk) -> Result<Page<Block>, Problem> {
    who.need(Permission::SeeCustomers)?;
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let (reach, list) = reach(who, 5);
    let sql = format!(
        "SELECT {COLUMNS} FROM customer_block
         WHERE org_id = $1 AND {IN_FORCE} AND id < $3 AND {reach} ORDER BY id DESC LIMIT $4"
    );
    let mut arguments = args![who.org, now, before, page.limit() + 1].to_vec();
    arguments.extend(list);
    Ok(Page::cut(
        tx.rows(&sql, &arguments, read)?,
        page.limit(),
        |block| vec![block.id.0],
    ))
}

/// The last decided block of a customer that is in force in the actor's reach.
pub(crate) fn in_reach(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    customer: Id,
) -> Result<Option<Block>, Problem> {
    let (reach, list) = reach(who, 4);
    let sql = format!(
        "SELECT {COLUMNS} FROM customer_block
         WHERE org_id = $1 AND {IN_FORCE} AND customer_id = $3 AND {reach} ORDER BY id DESC LIMIT 1"
    );
    let mut arguments = args![who.org, now, customer].to_vec();
    arguments.extend(list);
    tx.row(&sql, &arguments, read)
}

/// The name of who decided.
pub(crate) fn decider(tx: &mut Tx<'_>, org: Id, block: &Block) -> Result<Option<String>, Problem> {
    let Some(person) = block.decided_by else {
        return Ok(None);
    };
    Ok(team::person(tx, org, person)?.map(|person| person.name))
}

/// A condition for the blocks of the actor's shops and of all shops, with its arguments from `$first` on.
fn reach(who: &Actor, first: usize) -> (String, Vec<store::Arg<'static>>) {
    match &who.shops {
        Shops::All => ("1 = 1".to_owned(), Vec::new()),
        Shops::Only(shops) => {
            let mut shops = shops.to_vec();
            shops.push(Id::NONE);
            (
                format!("shop_id IN {}", Tx::in_list(first, shops.len())),
                pad(&shops),
            )
        }
    }
}

/// Where a block may be decided.
fn place(tx: &mut Tx<'_>, who: &Actor, shop: Option<Id>) -> Result<(), Problem> {
    match shop {
        Some(shop) => check::shop(tx, who, shop),
        None if who.shops == Shops::All => Ok(()),
        None => Err(Problem::input(
            "shop",
            "shop_missing",
            "Name the shop; you do not have all of them.",
        )),
    }
}

/// Ends blocks and answers which and where: those of `shop` ([`Id::NONE`] is those of all shops), or every
/// one the actor may decide on. An expired one that nobody ended is ended too, but not told.
fn end(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    customer: Id,
    shop: Option<Id>,
) -> Result<Vec<(Id, Id)>, Problem> {
    let open: Vec<(Id, Id, Option<Ms>)> = tx.rows(
        "SELECT id, shop_id, until FROM customer_block
         WHERE org_id = $1 AND customer_id = $2 AND ended_at IS NULL ORDER BY id",
        args![who.org, customer],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let mut ended = Vec::new();
    for (id, at, until) in open {
        let meant = match shop {
            Some(shop) => at == shop,
            // A block in all shops is decided by those who have them all.
            None if at == Id::NONE => who.shops == Shops::All,
            None => who.shops.has(at),
        };
        if !meant {
            continue;
        }
        tx.exec(
            "UPDATE customer_block SET ended_at = $3, ended_by = $4 WHERE org_id = $1 AND id = $2",
            args![who.org, id, now, who.person().unwrap_or(Id::NONE)],
        )?;
        if until.is_none_or(|until| until > now) {
            ended.push((id, at));
        }
    }
    Ok(ended)
}
