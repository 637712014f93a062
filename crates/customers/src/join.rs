//! Joining two customers by hand, and parting them again. The moving itself is that of [`crate::merge`].

use base::{Actor, Fen, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args};

use crate::contact::Contact;
use crate::customer::{Customer, CustomerView, customer};
use crate::merge::{Moved, move_all};

/// How long two that were joined can be parted again: thirty days.
const UNDO_MS: i64 = 30 * 86_400_000;

/// From which of the two something is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The one that stays, and where it has nothing, the other.
    #[default]
    Into,
    /// The one that is joined into it.
    From,
}

/// Two customers who are to be one.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewJoin {
    /// Who is joined into the other and is not found by themselves any more.
    pub from: Id,
    /// Whose name is kept.
    #[serde(default)]
    pub name: Side,
    /// Whose level is kept.
    #[serde(default)]
    pub level: Side,
    /// Whose real name is kept.
    #[serde(default)]
    pub real_name: Side,
    /// Whose phone is kept.
    #[serde(default)]
    pub phone: Side,
    /// Whose address is kept.
    #[serde(default)]
    pub address: Side,
}

/// A conflict between two customers: both have something, and not the same.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct JoinConflict {
    /// `name`, `level`, `real_name`, `phone`, `address`, or `consent`, of which the stricter always holds.
    pub field: String,
    /// Of the one that stays; contacts masked.
    pub into: String,
    /// Of the other.
    pub from: String,
}

/// Two customers side by side, before they are joined.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct JoinPreview {
    /// The one that stays.
    pub into: CustomerView,
    /// The one that is joined into it.
    pub from: CustomerView,
    /// What they differ in.
    pub conflicts: Vec<JoinConflict>,
}

/// Two customers who were joined.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Join {
    /// Its id.
    pub id: Id,
    /// Who was joined into the other.
    pub from: Id,
    /// What they were called.
    pub from_name: String,
    /// Who stays.
    pub into: Id,
    /// When.
    pub joined_at: Ms,
    /// Who did it, by name; null: the program.
    pub by: Option<String>,
    /// Until when they can be parted again; null: not any more.
    pub until: Option<Ms>,
    /// When they were parted.
    pub undone_at: Option<Ms>,
}

/// What was left as it is when two were parted.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Parted {
    /// The one that was given back.
    pub from: Id,
    /// The one that stays.
    pub into: Id,
    /// What somebody changed since and was therefore not given back: `name`, `level`, `note`, `contact`, `tag`,
    /// `consent`, `identity`, `block` ...
    pub touched: Vec<String>,
}

/// The row of a customer and what is secret of them, as they were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Kept {
    name: String,
    level: i64,
    vip: bool,
    vip_note: String,
    note: String,
    known: bool,
    real_name: Option<String>,
    phone: Option<String>,
    address: Option<String>,
}

/// What is written down of a join.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Written {
    from: Kept,
    into: Kept,
    left: Kept,
    moved: Moved,
    spent_fen: Fen,
    orders: i64,
}

impl Kept {
    fn get(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Kept, Problem> {
        let is = Customer::get(tx, org, id)?.ok_or_else(Problem::not_found)?;
        let contact = Contact::get(tx, org, id)?;
        Ok(Kept {
            name: is.name,
            level: is.level,
            vip: is.vip,
            vip_note: is.vip_note,
            note: is.note,
            known: is.known,
            real_name: contact.real_name,
            phone: contact.phone,
            address: contact.address,
        })
    }

    fn put(&self, tx: &mut Tx<'_>, org: Id, id: Id) -> Result<(), Problem> {
        tx.exec(
            "UPDATE customer SET name = $3, folded = $4, level = $5, vip = $6, vip_note = $7, note = $8, known = $9
             WHERE org_id = $1 AND id = $2",
            args![
                org,
                id,
                &self.name,
                &self.name.to_lowercase(),
                self.level,
                self.vip,
                &self.vip_note,
                &self.note,
                self.known
            ],
        )?;
        let contact = Contact {
            real_name: self.real_name.clone(),
            phone: self.phone.clone(),
            address: self.address.clone(),
        };
        if contact == Contact::default() {
            let sql = "DELETE FROM customer_secret WHERE org_id = $1 AND customer_id = $2";
            return tx.exec(sql, args![org, id]).map(drop);
        }
        contact.put(tx, org, id)
    }
}

/// Two customers who both stand for themselves.
fn pair(tx: &mut Tx<'_>, who: &Actor, into: Id, from: Id) -> Result<(), Problem> {
    who.need(Permission::EditCustomers)?;
    for id in [into, from] {
        if crate::customer::survivor(tx, who.org, id)? != id {
            return Err(Problem::conflict(
                "joined_already",
                "One of them was joined into another already.",
            ));
        }
    }
    if into == from {
        return Err(Problem::input(
            "from",
            "same_customer",
            "Choose another customer.",
        ));
    }
    Ok(())
}

/// Two customers side by side. Needs [`Permission::EditCustomers`].
pub fn join_preview(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    into: Id,
    from: Id,
) -> Result<JoinPreview, Problem> {
    pair(tx, who, into, from)?;
    let (into, from) = (customer(tx, now, who, into)?, customer(tx, now, who, from)?);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut conflicts = Vec::new();
    for (field, kept, other) in [
        ("name", into.customer.name.clone(), from.customer.name.clone()),
        (
            "level",
            into.customer.level.to_string(),
            from.customer.level.to_string(),
        ),
        (
            "real_name",
            text(&into.real_name_masked),
            text(&from.real_name_masked),
        ),
        ("phone", text(&into.phone_masked), text(&from.phone_masked)),
        ("address", text(&into.address_masked), text(&from.address_masked)),
    ] {
        if kept != other && !kept.is_empty() && !other.is_empty() {
            conflicts.push(JoinConflict {
                field: field.to_owned(),
                into: kept,
                from: other,
            });
        }
    }
    for kept in &into.consents {
        let other = from
            .consents
            .iter()
            .find(|one| one.consent.channel == kept.consent.channel);
        if let Some(other) = other.filter(|other| other.consent.state != kept.consent.state) {
            conflicts.push(JoinConflict {
                field: "consent".to_owned(),
                into: format!("{} {}", kept.consent.channel.key(), kept.consent.state.key()),
                from: format!("{} {}", other.consent.channel.key(), other.consent.state.key()),
            });
        }
    }
    Ok(JoinPreview {
        into,
        from,
        conflicts,
    })
}

/// Joins a customer into `into`: everything of theirs moves, of what conflicts the chosen side is kept, and of
/// consents the stricter holds. What rooms above have of them follows by the event. It can be undone for thirty
/// days. Needs [`Permission::EditCustomers`]; `joined_already` when one of them was joined before.
pub fn join_customers(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    into: Id,
    new: &NewJoin,
) -> Result<Join, Problem> {
    pair(tx, who, into, new.from)?;
    let org = who.org;
    let (was_from, was_into) = (Kept::get(tx, org, new.from)?, Kept::get(tx, org, into)?);
    let gone = Customer::get(tx, org, new.from)?.ok_or_else(Problem::not_found)?;
    let moved = move_all(tx, now, org, new.from, into)?;
    let mut left = Kept::get(tx, org, into)?;
    left.level = was_into.level;
    left.known = was_into.known || was_from.known;
    if new.name == Side::From {
        left.name.clone_from(&was_from.name);
    }
    if new.level == Side::From {
        left.level = was_from.level;
    }
    for (side, left, from) in [
        (new.real_name, &mut left.real_name, &was_from.real_name),
        (new.phone, &mut left.phone, &was_from.phone),
        (new.address, &mut left.address, &was_from.address),
    ] {
        if side == Side::From && from.is_some() {
            left.clone_from(from);
        }
    }
    left.put(tx, org, into)?;
    let written = Written {
        from: was_from,
        into: was_into,
        left,
        moved,
        spent_fen: gone.spent_fen,
        orders: gone.orders,
    };
    let id = tx.id();
    tx.exec(
        "INSERT INTO customer_join (org_id, id, from_id, into_id, joined_at, joined_by, moved)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            org,
            id,
            new.from,
            into,
            now,
            who.person().unwrap_or(Id::NONE),
            &serde_json::to_string(&written).map_err(|_| Problem::internal())?
        ],
    )?;
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "customer.merged",
        subject: new.from,
        data: json!({ "merged_into": [null, into], "join": id }),
    })?;
    one(tx, now, who, id)
}

/// Parts two who were joined by hand: what the join moved goes back, except what somebody changed since, which is
/// listed and stays. Within thirty days (`too_late`). Needs [`Permission::EditCustomers`].
pub fn part_customers(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Parted, Problem> {
    who.need(Permission::EditCustomers)?;
    let org = who.org;
    let join = one(tx, now, who, id)?;
    if join.until.is_none() {
        return Err(Problem::conflict("too_late", "It cannot be undone any more."));
    }
    let (from, into) = (join.from, join.into);
    // Joined on since: that has to be undone first.
    if crate::customer::survivor(tx, org, into)? != into {
        return Err(Problem::conflict(
            "joined_already",
            "Who they were joined into was joined on since: undo that first.",
        ));
    }
    let text: Option<String> = tx.value(
        "SELECT moved FROM customer_join WHERE org_id = $1 AND id = $2",
        args![org, id],
    )?;
    let written: Written =
        serde_json::from_str(text.as_deref().unwrap_or_default()).map_err(|_| Problem::internal())?;
    let mut touched = written.moved.give_back(tx, now, org, from, into)?;
    let is = Kept::get(tx, org, into)?;
    let mut kept = written.into.clone();
    macro_rules! settle {
        ($($field:ident as $name:literal),* $(,)?) => {
            $(if is.$field != written.left.$field {
                kept.$field = is.$field.clone();
                touched.push($name.to_owned());
            })*
        };
    }
    settle!(
        name as "name", level as "level", vip as "vip", vip_note as "vip_note", note as "note",
        real_name as "real_name", phone as "phone", address as "address",
    );
    kept.put(tx, org, into)?;
    tx.exec(
        "UPDATE customer SET merged_into = NULL, spent_fen = $3, orders = $4 WHERE org_id = $1 AND id = $2",
        args![org, from, written.spent_fen, written.orders],
    )?;
    tx.exec(
        "UPDATE customer SET spent_fen = spent_fen - $3, orders = orders - $4 WHERE org_id = $1 AND id = $2",
        args![org, into, written.spent_fen, written.orders],
    )?;
    written.from.put(tx, org, from)?;
    tx.exec(
        "UPDATE customer_join SET undone_at = $3, undone_by = $4 WHERE org_id = $1 AND id = $2",
        args![org, id, now, who.person().unwrap_or(Id::NONE)],
    )?;
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "customer.parted",
        subject: from,
        data: json!({ "merged_into": [into, null], "join": id, "touched": touched }),
    })?;
    Ok(Parted { from, into, touched })
}

/// Who was joined with a customer, the last first. Needs [`Permission::SeeCustomers`].
pub fn joins(tx: &mut Tx<'_>, now: Ms, who: &Actor, customer: Id) -> Result<Vec<Join>, Problem> {
    who.need(Permission::SeeCustomers)?;
    let customer = crate::customer::survivor(tx, who.org, customer)?;
    let ids: Vec<Id> = tx.rows(
        "SELECT id FROM customer_join WHERE org_id = $1 AND (into_id = $2 OR from_id = $2) ORDER BY id DESC LIMIT 50",
        args![who.org, customer],
        |row| row.get(0),
    )?;
    ids.into_iter().map(|id| one(tx, now, who, id)).collect()
}

fn one(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Join, Problem> {
    let sql = "SELECT j.id, j.from_id, c.name, j.into_id, j.joined_at, j.joined_by, j.undone_at,
                      CAST(CASE WHEN j.moved = '' THEN 1 ELSE 0 END AS BIGINT) FROM customer_join j
               JOIN customer c ON c.org_id = j.org_id AND c.id = j.from_id WHERE j.org_id = $1 AND j.id = $2";
    let found = tx.row(sql, args![who.org, id], |row| {
        let joined_at: Ms = row.get(4)?;
        let (undone_at, emptied): (Option<Ms>, bool) = (row.get(6)?, row.get(7)?);
        let until = joined_at.plus(UNDO_MS);
        let join = Join {
            id: row.get(0)?,
            from: row.get(1)?,
            from_name: row.get(2)?,
            into: row.get(3)?,
            joined_at,
            by: None,
            until: (undone_at.is_none() && now <= until && !emptied).then_some(until),
            undone_at,
        };
        Ok((join, row.get::<Id>(5)?))
    })?;
    let (join, by) = found.ok_or_else(Problem::not_found)?;
    let by = team::names(tx, who.org, &[by])?.remove(&by);
    Ok(Join { by, ..join })
}
