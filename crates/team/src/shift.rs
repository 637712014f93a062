use base::{Actor, Id, Ms, Permission, Problem, Shops, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, record};

use crate::changes::Changes;
use crate::person;

record! {
    /// A shift, e.g. 早班 08:00–16:00.
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct Shift {
        /// Its id.
        pub id: Id = "id",
        /// What it is called.
        pub name: String = "name",
        /// Its first minute of the day, 0 to 1439.
        pub from_min: i64 = "from_min",
        /// The first minute after it, 1 to 1440. Not after `from_min`: it goes on past midnight.
        pub to_min: i64 = "to_min",
        /// Its colour in the roster, `#RRGGBB`.
        pub color: String = "color",
    }
}

/// A shift to be made.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
pub struct NewShift {
    /// What it is called.
    pub name: String,
    /// Its first minute of the day.
    pub from_min: i64,
    /// The first minute after it.
    pub to_min: i64,
    /// Its colour in the roster.
    #[serde(default)]
    pub color: Option<String>,
}

/// What to change of a shift; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct ShiftChange {
    /// What it is called.
    pub name: Option<String>,
    /// Its first minute of the day.
    pub from_min: Option<i64>,
    /// The first minute after it.
    pub to_min: Option<i64>,
    /// Its colour in the roster.
    pub color: Option<String>,
}

impl Shift {
    /// Whether it goes on past midnight.
    pub fn overnight(&self) -> bool {
        self.to_min <= self.from_min
    }
}

pub(crate) fn of_org(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Shift>, Problem> {
    let sql = format!(
        "SELECT {} FROM shift WHERE org_id = $1 ORDER BY from_min, id",
        Shift::COLUMNS
    );
    tx.rows(&sql, args![org], Shift::read)
}

/// The shifts of the organisation, by their beginning.
pub fn shifts(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Shift>, Problem> {
    person::need_team(who)?;
    of_org(tx, who.org)
}

fn check(shift: Shift) -> Result<Shift, Problem> {
    if !(0..1440).contains(&shift.from_min) {
        return Err(Problem::input(
            "from_min",
            "range",
            "A shift begins at a minute from 0 to 1439.",
        ));
    }
    if !(1..=1440).contains(&shift.to_min) || shift.to_min == shift.from_min {
        let detail = "A shift ends at a minute from 1 to 1440, which is not its beginning.";
        return Err(Problem::input("to_min", "range", detail));
    }
    let hex = shift.color.strip_prefix('#').unwrap_or_default();
    if hex.len() != 6 || !hex.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(Problem::input("color", "color", "Write a colour as #RRGGBB."));
    }
    Ok(Shift {
        name: clean_line("name", &shift.name, 20)?,
        ..shift
    })
}

/// Shifts are shared by all shops, so who has some only may not change them under the others.
fn need_editor(who: &Actor) -> Result<(), Problem> {
    who.need(Permission::Roster)?;
    if who.shops == Shops::All {
        Ok(())
    } else {
        Err(Problem::forbidden())
    }
}

/// Makes a shift. Needs [`Permission::Roster`].
pub fn add_shift(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: NewShift) -> Result<Shift, Problem> {
    who.need(Permission::Roster)?;
    let color = new.color.unwrap_or_else(|| "#0E7C86".to_owned());
    let id = tx.id();
    let shift = check(Shift {
        id,
        name: new.name,
        from_min: new.from_min,
        to_min: new.to_min,
        color,
    })?;
    tx.exec(
        "INSERT INTO shift (org_id, id, name, from_min, to_min, color) VALUES ($1, $2, $3, $4, $5, $6)",
        args![
            who.org,
            id,
            &shift.name,
            shift.from_min,
            shift.to_min,
            &shift.color
        ],
    )?;
    let data = json!({ "name": [null, shift.name], "from_min": [null, shift.from_min], "to_min": [null, shift.to_min] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "shift.added",
        subject: id,
        data,
    })?;
    Ok(shift)
}

fn known(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Shift, Problem> {
    of_org(tx, who.org)?
        .into_iter()
        .find(|shift| shift.id == id)
        .ok_or_else(Problem::not_found)
}

/// Changes a shift, on all days. Needs [`Permission::Roster`] and all shops.
pub fn change_shift(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: ShiftChange,
) -> Result<Shift, Problem> {
    let before = known(tx, who, id)?;
    need_editor(who)?;
    let was = before.clone();
    let after = check(Shift {
        id,
        name: change.name.unwrap_or(was.name),
        from_min: change.from_min.unwrap_or(was.from_min),
        to_min: change.to_min.unwrap_or(was.to_min),
        color: change.color.unwrap_or(was.color),
    })?;
    let mut changes = Changes::default();
    changes.note("name", &before.name, &after.name);
    changes.note("from_min", &before.from_min, &after.from_min);
    changes.note("to_min", &before.to_min, &after.to_min);
    changes.note("color", &before.color, &after.color);
    if changes.is_empty() {
        return Ok(after);
    }
    tx.exec(
        "UPDATE shift SET name = $3, from_min = $4, to_min = $5, color = $6 WHERE org_id = $1 AND id = $2",
        args![
            who.org,
            id,
            &after.name,
            after.from_min,
            after.to_min,
            &after.color
        ],
    )?;
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "shift.changed",
        subject: id,
        data: changes.into_value(),
    })?;
    Ok(after)
}

/// Removes a shift that stands nowhere in the roster any more (`shift_in_use`). Needs
/// [`Permission::Roster`] and all shops.
pub fn remove_shift(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let before = known(tx, who, id)?;
    need_editor(who)?;
    let sql = "SELECT shift_id FROM roster_cell WHERE org_id = $1 AND shift_id = $2 LIMIT 1";
    if tx.value::<Id>(sql, args![who.org, id])?.is_some() {
        return Err(Problem::conflict(
            "shift_in_use",
            "Somebody stands in the roster with this shift.",
        ));
    }
    tx.exec(
        "DELETE FROM shift WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    let data = json!({ "name": [before.name, null] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "shift.removed",
        subject: id,
        data,
    })
}
