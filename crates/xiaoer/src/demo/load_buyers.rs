//! What the demo's shops sell, to whom, and what was bought.

use std::collections::{BTreeSet, HashMap};

use base::{Fen, Id, Ms, Problem, snippet};
use catalogue::{NewProduct, NewSku};
use customers::{CustomerChange, IdentityKind, NewBlock};
use orders::{NewLine, NewOrder, OrderStatus, PayStatus, ShipStatus};
use store::{FileRow, Tx};

use super::content::{Customer, Order};
use super::load::{Site, missing};
use super::{DAY_MS, day_of, time_ms};

pub(super) fn products(tx: &mut Tx<'_>, site: &Site<'_>) -> Result<(), Problem> {
    let sold = taken(site);
    let mut pictures: HashMap<(&str, Id), Id> = HashMap::new();
    for product in &site.with.content.products {
        let shops = site.shops(&product.shops)?;
        let first = shops.first().copied().unwrap_or_default();
        let picture = match pictures.get(&(product.picture.as_str(), first)) {
            Some(kept) => *kept,
            None => {
                let file = site.with.files.get(product.picture.as_str());
                let file = file.ok_or_else(|| missing("picture", &product.picture))?;
                let kept = FileRow::keep(tx, site.now, &site.who, first, file)?.id;
                pictures.insert((product.picture.as_str(), first), kept);
                kept
            }
        };
        let mut points = product.points.clone();
        points.extend(product.campaign.clone());
        for (title, text) in [
            ("材质", &product.material),
            ("洗护", &product.care),
            ("尺寸", &product.size_note),
        ] {
            if !text.is_empty() {
                points.push(snippet(&format!("{title}：{text}"), 98));
            }
        }
        let skus = product.skus.iter().map(|sku| NewSku {
            code: sku.code.clone(),
            spec: Some(sku.spec.clone()),
            price_fen: Some(Fen(sku.price_fen)),
            cost_fen: Some(Fen(sku.cost_fen)),
            floor_fen: Some(Fen(sku.floor_fen)),
            // The file says what is on the shelf after all orders that left.
            on_hand: Some(sku.on_hand + sold.get(sku.code.as_str()).copied().unwrap_or(0)),
            safety: Some(sku.safety),
            active: Some(true),
        });
        let new = NewProduct {
            code: product.code.clone(),
            title: Some(product.name.clone()),
            picture: Some(picture.to_string()),
            url: None,
            selling_points: Some(points),
            active: Some(true),
            shops: Some(shops),
            skus: skus.collect(),
        };
        catalogue::upsert_product(tx, site.now, &site.who, &new)?;
    }
    Ok(())
}

/// Pieces that left with the orders of the files.
fn taken<'a>(site: &'a Site<'_>) -> HashMap<&'a str, i64> {
    let mut taken = HashMap::new();
    for order in site
        .with
        .content
        .customers
        .iter()
        .flat_map(|customer| &customer.order)
    {
        let left = order.ship_status != ShipStatus::None
            || (order.pay_status == PayStatus::Paid && order.order_status == OrderStatus::Done);
        for line in order.lines.iter().filter(|_| left) {
            *taken.entry(line.sku.as_str()).or_default() += line.quantity;
        }
    }
    taken
}

/// Buyers with what they bought; answers the orders by their numbers.
pub(super) fn customers(tx: &mut Tx<'_>, site: &Site<'_>) -> Result<HashMap<String, Id>, Problem> {
    let content = &site.with.content;
    let mut orders = HashMap::new();
    for customer in &content.customers {
        // A customer of two shops is known by each of them apart.
        let talks = content
            .talks
            .iter()
            .filter(|talk| talk.customer.as_ref() == Some(&customer.key));
        let mut keys: BTreeSet<&str> = talks.map(|talk| talk.shop.as_str()).collect();
        keys.extend(customer.order.iter().map(|order| order.shop.as_str()));
        if keys.is_empty() {
            keys.extend(content.shop.shop.first().map(|shop| shop.key.as_str()));
        }
        for key in keys {
            of_shop(tx, site, customer, key, &mut orders)?;
        }
    }
    Ok(orders)
}

fn of_shop(
    tx: &mut Tx<'_>,
    site: &Site<'_>,
    customer: &Customer,
    key: &str,
    orders: &mut HashMap<String, Id>,
) -> Result<(), Problem> {
    let shop = site.shop(key)?;
    let mut bought: Vec<(Ms, &Order)> = customer
        .order
        .iter()
        .filter(|order| order.shop == key)
        .map(|order| (placed(site.now, order), order))
        .collect();
    bought.sort_by_key(|(at, _)| *at);
    let since = bought
        .first()
        .map_or(site.now.plus(-DAY_MS), |(at, _)| at.plus(-600_000));
    let made = customers::of_buyer(
        tx,
        since,
        &site.who,
        shop,
        IdentityKind::ShopUser,
        &customer.key,
        Some(&customer.nick),
    )?;
    let id = made.ok_or_else(|| missing("customer", &customer.key))?;
    let address = format!("{} {}", customer.province_city, customer.address);
    let change = CustomerChange {
        vip: Some(customer.vip),
        vip_note: Some(customer.vip_note.clone()),
        level: Some(customer.level),
        note: Some(customer.note.clone()),
        real_name: Some(customer.name.clone()),
        phone: Some(customer.phone.clone()),
        address: Some(address.clone()),
    };
    customers::edit_customer(tx, since, &site.who, id, &change)?;
    for (at, order) in bought {
        let kept = self::order(tx, site, customer, id, &address, at, order)?;
        orders.insert(order.number.clone(), kept);
    }
    if let Some(blocked) = &customer.blocked {
        let until = Some(site.now.plus(blocked.days * DAY_MS));
        let new = NewBlock {
            reason: blocked.reason.clone(),
            until,
            shop: Some(shop),
        };
        customers::block(tx, site.now, &site.who, id, &new)?;
    }
    Ok(())
}

/// When an order was placed; one of today whose hour is still to come, a moment ago.
fn placed(now: Ms, order: &Order) -> Ms {
    let at = day_of(now).plus(time_ms(&order.at) - order.days_ago * DAY_MS);
    if at < now { at } else { now.plus(-40 * 60_000) }
}

fn order(
    tx: &mut Tx<'_>,
    site: &Site<'_>,
    customer: &Customer,
    id: Id,
    address: &str,
    at: Ms,
    order: &Order,
) -> Result<Id, Problem> {
    let content = &site.with.content;
    let past = |ms: i64| Some(at.plus(ms).min(site.now.plus(-60_000).max(at)));
    let paid = order.pay_status != PayStatus::Unpaid;
    let shipped = order.ship_status != ShipStatus::None;
    let signed = order.ship_status == ShipStatus::Signed;
    let mut lines = Vec::new();
    for line in &order.lines {
        let product = content
            .products
            .iter()
            .find(|product| product.code == line.product);
        let product = product.ok_or_else(|| missing("product", &line.product))?;
        let sku = product
            .skus
            .iter()
            .find(|sku| sku.code == line.sku)
            .ok_or_else(|| missing("sku", &line.sku))?;
        lines.push(NewLine {
            sku: None,
            code: Some(sku.code.clone()),
            title: product.name.clone(),
            spec: Some(sku.spec.clone()),
            quantity: line.quantity,
            price_fen: Fen(line.price_fen),
        });
    }
    let courier = content
        .shop
        .courier
        .iter()
        .find(|courier| Some(&courier.key) == order.courier.as_ref());
    let new = NewOrder {
        shop: site.shop(&order.shop)?,
        number: order.number.clone(),
        customer: Some(id),
        order_status: Some(order.order_status),
        pay_status: Some(order.pay_status),
        ship_status: Some(order.ship_status),
        after_status: Some(order.after_status),
        total_fen: Some(Fen(order.total_fen)),
        placed_at: Some(at),
        paid_at: past(180_000).filter(|_| paid),
        shipped_at: past(DAY_MS * 3 / 4).filter(|_| shipped),
        signed_at: past(DAY_MS * 4).filter(|_| signed),
        done_at: past(DAY_MS * 9).filter(|_| order.order_status == OrderStatus::Done),
        changed_at: past(DAY_MS * 9),
        payment: paid.then(|| "在线支付".to_owned()),
        courier: courier.map(|courier| courier.name.clone()),
        waybill: order.waybill.clone(),
        buyer_note: Some(order.remark.clone()).filter(|text| !text.is_empty()),
        remark: Some(order.memo.clone()).filter(|text| !text.is_empty()),
        receiver: Some(customer.name.clone()),
        phone: Some(customer.phone.clone()),
        address: Some(address.to_owned()),
        lines,
        ..NewOrder::default()
    };
    Ok(orders::upsert(tx, site.now, &site.who, &new)?.id)
}
