use base::{Actor, Id, Ms, Problem};
use store::Tx;

use super::batch::{self, number, place_number};
use super::facts::goes_to;
use super::label_keep;
use super::paper::{self, Sheet};
use super::parcel::Parcel;
use super::print::{Paper, reached};
use super::sent;
use super::view::view_one;

/// How long a page can be fetched: it bears addresses.
const SHOWN_MS: i64 = 900_000;

/// The page of a print, as HTML. Only who laid it out gets it, and for a quarter of an hour: it bears names and
/// addresses. Later it is laid out again. What was pulled meanwhile is not on it. Needs [`Permission::ShipOrders`].
pub fn print_page(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<String, Problem> {
    let (print, found) = reached(tx, who, id)?;
    if who.person().unwrap_or(Id::NONE) != print.person || now.since(print.at) > SHOWN_MS {
        return Err(Problem::conflict(
            "print_expired",
            "Print it again; this page is closed.",
        ));
    }
    let mut sheets = Vec::new();
    for place in batch::places(tx, who.org, found.id)? {
        if !print.places.contains(&place.place) || place.pulled.is_some() {
            continue;
        }
        let Some(parcel) = Parcel::get(tx, who.org, place.parcel)? else {
            continue;
        };
        let to = match sent::of_parcels(tx, who.org, &[place.parcel])?.remove(&place.parcel) {
            Some(sent) => sent,
            None => goes_to(tx, who.org, &parcel)?,
        };
        let shop = team::shop(tx, who.org, parcel.row.shop)?
            .map(|shop| shop.name)
            .unwrap_or_default();
        let view = view_one(tx, now, who.org, parcel)?;
        sheets.push(Sheet {
            number: place_number(found.day, found.no, place.place),
            place: place.place,
            shop,
            to,
            parcel: view,
        });
    }
    Ok(match print.paper {
        Paper::Pick => paper::pick_list(&number(found.day, found.no), &sheets),
        Paper::Note => paper::delivery_notes(&sheets),
        Paper::Label => {
            let shops: Vec<Id> = sheets.iter().map(|sheet| sheet.parcel.shop).collect();
            paper::labels(&sheets, &label_keep::templates(tx, who.org, &shops)?)
        }
    })
}
