use std::collections::{BTreeMap, BTreeSet};

use base::{Fen, Id, Ms, Problem};
use catalogue::Sku;
use customers::{Summary, is_masked};
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use store::{Tx, args, pad};

use super::ask::{self, AskKind, AskRow};
use super::courier::{self, Courier};
use super::parcel::{LineRow, Parcel, ParcelRow};
use super::presale::{self, Presale};
use super::settings::{self, DeskSettings};
use super::stop_area::{self, StopArea};
use crate::filed::OF_CUSTOMER;
use crate::secret::Secret;
use crate::state::State;
use crate::status::{AfterStatus, OrderStatus, PayStatus, ShipStatus};

/// What stays the same for all parcels of an organisation at one moment.
pub(crate) struct Around {
    pub(crate) now: Ms,
    pub(crate) couriers: BTreeMap<String, Courier>,
    pub(crate) stops: Vec<StopArea>,
    shops: BTreeMap<Id, (DeskSettings, TimeZone)>,
}

/// All that checks and rules look at of one parcel.
pub(crate) struct Facts {
    pub(crate) shop: Id,
    pub(crate) now: Ms,
    /// Minutes since midnight where the shop is.
    pub(crate) minute: i64,
    pub(crate) orders: Vec<State>,
    pub(crate) lines: Vec<LineRow>,
    /// The SKUs of its lines.
    pub(crate) skus: BTreeMap<Id, Sku>,
    /// SKUs of which there is too little for it.
    pub(crate) short: BTreeSet<Id>,
    /// Promises that hold.
    pub(crate) asks: Vec<AskRow>,
    /// Where it goes; where its orders go to different places, where the first of them does.
    pub(crate) to: Secret,
    /// Where those of its orders go that go elsewhere than the first, by number.
    pub(crate) elsewhere: Vec<(String, Secret)>,
    pub(crate) presales: Vec<Presale>,
    pub(crate) customer: Option<Summary>,
    /// Orders of the customer that were paid, these included.
    pub(crate) bought: i64,
    pub(crate) settings: DeskSettings,
    /// Others that could go with it.
    pub(crate) mates: Vec<Id>,
    /// Who carries it, as far as something says so.
    pub(crate) courier: String,
    /// What the buyer was promised of that, and whether nothing else will do.
    pub(crate) wish: Option<(String, bool)>,
    pub(crate) courier_set: bool,
}

impl Around {
    pub(crate) fn load(tx: &mut Tx<'_>, now: Ms, org: Id) -> Result<Around, Problem> {
        Ok(Around {
            now,
            couriers: courier::of_org(tx, org)?,
            stops: stop_area::of_org(tx, org)?,
            shops: BTreeMap::new(),
        })
    }

    /// The settings and the zone of a shop.
    pub(crate) fn shop(
        &mut self,
        tx: &mut Tx<'_>,
        org: Id,
        shop: Id,
    ) -> Result<(DeskSettings, TimeZone), Problem> {
        if let Some(known) = self.shops.get(&shop) {
            return Ok(known.clone());
        }
        let settings = settings::of_shop(tx, org, shop)?;
        let name = team::shop(tx, org, shop)?.map(|shop| shop.time_zone);
        let zone = name
            .and_then(|name| TimeZone::get(&name).ok())
            .unwrap_or(TimeZone::UTC);
        self.shops.insert(shop, (settings.clone(), zone.clone()));
        Ok((settings, zone))
    }

    /// The stop area that keeps a courier from an address now.
    pub(crate) fn stop(&self, courier: &str, address: &str) -> Option<&StopArea> {
        self.stops
            .iter()
            .find(|area| area.stops(courier, address, self.now))
    }
}

impl Facts {
    /// What there is to know of a parcel; `orders` are the states of its orders, whole.
    pub(crate) fn load(
        tx: &mut Tx<'_>,
        org: Id,
        around: &mut Around,
        parcel: &Parcel,
        orders: Vec<State>,
    ) -> Result<Facts, Problem> {
        let ids: Vec<Id> = orders.iter().map(|order| order.id).collect();
        let mut asks: Vec<AskRow> = Vec::new();
        for of_one in ask::of_orders(tx, org, &ids)?.values() {
            asks.extend(ask::standing(of_one).into_iter().cloned());
        }
        asks.sort_by_key(|ask| ask.id);
        let (to, elsewhere) = destinations(tx, org, &orders, &asks)?;
        let skus: Vec<Id> = parcel.lines.iter().filter_map(|line| line.sku).collect();
        let skus = catalogue::skus(tx, org, &skus)?
            .into_iter()
            .map(|sku| (sku.id, sku))
            .collect();
        let customer = orders.iter().find_map(|order| order.merged.customer);
        let (customer, bought) = buyer(tx, org, around.now, customer)?;
        let (settings, zone) = around.shop(tx, org, parcel.row.shop)?;
        let mut facts = Facts {
            shop: parcel.row.shop,
            now: around.now,
            minute: minute_of_day(around.now, &zone),
            short: short(tx, org, &ids)?,
            presales: presale::of_orders(tx, org, &ids)?,
            lines: parcel.lines.clone(),
            mates: Vec::new(),
            courier: String::new(),
            wish: None,
            courier_set: parcel.row.courier_set,
            orders,
            skus,
            asks,
            to,
            elsewhere,
            customer,
            bought,
            settings,
        };
        facts.choose_courier(around, &parcel.row);
        facts.mates = facts.mates(tx, org, &parcel.row)?;
        Ok(facts)
    }

    /// A person's choice, else what was promised, else what the platform says, else the shop's own.
    fn choose_courier(&mut self, around: &Around, row: &ParcelRow) {
        let wished = |hard: bool| {
            let wishes = self
                .asks
                .iter()
                .filter(|ask| ask.kind == AskKind::Courier && ask.hard == hard);
            wishes
                .filter_map(|ask| ask.courier.clone())
                .next_back()
                .map(|code| (code, hard))
        };
        self.wish = wished(true).or_else(|| wished(false));
        let told = || {
            let texts = self
                .orders
                .iter()
                .flat_map(|order| [&order.merged.courier, &order.merged.delivery]);
            texts
                .flatten()
                .find_map(|text| courier::meant(&around.couriers, text))
        };
        let set = Some(row.courier.clone()).filter(|_| row.courier_set);
        let wish = self.wish.as_ref().map(|(code, _)| code.clone());
        self.courier = set
            .or(wish)
            .or_else(told)
            .unwrap_or_else(|| self.settings.courier.clone());
    }

    /// Others of the same buyer to the same place that are not audited yet.
    fn mates(&self, tx: &mut Tx<'_>, org: Id, row: &ParcelRow) -> Result<Vec<Id>, Problem> {
        let Some(customer) = self.customer.as_ref().map(|customer| customer.id) else {
            return Ok(Vec::new());
        };
        if !self.whole_address() {
            return Ok(Vec::new());
        }
        let orders: Vec<Id> = self.orders.iter().map(|order| order.id).collect();
        // What holds part of the same orders was cut apart on purpose.
        let sql = format!(
            "SELECT id FROM parcel WHERE org_id = $1 AND address_hash = $2 AND state IN ('waiting', 'held')
               AND shop_id = $3 AND customer_id = $4 AND id <> $5
               AND NOT EXISTS (SELECT 1 FROM parcel_order o
                               WHERE o.org_id = parcel.org_id AND o.parcel_id = parcel.id AND o.order_id IN {})
             ORDER BY id LIMIT 20",
            Tx::in_list(6, orders.len())
        );
        let hash = self.address_hash();
        let mut arguments = args![org, &hash, self.shop, customer, row.id].to_vec();
        arguments.extend(pad(&orders));
        tx.rows(&sql, &arguments, |row| row.get(0))
    }

    /// Whether where it goes is all known and nothing of it masked.
    pub(crate) fn whole_address(&self) -> bool {
        let whole = |text: &Option<String>| {
            text.as_deref()
                .is_some_and(|text| !text.is_empty() && !is_masked(text))
        };
        whole(&self.to.receiver) && whole(&self.to.phone) && whole(&self.to.address)
    }

    /// What parcels to one place have in common; it tells nothing of the place. A parcel whose orders go to several has
    /// it with no other in common.
    pub(crate) fn address_hash(&self) -> String {
        let places = std::iter::once(&self.to).chain(self.elsewhere.iter().map(|(_, to)| to));
        digest(&places.flat_map(place).collect::<Vec<_>>())
    }

    pub(crate) fn address(&self) -> &str {
        self.to.address.as_deref().unwrap_or_default()
    }

    /// Whether money of one of its orders is on its way back, or went back.
    pub(crate) fn refund(&self) -> bool {
        self.orders.iter().any(refund)
    }

    /// What was paid for its orders together.
    pub(crate) fn paid(&self) -> Fen {
        Fen(self.orders.iter().map(|order| order.merged.paid().0).sum())
    }

    /// When the first of its orders was paid.
    pub(crate) fn paid_at(&self) -> Ms {
        let paid = self
            .orders
            .iter()
            .map(|order| order.merged.paid_at.unwrap_or(order.sort_at));
        paid.min().unwrap_or(self.now)
    }

    /// Until when it has to leave: the platform's word, else the shop's promise from payment on (row 15).
    pub(crate) fn promise_at(&self) -> Ms {
        let promise = |order: &State| {
            let paid = order.merged.paid_at.unwrap_or(order.sort_at);
            order
                .merged
                .promise_at
                .unwrap_or(paid.plus(self.settings.promise_ms))
        };
        let soonest = self.orders.iter().map(promise).min().unwrap_or(self.now);
        // A day that was agreed on with the buyer goes before.
        self.wait_until().map_or(soonest, |until| soonest.max(until))
    }

    /// Not to leave before, as was promised.
    pub(crate) fn wait_until(&self) -> Option<Ms> {
        self.asks
            .iter()
            .filter(|ask| ask.kind == AskKind::Wait)
            .filter_map(|ask| ask.until)
            .max()
    }

    /// What the buyers wrote with its orders.
    pub(crate) fn buyer_notes(&self) -> Vec<String> {
        let notes = self
            .orders
            .iter()
            .filter_map(|order| order.merged.buyer_note.clone());
        notes.filter(|note| !note.trim().is_empty()).collect()
    }

    /// What the platform's orders bear as the seller's remark.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let notes = self.orders.iter().filter_map(|order| order.merged.remark.clone());
        notes.filter(|note| !note.trim().is_empty()).collect()
    }
}

/// What was paid longer ago than this when the shop's files first told of it, and of which they tell nothing else,
/// is history: platforms end an order within it.
const HISTORY_MS: i64 = 30 * 86_400_000;

/// Whether an order came as history, from a file that says neither where the trade stands nor where the goods are.
fn is_history(order: &State) -> bool {
    let is = &order.merged;
    let told = [is.promise_at, is.due_at].into_iter().flatten().max();
    is.marks.order.is_silent()
        && is.marks.ship.is_silent()
        && is
            .paid_at
            .is_some_and(|paid| order.created_at.since(paid) > HISTORY_MS)
        && told.is_none_or(|until| until < order.created_at)
}

/// Whether an order is to be audited: paid, going on, not shipped, and no history.
pub(crate) fn due(order: &State) -> bool {
    let is = &order.merged;
    is.order_status() == OrderStatus::Open
        && !is_history(order)
        && is.pay_status() == PayStatus::Paid
        && is.ship_status() == ShipStatus::None
}

/// Whether money of it is on its way back, or went back (row 298).
pub(crate) fn refund(order: &State) -> bool {
    let is = &order.merged;
    is.after_status() == AfterStatus::Open
        || is.pay_status() == PayStatus::Refunded
        || is.refund_fen.is_some_and(|fen| fen.0 > 0)
}

/// A short fingerprint of some texts.
pub(crate) fn digest(parts: &[String]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Where a parcel goes.
pub(crate) fn goes_to(tx: &mut Tx<'_>, org: Id, parcel: &Parcel) -> Result<Secret, Problem> {
    let ids: Vec<Id> = parcel.orders.iter().map(|(order, _)| *order).collect();
    let first = State::by_ids(tx, org, &ids[..ids.len().min(1)])?;
    let mut asks = Vec::new();
    for of_one in ask::of_orders(tx, org, &ids[..ids.len().min(1)])?.values() {
        asks.extend(ask::standing(of_one).into_iter().cloned());
    }
    Ok(destinations(tx, org, &first, &asks)?.0)
}

/// Whether a part of where it goes is masked, so that nobody can bring it there.
pub(crate) fn nobody_finds(to: &Secret) -> bool {
    let parts = [&to.receiver, &to.phone, &to.address];
    parts.into_iter().flatten().any(|part| is_masked(part))
}

/// Where an order goes: as was promised of it last, else as the platform says.
pub(crate) fn destination(order: &State, promised: Option<&Secret>) -> Secret {
    let told = order.merged.goes_to();
    let Some(promised) = promised.cloned() else {
        return told;
    };
    Secret {
        receiver: promised.receiver.or(told.receiver),
        phone: promised.phone.or(told.phone),
        address: promised.address.or(told.address),
    }
}

/// Where the first of these orders goes, and those that go elsewhere, by number.
fn destinations(
    tx: &mut Tx<'_>,
    org: Id,
    orders: &[State],
    asks: &[AskRow],
) -> Result<(Secret, Vec<(String, Secret)>), Problem> {
    let moved = |order: &State| {
        let asks = asks
            .iter()
            .filter(|ask| ask.kind == AskKind::Address && ask.order == order.id);
        asks.map(|ask| ask.id).max()
    };
    let promises: Vec<Id> = orders.iter().filter_map(moved).collect();
    let promised = ask::addresses(tx, org, &promises)?;
    let mut all = orders.iter().map(|order| {
        let to = destination(order, moved(order).and_then(|ask| promised.get(&ask)));
        (order.number.clone(), to)
    });
    let Some((_, first)) = all.next() else {
        return Ok((Secret::default(), Vec::new()));
    };
    let elsewhere = all.filter(|(_, to)| place(to) != place(&first)).collect();
    Ok((first, elsewhere))
}

/// A place as it is compared: blanks count for nothing.
fn place(to: &Secret) -> [String; 3] {
    let part = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or_default();
        text.chars().filter(|c| !c.is_whitespace()).collect::<String>()
    };
    [part(&to.receiver), part(&to.phone), part(&to.address)]
}

fn buyer(tx: &mut Tx<'_>, org: Id, now: Ms, customer: Option<Id>) -> Result<(Option<Summary>, i64), Problem> {
    let Some(customer) = customer else {
        return Ok((None, 0));
    };
    let sql = format!(
        "SELECT COUNT(*) FROM shop_order
         WHERE org_id = $1 AND customer_id = $2 AND pay_status = 'paid' AND id IN {OF_CUSTOMER}"
    );
    let bought: Option<i64> = tx.value(&sql, args![org, customer])?;
    Ok((customers::summary(tx, now, org, customer)?, bought.unwrap_or(0)))
}

fn short(tx: &mut Tx<'_>, org: Id, orders: &[Id]) -> Result<BTreeSet<Id>, Problem> {
    let sql = format!(
        "SELECT sku_id FROM order_stock WHERE org_id = $1 AND held = 'short' AND order_id IN {}",
        Tx::in_list(2, orders.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(orders));
    Ok(tx.rows(&sql, &arguments, |row| row.get(0))?.into_iter().collect())
}

pub(crate) fn minute_of_day(at: Ms, zone: &TimeZone) -> i64 {
    let Ok(at) = jiff::Timestamp::from_millisecond(at.0) else {
        return 0;
    };
    let time = at.to_zoned(zone.clone()).time();
    i64::from(time.hour()) * 60 + i64::from(time.minute())
}
