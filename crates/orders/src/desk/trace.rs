//! What a courier's file says of parcels under way: those that came are there, those in trouble are written down as
//! difficult, and what is only under way changes nothing (rows 18, 162 and 173).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Arg, Tx, args, pad};

use super::parcel::{Parcel, ParcelState};
use super::trouble::{NewTrouble, TroubleKind, add_trouble};
use super::{expected, wake};
use crate::hold;
use crate::new_order::Version;
use crate::state::State;
use crate::status::ShipStatus;
use crate::upsert;

#[derive(Deserialize)]
struct Words {
    refused: Vec<String>,
    lost: Vec<String>,
    damaged: Vec<String>,
    unreachable: Vec<String>,
    wrong_address: Vec<String>,
    stalled: Vec<String>,
    other: Vec<String>,
    under_way: Vec<String>,
    signed: Vec<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/traces.toml")).expect("data/traces.toml is read by a test")
});

/// What a courier means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meant {
    There,
    Trouble(TroubleKind),
    UnderWay,
}

fn meant(words: &str) -> Meant {
    let says = |list: &[String]| list.iter().any(|word| words.contains(word.as_str()));
    let known = &*WORDS;
    let troubles = [
        (&known.refused, TroubleKind::Refused),
        (&known.lost, TroubleKind::Lost),
        (&known.damaged, TroubleKind::Damaged),
        (&known.unreachable, TroubleKind::Unreachable),
        (&known.wrong_address, TroubleKind::WrongAddress),
        (&known.stalled, TroubleKind::Stalled),
        (&known.other, TroubleKind::Other),
    ];
    match troubles.into_iter().find(|(list, _)| says(list)) {
        Some((_, kind)) => Meant::Trouble(kind),
        None if says(&known.under_way) => Meant::UnderWay,
        None if says(&known.signed) => Meant::There,
        None => Meant::UnderWay,
    }
}

/// One row of a courier's file.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TraceRow {
    /// The waybill.
    pub waybill: String,
    /// Where it stands, in the courier's words.
    pub words: String,
}

/// What a courier's file says.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Traces {
    /// At most 500.
    pub rows: Vec<TraceRow>,
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TracesReport {
    /// Parcels that have come now.
    pub arrived: i64,
    /// Parcels that are difficult now.
    pub troubles: i64,
    /// Parcels of which the file says nothing new.
    pub unchanged: i64,
    /// Waybills that are nothing of ours, or did not leave.
    pub unknown: Vec<String>,
}

const MOST: usize = 500;

/// Takes a courier's file in. Needs [`Permission::ShipOrders`].
pub fn take_traces(tx: &mut Tx<'_>, now: Ms, who: &Actor, told: &Traces) -> Result<TracesReport, Problem> {
    who.need(Permission::ShipOrders)?;
    if told.rows.len() > MOST {
        return Err(Problem::input("rows", "too_many", format!("At most {MOST} rows.")).with("limit", MOST));
    }
    let mut report = TracesReport::default();
    let waybills: Vec<&str> = told.rows.iter().map(|row| row.waybill.trim()).collect();
    let mut parcels = under_way(tx, who, &waybills)?;
    for (row, waybill) in told.rows.iter().zip(waybills) {
        let Some(parcel) = parcels.get_mut(waybill) else {
            report.unknown.push(base::snippet(waybill, 40));
            continue;
        };
        let meant = meant(&row.words);
        // What has come is under way no more: an older file says so.
        let open = parcel.row.arrived_at.is_none();
        let told = open || !matches!(meant, Meant::UnderWay);
        let news = told && keep(tx, now, who.org, parcel.row.id, &row.words)?;
        if news && open {
            expected::heard(tx, now, who.org, parcel)?;
        }
        let new = match meant {
            _ if parcel.row.arrived_at.is_some() => None,
            Meant::UnderWay => None,
            Meant::There => {
                arrived(tx, now, who, parcel)?;
                Some(&mut report.arrived)
            }
            Meant::Trouble(kind) => {
                trouble(tx, now, who, parcel, kind, &row.words)?.then_some(&mut report.troubles)
            }
        };
        *new.unwrap_or(&mut report.unchanged) += 1;
    }
    Ok(report)
}

/// What a courier last said of a parcel.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct LastTrace {
    /// When it was taken in.
    pub at: Ms,
    /// In the courier's words.
    pub words: String,
}

/// Keeps what the courier says of a parcel, in place of what it said before. Answers whether it is news.
fn keep(tx: &mut Tx<'_>, now: Ms, org: Id, parcel: Id, words: &str) -> Result<bool, Problem> {
    let words = base::snippet(words.trim(), 300);
    if words.is_empty() {
        return Ok(false);
    }
    // The same words again are no news.
    let written = tx.exec(
        "INSERT INTO parcel_trace (org_id, parcel_id, at, words) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org_id, parcel_id) DO UPDATE SET at = excluded.at, words = excluded.words
         WHERE parcel_trace.words <> excluded.words",
        args![org, parcel, now, &words],
    )?;
    Ok(written > 0)
}

/// What couriers last said of these parcels.
pub(crate) fn last_of(tx: &mut Tx<'_>, org: Id, parcels: &[Id]) -> Result<BTreeMap<Id, LastTrace>, Problem> {
    let sql = format!(
        "SELECT parcel_id, at, words FROM parcel_trace WHERE org_id = $1 AND parcel_id IN {}",
        Tx::in_list(2, parcels.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(parcels));
    let rows = tx.rows(&sql, &arguments, |row| {
        let trace = LastTrace {
            at: row.get(1)?,
            words: row.get(2)?,
        };
        Ok((row.get::<Id>(0)?, trace))
    })?;
    Ok(rows.into_iter().collect())
}

/// The parcels of these waybills in reach that left, by waybill.
fn under_way(tx: &mut Tx<'_>, who: &Actor, waybills: &[&str]) -> Result<BTreeMap<String, Parcel>, Problem> {
    let Some(last) = waybills.last() else {
        return Ok(BTreeMap::new());
    };
    let sql = format!(
        "SELECT id FROM parcel WHERE org_id = $1 AND waybill IN {}",
        Tx::in_list(2, waybills.len())
    );
    let mut arguments = args![who.org].to_vec();
    arguments.extend(waybills.iter().map(|waybill| Arg::from(*waybill)));
    arguments.resize(1 + waybills.len().next_power_of_two(), Arg::from(*last));
    let ids: Vec<Id> = tx.rows(&sql, &arguments, |row| row.get(0))?;
    let found = Parcel::load(tx, who.org, &ids)?.into_iter();
    let left = found.filter(|one| one.row.state == ParcelState::Shipped && who.shops.has(one.row.shop));
    Ok(left
        .filter_map(|one| Some((one.row.waybill.clone()?, one)))
        .collect())
}

/// It came; an order came with the last of its parcels.
fn arrived(tx: &mut Tx<'_>, now: Ms, who: &Actor, parcel: &mut Parcel) -> Result<(), Problem> {
    parcel.row.arrived_at = Some(now);
    parcel.row.save(tx, who.org)?;
    parcel.tell(
        tx,
        now,
        who,
        "parcel.arrived",
        json!({ "arrived": [false, true] }),
    )?;
    for (order, _) in &parcel.orders {
        let all = Parcel::of_order(tx, who.org, *order)?;
        let there = |one: &Parcel| one.row.state == ParcelState::Gone || one.row.arrived_at.is_some();
        let Some(was) = State::get(tx, who.org, *order)?.filter(|_| all.iter().all(there)) else {
            continue;
        };
        let mut is = was.clone();
        is.merged.hear(&Version {
            ship: Some(ShipStatus::Signed),
            signed_at: Some(now),
            changed_at: Some(now),
            ..Version::default()
        });
        if is == was {
            continue;
        }
        for (customer, amount, orders) in is.settle() {
            customers::record_purchase(tx, now, who, customer, amount, orders)?;
        }
        is.rev += 1;
        is.write(tx, who.org, Some(&was))?;
        upsert::tell(tx, now, who, Some(&was), &is)?;
        hold::settle(tx, now, who, *order, &is.merged)?;
    }
    wake::lists(tx, parcel.row.shop, &[parcel.row.id]);
    Ok(())
}

/// Writes a trouble down, unless the same is open already.
fn trouble(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    parcel: &Parcel,
    kind: TroubleKind,
    words: &str,
) -> Result<bool, Problem> {
    let open: Option<Id> = tx.value(
        "SELECT id FROM desk_trouble WHERE org_id = $1 AND parcel_id = $2 AND kind = $3 AND solved_at IS NULL LIMIT 1",
        args![who.org, parcel.row.id, kind],
    )?;
    if open.is_some() {
        return Ok(false);
    }
    let new = NewTrouble {
        shop: None,
        parcel: Some(parcel.row.id),
        sku: None,
        kind,
        text: base::snippet(words.trim(), 300),
    };
    add_trouble(tx, now, who, &new)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_no_arrival_and_the_rest_is_under_way() {
        for (words, is) in [
            ("已签收，签收人：本人", Meant::There),
            ("妥投", Meant::There),
            ("签收失败", Meant::Trouble(TroubleKind::Refused)),
            ("收件人拒收", Meant::Trouble(TroubleKind::Refused)),
            ("5天物流未更新", Meant::Trouble(TroubleKind::Stalled)),
            ("代签收", Meant::Trouble(TroubleKind::Other)),
            ("快件已由门卫代签收", Meant::Trouble(TroubleKind::Other)),
            ("疑难件", Meant::Trouble(TroubleKind::Stalled)),
            ("无流转", Meant::Trouble(TroubleKind::Stalled)),
            ("妥投失败", Meant::Trouble(TroubleKind::Refused)),
            ("退件已签收", Meant::Trouble(TroubleKind::Refused)),
            ("正在派送，请您准备签收", Meant::UnderWay),
            ("派送中，请及时签收", Meant::UnderWay),
            ("超区", Meant::Trouble(TroubleKind::WrongAddress)),
            ("快件已到达杭州转运中心", Meant::UnderWay),
            ("", Meant::UnderWay),
        ] {
            assert_eq!(meant(words), is, "{words}");
        }
    }
}
