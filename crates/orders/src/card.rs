use base::{Actor, Fen, Id, Ms, Permission, Problem, Who, mask_name};
use customers::mask_address;
use serde::{Deserialize, Serialize};
use store::{Tx, args};

use crate::state::State;

/// An order as a message shows it: the body of an `order` message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OrderCard {
    /// The order.
    pub order: Id,
    /// Its number.
    pub number: String,
    /// What was bought.
    pub lines: Vec<CardLine>,
    /// What it costs in all.
    pub total_fen: Fen,
    /// Who receives it, masked.
    pub receiver: Option<String>,
    /// Where it goes, masked.
    pub address: Option<String>,
    /// How it is paid, in the shop's words.
    pub pay: Option<String>,
    /// How it is delivered, in the shop's words.
    pub ship: Option<String>,
    /// Whether the buyer is asked to find it right.
    pub confirm: bool,
    /// `confirmed` or `wrong`, once the buyer answered.
    pub answer: Option<String>,
    /// What the buyer said of it.
    pub note: Option<String>,
    /// When the buyer answered.
    pub answered_at: Option<Ms>,
}

/// One line of a card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CardLine {
    /// What was bought.
    pub title: String,
    /// Colour, size and so on.
    pub spec: Option<String>,
    /// Pieces.
    pub quantity: i64,
    /// What one piece costs.
    pub price_fen: Fen,
    /// What is flawed of it, to be known before it is bought (row 230).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaw: Option<String>,
    /// Which SKU it is; the card does not carry it.
    #[serde(skip)]
    pub sku: Option<Id>,
}

/// The card of an order, not asking for an answer. Buyers get their own orders only; others need
/// [`Permission::SeeOrders`] and the shop. Anything else is `not_found`.
///
/// Whether it may go into a talk is another question: see [`owned_by`].
pub fn card(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<OrderCard, Problem> {
    let state = State::reached(tx, who, id)?;
    match who.who {
        Who::Buyer(own) if state.merged.customer == Some(own) => {}
        Who::Buyer(_) => return Err(Problem::not_found()),
        _ => who.need(Permission::SeeOrders)?,
    }
    let is = state.merged;
    let total_fen = is.total();
    let to = is.goes_to();
    let lines = is.lines.unwrap_or_default().into_iter().map(|line| CardLine {
        title: line.title,
        spec: Some(line.spec).filter(|spec| !spec.is_empty()),
        quantity: line.quantity,
        price_fen: line.price_fen,
        flaw: None,
        sku: line.sku,
    });
    Ok(OrderCard {
        order: id,
        number: state.number,
        lines: lines.collect(),
        total_fen,
        receiver: to.receiver.as_deref().map(mask_name),
        address: to.address.as_deref().map(mask_address),
        pay: is.payment,
        ship: is.delivery,
        confirm: false,
        answer: None,
        note: None,
        answered_at: None,
    })
}

/// Whether the order is of `shop` and belongs to `customer` by a proven identity: only then may the customer
/// be shown it.
pub fn owned_by(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    shop: Id,
    order: Id,
    customer: Id,
) -> Result<bool, Problem> {
    let sql = "SELECT id FROM shop_order WHERE org_id = $1 AND id = $2 AND shop_id = $3 AND customer_id = $4";
    if tx.value::<Id>(sql, args![org, order, shop, customer])?.is_none() {
        return Ok(false);
    }
    Ok(customers::summary(tx, now, org, customer)?.is_some_and(|customer| customer.known))
}
