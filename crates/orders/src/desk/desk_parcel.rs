//! A parcel as the console shows it, and all that is shown of it.

use base::{Fen, Id, Ms};
use serde::Serialize;

use super::ask::{Ask, DeskPerson};
use super::checks::CheckKey;
use super::parcel::ParcelState;
use super::trace::LastTrace;
use crate::order::one_word;
use crate::state::State;
use crate::status::AfterStatus;

/// An order within a parcel.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ParcelOrder {
    /// The order.
    pub id: Id,
    /// Its number.
    pub number: String,
    /// Where it was placed.
    pub platform: String,
    /// Its four statuses in one word.
    pub status: &'static str,
    /// Where after-sale of it stands.
    pub after_status: AfterStatus,
    /// When it was paid.
    pub paid_at: Option<Ms>,
    /// What was paid.
    pub paid_fen: Fen,
    /// Who bought it.
    pub customer: Option<Id>,
    /// What the buyer wrote with it.
    pub buyer_note: Option<String>,
    /// The platform's remark of the seller.
    pub seller_remark: Option<String>,
}

impl ParcelOrder {
    pub(super) fn of(state: &State) -> ParcelOrder {
        let is = &state.merged;
        ParcelOrder {
            id: state.id,
            number: state.number.clone(),
            platform: state.platform.clone(),
            status: one_word(is),
            after_status: is.after_status(),
            paid_at: is.paid_at,
            paid_fen: is.paid(),
            customer: is.customer,
            buyer_note: is.buyer_note.clone(),
            seller_remark: is.remark.clone(),
        }
    }
}

/// A line of a parcel.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ParcelLine {
    /// From 1.
    pub place: i64,
    /// The order it is of.
    pub order: Id,
    /// The SKU, if it is in the catalogue.
    pub sku: Option<Id>,
    /// The merchant code.
    pub code: String,
    /// What the buyer read.
    pub title: String,
    /// Colour, size and so on.
    pub spec: String,
    /// Pieces.
    pub quantity: i64,
    /// What one piece costs; 0 for what came out of a bundle.
    pub price_fen: Fen,
    /// The merchant code of the bundle it fell out of.
    pub bundle: Option<String>,
    /// Given, not bought.
    pub gift: bool,
    /// There is too little of it.
    pub short: bool,
    /// Where it lies.
    pub bin: String,
    /// How it is packed.
    pub packing: String,
}

/// How a check stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// The program finds it right.
    Ok,
    /// Somebody finds it right.
    ByHand,
    /// Nobody does.
    Fail,
}

/// One of the seven checks.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ParcelCheck {
    /// Which.
    pub key: CheckKey,
    /// How it stands.
    pub state: CheckState,
    /// What the program has against it.
    pub why: Option<String>,
    /// Who found it right.
    pub by: Option<DeskPerson>,
}

/// Why a parcel is held.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ParcelHold {
    /// Its id.
    pub id: Id,
    /// The reason, a stable code.
    pub reason: String,
    /// In words.
    pub text: String,
    /// Since when.
    pub at: Ms,
    /// Who holds it; null: the program.
    pub by: Option<DeskPerson>,
    /// The rule that holds it.
    pub rule: Option<Id>,
    /// Until when.
    pub until: Option<Ms>,
    /// Whether it ends only with its cause.
    pub blocking: bool,
    /// Who told the buyer, and when.
    pub told: Option<DoneBy>,
}

/// Where the courier of a held parcel does not go, and who does.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ParcelStop {
    /// The province or city.
    pub region: String,
    /// Until when; null: nobody knows.
    pub until: Option<Ms>,
    /// What is to be told, in the shop's words.
    pub note: String,
    /// Who goes there all the same, by code.
    pub others: Vec<String>,
}

/// Who or what passed a parcel.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ParcelPassed {
    /// When.
    pub at: Ms,
    /// Who; null: a rule.
    pub by: Option<DeskPerson>,
    /// The rule.
    pub rule: Option<Id>,
}

/// An error that was found later.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ParcelMistake {
    /// What was wrong.
    pub cause: String,
    /// Where it was made: `audit`, `pick`, `pack` or `courier`.
    pub made_in: String,
    /// In words.
    pub note: String,
    /// When it was written down.
    pub at: Ms,
    /// By whom.
    pub by: Option<DeskPerson>,
}

/// Where a parcel is in a batch.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ParcelBatch {
    /// The batch.
    pub id: Id,
    /// `yymmdd-BBB-NNN`
    pub number: String,
}

/// Somebody did something at a moment.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct DoneBy {
    /// When.
    pub at: Ms,
    /// Who.
    pub by: Option<DeskPerson>,
}

/// What it should weigh and what it does, in grams.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ParcelWeight {
    /// By its SKUs; null when one of them is not known.
    pub expected_g: Option<i64>,
    /// On the scale.
    pub weighed_g: Option<i64>,
}

/// A parcel as the console shows it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct DeskParcel {
    /// Its id.
    pub id: Id,
    /// Its shop.
    pub shop: Id,
    /// Where it stands.
    pub state: ParcelState,
    /// Since when.
    pub since: Ms,
    /// For how long, in ms.
    pub age_ms: i64,
    /// Counts up with every change.
    pub rev: i64,
    /// Its orders: one as a rule.
    pub orders: Vec<ParcelOrder>,
    /// Who bought it.
    pub customer: Option<Id>,
    /// What the customer is called: 旺旺名.
    pub buyer: Option<String>,
    /// What is in it.
    pub lines: Vec<ParcelLine>,
    /// Pieces in all.
    pub pieces: i64,
    /// Different SKUs.
    pub kinds: i64,
    /// What was paid for its orders.
    pub total_fen: Fen,
    /// The seven checks.
    pub checks: Vec<ParcelCheck>,
    /// Why it is held.
    pub holds: Vec<ParcelHold>,
    /// What was promised.
    pub asks: Vec<Ask>,
    /// Who carries it.
    pub courier: Option<String>,
    /// What buyers call them.
    pub courier_name: Option<String>,
    /// 务必
    pub courier_hard: bool,
    /// Who receives it, masked.
    pub receiver_masked: Option<String>,
    /// Their phone, masked.
    pub phone_masked: Option<String>,
    /// Where it goes, masked.
    pub address_masked: Option<String>,
    /// The province it goes to, without its kind.
    pub province: Option<String>,
    /// Whether it goes elsewhere than the platform says.
    pub address_changed: bool,
    /// Until when it has to leave.
    pub promise_at: Ms,
    /// That is past, and it is still here.
    pub promise_late: bool,
    /// The flag it bears.
    pub flag: Option<i64>,
    /// 加急
    pub urgent: bool,
    /// Who passed it.
    pub passed: Option<ParcelPassed>,
    /// Where it is printed.
    pub batch: Option<ParcelBatch>,
    /// The courier's number.
    pub waybill: Option<String>,
    /// What it should weigh and does.
    pub weight: ParcelWeight,
    /// Who packed it.
    pub packed: Option<DoneBy>,
    /// Who looked again.
    pub second: Option<DoneBy>,
    /// When it left.
    pub shipped_at: Option<Ms>,
    /// Whether it left without the desk: shipped elsewhere, as its order says.
    pub elsewhere: bool,
    /// When its buyer should have it: as the platform expects, else as long as its courier takes at most.
    pub due_at: Option<Ms>,
    /// When the buyer had it.
    pub arrived_at: Option<Ms>,
    /// What its courier last said of it.
    pub trace: Option<LastTrace>,
    /// Where its courier does not go, while it is held for that.
    pub stop: Option<ParcelStop>,
    /// The parcel it was put into.
    pub merged_into: Option<Id>,
    /// The parcel it was cut from.
    pub split_from: Option<Id>,
    /// An error that was found later.
    pub error: Option<ParcelMistake>,
}
