use base::{Actor, Id, Ms, Permission, Problem, clean_text};
use serde::Deserialize;
use serde_json::json;
use store::{Tx, args, pad};

use super::checks::CheckKey;
use super::desk_parcel::DeskParcel;
use super::hold::{self, BY_HAND, Found, HoldRow};
use super::look::{self, Look};
use super::parcel::{Parcel, ParcelState};
use super::view::view_one;
use super::{back, courier, wake};

/// Which revision of a parcel was looked at.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PassParcel {
    /// Its revision.
    pub rev: i64,
}

/// A check ticked by hand, or taken back.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TickCheck {
    /// Which.
    pub key: CheckKey,
    /// Found right; false: as the program says.
    pub ok: bool,
}

/// Why a parcel is to be held.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHold {
    /// `out_of_stock`, `wrong_model`, `attention`, `wait_until`, `unreachable`, `wrong_price`, `notify`, `fraud`,
    /// `flawed`, `buyer_note`, `remark` or `other`.
    pub reason: String,
    /// In words, at most 200 characters; `other` needs them.
    #[serde(default)]
    pub text: String,
    /// Until when; left out: until somebody releases it.
    pub until: Option<Ms>,
}

/// Which hold is to be released.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseHold {
    /// The hold; null: all that people may release.
    pub hold: Option<Id>,
}

/// Who shall carry a parcel.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetCourierOf {
    /// The courier's code.
    pub courier: String,
    /// The revision that was looked at.
    pub rev: i64,
}

/// A parcel in reach, as the program sees it at this moment; whoever works on it needs the right.
pub(crate) fn fresh(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    right: Permission,
) -> Result<Parcel, Problem> {
    let parcel = Parcel::reached(tx, who, id)?;
    who.need(right)?;
    if !parcel.row.state.here() {
        return Ok(parcel);
    }
    let mut look = Look::new(tx, now, &Actor::program(who.org))?;
    seen_now(tx, who, &mut look, parcel)
}

/// A parcel in reach as the program sees it at this moment, with a look that is there.
pub(crate) fn seen_now(
    tx: &mut Tx<'_>,
    who: &Actor,
    look: &mut Look,
    mut parcel: Parcel,
) -> Result<Parcel, Problem> {
    if !parcel.row.state.here() {
        return Ok(parcel);
    }
    // What an order says since the desk looked at it (closed, other goods, shipped elsewhere) is looked at now, and
    // not in a second, when the parcel is out of the house.
    let news = unseen(tx, who.org, &parcel)?;
    for order in &news {
        look.order(tx, *order)?;
    }
    if !news.is_empty() {
        parcel = Parcel::reached(tx, who, parcel.row.id)?;
    }
    if parcel.row.state.here() {
        look.settle(tx, &mut parcel)?;
    }
    Ok(parcel)
}

/// Orders of a parcel that were written since the desk looked at them.
fn unseen(tx: &mut Tx<'_>, org: Id, parcel: &Parcel) -> Result<Vec<Id>, Problem> {
    let ids: Vec<Id> = parcel.orders.iter().map(|(order, _)| *order).collect();
    let sql = format!(
        "SELECT id FROM shop_order WHERE org_id = $1 AND id IN {} AND seen_rev <> rev ORDER BY id",
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(&ids));
    tx.rows(&sql, &arguments, |row| row.get(0))
}

/// Refuses whoever looked at another revision.
pub(crate) fn same_rev(parcel: &Parcel, rev: i64) -> Result<(), Problem> {
    if parcel.row.rev == rev {
        return Ok(());
    }
    let detail = "It changed meanwhile; look at it again.";
    Err(Problem::conflict("changed_meanwhile", detail).with("rev", parcel.row.rev))
}

pub(crate) fn wrong_state(parcel: &Parcel) -> Problem {
    Problem::conflict("wrong_state", "The parcel stands elsewhere by now.")
        .with("state", parcel.row.state.key())
}

/// Refuses a parcel that is held, naming the reasons.
pub(crate) fn not_held(tx: &mut Tx<'_>, org: Id, parcel: &Parcel) -> Result<(), Problem> {
    let holds = hold::of_parcels(tx, org, &[parcel.row.id])?
        .remove(&parcel.row.id)
        .unwrap_or_default();
    let reasons: Vec<String> = holds
        .into_iter()
        .filter(|hold| hold.open())
        .map(|hold| hold.reason)
        .collect();
    if reasons.is_empty() {
        return Ok(());
    }
    Err(Problem::conflict("parcel_held", "It is held; the reasons are named.").with("holds", reasons))
}

/// Keeps who passed it: a person, or a rule. The row is not saved.
pub(crate) fn keep_pass(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    parcel: &mut Parcel,
    rule: Option<Id>,
) -> Result<(), Problem> {
    let id = tx.id();
    let person = who.person().filter(|_| rule.is_none());
    tx.exec(
        "INSERT INTO parcel_pass (org_id, id, parcel_id, shop_id, person_id, rule_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![who.org, id, parcel.row.id, parcel.row.shop, person, rule, now],
    )?;
    let data = look::passed_data(parcel, rule);
    parcel.row.pass = Some(id);
    parcel.row.go(ParcelState::Passed, now);
    parcel.tell(tx, now, who, "parcel.passed", data)
}

pub(crate) fn pass_one(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, rev: i64) -> Result<Parcel, Problem> {
    let seen = Parcel::reached(tx, who, id)?;
    who.need(Permission::AuditOrders)?;
    same_rev(&seen, rev)?;
    let mut parcel = fresh(tx, now, who, id, Permission::AuditOrders)?;
    if !parcel.row.state.before_audit() {
        return Err(wrong_state(&parcel));
    }
    if parcel.lines != seen.lines {
        // Other goods than those that were looked at.
        same_rev(&parcel, rev)?;
    }
    not_held(tx, who.org, &parcel)?;
    let open = parcel.row.checks.open();
    if !open.is_empty() {
        let keys: Vec<&str> = open.into_iter().map(CheckKey::key).collect();
        return Err(Problem::conflict("checks_open", "Not all seven checks hold.").with("checks", keys));
    }
    keep_pass(tx, now, who, &mut parcel, None)?;
    look::worked_on(tx, who.org, &parcel)?;
    parcel.row.save(tx, who.org)?;
    wake::lists(tx, parcel.row.shop, &[id]);
    Ok(parcel)
}

/// Passes a parcel: all seven checks hold, and nothing holds it. Needs [`Permission::AuditOrders`]. Refused with
/// `changed_meanwhile`, `parcel_held`, `checks_open` or `wrong_state`.
pub fn pass(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, ask: &PassParcel) -> Result<DeskParcel, Problem> {
    let parcel = pass_one(tx, now, who, id, ask.rev)?;
    view_one(tx, now, who.org, parcel)
}

/// Takes an audit back, also of what is printed but not packed. Needs [`Permission::AuditOrders`].
pub fn unpass(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<DeskParcel, Problem> {
    let mut parcel = Parcel::reached(tx, who, id)?;
    who.need(Permission::AuditOrders)?;
    if !matches!(parcel.row.state, ParcelState::Passed | ParcelState::Printed) {
        return Err(wrong_state(&parcel));
    }
    back::unpass(tx, now, who, &mut parcel)?;
    saved(tx, now, who, parcel)
}

/// Ticks a check by hand, or takes that back. Needs [`Permission::AuditOrders`]; what blocks is not ticked away:
/// `check_blocked`.
pub fn check(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, tick: &TickCheck) -> Result<DeskParcel, Problem> {
    let mut parcel = fresh(tx, now, who, id, Permission::AuditOrders)?;
    if !parcel.row.state.before_audit() {
        return Err(wrong_state(&parcel));
    }
    let mark = parcel.row.checks.of(tick.key);
    let why = mark.why.clone();
    if tick.ok
        && matches!(
            why.as_deref(),
            Some("courier_wished" | "stop_area" | "courier_off" | "courier_missing")
        )
    {
        let detail = "Give it to another courier; this cannot be ticked.";
        return Err(Problem::conflict("check_blocked", detail).with("why", why));
    }
    let by = who.person().filter(|_| tick.ok && why.is_some());
    if mark.by == by {
        return view_one(tx, now, who.org, parcel);
    }
    mark.by = by;
    parcel.tell(
        tx,
        now,
        who,
        "parcel.checked",
        json!({ "check": tick.key, "why": why, "ok": [!tick.ok, tick.ok] }),
    )?;
    saved(tx, now, who, parcel)
}

/// Refuses a hold that cannot be meant; answers its words, cleaned.
pub(crate) fn check_hold(now: Ms, new: &NewHold) -> Result<String, Problem> {
    if !BY_HAND.contains(&new.reason.as_str()) {
        let detail = format!("One of: {}.", BY_HAND.join(", "));
        return Err(Problem::input("reason", "unknown_reason", detail));
    }
    if new.until.is_some_and(|until| until <= now) {
        return Err(Problem::input("until", "in_the_past", "That moment is past."));
    }
    match new.text.trim() {
        "" if new.reason == "other" => Err(Problem::input("text", "text_empty", "Say why.")),
        "" => Ok(String::new()),
        text => clean_text("text", text, 200),
    }
}

/// Holds a parcel with a named reason; one that was audited goes back. Needs [`Permission::AuditOrders`] or
/// [`Permission::ShipOrders`].
pub fn hold(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, new: &NewHold) -> Result<DeskParcel, Problem> {
    let mut parcel = Parcel::reached(tx, who, id)?;
    if !who.may(Permission::ShipOrders) {
        who.need(Permission::AuditOrders)?;
    }
    if !parcel.row.state.here() {
        return Err(wrong_state(&parcel));
    }
    let text = check_hold(now, new)?;
    if parcel.row.state.audited() {
        back::unpass(tx, now, who, &mut parcel)?;
    }
    let found = Found {
        text,
        until: new.until,
        ..Found::new(&new.reason, "")
    };
    hold::raise(
        tx,
        now,
        who.org,
        (parcel.row.shop, id),
        &found,
        who.person().or(Some(Id::NONE)),
    )?;
    parcel.row.go(ParcelState::Held, now);
    if let Some(until) = new.until {
        parcel.row.look_at = parcel.row.look_at.min(until);
    }
    parcel.tell(
        tx,
        now,
        who,
        "parcel.held",
        json!({ "reason": new.reason, "until": new.until }),
    )?;
    saved(tx, now, who, parcel)
}

/// Releases a hold, or all that people may release. Needs [`Permission::AuditOrders`]. One that ends only with
/// its cause: `hold_blocking`.
pub fn release(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    ask: &ReleaseHold,
) -> Result<DeskParcel, Problem> {
    let parcel = Parcel::reached(tx, who, id)?;
    who.need(Permission::AuditOrders)?;
    let mut look = Look::new(tx, now, &Actor::program(who.org))?;
    let parcel = seen_now(tx, who, &mut look, parcel)?;
    let mut holds = open_holds(tx, who.org, id)?;
    match ask.hold {
        None => holds.retain(|hold| !hold.blocking()),
        Some(asked) => holds.retain(|hold| hold.id == asked),
    }
    let parcel = match (holds.first(), ask.hold) {
        (None, None) => parcel,
        (None, Some(_)) => return Err(Problem::not_found()),
        (Some(hold), _) if hold.blocking() => {
            let detail = "This hold ends with its cause and not by hand.";
            return Err(Problem::conflict("hold_blocking", detail).with("reason", hold.reason.clone()));
        }
        _ => let_go(tx, now, who, &mut look, parcel, holds)?,
    };
    view_one(tx, now, who.org, parcel)
}

/// What holds a parcel.
pub(crate) fn open_holds(tx: &mut Tx<'_>, org: Id, parcel: Id) -> Result<Vec<HoldRow>, Problem> {
    let holds = hold::of_parcels(tx, org, &[parcel])?.remove(&parcel);
    Ok(holds.into_iter().flatten().filter(HoldRow::open).collect())
}

/// Releases these holds of a parcel, which people may release, and has the program see what becomes of it.
pub(crate) fn let_go(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    look: &mut Look,
    mut parcel: Parcel,
    holds: Vec<HoldRow>,
) -> Result<Parcel, Problem> {
    let mut released = Vec::new();
    for mut hold in holds {
        hold::release(tx, now, who.org, &mut hold, who.person().or(Some(Id::NONE)))?;
        released.push(hold.reason);
    }
    parcel.tell(tx, now, who, "parcel.released", json!({ "reasons": released }))?;
    parcel.row.save(tx, who.org)?;
    look::worked_on(tx, who.org, &parcel)?;
    look.settle(tx, &mut parcel)?;
    wake::lists(tx, parcel.row.shop, &[parcel.row.id]);
    Ok(parcel)
}

/// Gives a parcel to another courier. Needs [`Permission::AuditOrders`]. Refused against what the buyer was
/// promised without fail (`courier_wished`) and where the courier does not go (`stop_area`, with those that do).
pub fn set_courier_of(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    ask: &SetCourierOf,
) -> Result<DeskParcel, Problem> {
    let mut parcel = Parcel::reached(tx, who, id)?;
    who.need(Permission::AuditOrders)?;
    same_rev(&parcel, ask.rev)?;
    if !parcel.row.state.before_audit() {
        return Err(wrong_state(&parcel));
    }
    let chosen = courier::need(tx, who.org, &ask.courier)?;
    let mut look = Look::new(tx, now, &Actor::program(who.org))?;
    look.may_carry(tx, &parcel, &chosen.code)?;
    let was = std::mem::replace(&mut parcel.row.courier, chosen.code.clone());
    parcel.row.courier_set = true;
    parcel.tell(
        tx,
        now,
        who,
        "parcel.courier",
        json!({ "courier": [was, chosen.code] }),
    )?;
    parcel.row.save(tx, who.org)?;
    look::worked_on(tx, who.org, &parcel)?;
    look.settle(tx, &mut parcel)?;
    wake::lists(tx, parcel.row.shop, &[id]);
    view_one(tx, now, who.org, parcel)
}

/// Saves what a person did to a parcel and shows it.
pub(crate) fn saved(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    mut parcel: Parcel,
) -> Result<DeskParcel, Problem> {
    parcel.row.save(tx, who.org)?;
    look::worked_on(tx, who.org, &parcel)?;
    wake::lists(tx, parcel.row.shop, &[parcel.row.id]);
    view_one(tx, now, who.org, parcel)
}
