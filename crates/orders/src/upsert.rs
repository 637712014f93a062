use base::{Actor, Id, Ms, Permission, Problem, clean_line};
use serde_json::{Map, Value, json};
use store::{Event, Tx};

use crate::archive;
use crate::hold;
use crate::line;
use crate::merge::Merged;
use crate::new_order::{NewOrder, Version};
use crate::order::{Order, view_one};
use crate::privacy::erased_among;
use crate::state::State;

/// Takes in one version of an order, named by shop, platform and number; the first one makes the order. The
/// same versions end in the same order whatever way they arrive and however often (see [`NewOrder`] for what
/// is newer). Once paid, the purchase counts for the customer and the stock is locked; once shipped, it is
/// taken; an order paid back or closed gives both back.
///
/// Needs [`Permission::EditOrders`] and the shop.
pub fn upsert(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewOrder) -> Result<Order, Problem> {
    who.need(Permission::EditOrders)?;
    who.need_shop(new.shop)?;
    let shop = team::shop(tx, who.org, new.shop)?.ok_or_else(Problem::not_found)?;
    let number = clean_line("number", &new.number, 64)?;
    let platform = match &new.platform {
        Some(platform) if team::PLATFORMS.contains(&platform.as_str()) => platform.clone(),
        Some(_) => {
            let detail = format!("One of: {}.", team::PLATFORMS.join(", "));
            return Err(Problem::input("platform", "unknown_platform", detail));
        }
        None => shop.platform,
    };
    let mut version = new.clone().check(now)?;
    for sku in version.lines.iter().filter_map(|line| line.sku) {
        catalogue::sku(tx, who.org, sku)?.ok_or_else(Problem::not_found)?;
    }
    if was_erased(tx, who.org, new, &version)? {
        version = version.without_person();
    } else {
        version.customer = customer(tx, now, who, new)?;
    }

    let was = State::by_number(tx, who.org, new.shop, &platform, &number)?;
    let known: Vec<Id> = was.iter().map(|was| was.id).collect();
    if !erased_among(tx, who.org, &known)?.is_empty() {
        let customer = version.customer;
        version = version.without_person();
        version.customer = customer;
    }
    let mut is = was
        .clone()
        .unwrap_or_else(|| State::new(tx.id(), now, new.shop, platform, number));
    is.merged.hear(&version);
    back_within(&version, &is.merged)?;
    line::find_skus(tx, who.org, is.merged.lines.iter_mut().flatten())?;
    for (customer, amount, orders) in is.settle() {
        customers::record_purchase(tx, now, who, customer, amount, orders)?;
    }
    if was.as_ref() != Some(&is) {
        is.rev += 1;
        is.write(tx, who.org, was.as_ref())?;
        tell(tx, now, who, was.as_ref(), &is)?;
    }
    hold::settle(tx, now, who, is.id, &is.merged)?;
    let stored = State::get(tx, who.org, is.id)?.ok_or_else(Problem::internal)?;
    view_one(tx, who.org, stored)
}

/// Refuses with `refund_above_paid` more paid back than the order cost, by what the version itself says or by what is
/// known.
fn back_within(version: &Version, is: &Merged) -> Result<(), Problem> {
    let Some(back) = version.refund_fen else {
        return Ok(());
    };
    let mut alone = Merged::default();
    alone.hear(version);
    match alone.most_back().max(is.most_back()) {
        Some(most) if back > most => {
            let detail = format!("At most {} fen can be paid back of it.", most.0);
            Err(Problem::input("refund_fen", "refund_above_paid", detail).with("most", most.0))
        }
        _ => Ok(()),
    }
}

/// Whether the buyer a version names was erased after what it tells of.
fn was_erased(tx: &mut Tx<'_>, org: Id, new: &NewOrder, version: &Version) -> Result<bool, Problem> {
    let erased = match (new.customer, &new.buyer) {
        (Some(id), _) => customers::customer_erased_at(tx, org, id)?,
        (None, Some(buyer)) => customers::erased_at(tx, org, new.shop, buyer.kind, &buyer.value)?,
        (None, None) => None,
    };
    match erased {
        // Who was erased does not order under the number they had.
        Some(at) if new.customer.is_some() && !version.is_before(at) => Err(Problem::not_found()),
        erased => Ok(erased.is_some_and(|at| version.is_before(at))),
    }
}

/// The customer a version names, by id or by what the buyer is recognised by.
fn customer(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewOrder) -> Result<Option<Id>, Problem> {
    match (new.customer, &new.buyer) {
        (Some(id), _) => customers::survivor(tx, who.org, id).map(Some),
        (None, Some(buyer)) => customers::of_buyer(
            tx,
            now,
            who,
            new.shop,
            buyer.kind,
            &buyer.value,
            buyer.name.as_deref(),
        ),
        (None, None) => Ok(None),
    }
}

/// Tells the archive of the customer, and writes what changed to the log; the row is written before. Of what is personal, only whether it is known is told.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    was: Option<&State>,
    is: &State,
) -> Result<(), Problem> {
    let whose = [was.and_then(|was| was.merged.customer), is.merged.customer];
    archive::tell(tx, now, who, &whose.into_iter().flatten().collect::<Vec<_>>())?;
    let before = was.map(|was| fields(&was.merged));
    let mut changes = Map::new();
    for (i, (name, to)) in fields(&is.merged).into_iter().enumerate() {
        let from = before.as_ref().map_or(Value::Null, |fields| fields[i].1.clone());
        if from != to {
            changes.insert(name.to_owned(), json!([from, to]));
        }
    }
    let merged = was.map(|was| &was.merged);
    let (went, goes) = (merged.map(Merged::goes_to), is.merged.goes_to());
    for (name, changed, known) in [
        (
            "remark",
            merged.map(|was| &was.remark) != Some(&is.merged.remark),
            is.merged.remark.is_some(),
        ),
        (
            "buyer_note",
            merged.map(|was| &was.buyer_note) != Some(&is.merged.buyer_note),
            is.merged.buyer_note.is_some(),
        ),
        (
            "receiver",
            went.as_ref().map(|went| &went.receiver) != Some(&goes.receiver),
            goes.receiver.is_some(),
        ),
        (
            "phone",
            went.as_ref().map(|went| &went.phone) != Some(&goes.phone),
            goes.phone.is_some(),
        ),
        (
            "address",
            went.as_ref().map(|went| &went.address) != Some(&goes.address),
            goes.address.is_some(),
        ),
    ] {
        if changed && known {
            changes.insert(name.to_owned(), json!(["***", "***"]));
        }
    }
    let kind = if was.is_some() {
        "order.changed"
    } else {
        "order.created"
    };
    // A version that told nothing new but its own date.
    if was.is_some() && changes.is_empty() {
        return Ok(());
    }
    tx.emit(Event {
        at: now,
        who,
        shop: is.shop,
        kind,
        subject: is.id,
        data: changes.into(),
    })
}

fn fields(is: &Merged) -> [(&'static str, Value); 23] {
    let lines = is.lines.as_ref().map(|lines| {
        lines
            .iter()
            .map(|line| json!([line.sku, line.code, line.quantity, line.price_fen]))
            .collect::<Vec<_>>()
    });
    [
        ("customer", json!(is.customer)),
        ("order_status", json!(is.order_status())),
        ("pay_status", json!(is.pay_status())),
        ("ship_status", json!(is.ship_status())),
        ("after_status", json!(is.after_status())),
        ("total_fen", json!(is.total())),
        ("paid_fen", json!(is.paid())),
        ("placed_at", json!(is.placed_at)),
        ("paid_at", json!(is.paid_at)),
        ("shipped_at", json!(is.shipped_at)),
        ("signed_at", json!(is.signed_at)),
        ("done_at", json!(is.done_at)),
        ("payment", json!(is.payment)),
        ("delivery", json!(is.delivery)),
        ("lines", json!(lines)),
        ("refund_fen", json!(is.refund_fen)),
        ("post_fen", json!(is.post_fen)),
        ("courier", json!(is.courier)),
        ("waybill", json!(is.waybill)),
        ("close_reason", json!(is.close_reason)),
        ("words", json!(is.words)),
        ("promise_at", json!(is.promise_at)),
        ("due_at", json!(is.due_at)),
    ]
}
