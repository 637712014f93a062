use base::{Actor, Id, Ms, Problem};
use serde_json::json;
use store::{Event, Row, Tx, args};

/// What there is of one SKU, in pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stock {
    /// On the shelf.
    pub on_hand: i64,
    /// Of these, promised to paid orders.
    pub locked: i64,
    /// Of these, kept back for flawed pieces.
    pub safety: i64,
}

impl Stock {
    /// What may still be promised: never below zero, though more may be locked than is there.
    pub fn sellable(self) -> i64 {
        (self.on_hand - self.locked - self.safety).max(0)
    }

    pub(crate) fn read(row: &Row<'_>) -> Result<Stock, Problem> {
        Ok(Stock {
            on_hand: row.get(0)?,
            locked: row.get(1)?,
            safety: row.get(2)?,
        })
    }
}

// These are called by the verbs of orders, which check the rights; they take the actor for the
// organisation and for the log.

/// Promises `quantity` pieces; `None` when fewer than that may be sold. An unknown SKU is `not_found`.
pub fn lock(tx: &mut Tx<'_>, now: Ms, who: &Actor, sku: Id, quantity: i64) -> Result<Option<Stock>, Problem> {
    let sql = "UPDATE sku SET locked = locked + $3
               WHERE org_id = $1 AND id = $2 AND on_hand - locked - safety >= $3
               RETURNING on_hand, locked, safety";
    change(tx, now, who, sku, quantity, "sku.locked", sql)
}

/// Takes a promise of `quantity` pieces back; `None` when fewer are promised.
pub fn unlock(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    sku: Id,
    quantity: i64,
) -> Result<Option<Stock>, Problem> {
    let sql = "UPDATE sku SET locked = locked - $3
               WHERE org_id = $1 AND id = $2 AND locked >= $3
               RETURNING on_hand, locked, safety";
    change(tx, now, who, sku, quantity, "sku.unlocked", sql)
}

/// `quantity` pieces leave the shelf. What was promised to them is given up first, with [`unlock`]:
/// pieces that left are gone whether or not they were promised. `None` when fewer are on hand.
pub fn take(tx: &mut Tx<'_>, now: Ms, who: &Actor, sku: Id, quantity: i64) -> Result<Option<Stock>, Problem> {
    let sql = "UPDATE sku SET on_hand = on_hand - $3
               WHERE org_id = $1 AND id = $2 AND on_hand >= $3
               RETURNING on_hand, locked, safety";
    change(tx, now, who, sku, quantity, "sku.taken", sql)
}

/// `quantity` pieces came and lie on the shelf.
pub(crate) fn receive(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    sku: Id,
    quantity: i64,
) -> Result<Option<Stock>, Problem> {
    let sql = "UPDATE sku SET on_hand = on_hand + $3 WHERE org_id = $1 AND id = $2
               RETURNING on_hand, locked, safety";
    change(tx, now, who, sku, quantity, "sku.received", sql)
}

/// `quantity` pieces that were taken lie on the shelf again.
pub fn give_back(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    sku: Id,
    quantity: i64,
) -> Result<Option<Stock>, Problem> {
    let sql = "UPDATE sku SET on_hand = on_hand + $3 WHERE org_id = $1 AND id = $2
               RETURNING on_hand, locked, safety";
    change(tx, now, who, sku, quantity, "sku.given_back", sql)
}

/// Somebody counted `counted` pieces on the shelf: so many there are. Answers how many the books said before.
pub fn count(tx: &mut Tx<'_>, now: Ms, who: &Actor, sku: Id, counted: i64) -> Result<i64, Problem> {
    if counted < 0 {
        return Err(
            Problem::input("counted", "out_of_range", "There cannot be fewer than none.").with("min", 0),
        );
    }
    let before: i64 = tx
        .value(
            "SELECT on_hand FROM sku WHERE org_id = $1 AND id = $2",
            args![who.org, sku],
        )?
        .ok_or_else(Problem::not_found)?;
    if before != counted {
        tx.exec(
            "UPDATE sku SET on_hand = $3 WHERE org_id = $1 AND id = $2",
            args![who.org, sku, counted],
        )?;
        tx.emit(Event {
            at: now,
            who,
            shop: Id::NONE,
            kind: "sku.counted",
            subject: sku,
            data: json!({ "on_hand": [before, counted] }),
        })?;
    }
    Ok(before)
}

/// Runs one conditional update and writes what it changed.
fn change(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    sku: Id,
    quantity: i64,
    kind: &'static str,
    sql: &str,
) -> Result<Option<Stock>, Problem> {
    if quantity <= 0 {
        return Err(Problem::input("quantity", "out_of_range", "A quantity is at least 1.").with("min", 1));
    }
    let Some(stock) = tx.row(sql, args![who.org, sku, quantity], Stock::read)? else {
        let known: Option<Id> = tx.value(
            "SELECT id FROM sku WHERE org_id = $1 AND id = $2",
            args![who.org, sku],
        )?;
        return known.map(|_| None).ok_or_else(Problem::not_found);
    };
    let data = match kind {
        "sku.locked" => json!({ "locked": [stock.locked - quantity, stock.locked] }),
        "sku.unlocked" => json!({ "locked": [stock.locked + quantity, stock.locked] }),
        "sku.taken" => json!({ "on_hand": [stock.on_hand + quantity, stock.on_hand] }),
        _ => json!({ "on_hand": [stock.on_hand - quantity, stock.on_hand] }),
    };
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind,
        subject: sku,
        data,
    })?;
    Ok(Some(stock))
}
