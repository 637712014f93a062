use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Row, Tx, args, text_enum};

use super::ask::DeskPerson;
use super::batch::{self, BatchRow, Place, number, place_number};
use super::facts::{goes_to, nobody_finds};
use super::parcel::{Parcel, ParcelState};
use super::pass::fresh;
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

/// A paper that is ready to be printed, or was.
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
    /// Where the page is, for a quarter of an hour and for who asked for it.
    pub url: String,
    /// The places on it.
    pub places: Vec<i64>,
    /// Whether one of them was printed before.
    pub again: bool,
    /// Why again.
    pub reason: String,
    /// When it was laid out.
    pub at: Ms,
    /// By whom.
    pub by: Option<DeskPerson>,
    /// When they said that it came out of the printer; null: it was looked at only.
    pub printed_at: Option<Ms>,
    /// Places that were asked for and are not on it, or are not printed since they were pulled meanwhile: in the answers
    /// to laying out and printing only.
    pub left_out: Vec<LeftOut>,
}

/// Of which batch.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PrintFilter {
    /// The batch.
    pub batch: Id,
}

/// A print as its row keeps it.
pub(super) struct PrintRow {
    id: Id,
    batch: Id,
    pub(super) paper: Paper,
    pub(super) places: Vec<i64>,
    pub(super) person: Id,
    pub(super) at: Ms,
    again: bool,
    reason: String,
    printed_at: Option<Ms>,
}

const COLUMNS: &str = "id, batch_id, paper, places, person_id, at, again, reason, printed_at";

fn read(row: &Row<'_>) -> Result<PrintRow, Problem> {
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
        printed_at: row.get(8)?,
    })
}

/// What came out of the printer of a batch, the last first.
fn prints_of(tx: &mut Tx<'_>, org: Id, batch: Id) -> Result<Vec<PrintRow>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM print WHERE org_id = $1 AND batch_id = $2 AND printed_at IS NOT NULL ORDER BY id DESC"
    );
    tx.rows(&sql, args![org, batch], read)
}

/// A print of a batch in the actor's reach, printed or not; any other is `not_found`.
pub(super) fn reached(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<(PrintRow, BatchRow), Problem> {
    let sql = format!("SELECT {COLUMNS} FROM print WHERE org_id = $1 AND id = $2");
    let print = tx
        .row(&sql, args![who.org, id], read)?
        .ok_or_else(Problem::not_found)?;
    let batch = batch::reached(tx, who, print.batch)?;
    who.need(Permission::ShipOrders)?;
    Ok((print, batch))
}

impl PrintRow {
    /// Whether one of its places came out of the printer before, on the same paper.
    fn again(&self, before: &[PrintRow]) -> bool {
        before.iter().any(|print| {
            print.paper == self.paper && print.places.iter().any(|place| self.places.contains(place))
        })
    }

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
            printed_at: self.printed_at,
            left_out,
        }
    }
}

/// Lays a paper of a batch out, to be looked at and sent to the printer; nothing counts as printed before
/// [`mark_printed`] says so. What may not leave is left out: the program looks at every parcel again. A label whose
/// receiver is masked is left out as `masked`, unless the courier gave a number. Needs [`Permission::ShipOrders`].
/// Places that were printed before need a reason.
pub fn lay_out(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, new: &NewPrint) -> Result<Print, Problem> {
    let found = batch::reached(tx, who, id)?;
    who.need(Permission::ShipOrders)?;
    let asked = asked_places(tx, who.org, id, new)?;
    let mut row = PrintRow {
        id: tx.id(),
        batch: id,
        paper: new.paper,
        places: asked.iter().map(|place| place.place).collect(),
        person: who.person().unwrap_or(Id::NONE),
        at: now,
        again: false,
        reason: String::new(),
        printed_at: None,
    };
    row.again = row.again(&prints_of(tx, who.org, id)?);
    row.reason = match new.reason.trim() {
        "" if row.again => {
            return Err(Problem::input(
                "reason",
                "missing",
                "It was printed before: say why again.",
            ));
        }
        "" => String::new(),
        reason => clean_line("reason", reason, 100)?,
    };
    let (parcels, left_out) = on_paper(tx, now, who, &row, asked)?;
    row.places = parcels.into_iter().map(|(place, _)| place).collect();
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
            row.again,
            &row.reason
        ],
    )?;
    // The page bears addresses: who opened it is told, whether it is printed or not.
    tell(tx, now, who, "batch.laid_out", &found, &row)?;
    shown(tx, who.org, &found, row, left_out)
}

/// Writes down that a paper came out of the printer: with its label a parcel is printed. What was pulled since it was
/// laid out stays as it is, and is named. Said by who laid it out (`not_found` for anybody else); a second time changes
/// nothing. Needs [`Permission::ShipOrders`].
pub fn mark_printed(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Print, Problem> {
    let (mut row, found) = reached(tx, who, id)?;
    if row.person != who.person().unwrap_or(Id::NONE) {
        return Err(Problem::not_found());
    }
    if row.printed_at.is_some() {
        return shown(tx, who.org, &found, row, Vec::new());
    }
    row.again = row.again(&prints_of(tx, who.org, row.batch)?);
    row.printed_at = Some(now);
    let mut places = batch::places(tx, who.org, row.batch)?;
    places.retain(|place| row.places.contains(&place.place));
    let (parcels, left_out) = on_paper(tx, now, who, &row, places)?;
    for (place, mut parcel) in parcels {
        let number = place_number(found.day, found.no, place);
        let data = json!({ "paper": row.paper, "batch": number, "again": row.again });
        parcel.tell(tx, now, who, "parcel.printed", data)?;
        if row.paper == Paper::Label && parcel.row.state == ParcelState::Passed {
            parcel.row.go(ParcelState::Printed, now);
            parcel.row.save(tx, who.org)?;
            wake::lists(tx, parcel.row.shop, &[parcel.row.id]);
        }
    }
    tx.exec(
        "UPDATE print SET printed_at = $3, again = $4 WHERE org_id = $1 AND id = $2",
        args![who.org, id, now, row.again],
    )?;
    tell(tx, now, who, "batch.printed", &found, &row)?;
    shown(tx, who.org, &found, row, left_out)
}

/// The places that shall be on paper: those that are named, else all.
fn asked_places(tx: &mut Tx<'_>, org: Id, batch: Id, new: &NewPrint) -> Result<Vec<Place>, Problem> {
    let mut all = batch::places(tx, org, batch)?;
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
    Ok(all)
}

/// Parcels by place, and the places left out.
type OnPaper = (Vec<(i64, Parcel)>, Vec<LeftOut>);

/// The parcels that may be on the paper, by place, each looked at again, and the places that may not.
fn on_paper(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    row: &PrintRow,
    places: Vec<Place>,
) -> Result<OnPaper, Problem> {
    let (mut parcels, mut left_out) = (Vec::new(), Vec::new());
    for Place {
        place,
        parcel,
        pulled,
    } in places
    {
        let why = match pulled {
            Some((_, why)) => why,
            None => {
                let parcel = fresh(tx, now, who, parcel, Permission::ShipOrders)?;
                match kept_off(tx, who.org, row, &parcel)? {
                    Some(why) => why,
                    None => {
                        parcels.push((place, parcel));
                        continue;
                    }
                }
            }
        };
        left_out.push(LeftOut { place, why });
    }
    Ok((parcels, left_out))
}

/// Why a parcel may not be on the paper.
fn kept_off(tx: &mut Tx<'_>, org: Id, row: &PrintRow, parcel: &Parcel) -> Result<Option<String>, Problem> {
    if parcel.row.batch != Some(row.batch) || !printable(parcel.row.state) {
        return Ok(Some(parcel.row.state.key().to_owned()));
    }
    // A label of ours is no use with stars on it; with a courier's number there is a label of the courier's.
    let ours = row.paper == Paper::Label && parcel.row.waybill.is_none();
    let masked = ours && nobody_finds(&goes_to(tx, org, parcel)?);
    Ok(masked.then(|| "masked".to_owned()))
}

fn tell(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    kind: &'static str,
    batch: &BatchRow,
    row: &PrintRow,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop: batch.shop.unwrap_or(Id::NONE),
        kind,
        subject: row.batch,
        data: json!({ "paper": row.paper, "places": row.places, "again": row.again, "print": row.id }),
    })
}

fn shown(
    tx: &mut Tx<'_>,
    org: Id,
    batch: &BatchRow,
    row: PrintRow,
    left_out: Vec<LeftOut>,
) -> Result<Print, Problem> {
    let names = team::names(tx, org, &[row.person])?;
    Ok(row.view(number(batch.day, batch.no), &names, left_out))
}

/// What may be on paper.
fn printable(state: ParcelState) -> bool {
    matches!(
        state,
        ParcelState::Passed | ParcelState::Printed | ParcelState::Packed | ParcelState::Shipped
    )
}

/// What came out of the printer of a batch, the last first. Needs [`Permission::SeeOrders`].
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
