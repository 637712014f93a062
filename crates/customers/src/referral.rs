use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args};

use crate::customer::survivor;

/// Who brought a customer.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Referral {
    /// Who brought them.
    pub by: Id,
    /// By name.
    pub name: String,
    /// When it was written down.
    pub at: Ms,
}

/// Who brought a customer, to be written down.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReferral {
    /// Another customer; null: nobody, as far as is known.
    pub by: Option<Id>,
}

/// Writes down who brought a customer, or that nobody did (rows 111 and 164). Needs [`Permission::EditCustomers`];
/// `referral_circle` when they brought each other.
pub fn set_referral(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    customer: Id,
    new: &NewReferral,
) -> Result<(), Problem> {
    who.need(Permission::EditCustomers)?;
    let customer = survivor(tx, who.org, customer)?;
    let was = referral(tx, who.org, customer)?.map(|was| was.by);
    let by = new.by.map(|by| survivor(tx, who.org, by)).transpose()?;
    if was == by {
        return Ok(());
    }
    match by {
        Some(by) => {
            let back = referral(tx, who.org, by)?.map(|one| one.by);
            if by == customer || back == Some(customer) {
                return Err(Problem::input(
                    "by",
                    "referral_circle",
                    "Nobody brings themselves, and two do not bring each other.",
                ));
            }
            tx.exec(
                "INSERT INTO customer_referral (org_id, customer_id, brought_by, written_by, written_at)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (org_id, customer_id) DO UPDATE
                 SET brought_by = excluded.brought_by, written_by = excluded.written_by,
                     written_at = excluded.written_at",
                args![who.org, customer, by, who.person().unwrap_or(Id::NONE), now],
            )?;
        }
        None => {
            tx.exec(
                "DELETE FROM customer_referral WHERE org_id = $1 AND customer_id = $2",
                args![who.org, customer],
            )?;
        }
    }
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "customer.referral_changed",
        subject: customer,
        data: json!({ "by": [was, by] }),
    })
}

/// Who brought a customer, if it is known.
pub(crate) fn referral(tx: &mut Tx<'_>, org: Id, customer: Id) -> Result<Option<Referral>, Problem> {
    tx.row(
        "SELECT r.brought_by, c.name, r.written_at FROM customer_referral r
         JOIN customer c ON c.org_id = r.org_id AND c.id = r.brought_by
         WHERE r.org_id = $1 AND r.customer_id = $2",
        args![org, customer],
        |row| {
            Ok(Referral {
                by: row.get(0)?,
                name: row.get(1)?,
                at: row.get(2)?,
            })
        },
    )
}

/// How many customers somebody brought, and how many of them paid.
pub(crate) fn brought(tx: &mut Tx<'_>, org: Id, customer: Id) -> Result<(i64, i64), Problem> {
    let counts = tx.row(
        "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN c.orders > 0 THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM customer_referral r JOIN customer c ON c.org_id = r.org_id AND c.id = r.customer_id
         WHERE r.org_id = $1 AND r.brought_by = $2",
        args![org, customer],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(counts.unwrap_or_default())
}
