use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, text_enum};

use super::ask::DeskPerson;
use super::batch::{self, number, place_number};
use super::facts::{goes_to, nobody_finds};
use super::label_keep;
use super::paper::{self, Sheet};
use super::parcel::{Parcel, ParcelState};
use super::pass::fresh;
use super::sent;
use super::view::views;
use super::wake;

text_enum! {
    /// What is printed of a batch: three steps of their own (practice.md 4.4).
    pub enum Paper {
        /// 拣货单
        Pick = "pick",
        /// 发货单
        Note = "note",
        /// 面单
        Label = "label",
    }
}

/// What to print.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPrint {
    /// Which paper.
    pub paper: Paper,
    /// These places only; left out: all.
    pub places: Option<Vec<i64>>,
    /// Why it is printed again, at most 100 characters: needed once one of the places was printed before.
    #[serde(default)]
    pub reason: String,
}

/// A place that is not printed.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct LeftOut {
    /// The place.
    pub place: i64,
    /// Why: `refund`, `changed`, `closed` and so on, as it was pulled.
    pub why: String,
}

/// Something was printed.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Print {
    /// Its id.
    pub id: Id,
    /// The batch.
    pub batch: Id,
    /// `yymmdd-BBB`
    pub number: String,
    /// Which paper.
    pub paper: Paper,
    /// Where the page is, for a quarter of an hour and for who printed it.
    pub url: String,
    /// The places on it.
    pub places: Vec<i64>,
    /// Whether one of them was printed before.
    pub again: bool,
    /// Why again.
    pub reason: String,
    /// When.
    pub at: Ms,
    /// By whom.
    pub by: Option<DeskPerson>,
    /// Places that were asked for and are not printed: in the answer to printing only.
    pub left_out: Vec<LeftOut>,
}

/// Of which batch.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PrintFilter {
    /// The batch.
    pub batch: Id,
}

/// How long a page can be fetched: it bears addresses.
const SHOWN_MS: i64 = 900_000;

/// A print as its row keeps it.
struct PrintRow {
    id: Id,
    batch: Id,
    paper: Paper,
    places: Vec<i64>,
    person: Id,
    at: Ms,
    again: bool,
    reason: String,
}

fn prints_of(tx: &mut Tx<'_>, org: Id, batch: Id) -> Result<Vec<PrintRow>, Problem> {
    tx.rows(
        "SELECT id, batch_id, paper, places, person_id, at, again, reason FROM print
         WHERE org_id = $1 AND batch_id = $2 ORDER BY id DESC",
        args![org, batch],
        |row| {
            let places: String = row.get(3)?;
            Ok(PrintRow {
                id: row.get(0)?,
                batch: row.get(1)?,
                paper: row.get(2)?,
                places: serde_json::from_str(&places).unwrap_or_default(),
                person: row.get(4)?,
                at: row.get(5)?,
                again: row.get(6)?,
                reason: row.get(7)?,
            })
        },
    )
}

impl PrintRow {
    fn view(
        self,
        number: String,
        names: &std::collections::BTreeMap<Id, String>,
        left_out: Vec<LeftOut>,
    ) -> Print {
        Print {
            url: format!("/api/v1/desk/prints/{}", self.id),
            id: self.id,
            batch: self.batch,
            number,
            paper: self.paper,
            places: self.places,
            again: self.again,
            reason: self.reason,
            at: self.at,
            by: names.get(&self.person).map(|name| DeskPerson {
                id: self.person,
                name: name.clone(),
            }),
            left_out,
        }
    }
}

/// Writes down that a paper of a batch is printed, and has it ready. What may not leave is left out: the program
/// looks at every parcel again. A label whose receiver is masked is left out as `masked`, unless the courier gave a
/// number. With its label a parcel is printed. Needs [`Permission::ShipOrders`]. A second
/// time needs a reason.
pub fn print(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, new: &NewPrint) -> Result<Print, Problem> {
    let found = batch::reached(tx, who, id)?;
    who.need(Permission::ShipOrders)?;
    let (day, no) = (found.day, found.no);
    let mut all = batch::places(tx, who.org, id)?;
    if let Some(asked) = &new.places {
        if asked
            .iter()
            .any(|place| !all.iter().any(|known| known.place == *place))
        {
            return Err(Problem::input(
                "places",
                "no_such_place",
                "The batch has no such place.",
            ));
        }
        all.retain(|place| asked.contains(&place.place));
    }
    let before = prints_of(tx, who.org, id)?;
    let again = before.iter().any(|print| {
        print.paper == new.paper
            && print
                .places
                .iter()
                .any(|place| all.iter().any(|asked| asked.place == *place))
    });
    let reason = match new.reason.trim() {
        "" if again => {
            return Err(Problem::input(
                "reason",
                "missing",
                "It was printed before: say why again.",
            ));
        }
        "" => String::new(),
        reason => clean_line("reason", reason, 100)?,
    };
    let (mut places, mut left_out) = (Vec::new(), Vec::new());
    for place in all {
        if let Some((_, why)) = place.pulled {
            left_out.push(LeftOut {
                place: place.place,
                why,
            });
            continue;
        }
        let mut parcel = fresh(tx, now, who, place.parcel, Permission::ShipOrders)?;
        if parcel.row.batch != Some(id) || !printable(parcel.row.state) {
            left_out.push(LeftOut {
                place: place.place,
                why: parcel.row.state.key().to_owned(),
            });
            continue;
        }
        // A label of ours is no use with stars on it; with a courier's number there is a label of the courier's.
        if new.paper == Paper::Label
            && parcel.row.waybill.is_none()
            && nobody_finds(&goes_to(tx, who.org, &parcel)?)
        {
            left_out.push(LeftOut {
                place: place.place,
                why: "masked".to_owned(),
            });
            continue;
        }
        places.push(place.place);
        let data = json!({ "paper": new.paper, "batch": place_number(day, no, place.place), "again": again });
        parcel.tell(tx, now, who, "parcel.printed", data)?;
        if new.paper == Paper::Label && parcel.row.state == ParcelState::Passed {
            parcel.row.go(ParcelState::Printed, now);
            parcel.row.save(tx, who.org)?;
            wake::lists(tx, parcel.row.shop, &[parcel.row.id]);
        }
    }
    let row = PrintRow {
        id: tx.id(),
        batch: id,
        paper: new.paper,
        places,
        person: who.person().unwrap_or(Id::NONE),
        at: now,
        again,
        reason,
    };
    let kept = serde_json::to_string(&row.places).map_err(|_| Problem::internal())?;
    tx.exec(
        "INSERT INTO print (org_id, id, batch_id, paper, places, person_id, at, again, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            who.org,
            row.id,
            id,
            row.paper,
            &kept,
            row.person,
            now,
            again,
            &row.reason
        ],
    )?;
    tx.emit(Event {
        at: now,
        who,
        shop: found.shop.unwrap_or(Id::NONE),
        kind: "batch.printed",
        subject: id,
        data: json!({ "paper": new.paper, "places": row.places, "again": again, "print": row.id }),
    })?;
    let names = team::names(tx, who.org, &[row.person])?;
    Ok(row.view(number(day, no), &names, left_out))
}

/// What may be on paper.
fn printable(state: ParcelState) -> bool {
    matches!(
        state,
        ParcelState::Passed | ParcelState::Printed | ParcelState::Packed | ParcelState::Shipped
    )
}

/// What was printed of a batch, the last first. Needs [`Permission::SeeOrders`].
pub fn prints(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &PrintFilter,
    page: &PageAsk,
) -> Result<Page<Print>, Problem> {
    let found = batch::reached(tx, who, filter.batch)?;
    who.need(Permission::SeeOrders)?;
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let mut rows = prints_of(tx, who.org, filter.batch)?;
    rows.retain(|row| row.id.0 < before);
    let people: Vec<Id> = rows.iter().map(|row| row.person).collect();
    let names = team::names(tx, who.org, &people)?;
    let named = number(found.day, found.no);
    let views = rows
        .into_iter()
        .map(|row| row.view(named.clone(), &names, Vec::new()))
        .collect();
    Ok(Page::cut(views, page.limit(), |print| vec![print.id.0]))
}

/// The page of a print, as HTML. Only who printed it gets it, and for a quarter of an hour: it bears names and
/// addresses. Later it is printed again. What was pulled meanwhile is not on it. Needs [`Permission::ShipOrders`].
pub fn printed_page(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<String, Problem> {
    let batch_id: Option<Id> = tx.value(
        "SELECT batch_id FROM print WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    let batch_id = batch_id.ok_or_else(Problem::not_found)?;
    let found = batch::reached(tx, who, batch_id)?;
    who.need(Permission::ShipOrders)?;
    let print = prints_of(tx, who.org, batch_id)?
        .into_iter()
        .find(|print| print.id == id);
    let print = print.ok_or_else(Problem::not_found)?;
    if who.person().unwrap_or(Id::NONE) != print.person || now.since(print.at) > SHOWN_MS {
        return Err(Problem::conflict(
            "print_expired",
            "Print it again; this page is closed.",
        ));
    }
    let mut sheets = Vec::new();
    for place in batch::places(tx, who.org, batch_id)? {
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
        let view = views(tx, now, who.org, vec![parcel])?
            .pop()
            .ok_or_else(Problem::internal)?;
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
