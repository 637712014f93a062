use base::{Actor, Fen, Id, Ms, Permission, Problem, clean_line, clean_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args};
use team::{Talks, check_talk};

use super::ask::{self, Ask, AskKind, AskRow, AskState};
use super::parcel::Parcel;
use super::{back, courier, look, wake};
use crate::secret::{OrderSecret, Secret};
use crate::state::State;
use crate::status::{OrderStatus, PayStatus, ShipStatus};

/// A promise to be written down; what a kind does not need is left out.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAsk {
    /// What it is.
    pub kind: AskKind,
    /// In words, at most 300 characters; `remark` and `special` need them.
    #[serde(default)]
    pub text: String,
    /// `flag`: 0 grey, 1 red, 2 yellow, 3 green, 4 blue, 5 purple, 6 orange, 7 light blue, 8 light pink, 9 dark
    /// green, 10 peach.
    pub flag: Option<i64>,
    /// `courier`: its code.
    pub courier: Option<String>,
    /// `courier`: 务必, no other will do.
    #[serde(default)]
    pub hard: bool,
    /// `gift`: the SKU; without it, words say what.
    pub sku: Option<Id>,
    /// `gift`: pieces, 1 to 99.
    pub quantity: Option<i64>,
    /// `price`: what the buyer wants to pay in all.
    pub fen: Option<Fen>,
    /// `wait`: not to leave before.
    pub until: Option<Ms>,
    /// `address`: who receives it, at most 60 characters.
    pub receiver: Option<String>,
    /// `address`: their phone, at most 40 characters.
    pub phone: Option<String>,
    /// `address`: where it goes, at most 300 characters.
    pub address: Option<String>,
    /// The talk it was said in.
    pub conversation: Option<Id>,
}

/// What is decided of a price.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideAsk {
    /// Granted.
    pub accept: bool,
    /// Why, at most 200 characters.
    #[serde(default)]
    pub note: String,
}

/// Those who speak with buyers, and those who work on orders.
fn may_promise(who: &Actor) -> Result<(), Problem> {
    who.need(Permission::SeeOrders)?;
    if [Permission::Talk, Permission::EditOrders, Permission::AuditOrders]
        .into_iter()
        .any(|right| who.may(right))
    {
        return Ok(());
    }
    Err(Problem::forbidden())
}

/// An order of which something can still be promised.
fn still_here(state: &State, kind: AskKind) -> Result<(), Problem> {
    let is = &state.merged;
    if is.ship_status() != ShipStatus::None {
        return Err(Problem::conflict(
            "already_shipped",
            "The order has left already.",
        ));
    }
    if is.order_status() != OrderStatus::Open || is.pay_status() == PayStatus::Refunded {
        return Err(Problem::conflict(
            "order_not_open",
            "The order is closed or paid back.",
        ));
    }
    if kind == AskKind::Price && is.pay_status() == PayStatus::Paid {
        return Err(Problem::conflict(
            "already_paid",
            "The order is paid; its price stands.",
        ));
    }
    Ok(())
}

/// Refuses a talk the promise cannot have been said in: one `who` may not see, of another shop, or of another buyer than
/// the order's (`talk_unknown`). Of an order whose buyer nobody knows, any talk of the shop will do.
pub(crate) fn check_said_in(
    tx: &mut Tx<'_>,
    talks: Option<Talks>,
    who: &Actor,
    order: Id,
    new: &NewAsk,
) -> Result<(), Problem> {
    let state = State::reached(tx, who, order)?;
    may_promise(who)?;
    check_talk(talks, tx, who, new.conversation, |tx, talk| {
        let Some(customer) = state.merged.customer.filter(|_| talk.shop == state.shop) else {
            return Ok(talk.shop == state.shop);
        };
        // Who signed in meanwhile is known by another id than in a talk from before.
        let buyer = customers::survivor(tx, who.org, talk.customer)?;
        Ok(buyer == customers::survivor(tx, who.org, customer)?)
    })
}

/// Writes a promise down. What was audited goes back to audit with it; a waybill that is no longer true is void.
/// Needs [`Permission::SeeOrders`] and one of [`Permission::Talk`], [`Permission::EditOrders`] and
/// [`Permission::AuditOrders`]. Refused with `already_shipped`, `order_not_open` or `already_paid`.
pub fn add_ask(tx: &mut Tx<'_>, now: Ms, who: &Actor, order: Id, new: &NewAsk) -> Result<Ask, Problem> {
    let state = State::reached(tx, who, order)?;
    may_promise(who)?;
    still_here(&state, new.kind)?;
    let (row, secret) = check(tx, now, who, &state, new)?;
    insert(tx, who.org, &row)?;
    if let Some(secret) = secret {
        tx.exec(
            "INSERT INTO ask_address (org_id, ask_id, receiver, phone, address) VALUES ($1, $2, $3, $4, $5)",
            args![who.org, row.id, &secret.receiver, &secret.phone, &secret.address],
        )?;
    }
    tx.emit(Event {
        at: now,
        who,
        shop: state.shop,
        kind: "order.asked",
        subject: order,
        data: json!({ "ask": row.id, "kind": row.kind, "flag": row.flag, "courier": row.courier, "hard": row.hard,
            "sku": row.sku, "quantity": row.quantity, "fen": row.fen, "until": row.until,
            "conversation": row.conversation }),
    })?;
    let sent_back = follow(tx, now, who, &row)?;
    let mut view = ask::views(tx, who.org, vec![row])?
        .pop()
        .ok_or_else(Problem::internal)?;
    view.sent_back = sent_back;
    Ok(view)
}

/// Takes a promise back: one's own, or anybody's with [`Permission::EditOrders`].
pub fn withdraw_ask(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Ask, Problem> {
    let mut row = ask::reached(tx, who, id)?;
    may_promise(who)?;
    if who.person() != Some(row.person) {
        who.need(Permission::EditOrders)?;
    }
    let state = State::reached(tx, who, row.order)?;
    if state.merged.ship_status() != ShipStatus::None {
        return Err(Problem::conflict(
            "already_shipped",
            "The order has left already.",
        ));
    }
    let mut sent_back = Vec::new();
    if row.state != AskState::Withdrawn {
        let was = std::mem::replace(&mut row.state, AskState::Withdrawn);
        tx.exec(
            "UPDATE order_ask SET state = $3 WHERE org_id = $1 AND id = $2",
            args![who.org, id, row.state],
        )?;
        told(
            tx,
            now,
            who,
            &row,
            "order.ask_withdrawn",
            json!({ "ask": id, "state": [was, row.state], "conversation": row.conversation }),
        )?;
        sent_back = follow(tx, now, who, &row)?;
    }
    let mut view = ask::views(tx, who.org, vec![row])?
        .pop()
        .ok_or_else(Problem::internal)?;
    view.sent_back = sent_back;
    Ok(view)
}

/// Grants or refuses a price. Needs [`Permission::EditOrders`]. A second time: `already_decided`; a price of an order
/// that was paid meanwhile, or is not open, is granted no more.
pub fn decide_ask(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, said: &DecideAsk) -> Result<Ask, Problem> {
    let mut row = ask::reached(tx, who, id)?;
    who.need(Permission::EditOrders)?;
    if row.kind != AskKind::Price {
        return Err(Problem::conflict("not_to_decide", "Only a price is decided."));
    }
    if row.state != AskState::Open {
        let detail = "It was decided or taken back already.";
        return Err(Problem::conflict("already_decided", detail).with("state", row.state.key()));
    }
    if said.accept {
        still_here(&State::reached(tx, who, row.order)?, row.kind)?;
    }
    row.state = if said.accept {
        AskState::Done
    } else {
        AskState::Refused
    };
    row.decided_by = who.person().or(Some(Id::NONE));
    row.decided_at = Some(now);
    row.decided_note = match said.note.trim() {
        "" => String::new(),
        note => clean_text("note", note, 200)?,
    };
    tx.exec(
        "UPDATE order_ask SET state = $3, decided_by = $4, decided_at = $5, decided_note = $6
         WHERE org_id = $1 AND id = $2",
        args![
            who.org,
            id,
            row.state,
            row.decided_by,
            row.decided_at,
            &row.decided_note
        ],
    )?;
    told(
        tx,
        now,
        who,
        &row,
        "order.ask_decided",
        json!({ "ask": id, "accept": said.accept, "fen": row.fen, "conversation": row.conversation }),
    )?;
    wake::lists(tx, row.shop, &[]);
    ask::views(tx, who.org, vec![row])?
        .pop()
        .ok_or_else(Problem::internal)
}

/// Open prices of a talk that ends belong to the one in which its buyer goes on; answers how many. No right is asked.
pub fn move_prices(tx: &mut Tx<'_>, org: Id, from: Id, to: Id) -> Result<u64, Problem> {
    tx.exec(
        "UPDATE order_ask SET conversation_id = $3
         WHERE org_id = $1 AND conversation_id = $2 AND state = 'open' AND kind = 'price'",
        args![org, from, to],
    )
}

/// One part of where a promise has it sent, in full, which is logged. Needs [`Permission::SeeOrders`] and
/// [`Permission::Reveal`].
pub fn reveal_ask(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    field: OrderSecret,
) -> Result<Option<String>, Problem> {
    let row = ask::reached(tx, who, id)?;
    who.need(Permission::SeeOrders)?;
    who.need(Permission::Reveal)?;
    let said = ask::addresses(tx, who.org, &[id])?
        .remove(&id)
        .unwrap_or_default();
    let value = match field {
        OrderSecret::Receiver => said.receiver,
        OrderSecret::Phone => said.phone,
        OrderSecret::Address => said.address,
    };
    told(
        tx,
        now,
        who,
        &row,
        "order.revealed",
        json!({ "ask": id, "field": field }),
    )?;
    Ok(value)
}

/// The parcels of the order hear of it: what was audited goes back.
fn follow(tx: &mut Tx<'_>, now: Ms, who: &Actor, row: &AskRow) -> Result<Vec<Id>, Problem> {
    if row.kind == AskKind::Price {
        // No parcel hears of it, but whoever decides has it on a list.
        wake::lists(tx, row.shop, &[]);
        return Ok(Vec::new());
    }
    let mut back = Vec::new();
    for mut parcel in Parcel::of_order(tx, who.org, row.order)? {
        if !parcel.row.state.here() {
            continue;
        }
        if row.kind == AskKind::Courier {
            // What the buyer is promised now goes before what was chosen then.
            parcel.row.courier_set = false;
        }
        if parcel.row.state.audited() {
            let void = matches!(row.kind, AskKind::Address | AskKind::Courier);
            back::send_back(tx, now, who, &mut parcel, "changed", void)?;
            back.push(parcel.row.id);
        }
        parcel.row.save(tx, who.org)?;
    }
    look::touched(tx, now, &Actor::program(who.org), row.order)?;
    Ok(back)
}

fn told(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    row: &AskRow,
    kind: &'static str,
    data: serde_json::Value,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop: row.shop,
        kind,
        subject: row.order,
        data,
    })
}

/// The promise as it is kept, with its address.
fn check(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    state: &State,
    new: &NewAsk,
) -> Result<(AskRow, Option<Secret>), Problem> {
    let kind = new.kind;
    let missing = |field: &'static str| Problem::input(field, "missing", "This kind needs it.");
    let only = |of: AskKind| kind == of;
    let text = match new.text.trim() {
        "" if matches!(kind, AskKind::Remark | AskKind::Special)
            || (only(AskKind::Gift) && new.sku.is_none()) =>
        {
            return Err(Problem::input("text", "text_empty", "Write what was promised."));
        }
        "" => String::new(),
        text => clean_text("text", text, 300)?,
    };
    let flag = new.flag.filter(|_| only(AskKind::Flag));
    if only(AskKind::Flag)
        && !flag
            .ok_or_else(|| missing("flag"))
            .is_ok_and(|flag| (0..=10).contains(&flag))
    {
        let problem = Problem::input("flag", "out_of_range", "Between 0 and 10.");
        return Err(flag.map_or_else(|| missing("flag"), |_| problem.with("min", 0).with("max", 10)));
    }
    let courier = match &new.courier {
        Some(code) if only(AskKind::Courier) => Some(courier::need(tx, who.org, code)?.code),
        None if only(AskKind::Courier) => return Err(missing("courier")),
        _ => None,
    };
    let sku = new.sku.filter(|_| only(AskKind::Gift));
    if let Some(sku) = sku {
        catalogue::sku(tx, who.org, sku)?.ok_or_else(Problem::not_found)?;
    }
    let quantity = only(AskKind::Gift).then(|| new.quantity.unwrap_or(1));
    if quantity.is_some_and(|quantity| !(1..=99).contains(&quantity)) {
        return Err(Problem::input("quantity", "out_of_range", "Between 1 and 99.")
            .with("min", 1)
            .with("max", 99));
    }
    let fen = new.fen.filter(|_| only(AskKind::Price));
    if only(AskKind::Price) && !(1..=10_000_000_000).contains(&fen.ok_or_else(|| missing("fen"))?.0) {
        return Err(Problem::input("fen", "out_of_range", "More than nothing."));
    }
    let until = new.until.filter(|_| only(AskKind::Wait));
    if only(AskKind::Wait) && until.ok_or_else(|| missing("until"))? <= now {
        return Err(Problem::input("until", "in_the_past", "That moment is past."));
    }
    let secret = address(new)?;
    let row = AskRow {
        id: tx.id(),
        order: state.id,
        shop: state.shop,
        kind,
        text,
        flag,
        courier,
        hard: new.hard && only(AskKind::Courier),
        sku,
        quantity,
        fen,
        until,
        state: AskState::Open,
        person: who.person().unwrap_or(Id::NONE),
        at: now,
        conversation: new.conversation,
        decided_by: None,
        decided_at: None,
        decided_note: String::new(),
    };
    Ok((row, secret))
}

fn address(new: &NewAsk) -> Result<Option<Secret>, Problem> {
    if new.kind != AskKind::Address {
        return Ok(None);
    }
    let line = |field, text: &Option<String>, limit| match text.as_deref().map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) if customers::is_masked(text) => Err(Problem::input(
            field,
            "masked",
            "Give it in full: a masked one reaches nobody.",
        )),
        Some(text) => clean_line(field, text, limit).map(Some),
    };
    let secret = Secret {
        receiver: line("receiver", &new.receiver, 60)?,
        phone: line("phone", &new.phone, 40)?,
        address: line("address", &new.address, 300)?,
    };
    if secret == Secret::default() {
        return Err(Problem::input("address", "missing", "Say what is to be changed."));
    }
    Ok(Some(secret))
}

fn insert(tx: &mut Tx<'_>, org: Id, row: &AskRow) -> Result<(), Problem> {
    tx.exec(
        "INSERT INTO order_ask (org_id, id, order_id, shop_id, kind, text, flag, courier, hard, sku_id, quantity, fen,
             until_at, state, person_id, at, conversation_id, decided_note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, '')",
        args![
            org,
            row.id,
            row.order,
            row.shop,
            row.kind,
            &row.text,
            row.flag,
            &row.courier,
            row.hard,
            row.sku,
            row.quantity,
            row.fen,
            row.until,
            row.state,
            row.person,
            row.at,
            row.conversation
        ],
    )?;
    Ok(())
}

/// A secret of a promise in full.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RevealedAsk {
    /// The secret; null when there is none.
    pub value: Option<String>,
}
