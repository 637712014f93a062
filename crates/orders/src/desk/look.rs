//! How the desk follows what happens to orders: parcels come when an order is paid, change with it, are held,
//! released and passed by what the program can see, and go when there is nothing left to send.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use base::{Actor, Fen, Id, Ms, Problem};
use serde_json::json;
use store::{Tx, args, pad};

use super::ask::{self, AskKind};
use super::facts::{Around, Facts, due, refund};
use super::hold::{self, BLOCKING, Found};
use super::judge::{Judgement, judge};
use super::parcel::{LineRow, Parcel, ParcelRow, ParcelState};
use super::pass::keep_pass;
use super::rule::{self, AuditRule};
use super::when::When;
use super::{back, elsewhere, gift, wake};
use crate::state::State;
use crate::status::{OrderStatus, PayStatus, ShipStatus};

/// How long the program leaves a parcel before it looks again by itself: for what changes without the order.
const LOOK_MS: i64 = 600_000;

/// What looking at many orders shares.
pub(crate) struct Look {
    around: Around,
    rules: Vec<AuditRule>,
    who: Actor,
}

impl Look {
    /// At this moment, as `who`.
    pub(crate) fn new(tx: &mut Tx<'_>, now: Ms, who: &Actor) -> Result<Look, Problem> {
        Ok(Look {
            around: Around::load(tx, now, who.org)?,
            rules: rule::of_org(tx, who.org)?,
            who: who.clone(),
        })
    }

    fn now(&self) -> Ms {
        self.around.now
    }

    /// What there is to know of a parcel, and what the program says of it under `rules`.
    pub(crate) fn judge_by(
        &mut self,
        tx: &mut Tx<'_>,
        parcel: &Parcel,
        rules: Option<&[AuditRule]>,
    ) -> Result<(Facts, Judgement), Problem> {
        let mut orders = Vec::with_capacity(parcel.orders.len());
        for (order, _) in &parcel.orders {
            orders.extend(State::get(tx, self.who.org, *order)?);
        }
        let facts = Facts::load(tx, self.who.org, &mut self.around, parcel, orders)?;
        let judgement = judge(&self.around, rules.unwrap_or(&self.rules), &facts);
        Ok((facts, judgement))
    }

    /// Looks at an order: makes its parcel, changes it, has it leave. Answers the parcels it is in now.
    pub(crate) fn order(&mut self, tx: &mut Tx<'_>, id: Id) -> Result<Vec<Parcel>, Problem> {
        let org = self.who.org;
        let Some(state) = State::get(tx, org, id)? else {
            return Ok(Vec::new());
        };
        let all = Parcel::of_order(tx, org, id)?;
        let (mut here, mut past): (Vec<Parcel>, Vec<Parcel>) =
            all.into_iter().partition(|parcel| parcel.row.state.here());
        elsewhere::stayed(tx, self.now(), org, &state, &mut past)?;
        if !due(&state) {
            let left = past.iter().any(|parcel| parcel.row.state == ParcelState::Shipped);
            if !here.is_empty() && !left && state.merged.ship_status() == ShipStatus::None {
                // Nobody gets them: others may.
                gift::take_back(tx, org, &[id])?;
            }
            for parcel in &mut here {
                self.lose(tx, parcel, &state)?;
            }
            here.retain(|parcel| parcel.row.state.here());
        } else if here.is_empty() {
            if !past.iter().any(|parcel| parcel.row.state == ParcelState::Shipped) {
                here.push(self.make(tx, &state)?);
            }
        } else {
            self.refresh(tx, &state, &mut here, &past)?;
            here.retain(|parcel| parcel.row.state.here());
        }
        for parcel in &mut here {
            self.settle(tx, parcel)?;
        }
        let left = here.is_empty() && elsewhere::follow(tx, &self.around, &self.who, &state, &past)?;
        let under_way = self.arrive(tx, &state, past)? || left;
        tx.exec(
            "UPDATE shop_order SET seen_rev = $3, at_desk = $4 WHERE org_id = $1 AND id = $2",
            args![org, id, state.rev, !here.is_empty() || under_way],
        )?;
        Ok(here)
    }

    /// Parcels that left are with their buyer when the order says so. Answers whether one is still under way.
    fn arrive(&mut self, tx: &mut Tx<'_>, state: &State, past: Vec<Parcel>) -> Result<bool, Problem> {
        let there = state.merged.ship_status() == ShipStatus::Signed
            || state.merged.order_status() != OrderStatus::Open;
        let mut under_way = false;
        for mut parcel in past {
            if parcel.row.state != ParcelState::Shipped || parcel.row.arrived_at.is_some() {
                continue;
            }
            if there {
                parcel.row.arrived_at = Some(state.merged.signed_at.unwrap_or(self.now()));
                parcel.row.save(tx, self.who.org)?;
            } else {
                under_way = true;
            }
        }
        Ok(under_way)
    }

    /// A new parcel of an order.
    fn make(&mut self, tx: &mut Tx<'_>, state: &State) -> Result<Parcel, Problem> {
        let org = self.who.org;
        let mut parcel = Parcel {
            row: ParcelRow::new(tx.id(), state.shop, self.now()),
            orders: Vec::new(),
            lines: Vec::new(),
        };
        let home = parcel.row.id;
        parcel.orders.push((state.id, home));
        parcel.lines = bought(tx, org, state, home)?;
        parcel
            .lines
            .extend(gift::of_rules(tx, self.now(), org, state, home)?);
        parcel.lines.extend(asked_gifts(tx, org, state.id, home)?);
        parcel.number_lines();
        parcel.row.customer = state.merged.customer;
        parcel.row.insert(tx, org)?;
        parcel.write_content(tx, org)?;
        Ok(parcel)
    }

    /// An order that is not to be sent any more leaves its parcel, and takes it along when it was alone in it.
    fn lose(&mut self, tx: &mut Tx<'_>, parcel: &mut Parcel, state: &State) -> Result<(), Problem> {
        let (now, who) = (self.now(), self.who.clone());
        let is = &state.merged;
        let why = match () {
            () if is.pay_status() == PayStatus::Refunded || refund(state) => "refund",
            () if is.ship_status() != ShipStatus::None => "shipped",
            () => "closed",
        };
        parcel.orders.retain(|(order, _)| *order != state.id);
        if parcel.orders.is_empty() {
            parcel.orders.push((state.id, parcel.row.id));
            back::leave(tx, now, &who, parcel, why)?;
        } else {
            parcel.lines.retain(|line| line.order != state.id);
            parcel.number_lines();
            back::send_back(
                tx,
                now,
                &who,
                parcel,
                if why == "refund" { "refund" } else { "changed" },
                false,
            )?;
            parcel.write_content(tx, who.org)?;
        }
        parcel.row.save(tx, who.org)?;
        wake::lists(tx, parcel.row.shop, &[parcel.row.id]);
        Ok(())
    }

    /// What the order says now is put into its parcel; one that was cut in two is left to people, but for gifts.
    fn refresh(
        &mut self,
        tx: &mut Tx<'_>,
        state: &State,
        here: &mut [Parcel],
        past: &[Parcel],
    ) -> Result<(), Problem> {
        let (now, who) = (self.now(), self.who.clone());
        let cut = here.len() > 1 || past.iter().any(|parcel| parcel.row.state == ParcelState::Shipped);
        if cut {
            let wanted = sums(&bought(tx, who.org, state, Id::NONE)?);
            let lines: Vec<LineRow> = lines_of(state.id, here, past)
                .filter(|line| line.gift.is_none())
                .cloned()
                .collect();
            if sums(&lines) != wanted {
                for parcel in here.iter_mut() {
                    back::send_back(tx, now, &who, parcel, "changed", false)?;
                    parcel.row.save(tx, who.org)?;
                }
            }
            return self.gifts_of_parts(tx, state, here, past);
        }
        let Some(parcel) = here.first_mut() else {
            return Ok(());
        };
        let home = parcel
            .orders
            .iter()
            .find(|(order, _)| *order == state.id)
            .map_or(parcel.row.id, |(_, home)| *home);
        let was: Vec<LineRow> = parcel
            .lines
            .iter()
            .filter(|line| line.order == state.id)
            .cloned()
            .collect();
        let mut is = bought(tx, who.org, state, home)?;
        let rules = gift::given_rules(tx, who.org, state.id)?;
        is.extend(
            was.iter()
                .filter(|line| line.gift.is_some_and(|gift| rules.contains(&gift)))
                .cloned(),
        );
        is.extend(asked_gifts(tx, who.org, state.id, home)?);
        let plain = |lines: &[LineRow]| {
            lines
                .iter()
                .map(|line| LineRow {
                    place: 0,
                    ..line.clone()
                })
                .collect::<Vec<_>>()
        };
        if plain(&was) == plain(&is) {
            return Ok(());
        }
        back::send_back(tx, now, &who, parcel, "changed", false)?;
        let first = parcel
            .lines
            .iter()
            .position(|line| line.order == state.id)
            .unwrap_or(parcel.lines.len());
        parcel.lines.retain(|line| line.order != state.id);
        let at = first.min(parcel.lines.len());
        parcel.lines.splice(at..at, is);
        parcel.number_lines();
        parcel.row.save(tx, who.org)?;
        parcel.write_content(tx, who.org)
    }

    /// Gifts that were promised of an order in several parcels: one that none of them carries goes into the first that is
    /// still here, and one that was taken back goes out of those that are.
    fn gifts_of_parts(
        &mut self,
        tx: &mut Tx<'_>,
        state: &State,
        here: &mut [Parcel],
        past: &[Parcel],
    ) -> Result<(), Problem> {
        let (now, who) = (self.now(), self.who.clone());
        let rules = gift::given_rules(tx, who.org, state.id)?;
        let asked = asked_gifts(tx, who.org, state.id, Id::NONE)?;
        let promised = |line: &LineRow| asked.iter().any(|asked| asked.gift == line.gift);
        let stays = |line: &LineRow| {
            let gift = line.gift.filter(|_| line.order == state.id);
            gift.is_none_or(|gift| rules.contains(&gift) || promised(line))
        };
        let carried: Vec<Option<Id>> = lines_of(state.id, here, past).map(|line| line.gift).collect();
        let mut new: Vec<LineRow> = asked
            .iter()
            .filter(|line| !carried.contains(&line.gift))
            .cloned()
            .collect();
        // What nobody has audited yet takes it before what would have to come back.
        let taker = here
            .iter()
            .position(|parcel| parcel.row.state.before_audit())
            .unwrap_or(0);
        for (n, parcel) in here.iter_mut().enumerate() {
            let before = parcel.lines.len();
            parcel.lines.retain(stays);
            let gone = parcel.lines.len() < before;
            let takes = n == taker && !new.is_empty();
            if !gone && !takes {
                continue;
            }
            if takes {
                let home = parcel.orders.iter().find(|(order, _)| *order == state.id);
                let home = home.map_or(parcel.row.id, |(_, home)| *home);
                parcel
                    .lines
                    .extend(new.drain(..).map(|line| LineRow { home, ..line }));
            }
            if parcel.lines.is_empty() {
                back::leave(tx, now, &who, parcel, "changed")?;
            } else {
                back::send_back(tx, now, &who, parcel, "changed", false)?;
            }
            parcel.number_lines();
            parcel.row.save(tx, who.org)?;
            parcel.write_content(tx, who.org)?;
            wake::lists(tx, parcel.row.shop, &[parcel.row.id]);
        }
        Ok(())
    }

    /// Makes what the program says of a parcel that is still here stand with it: checks, holds, courier, and where
    /// a rule passes it, that.
    pub(crate) fn settle(&mut self, tx: &mut Tx<'_>, parcel: &mut Parcel) -> Result<(), Problem> {
        let (now, who) = (self.now(), self.who.clone());
        let (facts, said) = self.judge_by(tx, parcel, None)?;
        let before = parcel.row.clone();
        let mut ends = None;
        let hash = facts.address_hash();
        if parcel.row.state.audited() {
            let other_place = parcel.row.address_hash != hash;
            if other_place {
                back::send_back(tx, now, &who, parcel, "changed", true)?;
            }
            let blocked = said
                .found
                .iter()
                .find(|found| BLOCKING.contains(&found.reason.as_str()));
            let courier = audited_courier(&facts, &before.courier, &self.around);
            if let Some(why) = blocked
                .map(|found| found.reason.clone())
                .filter(|why| why == "refund" || why == "balance")
            {
                back::send_back(
                    tx,
                    now,
                    &who,
                    parcel,
                    if why == "refund" { "refund" } else { "changed" },
                    false,
                )?;
            } else if courier {
                back::send_back(tx, now, &who, parcel, "changed", true)?;
            } else if news_since_audit(tx, who.org, parcel, &said.found)? {
                back::send_back(tx, now, &who, parcel, "changed", false)?;
            }
        }
        if parcel.row.state.before_audit() {
            parcel.row.courier.clone_from(&said.courier);
            (parcel.row.flag, parcel.row.urgent) = (said.flag, said.urgent);
            parcel.row.checks.hear(said.checks);
            parcel.row.customer = facts.customer.as_ref().map(|customer| customer.id);
            let place = (parcel.row.shop, parcel.row.id);
            let holds = hold::of_parcels(tx, who.org, &[parcel.row.id])?
                .remove(&parcel.row.id)
                .unwrap_or_default();
            let open = hold::follow(tx, now, &who, place, holds, &said.found)?;
            parcel.row.go(
                if open.is_empty() {
                    ParcelState::Waiting
                } else {
                    ParcelState::Held
                },
                now,
            );
            ends = open.iter().filter_map(|hold| hold.until).min();
            parcel.row.expected_g = weight(tx, who.org, &parcel.lines)?;
            if let Some(rule) = said
                .decision
                .pass
                .filter(|_| open.is_empty() && parcel.row.checks.open().is_empty())
            {
                keep_pass(tx, now, &who, parcel, Some(rule))?;
            }
        }
        parcel.row.address_hash = hash;
        parcel.row.promise_at = facts.promise_at();
        parcel.row.look_at = self.next_look(&facts, ends);
        self.warn(tx, parcel, &facts)?;
        let same = ParcelRow {
            look_at: before.look_at,
            ..parcel.row.clone()
        } == before;
        if same {
            // Nothing anybody could see: not a new revision.
            return tx
                .exec(
                    "UPDATE parcel SET look_at = $3 WHERE org_id = $1 AND id = $2",
                    args![who.org, parcel.row.id, parcel.row.look_at],
                )
                .map(drop);
        }
        parcel.row.save(tx, who.org)?;
        wake::lists(tx, parcel.row.shop, &[parcel.row.id]);
        Ok(())
    }

    /// Tells those whose work it is when the promise of a parcel comes near: once, as long as it is the same.
    fn warn(&self, tx: &mut Tx<'_>, parcel: &Parcel, facts: &Facts) -> Result<(), Problem> {
        let left = facts.promise_at().since(self.now());
        if !parcel.row.state.here() || left <= 0 || left > facts.settings.warn_ms {
            return Ok(());
        }
        let first = tx.exec(
            "UPDATE parcel SET warned_for = $3
             WHERE org_id = $1 AND id = $2 AND (warned_for IS NULL OR warned_for <> $3)",
            args![self.who.org, parcel.row.id, facts.promise_at()],
        )?;
        if first > 0 {
            let number = facts.orders.first().map(|order| order.number.as_str());
            wake::near(tx, parcel, number.unwrap_or_default());
        }
        Ok(())
    }

    /// When something could change by time alone; `ends`: the first hold that runs out.
    fn next_look(&self, facts: &Facts, ends: Option<Ms>) -> Ms {
        let now = self.now();
        let mut times = vec![now.plus(LOOK_MS)];
        let minutes = |when: &When| when.paid_min;
        times.extend(
            self.rules
                .iter()
                .filter_map(|rule| minutes(&rule.when))
                .map(|m| facts.paid_at().plus(m * 60_000)),
        );
        times.extend(facts.wait_until());
        times.push(facts.promise_at().plus(-facts.settings.warn_ms));
        times.extend(ends);
        times
            .into_iter()
            .filter(|at| *at > now)
            .min()
            .unwrap_or(now.plus(LOOK_MS))
    }
}

/// What people write or decide of an order at any time, and want read before it leaves.
const SAID_LATE: [&str; 3] = ["buyer_note", "remark", "fraud"];

/// Whether something was written, or the buyer blocked, that nobody has seen who audited the parcel.
fn news_since_audit(tx: &mut Tx<'_>, org: Id, parcel: &Parcel, found: &[Found]) -> Result<bool, Problem> {
    let late: Vec<&Found> = found
        .iter()
        .filter(|found| SAID_LATE.contains(&found.reason.as_str()))
        .collect();
    if late.is_empty() {
        return Ok(false);
    }
    let holds = hold::of_parcels(tx, org, &[parcel.row.id])?
        .remove(&parcel.row.id)
        .unwrap_or_default();
    let seen = |found: &Found| {
        holds
            .iter()
            .any(|hold| hold.reason == found.reason && hold.mark == found.mark)
    };
    Ok(!late.into_iter().all(seen))
}

/// Whether who was to carry an audited parcel may not any more.
fn audited_courier(facts: &Facts, courier: &str, around: &Around) -> bool {
    let wished = facts
        .wish
        .as_ref()
        .is_some_and(|(wish, hard)| *hard && wish != courier);
    wished || around.stop(courier, facts.address()).is_some()
}

/// What the lines weigh; `None` when a weight is not known.
fn weight(tx: &mut Tx<'_>, org: Id, lines: &[LineRow]) -> Result<Option<i64>, Problem> {
    let skus: Vec<Id> = lines.iter().filter_map(|line| line.sku).collect();
    let known = catalogue::handling_of(tx, org, &skus)?;
    let each = lines.iter().map(|line| {
        let weight = line
            .sku
            .and_then(|sku| known.get(&sku))
            .and_then(|handling| handling.weight_g);
        weight.map(|weight| weight * line.quantity)
    });
    Ok(each.sum())
}

/// What an order has in its parcels, those that left and those that are still here.
fn lines_of<'a>(order: Id, here: &'a [Parcel], past: &'a [Parcel]) -> impl Iterator<Item = &'a LineRow> {
    past.iter()
        .filter(|parcel| parcel.row.state == ParcelState::Shipped)
        .chain(here)
        .flat_map(|parcel| &parcel.lines)
        .filter(move |line| line.order == order)
}

/// Pieces by what they are.
fn sums(lines: &[LineRow]) -> BTreeMap<(String, String, String), i64> {
    let mut sums = BTreeMap::new();
    for line in lines {
        *sums
            .entry((line.code.clone(), line.title.clone(), line.spec.clone()))
            .or_default() += line.quantity;
    }
    sums
}

/// The lines of an order as they are picked: bundles fall apart into SKUs (row 299).
pub(crate) fn bought(tx: &mut Tx<'_>, org: Id, state: &State, home: Id) -> Result<Vec<LineRow>, Problem> {
    let skus: Vec<Id> = state.lines.iter().filter_map(|line| line.sku).collect();
    let bundles = catalogue::parts_of(tx, org, &skus)?;
    let named: Vec<Id> = bundles.values().flatten().map(|(sku, _)| *sku).collect();
    let parts: BTreeMap<Id, catalogue::Sku> = catalogue::skus(tx, org, &named)?
        .into_iter()
        .map(|sku| (sku.id, sku))
        .collect();
    let mut lines = Vec::new();
    for line in &state.lines {
        let whole = LineRow {
            place: 0,
            order: state.id,
            home,
            sku: line.sku,
            code: line.code.clone().unwrap_or_default(),
            title: line.title.clone(),
            spec: line.spec.clone(),
            quantity: line.quantity,
            price_fen: line.price_fen,
            bundle: None,
            gift: None,
        };
        let Some(made_of) = line.sku.and_then(|sku| bundles.get(&sku)) else {
            lines.push(whole);
            continue;
        };
        for (part, quantity) in made_of {
            let Some(sku) = parts.get(part) else {
                continue;
            };
            lines.push(LineRow {
                sku: Some(*part),
                code: sku.code.clone(),
                spec: sku.spec.clone(),
                quantity: quantity * whole.quantity,
                // What was paid stands with the bundle, not with what it is made of.
                price_fen: Fen(0),
                bundle: Some(whole.code.clone()),
                ..whole.clone()
            });
        }
    }
    Ok(lines)
}

/// The gifts that were promised of an order.
fn asked_gifts(tx: &mut Tx<'_>, org: Id, order: Id, home: Id) -> Result<Vec<LineRow>, Problem> {
    let asks = ask::of_orders(tx, org, &[order])?
        .remove(&order)
        .unwrap_or_default();
    let mut lines = Vec::new();
    for ask in ask::standing(&asks)
        .into_iter()
        .filter(|ask| ask.kind == AskKind::Gift)
    {
        if let Some(sku) = ask.sku {
            let quantity = ask.quantity.unwrap_or(1);
            lines.extend(gift::line(tx, org, order, home, (sku, quantity), ask.id)?);
        }
    }
    Ok(lines)
}

/// Looks at an order whose desk side changed, now. Answers its parcels. Counts the order up, so that an import
/// that is taken back leaves alone what somebody worked on.
pub(crate) fn touched(tx: &mut Tx<'_>, now: Ms, who: &Actor, order: Id) -> Result<Vec<Parcel>, Problem> {
    tx.exec(
        "UPDATE shop_order SET rev = rev + 1 WHERE org_id = $1 AND id = $2",
        args![who.org, order],
    )?;
    Look::new(tx, now, who)?.order(tx, order)
}

/// Forgets parcels of orders that are no more, when what made them is taken back. Nobody worked on them: else
/// the orders would have stayed.
pub fn forget(tx: &mut Tx<'_>, org: Id, orders: &[Id]) -> Result<(), Problem> {
    let list = Tx::in_list(2, orders.len());
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(orders));
    let parcels: Vec<Id> = tx.rows(
        &format!("SELECT DISTINCT parcel_id FROM parcel_order WHERE org_id = $1 AND order_id IN {list}"),
        &arguments,
        |row| row.get(0),
    )?;
    for parcel in parcels {
        for table in [
            "parcel_hold",
            "parcel_pass",
            "parcel_line",
            "parcel_order",
            "parcel_sent",
            "parcel_trace",
            "desk_alarm",
            "pickup_parcel",
        ] {
            let sql = format!("DELETE FROM {table} WHERE org_id = $1 AND parcel_id = $2");
            tx.exec(&sql, args![org, parcel])?;
        }
        tx.exec(
            "DELETE FROM parcel WHERE org_id = $1 AND id = $2",
            args![org, parcel],
        )?;
    }
    gift::take_back(tx, org, orders)
}

/// Looks at up to `most` orders and parcels that want it, of all organisations, those here first; answers how many there were.
/// Run it in the bulk lane until it answers less.
pub fn work(tx: &mut Tx<'_>, now: Ms, most: usize) -> Result<usize, Problem> {
    let mut waiting: Vec<(Id, Id)> = tx.rows(
        "SELECT org_id, id FROM shop_order
         WHERE seen_rev <> rev
           AND (at_desk = 1 OR (order_status = 'open' AND pay_status = 'paid' AND ship_status = 'none'))
         ORDER BY org_id, id LIMIT $1",
        args![most],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let due: Vec<(Id, Id)> = tx.rows(
        "SELECT org_id, id FROM parcel
         WHERE look_at <= $1 AND state IN ('waiting', 'held', 'passed', 'printed', 'packed')
         ORDER BY look_at, org_id, id LIMIT $2",
        args![now, most],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if waiting.is_empty() && due.is_empty() {
        // Only when nothing here waits.
        waiting = elsewhere::unseen(tx, now, most)?;
    }
    let done = waiting.len() + due.len();
    let mut looks = BTreeMap::<Id, Look>::new();
    for (org, order) in waiting.drain(..) {
        let look = of_org(tx, now, org, &mut looks)?;
        look.order(tx, order)?;
    }
    for (org, id) in due {
        let look = of_org(tx, now, org, &mut looks)?;
        if let Some(mut parcel) = Parcel::get(tx, org, id)?.filter(|parcel| parcel.row.state.here()) {
            look.settle(tx, &mut parcel)?;
        }
    }
    Ok(done)
}

fn of_org<'a>(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    looks: &'a mut BTreeMap<Id, Look>,
) -> Result<&'a mut Look, Problem> {
    match looks.entry(org) {
        Entry::Occupied(known) => Ok(known.into_mut()),
        Entry::Vacant(place) => Ok(place.insert(Look::new(tx, now, &Actor::program(org))?)),
    }
}

/// Writes down that a person decided something of a parcel: its orders count up.
pub(crate) fn worked_on(tx: &mut Tx<'_>, org: Id, parcel: &Parcel) -> Result<(), Problem> {
    for (order, _) in &parcel.orders {
        // Seen as far as it was: the desk did this itself.
        tx.exec(
            "UPDATE shop_order SET rev = rev + 1, seen_rev = CASE WHEN seen_rev = rev THEN rev + 1 ELSE seen_rev END
             WHERE org_id = $1 AND id = $2",
            args![org, *order],
        )?;
    }
    Ok(())
}

/// What passing by a rule writes into the trail.
pub(crate) fn passed_data(parcel: &Parcel, rule: Option<Id>) -> serde_json::Value {
    json!({ "state": [parcel.row.state, "passed"], "rule": rule, "courier": parcel.row.courier, "pieces": parcel.pieces() })
}

impl Look {
    /// Refuses a courier the buyer does not want or who does not go there.
    pub(crate) fn may_carry(
        &mut self,
        tx: &mut Tx<'_>,
        parcel: &Parcel,
        courier: &str,
    ) -> Result<(), Problem> {
        let (facts, _) = self.judge_by(tx, parcel, None)?;
        if let Some((wish, true)) = &facts.wish
            && wish != courier
        {
            let detail = "The buyer was promised another courier without fail.";
            return Err(Problem::conflict("courier_wished", detail).with("wish", wish.as_str()));
        }
        let Some(area) = self.around.stop(courier, facts.address()) else {
            return Ok(());
        };
        let others: Vec<&str> = self
            .around
            .couriers
            .values()
            .filter(|other| other.on && self.around.stop(&other.code, facts.address()).is_none())
            .map(|other| other.code.as_str())
            .collect();
        Err(
            Problem::conflict("stop_area", "This courier does not deliver there at present.")
                .with("region", area.region.as_str())
                .with("until", area.until.map(|until| until.0))
                .with("others", others),
        )
    }
}
