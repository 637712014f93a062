use base::{Actor, Fen, Id, Ms, Page, PageAsk, Permission, Problem, Shops};
use customers::IdentityKind;
use serde::Deserialize;
use store::{Arg, Tx, args, pad};

use crate::desk::parcel_orders;
use crate::filed;
use crate::order::{Order, views};
use crate::state::{COLUMNS, State};

/// Which orders a list holds: all that is given must hold.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrderFilter {
    /// The beginning of the number.
    pub q: Option<String>,
    /// Of this customer.
    pub customer: Option<Id>,
    /// Of the buyer with this nick, whole.
    pub buyer: Option<String>,
    /// Of this shop.
    pub shop: Option<Id>,
    /// The last four digits of the receiver's phone.
    pub phone4: Option<String>,
    /// The beginning of the waybill, or the whole waybill of one of its parcels.
    pub waybill: Option<String>,
    /// `unpaid`, `paid`, `shipped`, `received`, `done`, `refunded` or `closed`: the status in one word.
    pub status: Option<String>,
    /// Placed from then on.
    pub from: Option<Ms>,
    /// Placed before then.
    pub to: Option<Ms>,
    /// Of so much at least: what was paid, or is to be paid.
    pub min_fen: Option<Fen>,
    /// Of so much at most.
    pub max_fen: Option<Fen>,
}

/// A place in the list: when the order was placed, and its id.
pub(crate) type Place = [i64; 2];

/// Orders of one page, and where the next begins.
pub(crate) struct Found {
    pub(crate) states: Vec<State>,
    pub(crate) next: Option<Place>,
}

/// No index knows amounts: so many orders are looked through for them at once.
const WINDOW: usize = 20_000;
/// So many times for one page; a page that is not full by then says where to go on.
const WINDOWS: usize = 5;
/// Orders of one beginning of a waybill, at most.
const NAMED: usize = 500;

/// Orders of the shops in reach, the last placed first. With an amount in the filter a page may hold less than
/// was asked for, or nothing, and still name a next one. Needs [`Permission::SeeOrders`].
pub fn orders(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &OrderFilter,
    page: &PageAsk,
) -> Result<Page<Order>, Problem> {
    who.need(Permission::SeeOrders)?;
    let found = find(tx, who, filter, page.numbers(), page.limit())?;
    Ok(Page {
        items: views(tx, who.org, found.states)?,
        next: found.next.map(|[at, id]| format!("{at}.{id}")),
    })
}

/// The orders of a customer in the shops in reach, the last placed first. Needs [`Permission::SeeOrders`]; a
/// customer nobody knows is `not_found`.
pub fn of_customer(
    tx: &mut Tx<'_>,
    who: &Actor,
    customer: Id,
    page: &PageAsk,
) -> Result<Page<Order>, Problem> {
    let filter = OrderFilter {
        customer: Some(customer),
        ..OrderFilter::default()
    };
    orders(tx, who, &filter, page)
}

/// Orders before `before` in the list; the caller asks the right.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &OrderFilter,
    before: Option<Place>,
    limit: usize,
) -> Result<Found, Problem> {
    let asked = Asked::of(tx, who, filter)?;
    let mut before = before.unwrap_or([i64::MAX; 2]);
    let amount = filter.min_fen.is_some() || filter.max_fen.is_some();
    let mut rows = Vec::new();
    let mut next = None;
    for _ in 0..if amount { WINDOWS } else { 1 } {
        let end = match amount {
            true => asked.place_after(tx, before, WINDOW)?,
            false => None,
        };
        let (sql, arguments) = asked.statement(filter, before, end, limit + 1 - rows.len());
        rows.extend(tx.rows(&sql, &arguments, State::read)?);
        if rows.len() > limit {
            rows.truncate(limit);
            next = rows.last().map(|row: &State| [row.sort_at.0, row.id.0]);
            break;
        }
        let Some(end) = end else {
            next = None;
            break;
        };
        (before, next) = (end, Some(end));
    }
    Ok(Found {
        states: State::whole(tx, who.org, rows)?,
        next,
    })
}

/// What is asked, as the part of a statement behind FROM, and its arguments from `$1` on.
struct Asked {
    sql: String,
    arguments: Vec<Arg<'static>>,
    texts: Vec<String>,
    /// The column to sort by, written so that an index is used that finds few orders rather than the one in
    /// the list's order.
    sort_at: &'static str,
}

impl Asked {
    fn of(tx: &mut Tx<'_>, who: &Actor, filter: &OrderFilter) -> Result<Asked, Problem> {
        let mut asked = Asked {
            sql: String::new(),
            arguments: args![who.org].to_vec(),
            texts: Vec::new(),
            sort_at: "o.sort_at",
        };
        let mut given = Vec::new();
        let from = match given_text(&filter.phone4) {
            Some(digits) if digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                let n = asked.text(digits);
                asked.sort_at = "+o.sort_at";
                // A CROSS JOIN is walked from left to right: these few receivers first, of whom SQLite needs no more
                // than what stands in the index.
                format!(
                    "order_secret s CROSS JOIN shop_order o WHERE s.org_id = $1
                       AND substr(s.phone, length(s.phone) - 3) = {n} AND o.org_id = $1 AND o.id = s.order_id"
                )
            }
            Some(_) => {
                return Err(Problem::input("phone4", "bad_field", "Four digits."));
            }
            None => "shop_order o WHERE o.org_id = $1".to_owned(),
        };
        if let Some(q) = given_text(&filter.q) {
            asked.sort_at = "+o.sort_at";
            let range = asked.beginning("o.number", q);
            given.push(range);
        }
        if let Some(waybill) = given_text(&filter.waybill) {
            asked.sort_at = "+o.sort_at";
            let orders = of_waybill(tx, who.org, waybill)?;
            let list = asked.ids(&orders);
            given.push(format!("o.id IN {list}"));
        }
        if let Some(customer) = filter.customer {
            let customer = customers::survivor(tx, who.org, customer)?;
            given.push(asked.bought_by(&[customer]));
        }
        if let Some(buyer) = given_text(&filter.buyer) {
            let customers = named(tx, who, filter.shop, buyer)?;
            given.push(asked.bought_by(&customers));
        }
        if let Some(status) = given_text(&filter.status) {
            given.push(stands(status)?.to_owned());
        }
        if let Some(from) = filter.from {
            let n = asked.number(from.0);
            given.push(format!("{} >= {n}", asked.sort_at));
        }
        if let Some(to) = filter.to {
            let n = asked.number(to.0);
            given.push(format!("{} < {n}", asked.sort_at));
        }
        let reach = match filter.shop {
            Some(shop) => {
                who.need_shop(shop)?;
                Shops::only(vec![shop])
            }
            None => who.shops.clone(),
        };
        if let Shops::Only(shops) = &reach {
            let list = asked.ids(shops);
            // Where few stand so, the index of those is better than the shop's.
            let few = filter
                .status
                .as_deref()
                .is_some_and(|status| status.trim() != "done");
            given.push(format!("{}o.shop_id IN {list}", if few { "+" } else { "" }));
        }
        asked.sql = std::iter::once(from)
            .chain(given)
            .collect::<Vec<_>>()
            .join(" AND ");
        Ok(asked)
    }

    fn number(&mut self, value: i64) -> String {
        self.arguments.push(value.into());
        format!("${}", self.arguments.len())
    }

    /// A place for a text, which is filled in when the statement runs.
    fn text(&mut self, text: &str) -> String {
        self.texts.push(text.to_owned());
        format!("${{{}}}", self.texts.len() - 1)
    }

    /// Every text that begins with `text` lies between it and it followed by the last character there is.
    fn beginning(&mut self, column: &str, text: &str) -> String {
        let (from, to) = (self.text(text), self.text(&format!("{text}\u{10FFFF}")));
        format!("{column} >= {from} AND {column} <= {to}")
    }

    fn ids(&mut self, ids: &[Id]) -> String {
        let list = Tx::in_list(self.arguments.len() + 1, ids.len());
        self.arguments.extend(pad(ids));
        list
    }

    /// Orders of these customers: few, so they are found first and sorted then.
    fn bought_by(&mut self, customers: &[Id]) -> String {
        self.sort_at = "+o.sort_at";
        let list = self.ids(customers);
        format!(
            "o.id IN {} AND o.customer_id IN {list}",
            filed::of_customers(&list)
        )
    }

    /// The statement with its texts numbered behind the other arguments, and all of those.
    fn whole<'a>(&'a self, sql: &str, more: &[Arg<'a>]) -> (String, Vec<Arg<'a>>) {
        let mut arguments: Vec<Arg<'a>> = self.arguments.clone();
        let mut sql = sql.to_owned();
        for (n, text) in self.texts.iter().enumerate() {
            arguments.push(text.as_str().into());
            sql = sql.replace(&format!("${{{n}}}"), &format!("${}", arguments.len()));
        }
        for (n, value) in more.iter().enumerate() {
            arguments.push(*value);
            sql = sql.replace(&format!("$more{n}"), &format!("${}", arguments.len()));
        }
        (sql, arguments)
    }

    /// The place `count` orders further on, when there are so many.
    fn place_after(&self, tx: &mut Tx<'_>, before: Place, count: usize) -> Result<Option<Place>, Problem> {
        let (sql, arguments) = self.whole(
            &format!(
                "SELECT o.sort_at, o.id FROM {0} AND ({1}, o.id) < ($more0, $more1)
                 ORDER BY {1} DESC, o.id DESC LIMIT 1 OFFSET $more2",
                self.sql, self.sort_at
            ),
            args![before[0], before[1], count - 1],
        );
        tx.row(&sql, &arguments, |row| Ok([row.get(0)?, row.get(1)?]))
    }

    /// The statement of orders before `before` and not beyond `end`.
    fn statement(
        &self,
        filter: &OrderFilter,
        before: Place,
        end: Option<Place>,
        limit: usize,
    ) -> (String, Vec<Arg<'_>>) {
        let [end_at, end_id] = end.unwrap_or([i64::MIN; 2]);
        let amount =
            "CASE WHEN COALESCE(o.paid_fen, 0) <> 0 THEN o.paid_fen ELSE COALESCE(o.total_fen, 0) END";
        let amounts = match (filter.min_fen, filter.max_fen) {
            (None, None) => String::new(),
            _ => format!("AND {amount} >= $more5 AND {amount} <= $more6"),
        };
        let mut more = args![before[0], before[1], end_at, end_id, limit].to_vec();
        if !amounts.is_empty() {
            more.push(filter.min_fen.unwrap_or(Fen(i64::MIN)).into());
            more.push(filter.max_fen.unwrap_or(Fen(i64::MAX)).into());
        }
        self.whole(
            &format!(
                "SELECT {COLUMNS} FROM {0} AND ({1}, o.id) < ($more0, $more1) AND ({1}, o.id) >= ($more2, $more3) {amounts}
                 ORDER BY {1} DESC, o.id DESC LIMIT $more4",
                self.sql, self.sort_at
            ),
            &more,
        )
    }
}

fn given_text(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// A status in one word as a condition. Each is written out, as the indexes of the few that are open, closed or
/// paid back are found by these very words; the words are those of `order::one_word`.
fn stands(status: &str) -> Result<&'static str, Problem> {
    Ok(match status {
        "unpaid" => "o.order_status = 'open' AND o.pay_status = 'unpaid' AND o.ship_status = 'none'",
        "paid" => "o.order_status = 'open' AND o.pay_status = 'paid' AND o.ship_status = 'none'",
        "shipped" => "o.order_status = 'open' AND o.pay_status <> 'refunded' AND o.ship_status = 'shipped'",
        "received" => "o.order_status = 'open' AND o.pay_status <> 'refunded' AND o.ship_status = 'signed'",
        "done" => "o.order_status = 'done' AND o.pay_status <> 'refunded'",
        "closed" => "o.order_status = 'closed' AND o.pay_status <> 'refunded'",
        "refunded" => "o.pay_status = 'refunded'",
        _ => return Err(Problem::input("status", "bad_field", "There is no such status.")),
    })
}

/// Orders whose waybill begins so, or that have a parcel of just this one.
fn of_waybill(tx: &mut Tx<'_>, org: Id, waybill: &str) -> Result<Vec<Id>, Problem> {
    let beyond = format!("{waybill}\u{10FFFF}");
    let mut orders: Vec<Id> = tx.rows(
        "SELECT id FROM shop_order WHERE org_id = $1 AND waybill IS NOT NULL AND waybill >= $2 AND waybill <= $3 ORDER BY waybill LIMIT $4",
        args![org, waybill, &beyond, NAMED],
        |row| row.get(0),
    )?;
    orders.extend(parcel_orders(tx, org, waybill)?);
    orders.sort_unstable();
    orders.dedup();
    Ok(orders)
}

/// The customers of this nick in the shops in reach.
fn named(tx: &mut Tx<'_>, who: &Actor, shop: Option<Id>, nick: &str) -> Result<Vec<Id>, Problem> {
    let shops = match shop {
        Some(shop) => {
            who.need_shop(shop)?;
            vec![shop]
        }
        // Which shops there are is no secret to who sees their orders, also without the right to see the team.
        None => team::shops(tx, &Actor::program(who.org))?
            .into_iter()
            .map(|shop| shop.id)
            .filter(|shop| who.shops.has(*shop))
            .collect(),
    };
    let mut found = Vec::new();
    for shop in shops {
        if let Some(id) = customers::by_identity(tx, who.org, IdentityKind::Nick, shop, nick)? {
            found.push(customers::survivor(tx, who.org, id)?);
        }
    }
    found.dedup();
    Ok(found)
}

#[cfg(test)]
mod tests;
