use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Fen, Id, Ms, Permission, Problem, mask_contact, mask_name};
use customers::mask_address;
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{Event, Tx, args, pad};

use crate::archive;
use crate::desk::{self, Presale};
use crate::filed::{self, OF_CUSTOMER};
use crate::hold;
use crate::line::OrderLine;
use crate::merge::Merged;
use crate::review::{self, OrderReview};
use crate::state::State;
use crate::status::{AfterStatus, OrderStatus, PayStatus, ShipStatus};

/// An order as the console shows it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Order {
    /// Its id.
    pub id: Id,
    /// The shop.
    pub shop: Id,
    /// Where it was placed.
    pub platform: String,
    /// The platform's number.
    pub number: String,
    /// Who bought it, if that is known.
    pub customer: Option<Id>,
    /// The four statuses in one word: `unpaid`, `paid`, `shipped`, `received`, `done`, `refunded` or `closed`.
    pub status: &'static str,
    /// Where the trade stands.
    pub order_status: OrderStatus,
    /// Where the money stands.
    pub pay_status: PayStatus,
    /// Where the goods stand.
    pub ship_status: ShipStatus,
    /// Where after-sale stands.
    pub after_status: AfterStatus,
    /// What the buyer has to pay.
    pub total_fen: Fen,
    /// What the buyer paid.
    pub paid_fen: Fen,
    /// When it was placed.
    pub placed_at: Option<Ms>,
    /// When it was paid.
    pub paid_at: Option<Ms>,
    /// When it was shipped.
    pub shipped_at: Option<Ms>,
    /// When the buyer signed for it.
    pub signed_at: Option<Ms>,
    /// When it was completed.
    pub done_at: Option<Ms>,
    /// The latest moment any version carried.
    pub changed_at: Option<Ms>,
    /// When the buyer found the order right.
    pub confirmed_at: Option<Ms>,
    /// How it is paid, in the shop's words.
    pub payment: Option<String>,
    /// How it is delivered, in the shop's words.
    pub delivery: Option<String>,
    /// What was remarked.
    pub remark: Option<String>,
    /// Who receives it, masked.
    pub receiver_masked: Option<String>,
    /// The receiver's phone, masked.
    pub phone_masked: Option<String>,
    /// Where it goes, masked.
    pub address_masked: Option<String>,
    /// The province it goes to, without its kind.
    pub province: Option<String>,
    /// What was paid back so far.
    pub refund_fen: Fen,
    /// Of the total, what the way costs.
    pub post_fen: Option<Fen>,
    /// What the buyer wrote with the order.
    pub buyer_note: Option<String>,
    /// Who carries it, in the platform's words.
    pub courier: Option<String>,
    /// The numbers of its parcels.
    pub waybill: Option<String>,
    /// Why it ended, in the platform's words.
    pub close_reason: Option<String>,
    /// The platform's own words for where it stands.
    pub words: Option<String>,
    /// Until when the platform wants it shipped.
    pub promise_at: Option<Ms>,
    /// When the platform expects the buyer to have it.
    pub due_at: Option<Ms>,
    /// What else a file told of it, by header; what may be a person's is masked.
    #[schema(value_type = Option<Object>)]
    pub extra: Option<Value>,
    /// Whether there was too little of something it needs.
    pub short: bool,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// What the buyer said of it after it came.
    pub review: Option<OrderReview>,
    /// Deposit and balance, where it was sold ahead and that was written down.
    pub presale: Option<Presale>,
}

/// An order of a shop in reach; any other is `not_found`. Needs [`Permission::SeeOrders`].
pub fn order(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Order, Problem> {
    who.need(Permission::SeeOrders)?;
    let state = State::reached(tx, who, id)?;
    view_one(tx, who.org, state)
}

/// Gives the orders of a customer who was merged away to the one they were merged into. Called by whoever
/// called `customers::prove`.
pub fn move_customer(tx: &mut Tx<'_>, now: Ms, who: &Actor, from: Id, to: Id) -> Result<(), Problem> {
    if customers::survivor(tx, who.org, from)? != to {
        return Err(Problem::not_found());
    }
    // The sums moved with the customer. Orders of an import that are not filed yet follow when they are.
    let sql = format!(
        "UPDATE shop_order
         SET customer_id = $3, rev = rev + 1,
             counted_customer = CASE WHEN counted_customer = $2 THEN $3 ELSE counted_customer END
         WHERE org_id = $1 AND customer_id = $2 AND id IN {OF_CUSTOMER} RETURNING id, shop_id"
    );
    let moved: Vec<(Id, Id)> = tx.rows(&sql, args![who.org, from, to], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    let filed = |customer: Id| moved.iter().map(move |(order, _)| (customer, *order));
    filed::forget(tx, who.org, &filed(from).collect::<Vec<_>>())?;
    filed::keep(tx, who.org, &filed(to).collect::<Vec<_>>())?;
    archive::moved(tx, who.org, from, to, &moved)?;
    archive::tell(tx, now, who, &[from, to])?;
    for (order, shop) in moved {
        let data = json!({ "customer": [from, to] });
        tx.emit(Event {
            at: now,
            who,
            shop,
            kind: "order.changed",
            subject: order,
            data,
        })?;
    }
    Ok(())
}

/// The numbers buyers and platforms know these orders by.
pub(crate) fn numbers(tx: &mut Tx<'_>, org: Id, orders: &[Id]) -> Result<BTreeMap<Id, String>, Problem> {
    let sql = format!(
        "SELECT id, number FROM shop_order WHERE org_id = $1 AND id IN {}",
        Tx::in_list(2, orders.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(orders));
    let rows = tx.rows(&sql, &arguments, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.into_iter().collect())
}

pub(crate) fn view_one(tx: &mut Tx<'_>, org: Id, state: State) -> Result<Order, Problem> {
    views(tx, org, vec![state])?.pop().ok_or_else(Problem::internal)
}

pub(crate) fn views(tx: &mut Tx<'_>, org: Id, states: Vec<State>) -> Result<Vec<Order>, Problem> {
    let ids: Vec<Id> = states.iter().map(|state| state.id).collect();
    let short = hold::short(tx, org, &ids)?;
    let mut reviews = review::of_orders(tx, org, &ids)?;
    let mut presales: BTreeMap<Id, Presale> = desk::presales_of(tx, org, &ids)?
        .into_iter()
        .map(|presale| (presale.order, presale))
        .collect();
    let seen = |state: State| Order {
        review: reviews.remove(&state.id),
        presale: presales.remove(&state.id),
        ..view(state, &short)
    };
    Ok(states.into_iter().map(seen).collect())
}

fn view(state: State, short: &BTreeSet<Id>) -> Order {
    let is = &state.merged;
    let to = is.goes_to();
    Order {
        id: state.id,
        shop: state.shop,
        customer: is.customer,
        status: one_word(is),
        order_status: is.order_status(),
        pay_status: is.pay_status(),
        ship_status: is.ship_status(),
        after_status: is.after_status(),
        total_fen: is.total(),
        paid_fen: is.paid(),
        placed_at: is.placed_at,
        paid_at: is.paid_at,
        shipped_at: is.shipped_at,
        signed_at: is.signed_at,
        done_at: is.done_at,
        changed_at: is.changed_at,
        confirmed_at: state.confirmed_at,
        payment: is.payment.clone(),
        delivery: is.delivery.clone(),
        remark: is.remark.clone(),
        receiver_masked: to.receiver.as_deref().map(mask_name),
        phone_masked: to.phone.as_deref().map(mask_contact),
        address_masked: to.address.as_deref().map(mask_address),
        province: to
            .address
            .as_deref()
            .and_then(crate::desk::region::province)
            .map(str::to_owned),
        refund_fen: is.refund_fen.unwrap_or_default(),
        post_fen: is.post_fen,
        buyer_note: is.buyer_note.clone(),
        courier: is.courier.clone(),
        waybill: is.waybill.clone(),
        close_reason: is.close_reason.clone(),
        words: is.words.clone(),
        promise_at: is.promise_at,
        due_at: is.due_at,
        extra: is.extra.as_deref().and_then(extra),
        short: short.contains(&state.id),
        platform: state.platform,
        number: state.number,
        lines: state.lines,
        review: None,
        presale: None,
    }
}

fn extra(text: &str) -> Option<Value> {
    let mut extra: Map<String, Value> = serde_json::from_str(text).ok()?;
    for (header, value) in &mut extra {
        let shown = crate::import::shown(header, value.as_str().unwrap_or_default());
        *value = shown.into();
    }
    Some(extra.into())
}

pub(crate) fn one_word(is: &Merged) -> &'static str {
    match (is.order_status(), is.pay_status(), is.ship_status()) {
        (_, PayStatus::Refunded, _) => "refunded",
        (OrderStatus::Closed, ..) => "closed",
        (OrderStatus::Done, ..) => "done",
        (_, _, ShipStatus::Signed) => "received",
        (_, _, ShipStatus::Shipped) => "shipped",
        (_, PayStatus::Paid, _) => "paid",
        _ => "unpaid",
    }
}
