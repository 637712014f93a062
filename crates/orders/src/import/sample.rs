//! The first rows of a file as an import reads them, so that whoever sends it sees whether its columns are read rightly
//! before anything is written. Of people only what tells two of them apart.

use base::{Fen, Id, Ms, Problem, mask_name, mask_phone};
use serde::Serialize;

use crate::import::slice::{Slice, Told};
use crate::merge::Merged;
use crate::status::{AfterStatus, OrderStatus, PayStatus, ShipStatus};

/// How many things of a file are shown.
pub(crate) const SAMPLES: usize = 5;

/// A thing of a file as it is read; what it does not say is null.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum ImportSample {
    /// An order, or what a row says of one.
    Order(SampleOrder),
    /// A SKU of a list of products or of stock.
    Sku(SampleSku),
    /// A customer.
    Customer(SampleCustomer),
    /// What a buyer said of an order.
    Review(SampleReview),
}

/// An order as a file tells it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SampleOrder {
    /// Its number.
    pub number: String,
    /// The shop it goes into.
    pub shop: Id,
    /// The buyer's nick, masked.
    pub buyer: Option<String>,
    /// The file's own words of where it stands.
    pub words: Option<String>,
    /// What these are read as.
    pub order_status: Option<OrderStatus>,
    /// Whether it is paid.
    pub pay_status: Option<PayStatus>,
    /// Whether it is shipped.
    pub ship_status: Option<ShipStatus>,
    /// Whether something is wrong with it.
    pub after_status: Option<AfterStatus>,
    /// What the buyer has to pay.
    pub total_fen: Option<Fen>,
    /// What was paid.
    pub paid_fen: Option<Fen>,
    /// What was paid back: of a report of refunds by this one.
    pub refund_fen: Option<Fen>,
    /// When it was placed.
    pub placed_at: Option<Ms>,
    /// What was bought.
    pub lines: Vec<SampleLine>,
}

/// A line of an order as a file tells it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SampleLine {
    /// What the buyer read.
    pub title: String,
    /// Colour, size and so on; may be empty.
    pub spec: String,
    /// The merchant code.
    pub code: Option<String>,
    /// Pieces.
    pub quantity: i64,
    /// What one piece costs.
    pub price_fen: Fen,
}

/// A SKU as a file tells it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SampleSku {
    /// The merchant code.
    pub code: String,
    /// The product's title.
    pub title: Option<String>,
    /// Colour, size and so on.
    pub spec: Option<String>,
    /// What it costs.
    pub price_fen: Option<Fen>,
    /// Pieces on the shelf.
    pub on_hand: Option<i64>,
}

/// A customer as a file tells them.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SampleCustomer {
    /// Their nick, masked.
    pub buyer: String,
    /// Member level.
    pub level: Option<i64>,
    /// Whether they are a VIP.
    pub vip: Option<bool>,
    /// The phone number, masked.
    pub phone: Option<String>,
}

/// A review as a file tells it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SampleReview {
    /// The order's number.
    pub number: String,
    /// Stars, 1 to 5.
    pub stars: Option<i64>,
    /// Characters of what was said.
    pub characters: i64,
    /// When.
    pub at: Option<Ms>,
}

/// The first things of a slice, as many as there is room for.
pub(crate) fn of(slice: &Slice, room: usize) -> Result<Vec<ImportSample>, Problem> {
    let orders = slice.told.iter().take(room);
    let mut samples: Vec<ImportSample> = orders
        .map(|told| order(slice.shop, told).map(ImportSample::Order))
        .collect::<Result<_, _>>()?;
    samples.extend(
        slice
            .things
            .iter()
            .filter_map(|thing| thing.sample())
            .take(room - samples.len()),
    );
    Ok(samples)
}

fn order(shop: Id, told: &Told) -> Result<SampleOrder, Problem> {
    let version = told.said.version()?.into_owned();
    let mut is = Merged::default();
    is.hear(&version);
    let marks = &is.marks;
    Ok(SampleOrder {
        number: told.number.clone(),
        shop,
        buyer: told.nick.as_deref().map(mask_name),
        order_status: (!marks.order.is_silent()).then(|| is.order_status()),
        pay_status: (!marks.pay.is_silent()).then(|| is.pay_status()),
        ship_status: (!marks.ship.is_silent()).then(|| is.ship_status()),
        after_status: (!marks.after.is_silent()).then(|| is.after_status()),
        words: match &told.refund {
            Some(refund) => refund.words.clone(),
            None => version.words,
        },
        total_fen: version.total_fen,
        paid_fen: version.paid_fen,
        refund_fen: match &told.refund {
            Some(refund) => Some(refund.amount_fen),
            None => version.refund_fen,
        },
        placed_at: version.placed_at,
        lines: version
            .lines
            .into_iter()
            .map(|line| SampleLine {
                title: line.title,
                spec: line.spec,
                code: line.code,
                quantity: line.quantity,
                price_fen: line.price_fen,
            })
            .collect(),
    })
}

/// A nick and a phone number of somebody, masked.
pub(crate) fn person(nick: &str, phone: Option<&str>) -> (String, Option<String>) {
    let phone = phone.map(|phone| match customers::is_masked(phone) {
        true => phone.to_owned(),
        false => mask_phone(phone),
    });
    (mask_name(nick), phone)
}
