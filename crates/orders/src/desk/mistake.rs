use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem, clean_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, args, text_enum};

use super::ask::DeskPerson;
use super::desk_parcel::DeskParcel;
use super::parcel::Parcel;
use super::reach::Reach;
use super::view::view_one;

text_enum! {
    /// What was wrong with what arrived.
    pub enum MistakeCause {
        /// 错发
        WrongGoods = "wrong_goods",
        /// 漏发
        Missing = "missing",
        /// 多发
        Extra = "extra",
        /// It went to the wrong place.
        WrongAddress = "wrong_address",
        /// It went with the wrong courier.
        WrongCourier = "wrong_courier",
        /// It arrived broken.
        Damaged = "damaged",
        /// Something else.
        Other = "other",
    }
}

text_enum! {
    /// Where a mistake was made.
    pub enum MadeIn {
        /// 审单
        Audit = "audit",
        /// 配货
        Pick = "pick",
        /// 打包
        Pack = "pack",
        /// 快递
        Courier = "courier",
    }
}

/// An error that was found later; it counts back to who passed the parcel (row 143).
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMistake {
    /// What was wrong.
    pub cause: MistakeCause,
    /// Where it was made; left out: in audit.
    pub made_in: Option<MadeIn>,
    /// In words, at most 300 characters.
    #[serde(default)]
    pub note: String,
}

/// Of which days and shop.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditorAsk {
    /// Passed from then on; left out: 30 days ago.
    pub from: Option<Ms>,
    /// Passed before then.
    pub to: Option<Ms>,
    /// Of this shop.
    pub shop: Option<Id>,
}

/// How well somebody audits.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Auditor {
    /// Who; null: the rules.
    pub person: Option<DeskPerson>,
    /// Parcels passed.
    pub passed: i64,
    /// Of these, with an error of audit found later.
    pub errors: i64,
    /// Errors to parcels, 0 to 1.
    pub rate: f64,
}

const MONTH_MS: i64 = 30 * 86_400_000;

/// Writes down an error of what was passed, or takes it back (`None`). Needs [`Permission::AuditOrders`] or
/// [`Permission::EditOrders`]. What nobody passed has none: `not_passed`.
pub fn set_mistake(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    new: Option<&NewMistake>,
) -> Result<DeskParcel, Problem> {
    let parcel = Parcel::reached(tx, who, id)?;
    if !who.may(Permission::EditOrders) {
        who.need(Permission::AuditOrders)?;
    }
    let Some(pass) = parcel.row.pass else {
        return Err(Problem::conflict("not_passed", "Nobody passed this parcel."));
    };
    let note = match new.map(|new| new.note.trim()) {
        None | Some("") => String::new(),
        Some(note) => clean_text("note", note, 300)?,
    };
    let cause = new.map(|new| new.cause.key());
    let made_in = new.map(|new| new.made_in.unwrap_or(MadeIn::Audit).key());
    let (at, by) = (new.map(|_| now), new.and_then(|_| who.person()));
    tx.exec(
        "UPDATE parcel_pass SET error_cause = $3, error_by = $4, error_note = $5, error_at = $6, error_person = $7
         WHERE org_id = $1 AND id = $2",
        args![who.org, pass, cause, made_in, &note, at, by],
    )?;
    parcel.tell(
        tx,
        now,
        who,
        "parcel.error",
        json!({ "cause": cause, "made_in": made_in }),
    )?;
    view_one(tx, now, who.org, parcel)
}

/// Who passed how many, and with how many errors. Needs [`Permission::SeeOrders`].
pub fn auditors(tx: &mut Tx<'_>, now: Ms, who: &Actor, ask: &AuditorAsk) -> Result<Vec<Auditor>, Problem> {
    who.need(Permission::SeeOrders)?;
    let reach = Reach::of(who, ask.shop, 4)?;
    let from = ask.from.unwrap_or(now.plus(-MONTH_MS));
    let sql = format!(
        "SELECT person_id, COUNT(*),
                CAST(SUM(CASE WHEN error_cause IS NOT NULL AND error_by = 'audit' THEN 1 ELSE 0 END) AS BIGINT)
         FROM parcel_pass WHERE org_id = $1 AND at >= $2 AND at < $3 AND undone_at IS NULL AND {}
         GROUP BY person_id",
        reach.sql
    );
    let mut arguments = args![who.org, from, ask.to.unwrap_or(Ms(i64::MAX))].to_vec();
    arguments.extend(reach.shops);
    let rows: Vec<(Option<Id>, i64, i64)> = tx.rows(&sql, &arguments, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let people: Vec<Id> = rows.iter().filter_map(|(person, ..)| *person).collect();
    let names: BTreeMap<Id, String> = team::names(tx, who.org, &people)?;
    let auditor = |(person, passed, errors): (Option<Id>, i64, i64)| Auditor {
        person: person.map(|id| DeskPerson {
            id,
            name: names.get(&id).cloned().unwrap_or_default(),
        }),
        passed,
        errors,
        rate: errors as f64 / passed.max(1) as f64,
    };
    let mut auditors: Vec<Auditor> = rows.into_iter().map(auditor).collect();
    auditors.sort_by_key(|auditor| std::cmp::Reverse(auditor.passed));
    Ok(auditors)
}
