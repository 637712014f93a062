use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Problem};
use store::{Tx, args, pad, record};

/// Reasons that only end when their cause ends: nobody releases them by hand (rows 231, 298, 300, 301, 302).
pub(crate) const BLOCKING: [&str; 5] = ["refund", "balance", "courier", "stop_area", "addresses_differ"];

/// Reasons a person or a rule may give.
pub(crate) const BY_HAND: [&str; 12] = [
    "out_of_stock",
    "wrong_model",
    "attention",
    "wait_until",
    "unreachable",
    "wrong_price",
    "notify",
    "fraud",
    "flawed",
    "buyer_note",
    "remark",
    "other",
];

record! {
    /// Why a parcel is held, as its row keeps it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct HoldRow {
        pub id: Id = "id",
        pub parcel: Id = "parcel_id",
        pub reason: String = "reason",
        pub text: String = "text",
        pub mark: String = "mark",
        pub at: Ms = "at",
        pub person: Option<Id> = "person_id",
        pub rule: Option<Id> = "rule_id",
        pub until: Option<Ms> = "until_at",
        pub released_at: Option<Ms> = "released_at",
        pub released_by: Option<Id> = "released_by",
    }
}

/// A reason to hold a parcel that the program found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Found {
    pub(crate) reason: String,
    pub(crate) text: String,
    /// What it is about: released by a person, it is not raised again for the same.
    pub(crate) mark: String,
    pub(crate) rule: Option<Id>,
    pub(crate) until: Option<Ms>,
}

impl Found {
    pub(crate) fn new(reason: &str, mark: impl Into<String>) -> Found {
        Found {
            reason: reason.to_owned(),
            mark: mark.into(),
            ..Found::default()
        }
    }
}

impl HoldRow {
    pub(crate) fn blocking(&self) -> bool {
        self.person.is_none() && BLOCKING.contains(&self.reason.as_str())
    }

    pub(crate) fn open(&self) -> bool {
        self.released_at.is_none()
    }
}

/// All holds of these parcels, also those that were released, the oldest first.
pub(crate) fn of_parcels(
    tx: &mut Tx<'_>,
    org: Id,
    parcels: &[Id],
) -> Result<BTreeMap<Id, Vec<HoldRow>>, Problem> {
    let mut found = BTreeMap::<Id, Vec<HoldRow>>::new();
    if parcels.is_empty() {
        return Ok(found);
    }
    let sql = format!(
        "SELECT {} FROM parcel_hold WHERE org_id = $1 AND parcel_id IN {} ORDER BY parcel_id, id",
        HoldRow::COLUMNS,
        Tx::in_list(2, parcels.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(parcels));
    for hold in tx.rows(&sql, &arguments, HoldRow::read)? {
        found.entry(hold.parcel).or_default().push(hold);
    }
    Ok(found)
}

/// The parcel a hold is of.
pub(crate) fn parcel_of(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Id>, Problem> {
    tx.value(
        "SELECT parcel_id FROM parcel_hold WHERE org_id = $1 AND id = $2",
        args![org, id],
    )
}

/// Raises one.
pub(crate) fn raise(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    (shop, parcel): (Id, Id),
    found: &Found,
    person: Option<Id>,
) -> Result<HoldRow, Problem> {
    let hold = HoldRow {
        id: tx.id(),
        parcel,
        reason: found.reason.clone(),
        text: found.text.clone(),
        mark: found.mark.clone(),
        at: now,
        person,
        rule: found.rule,
        until: found.until,
        released_at: None,
        released_by: None,
    };
    tx.exec(
        "INSERT INTO parcel_hold (org_id, id, parcel_id, shop_id, reason, text, mark, at, person_id, rule_id, until_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        args![
            org,
            hold.id,
            parcel,
            shop,
            &hold.reason,
            &hold.text,
            &hold.mark,
            now,
            person,
            hold.rule,
            hold.until
        ],
    )?;
    Ok(hold)
}

/// Releases one; by the program when there is no person.
pub(crate) fn release(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    hold: &mut HoldRow,
    by: Option<Id>,
) -> Result<(), Problem> {
    hold.released_at = Some(now);
    hold.released_by = by;
    tx.exec(
        "UPDATE parcel_hold SET released_at = $3, released_by = $4 WHERE org_id = $1 AND id = $2",
        args![org, hold.id, now, by],
    )?;
    Ok(())
}

/// Makes the holds of a parcel follow what the program found: what is gone is released, what is new is raised
/// unless a person released the very same, and what has run out ends. Answers those that are open.
pub(crate) fn follow(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    place: (Id, Id),
    mut holds: Vec<HoldRow>,
    found: &[Found],
) -> Result<Vec<HoldRow>, Problem> {
    let same = |hold: &HoldRow, found: &Found| hold.reason == found.reason && hold.mark == found.mark;
    for hold in holds.iter_mut().filter(|hold| hold.open()) {
        let over = hold.until.is_some_and(|until| until <= now);
        // What a person held, and what was sent back, a person releases.
        let own = hold.person.is_none() && hold.reason != "changed";
        if over || (own && !found.iter().any(|found| same(hold, found))) {
            release(tx, now, who.org, hold, None)?;
        }
    }
    for found in found {
        let known = |hold: &HoldRow| {
            let by_person = hold.released_by.is_some() && !BLOCKING.contains(&hold.reason.as_str());
            let ran_out = hold.until.is_some_and(|until| until <= now);
            same(hold, found) && (hold.open() || by_person || ran_out)
        };
        if !holds.iter().any(known) {
            holds.push(raise(tx, now, who.org, place, found, None)?);
        }
    }
    holds.retain(HoldRow::open);
    Ok(holds)
}
