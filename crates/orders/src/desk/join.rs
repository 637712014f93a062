//! Putting parcels together and cutting them apart, and taking that back (practice.md 4.2).

use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, args};

use super::desk_parcel::DeskParcel;
use super::look::{self, Look};
use super::parcel::{LineRow, Parcel, ParcelRow, ParcelState};
use super::pass::{fresh, wrong_state};
use super::view::{view_one, views};
use super::{back, hold, wake};

/// Parcels to be put together with one.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeParcels {
    /// The others, at most 20.
    pub parcels: Vec<Id>,
}

/// Pieces of a line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitLine {
    /// The line's place in the parcel.
    pub place: i64,
    /// How many pieces of it go into the new parcel.
    pub quantity: i64,
}

/// What goes into a parcel of its own.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitParcel {
    /// The lines.
    pub lines: Vec<SplitLine>,
}

/// The two halves.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CutParcels {
    /// What stays, and what goes apart.
    pub parcels: Vec<DeskParcel>,
}

const MOST_MERGED: usize = 20;

/// Others that can go with a parcel: of the same shop and buyer, to the same receiver, phone and address.
/// Needs [`Permission::SeeOrders`].
pub fn merge_mates(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Vec<DeskParcel>, Problem> {
    let parcel = Parcel::reached(tx, who, id)?;
    who.need(Permission::SeeOrders)?;
    let (facts, _) = Look::new(tx, now, who)?.judge_by(tx, &parcel, Some(&[]))?;
    let mut mates = Parcel::load(tx, who.org, &facts.mates)?;
    mates.sort_by_key(|mate| mate.row.id);
    views(tx, now, who.org, mates)
}

/// Why two parcels cannot go together; `None`: they can.
fn apart(a: &Parcel, b: &Parcel, held: &[String]) -> Option<&'static str> {
    match () {
        () if a.row.id == b.row.id => Some("state"),
        () if a.row.shop != b.row.shop => Some("shop"),
        () if a.row.customer.is_none() || a.row.customer != b.row.customer => Some("buyer"),
        () if a.row.address_hash.is_empty() || a.row.address_hash != b.row.address_hash => Some("address"),
        () if !b.row.state.before_audit() => Some("state"),
        () if held
            .iter()
            .any(|reason| matches!(reason.as_str(), "refund" | "balance" | "masked" | "moved")) =>
        {
            Some("held")
        }
        () if a.row.courier != b.row.courier => Some("courier"),
        () => None,
    }
}

/// Puts other parcels into this one. Needs [`Permission::AuditOrders`]; `not_mergeable` names what keeps them
/// apart.
pub fn merge(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    ask: &MergeParcels,
) -> Result<DeskParcel, Problem> {
    let mut parcel = fresh(tx, now, who, id, Permission::AuditOrders)?;
    if !parcel.row.state.before_audit() {
        return Err(wrong_state(&parcel));
    }
    if ask.parcels.is_empty() || ask.parcels.len() > MOST_MERGED {
        return Err(
            Problem::input("parcels", "too_many", format!("1 to {MOST_MERGED} parcels."))
                .with("limit", MOST_MERGED),
        );
    }
    let mut others = Vec::new();
    for other in &ask.parcels {
        let other = fresh(tx, now, who, *other, Permission::AuditOrders)?;
        for one in [&parcel, &other] {
            let holds = hold::of_parcels(tx, who.org, &[one.row.id])?
                .remove(&one.row.id)
                .unwrap_or_default();
            let reasons: Vec<String> = holds
                .into_iter()
                .filter(|hold| hold.open())
                .map(|hold| hold.reason)
                .collect();
            if let Some(why) = apart(&parcel, &other, &reasons) {
                return Err(
                    Problem::conflict("not_mergeable", "These two do not go together.")
                        .with("parcel", other.row.id.0)
                        .with("why", why),
                );
            }
        }
        others.push(other);
    }
    for mut other in others {
        parcel = together(parcel, &other);
        other.row.merged_into = Some(id);
        back::leave(tx, now, who, &mut other, "merged")?;
        for sql in [
            "DELETE FROM parcel_order WHERE org_id = $1 AND parcel_id = $2",
            "DELETE FROM parcel_line WHERE org_id = $1 AND parcel_id = $2",
        ] {
            tx.exec(sql, args![who.org, other.row.id])?;
        }
        other.row.save(tx, who.org)?;
    }
    parcel.write_content(tx, who.org)?;
    parcel.tell(tx, now, who, "parcel.merged", json!({ "with": ask.parcels }))?;
    settled(tx, now, who, parcel)
}

/// One parcel of two. Pure: nothing is lost, and each line still knows where it came from.
fn together(mut a: Parcel, b: &Parcel) -> Parcel {
    for (order, home) in &b.orders {
        if !a.orders.iter().any(|(known, _)| known == order) {
            a.orders.push((*order, *home));
        }
    }
    a.lines.extend(b.lines.iter().cloned());
    a.number_lines();
    a
}

/// Cuts some pieces out of a parcel into a new one. Needs [`Permission::AuditOrders`].
pub fn split(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    ask: &SplitParcel,
) -> Result<CutParcels, Problem> {
    let parcel = fresh(tx, now, who, id, Permission::AuditOrders)?;
    if !parcel.row.state.before_audit() {
        return Err(wrong_state(&parcel));
    }
    let new = tx.id();
    let (stays, mut goes) = cut(parcel, new, now, &ask.lines)?;
    goes.row.insert(tx, who.org)?;
    goes.write_content(tx, who.org)?;
    stays.write_content(tx, who.org)?;
    stays.tell(
        tx,
        now,
        who,
        "parcel.split",
        json!({ "into": new, "pieces": [stays.pieces(), goes.pieces()] }),
    )?;
    // Cut apart on purpose: that they could go together is no reason to hold them.
    let stays_view = settled(tx, now, who, stays)?;
    goes.row = ParcelRow { rev: 1, ..goes.row };
    let goes_view = settled(tx, now, who, goes)?;
    Ok(CutParcels {
        parcels: vec![stays_view, goes_view],
    })
}

/// The two halves. Pure: together they hold what there was, and neither is empty.
fn cut(mut from: Parcel, new: Id, now: Ms, lines: &[SplitLine]) -> Result<(Parcel, Parcel), Problem> {
    let mut goes = Parcel {
        row: ParcelRow {
            customer: from.row.customer,
            courier: from.row.courier.clone(),
            courier_set: from.row.courier_set,
            promise_at: from.row.promise_at,
            split_from: Some(from.row.id),
            ..ParcelRow::new(new, from.row.shop, now)
        },
        orders: Vec::new(),
        lines: Vec::new(),
    };
    let mut seen = Vec::new();
    for SplitLine { place, quantity } in lines {
        let line = from.lines.iter_mut().find(|line| line.place == *place);
        let line = line.filter(|line| !seen.contains(place) && (1..=line.quantity).contains(quantity));
        let Some(line) = line else {
            let detail = "Name lines of the parcel once, with pieces there are.";
            return Err(Problem::input("lines", "split_quantity", detail).with("place", *place));
        };
        seen.push(*place);
        line.quantity -= quantity;
        goes.lines.push(LineRow {
            quantity: *quantity,
            ..line.clone()
        });
    }
    from.lines.retain(|line| line.quantity > 0);
    if goes.lines.is_empty() || from.lines.is_empty() {
        let detail = "Something must go and something must stay.";
        return Err(Problem::input("lines", "split_all", detail));
    }
    let holds = |parcel: &Parcel, order: Id| parcel.lines.iter().any(|line| line.order == order);
    goes.orders = from
        .orders
        .iter()
        .filter(|(order, _)| holds(&goes, *order))
        .copied()
        .collect();
    let lines = &from.lines;
    from.orders
        .retain(|(order, _)| lines.iter().any(|line| line.order == *order));
    from.number_lines();
    goes.number_lines();
    Ok((from, goes))
}

/// Takes the merging or the cutting of a parcel back. Needs [`Permission::AuditOrders`]; `nothing_to_rejoin` when
/// it was neither, or the other half went on.
pub fn rejoin(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<DeskParcel, Problem> {
    let parcel = fresh(tx, now, who, id, Permission::AuditOrders)?;
    if !parcel.row.state.before_audit() {
        return Err(wrong_state(&parcel));
    }
    if parcel.orders.iter().any(|(_, home)| *home != id) && parcel.row.split_from.is_none() {
        return unmerge(tx, now, who, parcel);
    }
    let Some(from) = parcel.row.split_from else {
        return Err(Problem::conflict(
            "nothing_to_rejoin",
            "It was neither merged nor split.",
        ));
    };
    let other = Parcel::get(tx, who.org, from)?.filter(|other| other.row.state.before_audit());
    let Some(other) = other else {
        return Err(Problem::conflict(
            "nothing_to_rejoin",
            "The other half went on without it.",
        ));
    };
    let whole = heal(other, &parcel);
    let mut gone = parcel;
    gone.row.merged_into = Some(from);
    back::leave(tx, now, who, &mut gone, "merged")?;
    for sql in [
        "DELETE FROM parcel_order WHERE org_id = $1 AND parcel_id = $2",
        "DELETE FROM parcel_line WHERE org_id = $1 AND parcel_id = $2",
    ] {
        tx.exec(sql, args![who.org, id])?;
    }
    gone.row.save(tx, who.org)?;
    whole.write_content(tx, who.org)?;
    whole.tell(tx, now, who, "parcel.rejoined", json!({ "with": id }))?;
    settled(tx, now, who, whole)
}

/// What was cut is one again: pieces of one line lie together. Pure.
fn heal(mut a: Parcel, b: &Parcel) -> Parcel {
    let same = |a: &LineRow, b: &LineRow| {
        (a.order, a.sku, &a.code, &a.spec, &a.bundle, a.gift, a.price_fen)
            == (b.order, b.sku, &b.code, &b.spec, &b.bundle, b.gift, b.price_fen)
    };
    let mut rest = Vec::new();
    for line in &b.lines {
        match a.lines.iter_mut().find(|known| same(known, line)) {
            Some(known) => known.quantity += line.quantity,
            None => rest.push(line.clone()),
        }
    }
    let rest = Parcel {
        lines: rest,
        ..b.clone()
    };
    together(a, &rest)
}

/// The orders of a merged parcel go back to where they came from.
fn unmerge(tx: &mut Tx<'_>, now: Ms, who: &Actor, mut parcel: Parcel) -> Result<DeskParcel, Problem> {
    let id = parcel.row.id;
    let mut homes: Vec<Id> = parcel
        .orders
        .iter()
        .map(|(_, home)| *home)
        .filter(|home| *home != id)
        .collect();
    homes.sort_unstable();
    homes.dedup();
    for home in &homes {
        let mut other = Parcel::get(tx, who.org, *home)?.ok_or_else(Problem::internal)?;
        other.orders = parcel
            .orders
            .iter()
            .filter(|(_, of)| of == home)
            .copied()
            .collect();
        other.lines = parcel
            .lines
            .iter()
            .filter(|line| line.home == *home)
            .cloned()
            .collect();
        parcel.orders.retain(|(_, of)| of != home);
        parcel.lines.retain(|line| line.home != *home);
        other.row.merged_into = None;
        other.row.go(ParcelState::Waiting, now);
        other.number_lines();
        other.write_content(tx, who.org)?;
        other.row.save(tx, who.org)?;
        parcel.number_lines();
        parcel.write_content(tx, who.org)?;
        settled(tx, now, who, other)?;
    }
    parcel.tell(tx, now, who, "parcel.unmerged", json!({ "into": homes }))?;
    settled(tx, now, who, parcel)
}

/// Saves a parcel whose content changed, looks at it and at its orders' other halves, and shows it.
fn settled(tx: &mut Tx<'_>, now: Ms, who: &Actor, mut parcel: Parcel) -> Result<DeskParcel, Problem> {
    parcel.row.save(tx, who.org)?;
    look::worked_on(tx, who.org, &parcel)?;
    let mut look = Look::new(tx, now, &Actor::program(who.org))?;
    look.settle(tx, &mut parcel)?;
    wake::lists(tx, parcel.row.shop, &[parcel.row.id]);
    view_one(tx, now, who.org, parcel)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use base::Fen;
    use proptest::prelude::*;

    use super::*;

    fn line(order: i64, code: u8, quantity: i64, home: i64) -> LineRow {
        LineRow {
            place: 0,
            order: Id(order),
            home: Id(home),
            sku: Some(Id(i64::from(code))),
            code: format!("C{code}"),
            title: "枕头".into(),
            spec: String::new(),
            quantity,
            price_fen: Fen(1),
            bundle: None,
            gift: None,
        }
    }

    fn parcel(id: i64, lines: Vec<(i64, u8, i64)>) -> Parcel {
        let mut orders: Vec<(Id, Id)> = lines.iter().map(|(order, ..)| (Id(*order), Id(id))).collect();
        orders.sort_unstable();
        orders.dedup();
        let mut parcel = Parcel {
            row: ParcelRow::new(Id(id), Id(1), Ms(0)),
            orders,
            lines: lines
                .into_iter()
                .map(|(order, code, quantity)| line(order, code, quantity, id))
                .collect(),
        };
        parcel.number_lines();
        parcel
    }

    fn pieces(parcels: &[&Parcel]) -> BTreeMap<(Id, String), i64> {
        let mut sums = BTreeMap::new();
        for line in parcels.iter().flat_map(|parcel| &parcel.lines) {
            *sums.entry((line.order, line.code.clone())).or_default() += line.quantity;
        }
        sums
    }

    fn lines(order: i64) -> impl Strategy<Value = Vec<(i64, u8, i64)>> {
        prop::collection::btree_map(0..6_u8, 1..5_i64, 1..5).prop_map(move |lines| {
            lines
                .into_iter()
                .map(|(code, quantity)| (order, code, quantity))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn cutting_keeps_every_piece_and_healing_gives_back_what_there_was(
            of in lines(7), takes in prop::collection::vec((1..7_i64, 1..6_i64), 0..6)
        ) {
            let whole = parcel(1, of);
            let asked: Vec<SplitLine> = takes.into_iter().map(|(place, quantity)| SplitLine { place, quantity }).collect();
            if let Ok((stays, goes)) = cut(whole.clone(), Id(2), Ms(0), &asked) {
                prop_assert_eq!(pieces(&[&stays, &goes]), pieces(&[&whole]));
                prop_assert!(!stays.lines.is_empty() && !goes.lines.is_empty());
                prop_assert!(stays.lines.iter().chain(&goes.lines).all(|line| line.quantity > 0));
                let places: Vec<i64> = goes.lines.iter().map(|line| line.place).collect();
                prop_assert_eq!(places, (1..=goes.lines.len() as i64).collect::<Vec<_>>());
                let healed = heal(stays, &goes);
                prop_assert_eq!(pieces(&[&healed]), pieces(&[&whole]));
                prop_assert_eq!(healed.orders, whole.orders);
                prop_assert_eq!(healed.lines.len(), whole.lines.len());
            }
        }

        #[test]
        fn merging_keeps_every_piece_and_where_it_came_from(a in lines(7), b in lines(8)) {
            let (a, b) = (parcel(1, a), parcel(2, b));
            let both = together(a.clone(), &b);
            prop_assert_eq!(pieces(&[&both]), pieces(&[&a, &b]));
            prop_assert_eq!(&both.orders, &vec![(Id(7), Id(1)), (Id(8), Id(2))]);
            let back: Vec<LineRow> = both.lines.iter().filter(|line| line.home == Id(2)).cloned().collect();
            prop_assert_eq!(back.len(), b.lines.len());
        }
    }
}
