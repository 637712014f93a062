use base::{Actor, Id, Ms, Permission, Problem, clean_line, clean_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, args};

use super::desk_parcel::DeskParcel;
use super::hold::{self, Found};
use super::look::Look;
use super::many::{RefusedParcel, refused};
use super::parcel::{Parcel, ParcelState};
use super::pass::{fresh, not_held, saved, wrong_state};
use super::ship::{self, ParcelStays};
use super::view::view_one;
use super::{back, courier, doubt, list, settings};

/// What is scanned.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Scan {
    /// A waybill, a place in a batch (`yymmdd-BBB-NNN`) or an order's number.
    pub code: String,
}

/// A parcel at the packing table.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ScannedParcel {
    /// The parcel.
    #[serde(flatten)]
    pub parcel: DeskParcel,
    /// What would refuse its hand-over now; null: it may leave.
    pub stays: Option<ParcelStays>,
}

/// The courier's number of a parcel.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetWaybill {
    /// 6 to 40 letters, digits and dashes.
    pub waybill: String,
    /// Whose number it is; left out: who carries it.
    pub courier: Option<String>,
}

/// One row of a list of waybills.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaybillRow {
    /// A place in a batch or an order's number.
    pub code: String,
    /// The courier's number.
    pub waybill: String,
    /// Whose number it is, by code or name; left out: who carries it.
    pub courier: Option<String>,
}

/// A list of waybills, as a courier's program gives it.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Waybills {
    /// At most 500.
    pub rows: Vec<WaybillRow>,
}

/// A row that was refused.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RefusedRow {
    /// Which, from 1.
    pub row: i64,
    /// Why.
    pub code: String,
}

/// What became of a list of waybills.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct WaybillsReport {
    /// Rows.
    pub read: i64,
    /// Parcels that have their number now.
    pub changed: i64,
    /// Parcels that had it.
    pub unchanged: i64,
    /// Rows that were refused.
    pub refused: Vec<RefusedRow>,
}

/// A parcel was looked through and packed.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PackParcel {
    /// Whether the goods are as they should be (row 152).
    pub quality_ok: bool,
    /// Whether it is packed as its goods want it (row 153).
    #[serde(default)]
    pub packed_as_wanted: bool,
    /// SKUs that are not there (缺货): the parcel is held for them.
    #[serde(default)]
    pub missing: Vec<Id>,
    /// What is wrong, at most 200 characters.
    #[serde(default)]
    pub note: String,
}

/// What the scale says.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WeighParcel {
    /// Grams, 1 to 1,000,000.
    pub g: i64,
    /// Though it differs from what it should: needs `orders.audit`.
    #[serde(default)]
    pub anyway: bool,
}

/// The least a parcel may differ by: what paper and tape weigh.
const TOLERANCE_G: i64 = 20;
const MOST_ROWS: usize = 500;

/// The parcel of a code, as the program sees it now, and what keeps it here, so that it is seen at the packing table.
/// Needs [`Permission::ShipOrders`] or [`Permission::CheckOrders`].
pub fn scan(tx: &mut Tx<'_>, now: Ms, who: &Actor, scan: &Scan) -> Result<ScannedParcel, Problem> {
    let right = at_table(who)?;
    let parcel = by_code(tx, now, who, &scan.code, right)?;
    with_stays(tx, now, who.org, parcel)
}

/// A parcel that was scanned before, as it stands, and what keeps it here; unlike [`scan`] it looks at nothing anew.
/// Rights as for [`scan`].
pub fn scanned(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<ScannedParcel, Problem> {
    let parcel = Parcel::reached(tx, who, id)?;
    at_table(who)?;
    with_stays(tx, now, who.org, parcel)
}

/// The right by which somebody works at the packing table.
fn at_table(who: &Actor) -> Result<Permission, Problem> {
    let right = match who.may(Permission::CheckOrders) {
        true => Permission::CheckOrders,
        false => Permission::ShipOrders,
    };
    who.need(right)?;
    Ok(right)
}

fn with_stays(tx: &mut Tx<'_>, now: Ms, org: Id, parcel: Parcel) -> Result<ScannedParcel, Problem> {
    let stays = ship::stays(tx, org, &parcel)?;
    let parcel = view_one(tx, now, org, parcel)?;
    Ok(ScannedParcel { parcel, stays })
}

/// The one parcel a code names that is still here, else the last one that left.
fn by_code(tx: &mut Tx<'_>, now: Ms, who: &Actor, code: &str, right: Permission) -> Result<Parcel, Problem> {
    let ids = list::find(tx, who.org, code.trim())?;
    let mut found = Parcel::load(tx, who.org, &ids)?;
    found.retain(|parcel| who.shops.has(parcel.row.shop) && parcel.row.state != ParcelState::Gone);
    let here: Vec<Id> = found
        .iter()
        .filter(|parcel| parcel.row.state.here())
        .map(|parcel| parcel.row.id)
        .collect();
    match here[..] {
        [id] => fresh(tx, now, who, id, right),
        [] => found
            .into_iter()
            .max_by_key(|parcel| parcel.row.id)
            .ok_or_else(Problem::not_found),
        _ => {
            let ids: Vec<i64> = here.iter().map(|id| id.0).collect();
            Err(
                Problem::conflict("several_parcels", "Several parcels have this number.")
                    .with("parcels", ids),
            )
        }
    }
}

fn clean_waybill(text: &str) -> Result<String, Problem> {
    let waybill = clean_line("waybill", text, 40)?.to_uppercase();
    let plain = waybill.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if waybill.len() < 6 || !plain {
        return Err(Problem::input(
            "waybill",
            "waybill",
            "A waybill has 6 to 40 letters, digits and dashes.",
        ));
    }
    Ok(waybill)
}

/// Gives an audited parcel the courier's number. Answers whether it is new. The row is saved.
fn give_waybill(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    parcel: &mut Parcel,
    new: &SetWaybill,
) -> Result<bool, Problem> {
    if !parcel.row.state.audited() {
        not_held(tx, who.org, parcel)?;
        return Err(wrong_state(parcel));
    }
    let waybill = clean_waybill(&new.waybill)?;
    let known = courier::of_org(tx, who.org)?;
    let whose = match new
        .courier
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        Some(text) => courier::meant(&known, text).ok_or_else(|| {
            Problem::input(
                "courier",
                "unknown_courier",
                "There is no such courier, or it is not sent with.",
            )
        })?,
        None => parcel.row.courier.clone(),
    };
    if whose != parcel.row.courier {
        Look::new(tx, now, who)?.may_carry(tx, parcel, &whose)?;
    }
    let taken: Option<Id> = tx.value(
        "SELECT id FROM parcel WHERE org_id = $1 AND waybill = $2 AND id <> $3",
        args![who.org, &waybill, parcel.row.id],
    )?;
    if let Some(other) = taken {
        return Err(
            Problem::conflict("waybill_taken", "Another parcel has this number.").with("parcel", other.0),
        );
    }
    if parcel.row.waybill.as_deref() == Some(waybill.as_str()) && parcel.row.courier == whose {
        return Ok(false);
    }
    let was = parcel.row.waybill.replace(waybill.clone());
    let carried = std::mem::replace(&mut parcel.row.courier, whose.clone());
    let data = json!({ "waybill": [was, waybill], "courier": [carried, whose] });
    parcel.tell(tx, now, who, "parcel.waybill", data)?;
    Ok(true)
}

/// Gives a parcel the courier's number, by scan. Needs [`Permission::ShipOrders`].
pub fn set_waybill(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    new: &SetWaybill,
) -> Result<DeskParcel, Problem> {
    let mut parcel = fresh(tx, now, who, id, Permission::ShipOrders)?;
    if give_waybill(tx, now, who, &mut parcel, new)? {
        return saved(tx, now, who, parcel);
    }
    view_one(tx, now, who.org, parcel)
}

/// Takes a courier's number away: void. Needs [`Permission::ShipOrders`].
pub fn drop_waybill(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<DeskParcel, Problem> {
    let mut parcel = fresh(tx, now, who, id, Permission::ShipOrders)?;
    if !parcel.row.state.here() {
        return Err(wrong_state(&parcel));
    }
    let Some(was) = parcel.row.waybill.take() else {
        return view_one(tx, now, who.org, parcel);
    };
    parcel.tell(tx, now, who, "parcel.waybill", json!({ "waybill": [was, null] }))?;
    saved(tx, now, who, parcel)
}

/// Gives many parcels their numbers, from a list. A row that is wrong is named and keeps no other. Needs
/// [`Permission::ShipOrders`].
pub fn set_waybills(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    new: &Waybills,
) -> Result<WaybillsReport, Problem> {
    who.need(Permission::ShipOrders)?;
    if new.rows.len() > MOST_ROWS {
        return Err(
            Problem::input("rows", "too_many", format!("At most {MOST_ROWS} rows.")).with("limit", MOST_ROWS),
        );
    }
    let mut report = WaybillsReport::default();
    for (i, row) in new.rows.iter().enumerate() {
        report.read += 1;
        let set = SetWaybill {
            waybill: row.waybill.clone(),
            courier: row.courier.clone(),
        };
        let mut done = || -> Result<bool, Problem> {
            let mut parcel = by_code(tx, now, who, &row.code, Permission::ShipOrders)?;
            let new = give_waybill(tx, now, who, &mut parcel, &set)?;
            if new {
                saved(tx, now, who, parcel)?;
            }
            Ok(new)
        };
        match done() {
            Ok(true) => report.changed += 1,
            Ok(false) => report.unchanged += 1,
            Err(problem) if problem.status >= 500 => return Err(problem),
            Err(problem) => report.refused.push(RefusedRow {
                row: i as i64 + 1,
                code: problem.code.to_string(),
            }),
        }
    }
    Ok(report)
}

/// Writes down that a printed parcel was looked through and packed; with flawed goods it is held, and with goods that
/// are not there too: what the books say is there is doubted from then on. Needs [`Permission::ShipOrders`].
pub fn pack(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, done: &PackParcel) -> Result<DeskParcel, Problem> {
    let mut parcel = fresh(tx, now, who, id, Permission::ShipOrders)?;
    not_held(tx, who.org, &parcel)?;
    if parcel.row.state != ParcelState::Printed {
        return Err(wrong_state(&parcel));
    }
    let note = match done.note.trim() {
        "" => String::new(),
        note => clean_text("note", note, 200)?,
    };
    let holds: Vec<Id> = parcel.lines.iter().filter_map(|line| line.sku).collect();
    if !done.missing.iter().all(|sku| holds.contains(sku)) {
        let detail = "That is not in the parcel.";
        return Err(Problem::input("missing", "not_in_parcel", detail));
    }
    if !done.quality_ok || !done.missing.is_empty() {
        let why = if done.missing.is_empty() {
            "flawed"
        } else {
            "out_of_stock"
        };
        doubt::missing(tx, now, who, &parcel, &done.missing, &note)?;
        back::unpass(tx, now, who, &mut parcel)?;
        let found = Found {
            text: note,
            ..Found::new(why, "")
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
        parcel.tell(tx, now, who, "parcel.held", json!({ "reason": why }))?;
        return saved(tx, now, who, parcel);
    }
    if !done.packed_as_wanted {
        let detail = "Pack it as its goods want it, and say so.";
        return Err(Problem::input("packed_as_wanted", "not_packed_as_wanted", detail));
    }
    (parcel.row.packed_by, parcel.row.packed_at) = (who.person().or(Some(Id::NONE)), Some(now));
    parcel.row.go(ParcelState::Packed, now);
    parcel.tell(
        tx,
        now,
        who,
        "parcel.packed",
        json!({ "state": ["printed", "packed"] }),
    )?;
    saved(tx, now, who, parcel)
}

/// Writes down that somebody else than who packed it looked again: four eyes (row 160). Needs
/// [`Permission::CheckOrders`], which who packs need not have; the same person: `same_person`.
pub fn second_check(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<DeskParcel, Problem> {
    let mut parcel = fresh(tx, now, who, id, Permission::CheckOrders)?;
    not_held(tx, who.org, &parcel)?;
    if parcel.row.state != ParcelState::Packed {
        return Err(wrong_state(&parcel));
    }
    if who.person().is_none() || who.person() == parcel.row.packed_by {
        return Err(Problem::conflict(
            "same_person",
            "Somebody else than who packed it looks again.",
        ));
    }
    (parcel.row.second_by, parcel.row.second_at) = (who.person(), Some(now));
    parcel.tell(tx, now, who, "parcel.checked_again", json!({}))?;
    saved(tx, now, who, parcel)
}

/// Writes down what a packed parcel weighs. Needs [`Permission::ShipOrders`]. What differs from what it should
/// weigh is refused with `weight_off`, unless somebody with [`Permission::AuditOrders`] takes it so.
pub fn weigh(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    scale: &WeighParcel,
) -> Result<DeskParcel, Problem> {
    let mut parcel = fresh(tx, now, who, id, Permission::ShipOrders)?;
    not_held(tx, who.org, &parcel)?;
    if parcel.row.state != ParcelState::Packed {
        return Err(wrong_state(&parcel));
    }
    if !(1..=1_000_000).contains(&scale.g) {
        return Err(Problem::input("g", "out_of_range", "Between 1 and 1,000,000 g.")
            .with("min", 1)
            .with("max", 1_000_000));
    }
    let percent = settings::of_shop(tx, who.org, parcel.row.shop)?.tolerance_percent;
    if let Some(expected) = parcel.row.expected_g {
        let tolerance = (expected * percent / 100).max(TOLERANCE_G);
        if (scale.g - expected).abs() > tolerance && !scale.anyway {
            return Err(
                Problem::conflict("weight_off", "It does not weigh what it should: look into it.")
                    .with("expected_g", expected)
                    .with("weighed_g", scale.g)
                    .with("tolerance_g", tolerance),
            );
        }
        if (scale.g - expected).abs() > tolerance {
            who.need(Permission::AuditOrders)?;
        }
    }
    let was = parcel.row.weighed_g.replace(scale.g);
    parcel.tell(
        tx,
        now,
        who,
        "parcel.weighed",
        json!({ "g": [was, scale.g], "expected_g": parcel.row.expected_g }),
    )?;
    saved(tx, now, who, parcel)
}

/// Parcels to be handed over.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShipParcels {
    /// At most 500.
    pub parcels: Vec<Id>,
}

/// What became of what was to be handed over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ShippedParcels {
    /// Those that left.
    pub shipped: Vec<Id>,
    /// Those that did not.
    pub refused: Vec<RefusedParcel>,
}

/// Hands packed parcels over to their couriers: stock falls, and orders whose last parcel leaves are shipped.
/// Needs [`Permission::ShipOrders`].
pub fn ship(tx: &mut Tx<'_>, now: Ms, who: &Actor, ask: &ShipParcels) -> Result<ShippedParcels, Problem> {
    who.need(Permission::ShipOrders)?;
    if ask.parcels.len() > MOST_ROWS {
        return Err(
            Problem::input("parcels", "too_many", format!("At most {MOST_ROWS} parcels."))
                .with("limit", MOST_ROWS),
        );
    }
    let mut done = ShippedParcels::default();
    for id in &ask.parcels {
        match ship::one(tx, now, who, *id) {
            Ok(()) => done.shipped.push(*id),
            Err(problem) => {
                if problem.code == "stock_missing" {
                    doubt::too_few(tx, now, who, *id)?;
                }
                done.refused.push(refused(*id, problem)?);
            }
        }
    }
    Ok(done)
}
