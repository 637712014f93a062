use std::collections::BTreeMap;

use base::{Actor, Fen, Id, Ms, Page, PageAsk, Permission, Problem, mask_contact, mask_name};
use customers::mask_address;
use serde::{Deserialize, Serialize};
use store::{Tx, args, pad, record, text_enum};

use super::reach::Reach;
use crate::secret::Secret;
use crate::state::State;

text_enum! {
    /// What a buyer was promised in a talk.
    pub enum AskKind {
        /// 备注
        Remark = "remark",
        /// 插旗
        Flag = "flag",
        /// 指定快递
        Courier = "courier",
        /// 赠品
        Gift = "gift",
        /// 改地址
        Address = "address",
        /// 改价
        Price = "price",
        /// 特殊要求
        Special = "special",
        /// 加急
        Urgent = "urgent",
        /// 指定发货日
        Wait = "wait",
    }
}

text_enum! {
    /// Where a promise stands.
    pub enum AskState {
        /// It holds; of a price: it is to be decided.
        Open = "open",
        /// A price that was granted.
        Done = "done",
        /// A price that was refused.
        Refused = "refused",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
}

record! {
    /// A promise as its row keeps it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct AskRow {
        pub id: Id = "id",
        pub order: Id = "order_id",
        pub shop: Id = "shop_id",
        pub kind: AskKind = "kind",
        pub text: String = "text",
        pub flag: Option<i64> = "flag",
        pub courier: Option<String> = "courier",
        pub hard: bool = "hard",
        pub sku: Option<Id> = "sku_id",
        pub quantity: Option<i64> = "quantity",
        pub fen: Option<Fen> = "fen",
        pub until: Option<Ms> = "until_at",
        pub state: AskState = "state",
        pub person: Id = "person_id",
        pub at: Ms = "at",
        pub conversation: Option<Id> = "conversation_id",
        pub decided_by: Option<Id> = "decided_by",
        pub decided_at: Option<Ms> = "decided_at",
        pub decided_note: String = "decided_note",
    }
}

/// Somebody of the team, as lists show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DeskPerson {
    /// Their id.
    pub id: Id,
    /// What colleagues call them.
    pub name: String,
}

/// Where a buyer wants it, masked.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AskedAddress {
    /// Who receives it.
    pub receiver_masked: Option<String>,
    /// Their phone.
    pub phone_masked: Option<String>,
    /// Where it goes.
    pub address_masked: Option<String>,
}

/// What was decided of a price.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AskDecision {
    /// By whom.
    pub by: DeskPerson,
    /// When.
    pub at: Ms,
    /// Why.
    pub note: String,
}

/// A promise to a buyer: it stands on the audit screen, the pick list and the waybill without anybody
/// writing it again (rows 89, 114, 154, 231, 232).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Ask {
    /// Its id.
    pub id: Id,
    /// The order.
    pub order: Id,
    /// The order's shop.
    pub shop: Id,
    /// What it is.
    pub kind: AskKind,
    /// In words; may be empty.
    pub text: String,
    /// The flag's colour, 0 to 10.
    pub flag: Option<i64>,
    /// The courier's code.
    pub courier: Option<String>,
    /// 务必: no other courier will do.
    pub hard: bool,
    /// What is given.
    pub sku: Option<Id>,
    /// Its merchant code.
    pub sku_code: Option<String>,
    /// Pieces that are given.
    pub quantity: Option<i64>,
    /// What the buyer wants to pay in all.
    pub fen: Option<Fen>,
    /// Not to leave before.
    pub until: Option<Ms>,
    /// Where it shall go instead, masked.
    pub address: Option<AskedAddress>,
    /// Where it stands.
    pub state: AskState,
    /// Who wrote it down.
    pub by: DeskPerson,
    /// When.
    pub at: Ms,
    /// The talk it was said in.
    pub conversation: Option<Id>,
    /// What was decided of it.
    pub decided: Option<AskDecision>,
    /// Parcels that go back to audit because of it: in the answer to writing it down only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sent_back: Vec<Id>,
}

/// Which promises a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AskFilter {
    /// Of this kind.
    pub kind: Option<AskKind>,
    /// Standing so; `open` when left out.
    pub state: Option<AskState>,
    /// Of orders of this shop.
    pub shop: Option<Id>,
}

/// Which promises of an order are shown.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AsksOfOrder {
    /// Also those that stand no more.
    pub all: Option<bool>,
}

/// All promises of these orders, the oldest first, by order; no right is asked.
pub(crate) fn of_orders(
    tx: &mut Tx<'_>,
    org: Id,
    orders: &[Id],
) -> Result<BTreeMap<Id, Vec<AskRow>>, Problem> {
    let mut found = BTreeMap::<Id, Vec<AskRow>>::new();
    if orders.is_empty() {
        return Ok(found);
    }
    let sql = format!(
        "SELECT {} FROM order_ask WHERE org_id = $1 AND order_id IN {} ORDER BY order_id, id",
        AskRow::COLUMNS,
        Tx::in_list(2, orders.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(orders));
    for ask in tx.rows(&sql, &arguments, AskRow::read)? {
        found.entry(ask.order).or_default().push(ask);
    }
    Ok(found)
}

/// Prices asked for in these talks that can still be decided, the oldest first: those of orders that were paid, left,
/// or were closed meanwhile await nothing. No right is asked.
pub fn open_prices(tx: &mut Tx<'_>, org: Id, talks: &[Id]) -> Result<Vec<Ask>, Problem> {
    if talks.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {} FROM order_ask
         WHERE org_id = $1 AND state = 'open' AND kind = 'price' AND conversation_id IN {}
           AND EXISTS (SELECT 1 FROM shop_order o WHERE o.org_id = $1 AND o.id = order_ask.order_id
                         AND o.order_status = 'open' AND o.pay_status = 'unpaid' AND o.ship_status = 'none')
         ORDER BY id",
        AskRow::COLUMNS,
        Tx::in_list(2, talks.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(talks));
    let rows = tx.rows(&sql, &arguments, AskRow::read)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    views(tx, org, rows)
}

/// Those that hold: not taken back or refused, and the last of what there can be but one of.
pub(crate) fn standing(asks: &[AskRow]) -> Vec<&AskRow> {
    let holds = |ask: &&AskRow| matches!(ask.state, AskState::Open | AskState::Done);
    let one = |kind: AskKind| !matches!(kind, AskKind::Gift | AskKind::Special | AskKind::Price);
    let last = |ask: &&AskRow| {
        !one(ask.kind)
            || asks
                .iter()
                .filter(holds)
                .filter(|other| other.kind == ask.kind)
                .all(|other| other.id <= ask.id)
    };
    asks.iter().filter(holds).filter(last).collect()
}

/// What is asked of where these promises want it sent, by promise.
pub(crate) fn addresses(tx: &mut Tx<'_>, org: Id, asks: &[Id]) -> Result<BTreeMap<Id, Secret>, Problem> {
    if asks.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "SELECT ask_id, receiver, phone, address FROM ask_address WHERE org_id = $1 AND ask_id IN {}",
        Tx::in_list(2, asks.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(asks));
    let rows = tx.rows(&sql, &arguments, |row| {
        let secret = Secret {
            receiver: row.get(1)?,
            phone: row.get(2)?,
            address: row.get(3)?,
        };
        Ok((row.get::<Id>(0)?, secret))
    })?;
    Ok(rows.into_iter().collect())
}

/// One promise in the actor's reach: any other is `not_found`.
pub(crate) fn reached(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<AskRow, Problem> {
    let sql = format!(
        "SELECT {} FROM order_ask WHERE org_id = $1 AND id = $2",
        AskRow::COLUMNS
    );
    let found = tx.row(&sql, args![who.org, id], AskRow::read)?;
    let found = found.ok_or_else(Problem::not_found)?;
    who.need_shop(found.shop)?;
    Ok(found)
}

/// The promises as they are shown, in the order they come in.
pub(crate) fn views(tx: &mut Tx<'_>, org: Id, rows: Vec<AskRow>) -> Result<Vec<Ask>, Problem> {
    let moved: Vec<Id> = rows
        .iter()
        .filter(|ask| ask.kind == AskKind::Address)
        .map(|ask| ask.id)
        .collect();
    let mut addresses = addresses(tx, org, &moved)?;
    let people: Vec<Id> = rows
        .iter()
        .flat_map(|ask| [Some(ask.person), ask.decided_by])
        .flatten()
        .collect();
    let names = team::names(tx, org, &people)?;
    let skus: Vec<Id> = rows.iter().filter_map(|ask| ask.sku).collect();
    let codes: BTreeMap<Id, String> = catalogue::skus(tx, org, &skus)?
        .into_iter()
        .map(|sku| (sku.id, sku.code))
        .collect();
    let named = |id: Id| DeskPerson {
        id,
        name: names.get(&id).cloned().unwrap_or_default(),
    };
    let view = |ask: AskRow| Ask {
        sku_code: ask.sku.and_then(|sku| codes.get(&sku).cloned()),
        address: addresses.remove(&ask.id).map(|asked| AskedAddress {
            receiver_masked: asked.receiver.as_deref().map(mask_name),
            phone_masked: asked.phone.as_deref().map(mask_contact),
            address_masked: asked.address.as_deref().map(mask_address),
        }),
        by: named(ask.person),
        decided: ask.decided_by.zip(ask.decided_at).map(|(by, at)| AskDecision {
            by: named(by),
            at,
            note: ask.decided_note,
        }),
        id: ask.id,
        order: ask.order,
        shop: ask.shop,
        kind: ask.kind,
        text: ask.text,
        flag: ask.flag,
        courier: ask.courier,
        hard: ask.hard,
        sku: ask.sku,
        quantity: ask.quantity,
        fen: ask.fen,
        until: ask.until,
        state: ask.state,
        at: ask.at,
        conversation: ask.conversation,
        sent_back: Vec::new(),
    };
    Ok(rows.into_iter().map(view).collect())
}

/// What was promised of an order, the newest first. Needs [`Permission::SeeOrders`].
pub fn asks_of(tx: &mut Tx<'_>, who: &Actor, order: Id, ask: &AsksOfOrder) -> Result<Vec<Ask>, Problem> {
    State::reached(tx, who, order)?;
    who.need(Permission::SeeOrders)?;
    let mut rows = of_orders(tx, who.org, &[order])?
        .remove(&order)
        .unwrap_or_default();
    if ask.all != Some(true) {
        rows = standing(&rows).into_iter().cloned().collect();
    }
    rows.reverse();
    views(tx, who.org, rows)
}

/// Of an organisation those in a state, before an id, of a kind, at most so many.
pub(super) fn statement(shops: &str) -> String {
    format!(
        "SELECT {} FROM order_ask WHERE org_id = $1 AND state = $2 AND id < $3 AND ($4 IS NULL OR kind = $4) AND {shops}
         ORDER BY id DESC LIMIT $5",
        AskRow::COLUMNS
    )
}

/// Promises of orders of the shops in reach, the newest first. Needs [`Permission::SeeOrders`].
pub fn asks(tx: &mut Tx<'_>, who: &Actor, filter: &AskFilter, page: &PageAsk) -> Result<Page<Ask>, Problem> {
    who.need(Permission::SeeOrders)?;
    let reach = Reach::of(who, filter.shop, 6)?;
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let state = filter.state.unwrap_or(AskState::Open);
    let sql = statement(&reach.sql);
    let kind = filter.kind.map(AskKind::key);
    let mut arguments = args![who.org, state, before, kind, page.limit() + 1].to_vec();
    arguments.extend(reach.shops);
    let rows = tx.rows(&sql, &arguments, AskRow::read)?;
    let page = Page::cut(rows, page.limit(), |ask| vec![ask.id.0]);
    Ok(Page {
        items: views(tx, who.org, page.items)?,
        next: page.next,
    })
}
