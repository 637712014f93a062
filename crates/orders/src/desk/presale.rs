use base::{Actor, Fen, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, pad, record};

use crate::state::State;

record! {
    /// Deposit and balance of an order that was sold ahead: 定金与尾款 (row 300).
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
    pub struct Presale {
        /// The order.
        pub order: Id = "order_id",
        /// What was paid down.
        pub deposit_fen: Fen = "deposit_fen",
        /// What is still to be paid.
        pub balance_fen: Fen = "balance_fen",
        /// From when on the balance may be paid.
        pub balance_from: Option<Ms> = "balance_from",
        /// Until when it must be.
        pub balance_until: Option<Ms> = "balance_until",
        /// When it was paid.
        pub balance_paid_at: Option<Ms> = "balance_paid_at",
        /// When the deposit was paid, where a file told.
        pub deposit_paid_at: Option<Ms> = "deposit_paid_at",
        /// How new what is known is: older exports overwrite nothing of it.
        pub said_at: Ms = "said_at",
    }
}

impl Presale {
    /// One of which nothing but the amounts is known.
    pub(crate) fn new(order: Id, deposit_fen: Fen, balance_fen: Fen) -> Presale {
        Presale {
            order,
            deposit_fen,
            balance_fen,
            balance_from: None,
            balance_until: None,
            balance_paid_at: None,
            deposit_paid_at: None,
            said_at: Ms(0),
        }
    }

    /// Whether its balance is due before it may be paid.
    pub(crate) fn ends_before_it_begins(&self) -> bool {
        matches!((self.balance_from, self.balance_until), (Some(from), Some(until)) if until <= from)
    }
}

/// Deposit and balance as they shall be.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPresale {
    /// What was paid down.
    pub deposit_fen: Fen,
    /// What is still to be paid.
    pub balance_fen: Fen,
    /// From when on the balance may be paid.
    pub balance_from: Option<Ms>,
    /// Until when it must be.
    pub balance_until: Option<Ms>,
    /// When it was paid.
    pub balance_paid_at: Option<Ms>,
}

/// Words of platforms that say that the balance is not paid yet.
const WORDS: [&str; 5] = [
    "等待尾款",
    "待付尾款",
    "尾款未付",
    "定金已付",
    "FRONT_PAID_FINAL_NOPAID",
];

const MOST_FEN: i64 = 10_000_000_000;

/// Of these orders; no right is asked.
pub(crate) fn of_orders(tx: &mut Tx<'_>, org: Id, orders: &[Id]) -> Result<Vec<Presale>, Problem> {
    let sql = format!(
        "SELECT {} FROM presale WHERE org_id = $1 AND order_id IN {}",
        Presale::COLUMNS,
        Tx::in_list(2, orders.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(orders));
    tx.rows(&sql, &arguments, Presale::read)
}

/// Whether an order waits for its balance, by what was written down of it or by the platform's words.
pub(crate) fn waits(order: &State, presales: &[Presale]) -> bool {
    let is = &order.merged;
    match presales.iter().find(|presale| presale.order == order.id) {
        Some(presale) => {
            let all = presale.deposit_fen.0 + presale.balance_fen.0;
            presale.balance_paid_at.is_none() && is.paid_fen.is_none_or(|paid| paid.0 < all)
        }
        None => is
            .words
            .as_ref()
            .is_some_and(|said| WORDS.iter().any(|word| said.contains(word))),
    }
}

/// Ten years: further ahead no balance is due.
pub(crate) const FAR_MS: i64 = 3_650 * 86_400_000;

/// Refuses moments that cannot be: a balance that was paid was paid before now.
fn times(now: Ms, new: &NewPresale) -> Result<(), Problem> {
    for (field, at) in [
        ("balance_from", new.balance_from),
        ("balance_until", new.balance_until),
        ("balance_paid_at", new.balance_paid_at),
    ] {
        if at.is_some_and(|at| at <= Ms(0) || at > now.plus(FAR_MS)) {
            let detail = "Give milliseconds UTC, at most ten years ahead.";
            return Err(Problem::input(field, "out_of_range", detail).with("min", 1));
        }
    }
    if new.balance_paid_at.is_some_and(|at| at > now) {
        let detail = "It cannot have been paid later than now.";
        return Err(Problem::input("balance_paid_at", "in_the_future", detail));
    }
    Ok(())
}

/// Writes down that an order was sold ahead, or that its balance was paid. Needs [`Permission::EditOrders`].
pub fn set_presale(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    order: Id,
    new: &NewPresale,
) -> Result<Presale, Problem> {
    let state = State::reached(tx, who, order)?;
    who.need(Permission::EditOrders)?;
    for (field, fen) in [("deposit_fen", new.deposit_fen), ("balance_fen", new.balance_fen)] {
        if !(0..=MOST_FEN).contains(&fen.0) {
            return Err(
                Problem::input(field, "out_of_range", format!("Between 0 and {MOST_FEN} fen."))
                    .with("min", 0)
                    .with("max", MOST_FEN),
            );
        }
    }
    times(now, new)?;
    if let (Some(from), Some(until)) = (new.balance_from, new.balance_until)
        && until <= from
    {
        return Err(Problem::input(
            "balance_until",
            "ends_before_it_begins",
            "It ends before it begins.",
        ));
    }
    let was = of_orders(tx, who.org, &[order])?.pop();
    let is = Presale {
        balance_from: new.balance_from,
        balance_until: new.balance_until,
        balance_paid_at: new.balance_paid_at,
        deposit_paid_at: was.as_ref().and_then(|was| was.deposit_paid_at),
        // What somebody writes is newer than every file that is there by now.
        said_at: now,
        ..Presale::new(order, new.deposit_fen, new.balance_fen)
    };
    if let Some(was) = was.as_ref().filter(|was| {
        Presale {
            said_at: now,
            ..(*was).clone()
        } == is
    }) {
        return Ok(was.clone());
    }
    put(tx, who.org, &[&is])?;
    tx.emit(Event {
        at: now,
        who,
        shop: state.shop,
        kind: "order.presale",
        subject: order,
        data: json!({ "presale": [was, is] }),
    })?;
    super::look::touched(tx, now, who, order)?;
    Ok(is)
}

/// Writes them in the place of what was known of their orders.
pub(crate) fn put(tx: &mut Tx<'_>, org: Id, all: &[&Presale]) -> Result<(), Problem> {
    let mut arguments = Vec::with_capacity(all.len() * 9);
    for one in all {
        arguments.extend_from_slice(args![
            org,
            one.order,
            one.deposit_fen,
            one.balance_fen,
            one.balance_from,
            one.balance_until,
            one.balance_paid_at,
            one.deposit_paid_at,
            one.said_at
        ]);
    }
    tx.insert_many(
        "INSERT INTO presale (org_id, order_id, deposit_fen, balance_fen, balance_from, balance_until, balance_paid_at, \
         deposit_paid_at, said_at)",
        9,
        "ON CONFLICT (org_id, order_id) DO UPDATE \
         SET deposit_fen = excluded.deposit_fen, balance_fen = excluded.balance_fen, \
             balance_from = excluded.balance_from, balance_until = excluded.balance_until, \
             balance_paid_at = excluded.balance_paid_at, deposit_paid_at = excluded.deposit_paid_at, \
             said_at = excluded.said_at",
        &arguments,
    )?;
    Ok(())
}

/// Makes it what it was before an import that is taken back.
pub(crate) fn restore(tx: &mut Tx<'_>, org: Id, order: Id, was: Option<&Presale>) -> Result<(), Problem> {
    if let Some(was) = was {
        return put(tx, org, &[was]);
    }
    tx.exec(
        "DELETE FROM presale WHERE org_id = $1 AND order_id = $2",
        args![org, order],
    )?;
    Ok(())
}
