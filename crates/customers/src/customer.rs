use base::{Actor, Fen, Id, Ms, Page, PageAsk, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::{Event, Tx, args, record};

use crate::block;
use crate::check;
use crate::consent::{self, ConsentView};
use crate::contact::{Contact, NewContact, keep_contact};
use crate::figures::LastProblem;
use crate::identity::{self, Identity};
use crate::level;
use crate::referral::{self, Referral};
use crate::tag::{self, Tag};

record! {
    /// A buyer, without what is secret of them.
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct Customer {
        /// Their id.
        pub id: Id = "id",
        /// What they are called: a nick, never the real name.
        pub name: String = "name",
        /// Member level, 0 to 99.
        pub level: i64 = "level",
        /// Whether they are a VIP.
        pub vip: bool = "vip",
        /// What a VIP asks for specially; may be empty.
        pub vip_note: String = "vip_note",
        /// What the team should know; may be empty.
        pub note: String = "note",
        /// Whether an identity of theirs was proven.
        pub known: bool = "known",
        /// What they paid, less what was paid back.
        pub spent_fen: Fen = "spent_fen",
        /// How many orders they paid.
        pub orders: i64 = "orders",
        /// When they were first seen.
        pub created_at: Ms = "created_at",
    }
}

/// A customer as the console shows them.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CustomerView {
    /// The customer.
    #[serde(flatten)]
    pub customer: Customer,
    /// Their nick on a platform, if one is known.
    pub nick: Option<String>,
    /// The real name, masked.
    pub real_name_masked: Option<String>,
    /// The phone number, masked.
    pub phone_masked: Option<String>,
    /// The address, masked.
    pub address_masked: Option<String>,
    /// Whether and why they are blocked in a shop in the reader's reach.
    pub blocked: Option<BlockedView>,
    /// By what they are recognised.
    pub identities: Vec<Identity>,
    /// Their tags, by name.
    pub tags: Vec<Tag>,
    /// What their level is called, where the organisation has levels.
    pub level_name: Option<String>,
    /// What members of their level pay, percent of the price.
    pub price_percent: Option<i64>,
    /// Since when they are a member: their first completed deal; 0: not yet.
    pub member_since: Ms,
    /// When they first paid; 0: never.
    pub first_paid_at: Ms,
    /// When they last paid; 0: never.
    pub last_paid_at: Ms,
    /// Orders of theirs with after-sale.
    pub refunds: i64,
    /// Troubles with their parcels.
    pub troubles: i64,
    /// The last thing that went wrong for them.
    pub problem: Option<LastProblem>,
    /// Who brought them.
    pub referral: Option<Referral>,
    /// How many customers they brought.
    pub brought: i64,
    /// How many of those paid.
    pub brought_paid: i64,
    /// What they said of being contacted, as far as it is in force; a channel that is missing has no consent.
    pub consents: Vec<ConsentView>,
}

/// A block, as a customer's card shows it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct BlockedView {
    /// Why.
    pub reason: String,
    /// Until when; null: until somebody ends it.
    pub until: Option<Ms>,
    /// Who decided it, by name.
    pub by: Option<String>,
    /// Where; null: in all shops.
    pub shop: Option<Id>,
}

record! {
    /// What orders told of a customer.
    #[derive(Clone, Debug)]
    pub struct Told {
        pub first_paid_at: Ms = "first_paid_at",
        pub last_paid_at: Ms = "last_paid_at",
        pub member_since: Ms = "member_since",
        pub refunds: i64 = "refunds",
        pub troubles: i64 = "troubles",
        pub problem_at: Ms = "problem_at",
        pub problem: String = "problem",
        pub problem_order: Option<Id> = "problem_order",
    }
}

impl Told {
    fn get(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Told, Problem> {
        let columns = Told::COLUMNS;
        let sql = format!("SELECT {columns} FROM customer WHERE org_id = $1 AND id = $2");
        tx.row(&sql, args![org, id], Told::read)?
            .ok_or_else(Problem::not_found)
    }
}

/// Which customers a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CustomerFilter {
    /// Part of the name, or the whole of a nick or of a shop's own customer id.
    pub q: Option<String>,
    /// With or without a proven identity.
    pub known: Option<bool>,
    /// With or without an order that was paid and not paid back in full.
    pub bought: Option<bool>,
    /// With this tag.
    pub tag: Option<Id>,
}

/// What to change of a customer; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerChange {
    /// Whether they are a VIP.
    pub vip: Option<bool>,
    /// What a VIP asks for specially, at most 500 characters; empty clears it.
    pub vip_note: Option<String>,
    /// Member level, 0 to 99.
    pub level: Option<i64>,
    /// What the team should know, at most 2,000 characters; empty clears it.
    pub note: Option<String>,
    /// The real name.
    pub real_name: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The address.
    pub address: Option<String>,
}

impl Customer {
    /// The row of this very id, also when it was merged; no right is asked.
    pub(crate) fn get(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Customer>, Problem> {
        let columns = Customer::COLUMNS;
        let sql = format!("SELECT {columns} FROM customer WHERE org_id = $1 AND id = $2");
        tx.row(&sql, args![org, id], Customer::read)
    }
}

/// The customer `id` stands for: itself, or the one it was merged into. `not_found` when there is none.
pub fn survivor(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Id, Problem> {
    // Whoever leads to one that is merged away is led on with it: there is no second hop.
    let sql = "SELECT COALESCE(merged_into, id) FROM customer WHERE org_id = $1 AND id = $2";
    tx.value(sql, args![org, id])?.ok_or_else(Problem::not_found)
}

/// A customer with everything masked that is secret. Needs [`Permission::SeeCustomers`].
pub fn customer(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<CustomerView, Problem> {
    who.need(Permission::SeeCustomers)?;
    let id = survivor(tx, who.org, id)?;
    let found = Customer::get(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
    view(tx, now, who, found)
}

/// Customers, the newest first. Needs [`Permission::SeeCustomers`].
pub fn customers(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &CustomerFilter,
    page: &PageAsk,
) -> Result<Page<CustomerView>, Problem> {
    who.need(Permission::SeeCustomers)?;
    let q = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let bought = match filter.bought {
        None => "",
        Some(true) => "AND c.orders > 0",
        Some(false) => "AND c.orders = 0",
    };
    let sql = format!(
        "SELECT {} FROM customer c
         WHERE c.org_id = $1 AND c.id < $2 AND c.merged_into IS NULL {bought}
           AND ($3 IS NULL OR c.known = $3)
           AND ($4 IS NULL OR c.folded LIKE $4 ESCAPE '!'
             OR c.id IN (SELECT i.customer_id FROM customer_identity i
                         WHERE i.org_id = $1 AND i.value = $5 AND i.kind <> 'visitor'))
           AND ($7 IS NULL OR EXISTS (SELECT 1 FROM customer_tagged g
                                      WHERE g.org_id = $1 AND g.tag_id = $7 AND g.customer_id = c.id))
         ORDER BY c.id DESC LIMIT $6",
        Customer::COLUMNS
    );
    let pattern = q.map(check::anywhere);
    let arguments = args![
        who.org,
        before,
        filter.known,
        &pattern,
        q,
        page.limit() + 1,
        filter.tag
    ];
    let page = Page::cut(tx.rows(&sql, arguments, Customer::read)?, page.limit(), |row| {
        vec![row.id.0]
    });
    let items = page
        .items
        .into_iter()
        .map(|row| view(tx, now, who, row))
        .collect::<Result<_, _>>()?;
    Ok(Page {
        items,
        next: page.next,
    })
}

/// Changes what the team wrote about a customer. Needs [`Permission::EditCustomers`].
pub fn edit_customer(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: &CustomerChange,
) -> Result<CustomerView, Problem> {
    who.need(Permission::EditCustomers)?;
    let id = survivor(tx, who.org, id)?;
    let was = Customer::get(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
    let mut is = was.clone();
    is.vip = change.vip.unwrap_or(was.vip);
    is.level = check::level(change.level.unwrap_or(was.level))?;
    if let Some(note) = &change.vip_note {
        is.vip_note = check::text("vip_note", note, 500)?;
    }
    if let Some(note) = &change.note {
        is.note = check::text("note", note, 2_000)?;
    }
    if was != is {
        tx.exec(
            "UPDATE customer SET vip = $3, level = $4, vip_note = $5, note = $6 WHERE org_id = $1 AND id = $2",
            args![who.org, id, is.vip, is.level, &is.vip_note, &is.note],
        )?;
        let data = difference(&was, &is).into();
        tx.emit(Event {
            at: now,
            who,
            shop: Id::NONE,
            kind: "customer.changed",
            subject: id,
            data,
        })?;
    }
    let contact = NewContact {
        real_name: change.real_name.clone(),
        phone: change.phone.clone(),
        address: change.address.clone(),
    };
    keep_contact(tx, now, who, id, &contact)?;
    view(tx, now, who, is)
}

/// What changed, for the log. Notes are about a person, so only whether there is one is told.
fn difference(was: &Customer, is: &Customer) -> Map<String, Value> {
    let mut data = Map::new();
    let mut tell = |name: &str, changed: bool, pair: Value| {
        if changed {
            data.insert(name.to_owned(), pair);
        }
    };
    let full = |note: &String| !note.is_empty();
    tell("vip", was.vip != is.vip, json!([was.vip, is.vip]));
    tell("level", was.level != is.level, json!([was.level, is.level]));
    tell(
        "vip_note",
        was.vip_note != is.vip_note,
        json!([full(&was.vip_note), full(&is.vip_note)]),
    );
    tell(
        "note",
        was.note != is.note,
        json!([full(&was.note), full(&is.note)]),
    );
    data
}

fn view(tx: &mut Tx<'_>, now: Ms, who: &Actor, customer: Customer) -> Result<CustomerView, Problem> {
    let secrets = Contact::get(tx, who.org, customer.id)?.masked();
    let identities = identity::identities(tx, who.org, customer.id)?;
    let tags = tag::tags_of(tx, who.org, &[customer.id])?
        .remove(&customer.id)
        .unwrap_or_default();
    let level = level::of_org(tx, who.org)?
        .into_iter()
        .rev()
        .find(|rule| rule.level <= customer.level);
    let figures = Told::get(tx, who.org, customer.id)?;
    let referral = referral::referral(tx, who.org, customer.id)?;
    let (brought, brought_paid) = referral::brought(tx, who.org, customer.id)?;
    let consents = consent::in_force(tx, who.org, customer.id, None)?;
    let consents = consent::named(tx, who.org, consents)?;
    let nick = identities
        .iter()
        .find(|one| one.kind == "nick")
        .and_then(|one| one.value.clone());
    let blocked = match block::in_reach(tx, now, who, customer.id)? {
        Some(block) => Some(BlockedView {
            by: block::decider(tx, who.org, &block)?,
            reason: block.reason,
            until: block.until,
            shop: block.shop,
        }),
        None => None,
    };
    Ok(CustomerView {
        customer,
        nick,
        real_name_masked: secrets.real_name,
        phone_masked: secrets.phone,
        address_masked: secrets.address,
        blocked,
        identities,
        tags,
        price_percent: level.as_ref().map(|rule| rule.price_percent),
        level_name: level.map(|rule| rule.name),
        member_since: figures.member_since,
        first_paid_at: figures.first_paid_at,
        last_paid_at: figures.last_paid_at,
        refunds: figures.refunds,
        troubles: figures.troubles,
        problem: Some(LastProblem {
            at: figures.problem_at,
            kind: figures.problem,
            order: figures.problem_order,
        })
        .filter(|last| !last.kind.is_empty()),
        referral,
        brought,
        brought_paid,
        consents,
    })
}
