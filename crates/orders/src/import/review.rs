//! Reviews as files tell them: a row is what a buyer said of one order.

use std::borrow::Cow;

use base::{Actor, Id, Ms, Problem};
use customers::MemberDone;
use sheet::{Fault, Flaw, Row, cell};
use store::Tx;

use crate::import::columns::Cols;
use crate::import::net::{BeforeAfter, Things};
use crate::import::sample::SampleReview;
use crate::import::slice::Head;
use crate::privacy::erased_among;
use crate::review::{self, NewOrderReview, OrderReview};
use crate::state::State;

/// Words of platforms for how a buyer found it, as stars.
const WORDS: [(&str, i64); 6] = [
    ("好评", 5),
    ("good", 5),
    ("中评", 3),
    ("neutral", 3),
    ("差评", 1),
    ("bad", 1),
];
/// Characters of a review at most; a longer one is cut.
const MOST: usize = 1_000;

/// One row.
#[derive(Clone, Debug)]
pub(crate) struct ToldReview {
    number: String,
    new: NewOrderReview,
}

impl ToldReview {
    /// How it is shown before it is taken in: what buyers say is theirs.
    pub(crate) fn sample(&self) -> SampleReview {
        SampleReview {
            number: self.number.clone(),
            stars: self.new.stars,
            characters: self.new.text.chars().count() as i64,
            at: self.new.at,
        }
    }
}

/// Reads one row.
pub(crate) fn told(row: &Row, c: &Cols, zone: &jiff::tz::TimeZone) -> Result<ToldReview, Fault> {
    Ok(ToldReview {
        number: row.need(c.order_no, cell::id)?,
        new: NewOrderReview {
            stars: row.read(c.stars, stars)?,
            text: row
                .text(c.said)
                .map(|text| base::snippet(&text, MOST))
                .unwrap_or_default(),
            at: Some(row.need(c.said_at, |raw| cell::moment(raw, zone))?),
        },
    })
}

/// A number from 1 to 5, also with words around it (`5星`), or a platform's word.
fn stars(raw: &str) -> Result<Option<i64>, Flaw> {
    let Some(text) = cell::text(raw) else {
        return Ok(None);
    };
    let key = cell::key(&text);
    if let Some((_, stars)) = WORDS.iter().find(|(word, _)| cell::key(word) == key) {
        return Ok(Some(*stars));
    }
    let number: Cow<'_, str> = text.trim_end_matches(['星', '分']).into();
    let stars = number
        .trim()
        .parse::<f64>()
        .ok()
        .filter(|stars| stars.fract() == 0.0);
    match stars.map(|stars| stars as i64) {
        Some(stars) if (1..=5).contains(&stars) => Ok(Some(stars)),
        _ => Err(Flaw::new("stars_bad").seen(raw)),
    }
}

/// What taking a review in would do; all its refusals come from here. `order_unknown` for an order that is not there.
pub(crate) fn weigh(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    head: &Head,
    platform: &str,
    told: &ToldReview,
) -> Result<MemberDone, Problem> {
    let (state, new) = found(tx, who, head, platform, told)?;
    let is = review::checked(&state, now, &new)?;
    Ok(
        match review::of_orders(tx, who.org, &[state.id])?.remove(&state.id) {
            None => MemberDone::Made,
            Some(was) if was.at.0 > is.at.0 || was == is => MemberDone::Same,
            Some(_) => MemberDone::Changed,
        },
    )
}

/// Takes a review in and adds what was said before to `reviews`, for [`give_back`].
pub(crate) fn take_in(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    head: &Head,
    platform: &str,
    told: &ToldReview,
    reviews: &mut Things<OrderReview>,
) -> Result<MemberDone, Problem> {
    let done = weigh(tx, now, who, head, platform, told)?;
    if done == MemberDone::Same {
        return Ok(done);
    }
    let (state, new) = found(tx, who, head, platform, told)?;
    let was = review::of_orders(tx, who.org, &[state.id])?.remove(&state.id);
    // A platform that shows a review took it, wherever the order stands here: the file of orders may be older.
    let is = review::checked(&state, now, &new)?;
    let is = review::take(tx, now, who, &state, is)?;
    reviews.add(state.id, was, is);
    Ok(done)
}

/// The order, and what may be told of it: of one whose person was taken out, the stars alone.
fn found(
    tx: &mut Tx<'_>,
    who: &Actor,
    head: &Head,
    platform: &str,
    told: &ToldReview,
) -> Result<(State, NewOrderReview), Problem> {
    who.need(base::Permission::EditOrders)?;
    who.need_shop(head.shop)?;
    let unknown = || {
        Problem::input(
            "order_no",
            "order_unknown",
            "There is no order of this number yet.",
        )
    };
    let state = State::by_number(tx, who.org, head.shop, platform, &told.number)?.ok_or_else(unknown)?;
    let mut new = told.new.clone();
    if !erased_among(tx, who.org, &[state.id])?.is_empty() {
        new.text = String::new();
    }
    Ok((state, new))
}

/// Makes what a slice said of an order what it was, by its journal; whether it still stood as the slice left it.
pub(crate) fn give_back(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    order: Id,
    journal: &str,
) -> Result<bool, Problem> {
    let BeforeAfter { was, is } = serde_json::from_str(journal).map_err(|_| Problem::internal())?;
    if review::of_orders(tx, org, &[order])?.remove(&order) != Some(is) {
        return Ok(false);
    }
    review::put(tx, now, org, order, was.as_ref())?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::stars;

    #[test]
    fn stars_are_read_from_figures_and_words() {
        for (raw, read) in [
            ("5", 5),
            ("4.0", 4),
            ("3星", 3),
            ("好评", 5),
            ("差评", 1),
            ("neutral", 3),
        ] {
            assert_eq!(stars(raw).expect("read"), Some(read), "{raw}");
        }
        assert_eq!(stars("").expect("nothing"), None);
        for raw in ["0", "6", "4.5", "还行"] {
            assert_eq!(stars(raw).expect_err("refused").code, "stars_bad", "{raw}");
        }
    }
}
