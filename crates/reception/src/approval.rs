//! A price that was asked for in a talk is to be decided within what its buyer was promised there (row 131).

use base::{Actor, Id, Ms, Permission, Problem};
use orders::desk::{self, Ask};
use serde::Serialize;
use store::{Tx, args};

use crate::clock::alarm;
use crate::conversation::{Conversation, State};
use crate::list::shops_asked;
use crate::reminder;
use crate::telling::{Shown, program_event};
use crate::wall::with_shops;

/// Those who decide are told so long before the promise breaks, ms.
const NEAR_MS: i64 = 60_000;

/// A price that is to be decided, with until when the buyer was promised an answer.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PromisedPrice {
    /// Until when; past, where the promise broke.
    pub due: Ms,
    /// What was asked for.
    pub ask: Ask,
}

/// Prices to be decided within a promise, of the shops in scope or of one of them, the most urgent first. Needs
/// [`Permission::SeeOrders`].
pub fn promised_prices(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Option<Id>,
) -> Result<Vec<PromisedPrice>, Problem> {
    who.need(Permission::SeeOrders)?;
    let shops = shops_asked(tx, who, shop)?;
    let (list, args) = with_shops(args![who.org], &shops);
    let sql = format!(
        "SELECT id, shop_id, promise_at FROM conversation
         WHERE org_id = $1 AND promise_at IS NOT NULL AND shop_id IN {list} ORDER BY promise_at LIMIT 1000"
    );
    let owed: Vec<(Id, Id, Ms)> = tx.rows(&sql, &args, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let talks: Vec<Id> = owed.iter().map(|(talk, ..)| *talk).collect();
    let asks = desk::open_prices(tx, who.org, &talks)?;
    let found = owed.into_iter().flat_map(|(talk, shop, due)| {
        asks.iter()
            .filter(move |ask| ask.conversation == Some(talk) && ask.shop == shop)
            .map(move |ask| PromisedPrice {
                due,
                ask: ask.clone(),
            })
    });
    Ok(found.collect())
}

/// A price was asked for in a talk: where its promise is about to break, those who decide are told at once. One that was
/// asked for in a talk whose buyer went on elsewhere is owed there.
pub fn price_asked(tx: &mut Tx<'_>, org: Id, talk: Id, ask: Id) -> Result<(), Problem> {
    let Some(mut conversation) = Conversation::load(tx, org, talk)? else {
        return Ok(());
    };
    if let Some(on) = conversation.went_on(tx)? {
        conversation = on;
        conversation.take_prices(tx, talk)?;
    }
    let Some(due) = conversation.promise_at.filter(|_| conversation.promise_told > 0) else {
        return Ok(());
    };
    for price in conversation.prices(tx)?.iter().filter(|price| price.id == ask) {
        tell_near(tx, org, price, due)?;
    }
    Ok(())
}

/// A price of a talk was decided or taken back: a promise that broke and awaits nothing else is told of no more.
pub fn price_answered(tx: &mut Tx<'_>, org: Id, talk: Id) -> Result<(), Problem> {
    let Some(mut conversation) = Conversation::load(tx, org, talk)? else {
        return Ok(());
    };
    let broke = conversation.promise_at.is_some() && conversation.promise_told == 2;
    if !broke || !conversation.prices(tx)?.is_empty() {
        return Ok(());
    }
    conversation.owe(None);
    conversation.finish(tx, &[], Shown::ToShop)
}

/// Those who decide are told of a price and its promise once, also where the clock and the request itself would both
/// do it.
fn tell_near(tx: &mut Tx<'_>, org: Id, price: &Ask, due: Ms) -> Result<(), Problem> {
    let told = tx.exec(
        "INSERT INTO price_told (org_id, ask_id, due) VALUES ($1, $2, $3)
         ON CONFLICT (org_id, ask_id) DO UPDATE SET due = excluded.due WHERE price_told.due <> excluded.due",
        args![org, price.id, due],
    )?;
    if told == 0 {
        return Ok(());
    }
    desk::price_near(tx, org, price, due)
}

impl Conversation {
    /// Prices of this talk that are still to be decided.
    fn prices(&self, tx: &mut Tx<'_>) -> Result<Vec<Ask>, Problem> {
        let mut prices = desk::open_prices(tx, self.org, &[self.id])?;
        prices.retain(|price| price.shop == self.shop);
        Ok(prices)
    }

    /// The promise, or none; nobody was told of it yet.
    pub(crate) fn owe(&mut self, until: Option<Ms>) {
        if self.promise_at != until {
            (self.promise_at, self.promise_told) = (until, 0);
        }
    }

    /// Sets or clears the promise; those who decide prices of the talk see the new time.
    pub(crate) fn promise(&mut self, tx: &mut Tx<'_>, until: Option<Ms>) -> Result<(), Problem> {
        if self.promise_at == until {
            return Ok(());
        }
        self.owe(until);
        if !self.prices(tx)?.is_empty() {
            desk::prices_moved(tx, self.shop);
        }
        Ok(())
    }

    /// An agent spoke and promised, or did not. What was promised before is kept with it, unless a price is still to be
    /// decided: that answer the buyer does not have yet.
    pub(crate) fn spoke(&mut self, tx: &mut Tx<'_>, until: Option<Ms>) -> Result<(), Problem> {
        if self.promise_at.is_none() && until.is_none() {
            return Ok(());
        }
        let awaits = !self.prices(tx)?.is_empty();
        if until.is_some() || !awaits {
            self.owe(until);
        }
        if until.is_some() && awaits {
            desk::prices_moved(tx, self.shop);
        }
        Ok(())
    }

    /// What was promised in a talk of the buyer that ends is owed here, with the prices it awaits and open follow-ups. Of two promises the
    /// sooner one stands, and one that broke only where nothing else is owed. While nobody has this talk, it is kept for
    /// whoever promised. The caller finishes both.
    pub(crate) fn take_on(&mut self, tx: &mut Tx<'_>, ends: &mut Conversation) -> Result<(), Problem> {
        self.take_prices(tx, ends.id)?;
        reminder::move_on(tx, ends, self)?;
        let rank = |one: &Conversation| (one.promise_told == 2, one.promise_at);
        if ends.promise_at.is_some() && (self.promise_at.is_none() || rank(ends) < rank(self)) {
            (self.promise_at, self.promise_told) = (ends.promise_at, ends.promise_told);
            if self.state != State::Open && ends.agent.is_some() {
                (self.agent, self.agent_name) = (ends.agent, ends.agent_name.clone());
            }
        }
        ends.owe(None);
        let Some(due) = self.promise_at else {
            return Ok(());
        };
        let prices = self.prices(tx)?;
        if self.promise_told == 2 && prices.is_empty() {
            self.owe(None);
        }
        if self.promise_told > 0 {
            for price in &prices {
                tell_near(tx, self.org, price, due)?;
            }
        }
        Ok(())
    }

    /// Takes over the open prices of a talk whose buyer goes on in this one.
    fn take_prices(&self, tx: &mut Tx<'_>, from: Id) -> Result<(), Problem> {
        if desk::move_prices(tx, self.org, from, self.id)? > 0 {
            desk::prices_moved(tx, self.shop);
        }
        Ok(())
    }

    /// When the clock looks at the promise next.
    pub(crate) fn promise_clock(&self) -> Option<Ms> {
        let due = self.promise_at?;
        match self.promise_told {
            0 => Some(due.plus(-NEAR_MS)),
            1 => Some(due),
            _ => None,
        }
    }

    /// Looks at the promise: those who decide prices of the talk hear of it shortly before it breaks, whoever made it
    /// when it broke. Answers whether it broke. It stands on while a price is to be decided.
    pub(crate) fn ring_promise(&mut self, tx: &mut Tx<'_>, now: Ms) -> Result<bool, Problem> {
        let looks = self.promise_clock().is_some_and(|at| at <= now);
        let Some(due) = self.promise_at.filter(|_| looks) else {
            return Ok(false);
        };
        let prices = self.prices(tx)?;
        if self.promise_told == 0 {
            for price in &prices {
                tell_near(tx, self.org, price, due)?;
            }
            self.promise_told = 1;
        }
        if now < due {
            return Ok(false);
        }
        self.promise_told = 2;
        let kind = if prices.is_empty() {
            self.owe(None);
            "promise"
        } else {
            "promise_price"
        };
        alarm(tx, self, kind, now)?;
        program_event(tx, self, "promise.broken", now)?;
        Ok(true)
    }
}
