//! Lists of new prices and freights, carried out and taken back.

use base::{Actor, Fen, Id, Ms, Problem, Who};
use catalogue::{NewProduct, NewSku};
use serde_json::json;
use store::{NewJob, Tx, args};

use super::new_price_list::{freight, unpaid};
use super::price_list::{
    PriceKind, PriceLine, PriceLineState, PriceList, PriceListState, lines, need, price_list, told,
};
use crate::hold;
use crate::new_order::Version;
use crate::state::State;
use crate::upsert;

/// What carries lists out, and takes them back, piece by piece.
pub(crate) const JOB: &str = "orders.prices";
/// Lines of a piece; a list of no more is done with the request itself.
const PIECE: usize = 100;

/// Carries a list out, a first piece now and the rest soon: what changed since it was made, or cannot be changed, is left
/// and says why. Rights as for making it; `wrong_state` when it was carried out before, and where the setting
/// `orders.price_four_eyes` wants another person than who made it: `four_eyes`.
pub fn apply_price_list(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<PriceList, Problem> {
    let list = price_list(tx, who, id)?;
    need(who, list.kind)?;
    if list.state != PriceListState::Made {
        return Err(
            Problem::conflict("wrong_state", "It was carried out before.").with("state", list.state.key())
        );
    }
    if list.four_eyes && who.person().is_none_or(|person| person == list.maker) {
        let detail = "Somebody else than who made it carries it out.";
        return Err(Problem::conflict("four_eyes", detail));
    }
    tx.exec(
        "UPDATE price_list SET state = 'applying', upto = 0, applied_at = $3, applied_by = $4 WHERE org_id = $1 AND id = $2",
        args![who.org, id, now, who.person().unwrap_or(Id::NONE)],
    )?;
    piece(tx, now, who, id)
}

/// Takes a list back, a first piece now and the rest soon: what nobody changed since is as it was, all else stays and
/// says why. What a later list changed again stays, and comes back to where it was before both when that one is taken
/// back. One that was not carried out is only closed. Rights as for making it; while it is worked on: `list_busy`.
pub fn revoke_price_list(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<PriceList, Problem> {
    let list = price_list(tx, who, id)?;
    need(who, list.kind)?;
    match list.state {
        PriceListState::Made | PriceListState::Applied => {}
        PriceListState::Revoked => {
            return Err(
                Problem::conflict("wrong_state", "It was taken back before.").with("state", list.state.key())
            );
        }
        PriceListState::Applying | PriceListState::Revoking => {
            return Err(Problem::conflict("list_busy", "The list is being worked on."));
        }
    }
    tx.exec(
        "UPDATE price_list SET state = 'revoking', upto = 0, revoked_at = $3, revoked_by = $4 WHERE org_id = $1 AND id = $2",
        args![who.org, id, now, who.person().unwrap_or(Id::NONE)],
    )?;
    piece(tx, now, who, id)
}

/// Works on a list that is under way, for the person the job names.
pub(crate) fn next(tx: &mut Tx<'_>, now: Ms, org: Id, id: Id, person: &str) -> Result<(), Problem> {
    let program = Actor::program(org);
    let who = match Id(person.parse().unwrap_or_default()) {
        Id::NONE => program,
        person => Actor {
            who: Who::Person(person),
            ..program
        },
    };
    piece(tx, now, &who, id).map(drop)
}

/// Works off the next lines of a list, and ends it with the last of them.
fn piece(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<PriceList, Problem> {
    let list = price_list(tx, who, id)?;
    let applying = match list.state {
        PriceListState::Applying => true,
        PriceListState::Revoking => false,
        _ => return Ok(list),
    };
    let some = lines(tx, who.org, id, list.upto, PIECE)?;
    for line in &some {
        match (applying, line.state) {
            (true, PriceLineState::Open) => carry_out(tx, now, who, &list, line)?,
            (false, PriceLineState::Done) => take_back(tx, now, who, &list, line)?,
            _ => {}
        }
    }
    if let Some(last) = some.last().filter(|_| some.len() == PIECE) {
        tx.exec(
            "UPDATE price_list SET upto = $3 WHERE org_id = $1 AND id = $2",
            args![who.org, id, last.place],
        )?;
        tx.schedule(NewJob {
            org: who.org,
            kind: JOB,
            subject: id,
            due: now,
            payload: &who.person().unwrap_or(Id::NONE).0.to_string(),
        })?;
        return price_list(tx, who, id);
    }
    let (state, kind) = match applying {
        true => (PriceListState::Applied, "price_list.applied"),
        false => (PriceListState::Revoked, "price_list.revoked"),
    };
    tx.exec(
        "UPDATE price_list SET state = $3 WHERE org_id = $1 AND id = $2",
        args![who.org, id, state],
    )?;
    ended(tx, now, who, id, kind)
}

fn carry_out(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    list: &PriceList,
    line: &PriceLine,
) -> Result<(), Problem> {
    let to = Change {
        from: line.old_fen,
        to: line.new_fen,
        floor: line.old_floor.map(|_| line.new_fen),
    };
    let (state, why) = match change(tx, now, who, list.kind, line, to)? {
        None => (PriceLineState::Done, ""),
        Some(why) => (PriceLineState::Left, why),
    };
    stands(tx, who.org, list.id, line, state, why)
}

fn take_back(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    list: &PriceList,
    line: &PriceLine,
) -> Result<(), Problem> {
    let back = Change {
        from: line.new_fen,
        to: line.old_fen,
        floor: line.old_floor,
    };
    let (state, why) = match change(tx, now, who, list.kind, line, back)? {
        None => (PriceLineState::Back, ""),
        Some("changed_meanwhile") if handed_on(tx, who.org, list, line)? => {
            (PriceLineState::Kept, "later_list")
        }
        Some("changed_meanwhile") => (PriceLineState::Kept, "changed_since"),
        Some(why) => (PriceLineState::Kept, why),
    };
    stands(tx, who.org, list.id, line, state, why)
}

/// Hands the amount from before this list to the next list that changed what this one made of it, if one did:
/// the price of a list that is taken back is no price to come back to.
fn handed_on(tx: &mut Tx<'_>, org: Id, list: &PriceList, line: &PriceLine) -> Result<bool, Problem> {
    let next: Option<(Id, i64)> = tx.row(
        "SELECT l.list_id, l.place FROM price_line l JOIN price_list p ON p.org_id = l.org_id AND p.id = l.list_id
         WHERE l.org_id = $1 AND l.subject_id = $2 AND l.state = 'done' AND l.old_fen = $3
           AND p.state IN ('applied', 'applying') AND p.kind = $4 AND p.id <> $5 AND (p.applied_at > $6 OR (p.applied_at = $6 AND p.id > $5))
         ORDER BY p.applied_at, p.id LIMIT 1",
        args![org, line.subject, line.new_fen, list.kind, list.id, list.applied_at],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let Some((id, place)) = next else {
        return Ok(false);
    };
    // A floor that followed the price comes back with it.
    tx.exec(
        "UPDATE price_line
         SET old_fen = $4, old_floor_fen = CASE WHEN old_floor_fen IS NULL OR $5 IS NULL THEN old_floor_fen ELSE $5 END
         WHERE org_id = $1 AND list_id = $2 AND place = $3",
        args![org, id, place, line.old_fen, line.old_floor],
    )?;
    Ok(true)
}

fn ended(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, kind: &'static str) -> Result<PriceList, Problem> {
    let is = price_list(tx, who, id)?;
    told(tx, now, who, (id, is.shop), kind, json!({ "counts": is.counts }))?;
    Ok(is)
}

fn stands(
    tx: &mut Tx<'_>,
    org: Id,
    list: Id,
    line: &PriceLine,
    state: PriceLineState,
    why: &str,
) -> Result<(), Problem> {
    tx.exec(
        "UPDATE price_line SET state = $4, why = $5 WHERE org_id = $1 AND list_id = $2 AND place = $3",
        args![org, list, line.place, state, why],
    )?;
    Ok(())
}

/// From what an amount must be, to what it shall be; and the floor that goes along.
#[derive(Clone, Copy)]
struct Change {
    from: Fen,
    to: Fen,
    floor: Option<Fen>,
}

/// Changes one amount; answers why not.
fn change(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    kind: PriceKind,
    line: &PriceLine,
    is: Change,
) -> Result<Option<&'static str>, Problem> {
    let Some(subject) = line.subject else {
        return Ok(Some("unknown"));
    };
    match kind {
        PriceKind::Price => price(tx, now, who, subject, is),
        PriceKind::Freight => freight_of(tx, now, who, subject, is),
    }
}

fn price(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    sku: Id,
    is: Change,
) -> Result<Option<&'static str>, Problem> {
    let Some(sku) = catalogue::sku(tx, who.org, sku)? else {
        return Ok(Some("unknown"));
    };
    if sku.price_fen != is.from {
        return Ok(Some("changed_meanwhile"));
    }
    let Some(product) = catalogue::products_by_ids(tx, who, &[sku.product])?.pop() else {
        return Ok(Some("unknown"));
    };
    let new = NewProduct {
        code: product.code,
        title: None,
        picture: None,
        url: None,
        selling_points: None,
        active: None,
        shops: None,
        skus: vec![NewSku {
            code: sku.code,
            spec: None,
            price_fen: Some(is.to),
            // Only a floor that was the price itself goes along; one that was set since stands.
            cost_fen: None,
            floor_fen: is
                .floor
                .filter(|_| sku.floor_fen == sku.price_fen)
                .or(Some(sku.floor_fen)),
            on_hand: None,
            safety: None,
            active: None,
        }],
    };
    // Every refusal comes before anything is written.
    if let Err(problem) = catalogue::weigh_product(tx, who, &new) {
        return if problem.status >= 500 {
            Err(problem)
        } else {
            Ok(Some("refused"))
        };
    }
    catalogue::upsert_product(tx, now, who, &new)?;
    Ok(None)
}

fn freight_of(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    order: Id,
    is: Change,
) -> Result<Option<&'static str>, Problem> {
    let Some(was) = State::get(tx, who.org, order)? else {
        return Ok(Some("unknown"));
    };
    if !unpaid(&was) {
        return Ok(Some("not_unpaid"));
    }
    if freight(&was) != is.from {
        return Ok(Some("changed_meanwhile"));
    }
    let total = Fen(was.merged.total().0 - is.from.0 + is.to.0);
    if total.0 < 0 {
        return Ok(Some("refused"));
    }
    let mut order = was.clone();
    order.merged.hear(&Version {
        post_fen: Some(is.to),
        total_fen: Some(total),
        changed_at: Some(now),
        ..Version::default()
    });
    for (customer, amount, orders) in order.settle() {
        customers::record_purchase(tx, now, who, customer, amount, orders)?;
    }
    order.rev += 1;
    order.write(tx, who.org, Some(&was))?;
    upsert::tell(tx, now, who, Some(&was), &order)?;
    hold::settle(tx, now, who, order.id, &order.merged)?;
    Ok(None)
}
