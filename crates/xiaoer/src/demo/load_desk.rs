//! The order desk of the demo: couriers, rules, gifts, what agents promised, and the first morning's work.

use std::collections::HashMap;

use base::{Actor, Id, Problem};
use catalogue::Handling;
use orders::desk::{
    self, GiftPiece, GiftStep, NewAsk, NewBatch, NewCourier, NewGiftRule, NewStopArea, ParcelRev, PassParcels,
};
use serde_json::json;
use store::Tx;

use super::DAY_MS;
use super::load::{Site, missing};
use super::load_team::owner;

/// More orders than the demo has.
const MOST: usize = 500;

/// What the desk works with; before the orders come, so that they meet it.
pub(super) fn rules(tx: &mut Tx<'_>, site: &Site<'_>) -> Result<(), Problem> {
    let (now, file) = (site.now, &site.with.content.desk);
    let who = owner(tx, site)?;
    for courier in &file.courier {
        let new = NewCourier {
            name: courier.name.clone(),
            on: true,
            surcharge_fen: courier.surcharge_fen,
            ..NewCourier::default()
        };
        desk::set_courier(tx, now, &who, &courier.code, &new)?;
    }
    for goods in &file.handling {
        let sku =
            catalogue::sku_by_code(tx, who.org, &goods.sku)?.ok_or_else(|| missing("sku", &goods.sku))?;
        let handling = Handling {
            weight_g: Some(goods.weight_g),
            bin: goods.bin.clone(),
            packing: goods.packing.clone(),
        };
        catalogue::set_handling(tx, now, &who, sku.id, &handling)?;
    }
    let setting = desk::SETTINGS
        .iter()
        .find(|setting| setting.key == "orders.courier")
        .ok_or_else(|| missing("setting", "orders.courier"))?;
    team::set_setting(tx, now, &who, None, setting, &json!(file.default_courier))?;
    for rule in &file.rule {
        desk::add_audit_rule(tx, now, &who, rule)?;
    }
    for gift in &file.gift {
        let sku = catalogue::sku_by_code(tx, who.org, &gift.sku)?.ok_or_else(|| missing("sku", &gift.sku))?;
        let step = GiftStep {
            min_fen: Some(gift.min_fen),
            min_pieces: None,
            gifts: vec![GiftPiece {
                sku: sku.id,
                quantity: gift.quantity,
            }],
        };
        let new = NewGiftRule {
            shop: None,
            name: gift.name.clone(),
            priority: gift.priority,
            on: true,
            from: Some(now.plus(-DAY_MS)),
            until: Some(now.plus(gift.days * DAY_MS)),
            steps: vec![step],
            codes: Vec::new(),
            times: false,
            once_per_buyer: true,
            limit: None,
        };
        desk::set_gift_rule(tx, now, &who, None, &new)?;
    }
    for area in &file.stop_area {
        let new = NewStopArea {
            courier: Some(area.courier.clone()),
            region: area.region.clone(),
            from: now.plus(-DAY_MS),
            until: Some(now.plus(area.days * DAY_MS)),
            note: area.note.clone(),
        };
        desk::set_stop_area(tx, now, &who, None, &new)?;
    }
    for way in &file.transit {
        desk::set_transit(tx, now, &who, way)?;
    }
    Ok(())
}

/// What was promised, audited and put into a batch before a visitor comes.
pub(super) fn morning(tx: &mut Tx<'_>, site: &Site<'_>, orders: &HashMap<String, Id>) -> Result<(), Problem> {
    let (now, file) = (site.now, &site.with.content.desk);
    let order = |number: &String| {
        orders
            .get(number)
            .copied()
            .ok_or_else(|| missing("order", number))
    };
    for promise in &file.ask {
        let who = person(tx, site, &promise.by)?;
        let new = NewAsk {
            kind: promise.kind,
            text: promise.text.clone(),
            flag: None,
            courier: promise.courier.clone(),
            hard: promise.hard,
            sku: None,
            quantity: None,
            fen: None,
            until: None,
            receiver: None,
            phone: None,
            address: None,
            conversation: None,
        };
        desk::add_ask(tx, now, &who, order(&promise.order)?, &new)?;
    }
    desk::work(tx, now, MOST)?;
    let who = auditor(tx, site)?;
    let mut parcels = Vec::new();
    for number in &file.morning.passed {
        for parcel in desk::parcels_of(tx, now, &who, order(number)?)? {
            parcels.push((
                number,
                ParcelRev {
                    id: parcel.id,
                    rev: parcel.rev,
                },
            ));
        }
    }
    let ask = PassParcels {
        parcels: parcels.iter().map(|(_, parcel)| parcel.clone()).collect(),
    };
    let done = desk::pass_many(tx, now, &who, &ask)?;
    let batched = parcels
        .iter()
        .filter(|(number, parcel)| file.morning.batched.contains(number) && done.passed.contains(&parcel.id))
        .map(|(_, parcel)| parcel.id)
        .collect();
    let new = NewBatch {
        parcels: Some(batched),
        ..NewBatch::default()
    };
    desk::make_batch(tx, now, &who, &new)?;
    Ok(())
}

fn person(tx: &mut Tx<'_>, site: &Site<'_>, login: &str) -> Result<Actor, Problem> {
    let id = site
        .people
        .get(login)
        .copied()
        .ok_or_else(|| missing("person", login))?;
    team::actor_of(tx, site.who.org, id)?.ok_or_else(Problem::internal)
}

/// Who audits and ships.
fn auditor(tx: &mut Tx<'_>, site: &Site<'_>) -> Result<Actor, Problem> {
    let people = &site.with.content.people.person;
    let has = |roles: &[String], role: &str| roles.iter().any(|one| one == role);
    let found = people
        .iter()
        .find(|person| has(&person.roles, "auditor") && has(&person.roles, "shipper"));
    let found = found.ok_or_else(|| missing("role", "auditor"))?;
    person(tx, site, &found.login)
}
