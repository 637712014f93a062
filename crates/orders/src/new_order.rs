use base::{Fen, Id, Ms, Problem, clean_line, clean_text};
use customers::IdentityKind;
use serde::Deserialize;

use crate::line::Line;
use crate::status::{AfterStatus, OrderStatus, PayStatus, ShipStatus};

/// One version of an order, as a platform, a file or a program tells it. What is left out or empty is not
/// said: it clears nothing.
///
/// A version is as new as the latest of its times (`changed_at`, `done_at`, `shipped_at`, `paid_at`). A
/// program that knows when an order changed gives `changed_at` with every version.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// The shop.
    pub shop: Id,
    /// Where the order was placed, one of the shops' platforms; left out: the shop's own.
    pub platform: Option<String>,
    /// The platform's number, at most 64 characters.
    pub number: String,
    /// Who bought it, where that is known.
    pub customer: Option<Id>,
    /// By what the buyer is recognised, where no customer is named.
    pub buyer: Option<Buyer>,
    /// Where the trade stands.
    pub order_status: Option<OrderStatus>,
    /// Where the money stands.
    pub pay_status: Option<PayStatus>,
    /// Where the goods stand.
    pub ship_status: Option<ShipStatus>,
    /// Where after-sale stands.
    pub after_status: Option<AfterStatus>,
    /// What the buyer has to pay in all; left out: the sum of the lines.
    pub total_fen: Option<Fen>,
    /// What the buyer paid; left out: the total, once it is paid.
    pub paid_fen: Option<Fen>,
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
    /// When this version was made.
    pub changed_at: Option<Ms>,
    /// How it is paid, in the shop's words; at most 60 characters.
    pub payment: Option<String>,
    /// How it is delivered, in the shop's words; at most 60 characters.
    pub delivery: Option<String>,
    /// What was remarked, at most 1,000 characters.
    pub remark: Option<String>,
    /// Who receives it, at most 60 characters.
    pub receiver: Option<String>,
    /// The receiver's phone, at most 40 characters.
    pub phone: Option<String>,
    /// Where it goes, at most 300 characters.
    pub address: Option<String>,
    /// What was paid back so far; it only ever rises.
    pub refund_fen: Option<Fen>,
    /// Of the total, what the way costs.
    pub post_fen: Option<Fen>,
    /// What the buyer wrote with the order, at most 1,000 characters.
    pub buyer_note: Option<String>,
    /// Who carries it, in the platform's words; at most 60 characters.
    pub courier: Option<String>,
    /// The numbers of its parcels, `;` between them; at most 400 characters.
    pub waybill: Option<String>,
    /// Why it ended, in the platform's words; at most 200 characters.
    pub close_reason: Option<String>,
    /// The platform's own words for where it stands, at most 120 characters.
    pub words: Option<String>,
    /// Until when the platform wants it shipped.
    pub promise_at: Option<Ms>,
    /// When the platform expects the buyer to have it.
    pub due_at: Option<Ms>,
    /// What was bought, all of it, at most 200 lines.
    #[serde(default)]
    pub lines: Vec<NewLine>,
}

/// By what a buyer is recognised.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Buyer {
    /// `shop_user` or `nick`.
    pub kind: IdentityKind,
    /// The shop's own customer id, or the nick; a masked one names nobody.
    pub value: String,
    /// What the buyer is called.
    pub name: Option<String>,
}

/// One line of a version.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLine {
    /// The SKU.
    pub sku: Option<Id>,
    /// The merchant code, by which the SKU is found where it is not named.
    pub code: Option<String>,
    /// What the buyer read, at most 200 characters.
    pub title: String,
    /// Colour, size and so on, at most 120 characters.
    pub spec: Option<String>,
    /// Pieces, 1 to 1,000,000.
    pub quantity: i64,
    /// What one piece costs.
    pub price_fen: Fen,
}

/// A version that was checked. `None` and no lines: not said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Version {
    pub(crate) customer: Option<Id>,
    pub(crate) order: Option<OrderStatus>,
    pub(crate) pay: Option<PayStatus>,
    pub(crate) ship: Option<ShipStatus>,
    pub(crate) after: Option<AfterStatus>,
    pub(crate) total_fen: Option<Fen>,
    pub(crate) paid_fen: Option<Fen>,
    pub(crate) placed_at: Option<Ms>,
    pub(crate) paid_at: Option<Ms>,
    pub(crate) shipped_at: Option<Ms>,
    pub(crate) signed_at: Option<Ms>,
    pub(crate) done_at: Option<Ms>,
    pub(crate) changed_at: Option<Ms>,
    pub(crate) payment: Option<String>,
    pub(crate) delivery: Option<String>,
    pub(crate) remark: Option<String>,
    pub(crate) receiver: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) refund_fen: Option<Fen>,
    pub(crate) post_fen: Option<Fen>,
    pub(crate) buyer_note: Option<String>,
    pub(crate) courier: Option<String>,
    pub(crate) waybill: Option<String>,
    pub(crate) close_reason: Option<String>,
    pub(crate) words: Option<String>,
    pub(crate) promise_at: Option<Ms>,
    pub(crate) due_at: Option<Ms>,
    /// JSON: what else a file had to say, by header.
    pub(crate) extra: Option<String>,
    pub(crate) lines: Vec<Line>,
    /// Whether the lines are only what the order as a whole says of them.
    pub(crate) rough: bool,
}

impl Version {
    /// The same without the person: what is left when they were erased.
    pub(crate) fn without_person(mut self) -> Version {
        self.customer = None;
        for told in [
            &mut self.remark,
            &mut self.receiver,
            &mut self.phone,
            &mut self.address,
            &mut self.buyer_note,
            &mut self.waybill,
            &mut self.extra,
        ] {
            *told = None;
        }
        self
    }

    /// Whether it tells of what was before `moment`: the order was placed by then, or nothing says when.
    pub(crate) fn is_before(&self, moment: Ms) -> bool {
        let began = [
            self.placed_at,
            self.paid_at,
            self.shipped_at,
            self.signed_at,
            self.done_at,
        ];
        let began = began.into_iter().flatten().min().or(self.changed_at);
        began.is_none_or(|began| began <= moment)
    }

    /// How new it is; `None` when nothing tells.
    pub(crate) fn newness(&self) -> Option<Ms> {
        [self.changed_at, self.done_at, self.shipped_at, self.paid_at]
            .into_iter()
            .flatten()
            .max()
    }
}

pub(crate) const MOST_FEN: i64 = 10_000_000_000;
const MOST_PIECES: i64 = 1_000_000;
const MOST_LINES: usize = 200;
/// Clocks of platforms may go ahead of ours, by a day at most: a version from the future would shut out all
/// that really follow.
pub(crate) const AHEAD_MS: i64 = 86_400_000;

impl NewOrder {
    /// The version without its customer, or which field is wrong. Texts that need no cleaning are not copied.
    pub(crate) fn check(self, now: Ms) -> Result<Version, Problem> {
        if self.lines.len() > MOST_LINES {
            return Err(
                Problem::input("lines", "too_many", format!("At most {MOST_LINES} lines."))
                    .with("limit", MOST_LINES),
            );
        }
        let lines: Vec<Line> = self
            .lines
            .into_iter()
            .map(NewLine::check)
            .collect::<Result<_, _>>()?;
        // Each is in range, so that their sum is a number.
        amount(
            "lines",
            Fen(lines.iter().map(|line| line.quantity * line.price_fen.0).sum()),
        )?;
        let line = |field, text: Option<String>, limit| match text {
            Some(text) if !text.trim().is_empty() => plain_line(field, text, limit).map(Some),
            _ => Ok(None),
        };
        let note = |field, text: Option<String>| match text {
            Some(text) if !text.trim().is_empty() => clean_text(field, &text, 1_000).map(Some),
            _ => Ok(None),
        };
        let time = |field, at: Option<Ms>| match at {
            Some(at) if at <= Ms(0) => Err(Problem::input(field, "out_of_range", "Give milliseconds UTC.")),
            Some(at) if at > now.plus(AHEAD_MS) => Err(Problem::input(
                field,
                "in_the_future",
                "This moment is more than a day ahead.",
            )),
            at => Ok(at),
        };
        Ok(Version {
            customer: None,
            order: self.order_status,
            pay: self.pay_status,
            ship: self.ship_status,
            after: self.after_status,
            total_fen: self.total_fen.map(|fen| amount("total_fen", fen)).transpose()?,
            paid_fen: self.paid_fen.map(|fen| amount("paid_fen", fen)).transpose()?,
            placed_at: time("placed_at", self.placed_at)?,
            paid_at: time("paid_at", self.paid_at)?,
            shipped_at: time("shipped_at", self.shipped_at)?,
            signed_at: time("signed_at", self.signed_at)?,
            done_at: time("done_at", self.done_at)?,
            changed_at: time("changed_at", self.changed_at)?,
            payment: line("payment", self.payment, 60)?,
            delivery: line("delivery", self.delivery, 60)?,
            remark: note("remark", self.remark)?,
            receiver: line("receiver", self.receiver, 60)?,
            phone: line("phone", self.phone, 40)?,
            address: line("address", self.address, 300)?,
            refund_fen: self.refund_fen.map(|fen| amount("refund_fen", fen)).transpose()?,
            post_fen: self.post_fen.map(|fen| amount("post_fen", fen)).transpose()?,
            buyer_note: note("buyer_note", self.buyer_note)?,
            courier: line("courier", self.courier, 60)?,
            waybill: line("waybill", self.waybill, 400)?,
            close_reason: line("close_reason", self.close_reason, 200)?,
            words: line("words", self.words, 120)?,
            promise_at: ahead("promise_at", now, self.promise_at)?,
            due_at: ahead("due_at", now, self.due_at)?,
            extra: None,
            lines,
            rough: false,
        })
    }
}

impl NewLine {
    fn check(self) -> Result<Line, Problem> {
        if !(1..=MOST_PIECES).contains(&self.quantity) {
            let detail = format!("A quantity is between 1 and {MOST_PIECES}.");
            return Err(Problem::input("lines.quantity", "out_of_range", detail)
                .with("min", 1)
                .with("max", MOST_PIECES));
        }
        let some = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        Ok(Line {
            sku: self.sku,
            code: some(self.code)
                .map(|code| plain_line("lines.code", code, 64))
                .transpose()?,
            title: plain_line("lines.title", self.title, 200)?,
            spec: some(self.spec)
                .map(|spec| plain_line("lines.spec", spec, 120))
                .transpose()?
                .unwrap_or_default(),
            quantity: self.quantity,
            price_fen: amount("lines.price_fen", self.price_fen)?,
        })
    }
}

/// Ten years: nothing is promised for later.
const PROMISE_MS: i64 = 3_650 * AHEAD_MS;

/// What is promised or expected may lie ahead, but not beyond all reason.
fn ahead(field: &'static str, now: Ms, at: Option<Ms>) -> Result<Option<Ms>, Problem> {
    if at.is_some_and(|at| at <= Ms(0) || at > now.plus(PROMISE_MS)) {
        let detail = "Give milliseconds UTC, at most ten years ahead.";
        return Err(Problem::input(field, "out_of_range", detail));
    }
    Ok(at)
}

/// [`clean_line`]; what is short and plain, as nearly everything in a file is, costs no second look.
fn plain_line(field: &'static str, text: String, limit: usize) -> Result<String, Problem> {
    let line = text.trim();
    let plain = |text: &str| {
        // Control characters of two bytes begin with this one.
        let simple = !text
            .bytes()
            .any(|byte| byte < b' ' || byte == 0x7f || byte == 0xc2);
        simple || !text.chars().any(char::is_control)
    };
    if line.is_empty() || line.len() > limit || !plain(line) {
        clean_line(field, line, limit)
    } else if line.len() == text.len() {
        Ok(text)
    } else {
        Ok(line.to_owned())
    }
}

fn amount(field: &'static str, fen: Fen) -> Result<Fen, Problem> {
    if (0..=MOST_FEN).contains(&fen.0) {
        return Ok(fen);
    }
    let detail = format!("An amount is between 0 and {MOST_FEN} fen.");
    Err(Problem::input(field, "out_of_range", detail)
        .with("min", 0)
        .with("max", MOST_FEN))
}
