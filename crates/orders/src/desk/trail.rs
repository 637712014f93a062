use base::{Actor, Id, Ms, Page, Permission, Problem};
use serde::Serialize;
use store::{LogFilter, Tx};

use super::ask::DeskPerson;
use super::parcel::Parcel;

/// One thing that was done to a parcel.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ParcelTrail {
    /// When.
    pub at: Ms,
    /// Who; null: the program.
    pub by: Option<DeskPerson>,
    /// What.
    pub what: String,
    /// Figures and ids.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

/// What was done to a parcel, the latest first. Needs [`Permission::SeeOrders`].
pub fn parcel_trail(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Page<ParcelTrail>, Problem> {
    let found = Parcel::reached(tx, who, id)?;
    who.need(Permission::SeeOrders)?;
    let shops = [found.row.shop];
    let filter = LogFilter {
        subject: Some(id),
        shops: &shops,
        ..LogFilter::default()
    };
    let rows = tx.log_back(who.org, i64::MAX, &filter, 200)?;
    let people: Vec<Id> = rows.iter().map(|row| row.actor).collect();
    let names = team::names(tx, who.org, &people)?;
    let trail = |row: store::LogRow| ParcelTrail {
        at: row.at,
        by: names.get(&row.actor).map(|name| DeskPerson {
            id: row.actor,
            name: name.clone(),
        }),
        what: row.kind,
        data: serde_json::from_str(&row.data).unwrap_or_default(),
    };
    Ok(Page {
        items: rows.into_iter().map(trail).collect(),
        next: None,
    })
}
