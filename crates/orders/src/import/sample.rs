//! The first rows of a file as an import reads them, so that whoever sends it sees whether its columns are read rightly
//! before anything is written. Of people only what tells two of them apart.

use std::collections::HashMap;

use base::{Fen, Id, Ms, Problem, mask_name, mask_phone};
use serde::Serialize;

use crate::import::look::SheetPlan;
use crate::import::shop_name::Part;
use crate::import::slice::{Slice, Told};
use crate::merge::Merged;
use crate::status::{AfterStatus, OrderStatus, PayStatus, ShipStatus};

/// How many things of a sheet are shown at most.
const OF_SHEET: usize = 5;
/// How many of a file; where it has many sheets, fewer of each.
const OF_FILE: usize = 30;

/// The first things of a sheet as they are read.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SheetSamples {
    /// Its place in the file, from 0.
    pub sheet: usize,
    /// Its name.
    pub name: Option<String>,
    /// The things; of a sheet of several shops some of each.
    pub samples: Vec<ImportSample>,
}

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

/// The first things of each sheet that is taken in, gathered while the file is read.
pub(crate) struct Samples {
    sheets: Vec<SheetSamples>,
    /// How many of a sheet are shown.
    each: usize,
    /// How many there is room for still, by sheet and shop.
    room: HashMap<(usize, Id), usize>,
}

impl Samples {
    /// None yet, of sheets that go into `home` where they do not say themselves which shops they are of.
    pub(crate) fn new(plans: &[SheetPlan], home: Id) -> Samples {
        let used = plans.iter().filter(|plan| plan.left_out.is_none());
        let sheets: Vec<SheetSamples> = used
            .clone()
            .map(|plan| SheetSamples {
                sheet: plan.index,
                name: plan.name.clone(),
                samples: Vec::new(),
            })
            .collect();
        let each = (OF_FILE / sheets.len().max(1)).clamp(1, OF_SHEET);
        let mut room = HashMap::new();
        for plan in used {
            let parts = Part::of(plan, home);
            let of_shop = each.div_ceil(parts.len().max(1));
            room.extend(parts.iter().map(|part| ((plan.index, part.shop), of_shop)));
        }
        Samples { sheets, each, room }
    }

    /// Takes from the next slice what there is room for.
    pub(crate) fn take(&mut self, slice: &Slice) -> Result<(), Problem> {
        let taken: usize = self.sheets.iter().map(|sheet| sheet.samples.len()).sum();
        let of_sheet = self.sheets.iter_mut().find(|sheet| sheet.sheet == slice.sheet);
        let of_shop = self.room.get_mut(&(slice.sheet, slice.shop));
        let (Some(sheet), Some(room)) = (of_sheet, of_shop) else {
            return Ok(());
        };
        let most = (*room).min(self.each - sheet.samples.len()).min(OF_FILE - taken);
        let more = of(slice, most)?;
        *room -= more.len();
        sheet.samples.extend(more);
        Ok(())
    }

    /// Those of sheets that have any.
    pub(crate) fn end(self) -> Vec<SheetSamples> {
        let sheets = self.sheets.into_iter();
        sheets.filter(|sheet| !sheet.samples.is_empty()).collect()
    }
}

/// The first things of a slice, as many as there is room for.
fn of(slice: &Slice, room: usize) -> Result<Vec<ImportSample>, Problem> {
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
