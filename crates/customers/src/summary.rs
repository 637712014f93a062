use std::collections::BTreeMap;

use base::{Id, Ms, Problem};
use store::{Tx, args, pad, record};

record! {
    /// What a list of conversations shows of a customer.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Head {
        pub id: Id = "id",
        pub name: String = "name",
        pub level: i64 = "level",
        pub vip: bool = "vip",
        pub known: bool = "known",
    }
}

/// What a list of conversations shows of a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Their id, as asked for.
    pub id: Id,
    /// What they are called.
    pub name: String,
    /// Member level.
    pub level: i64,
    /// Whether they are a VIP.
    pub vip: bool,
    /// Whether an identity of theirs was proven.
    pub known: bool,
    /// The shops they are blocked in at the moment asked for; [`Id::NONE`] is all of them.
    pub blocked_in: Vec<Id>,
}

impl Summary {
    /// Whether `shop` does not take them.
    pub fn is_blocked(&self, shop: Id) -> bool {
        self.blocked_in
            .iter()
            .any(|blocked| *blocked == shop || *blocked == Id::NONE)
    }
}

/// One customer's summary; no right is asked: callers show it with what the reader may see.
pub fn summary(tx: &mut Tx<'_>, now: Ms, org: Id, id: Id) -> Result<Option<Summary>, Problem> {
    Ok(summaries(tx, now, org, &[id])?.remove(&id))
}

/// Summaries by id, in two queries however many they are. Unknown ids are left out.
pub fn summaries(tx: &mut Tx<'_>, now: Ms, org: Id, ids: &[Id]) -> Result<BTreeMap<Id, Summary>, Problem> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "SELECT {} FROM customer WHERE org_id = $1 AND id IN {}",
        Head::COLUMNS,
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(ids));
    let mut found: BTreeMap<Id, Summary> = tx
        .rows(&sql, &arguments, Head::read)?
        .into_iter()
        .map(
            |Head {
                 id,
                 name,
                 level,
                 vip,
                 known,
             }| {
                (
                    id,
                    Summary {
                        id,
                        name,
                        level,
                        vip,
                        known,
                        blocked_in: Vec::new(),
                    },
                )
            },
        )
        .collect();
    let sql = format!(
        "SELECT customer_id, shop_id FROM customer_block
         WHERE org_id = $1 AND ended_at IS NULL AND (until IS NULL OR until > $2) AND customer_id IN {}",
        Tx::in_list(3, ids.len())
    );
    let mut arguments = args![org, now].to_vec();
    arguments.extend(pad(ids));
    for (customer, shop) in tx.rows(&sql, &arguments, |row| Ok((row.get::<Id>(0)?, row.get::<Id>(1)?)))? {
        if let Some(summary) = found.get_mut(&customer) {
            summary.blocked_in.push(shop);
        }
    }
    Ok(found)
}
