use base::{Actor, Id, Ms, Permission, Problem, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, FileRow, Tx, args, record};

use crate::changes::Changes;
use crate::settings::{self, PAPER_DAYS};
use crate::{paper_clock, shop, wire};

/// The papers a flagship shop needs: 营业执照, 注册商标, 税务登记证, 质检报告. Any other text is a kind too.
pub const PAPER_KINDS: [&str; 4] = ["licence", "trademark", "tax", "quality"];

/// The kinds of jobs that [`run_job`] carries out.
pub const JOBS: [&str; 2] = [PAPER_JOB, EDITION_JOB];

pub(crate) const PAPER_JOB: &str = "team.paper";
pub(crate) const EDITION_JOB: &str = "team.edition";

/// Whether a paper still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaperState {
    /// It holds.
    Ok,
    /// It ends within the days that are set (30).
    Expiring,
    /// It has ended.
    Expired,
}

impl PaperState {
    pub(crate) fn of(now: Ms, until: Option<Ms>, days: i64) -> PaperState {
        match until {
            Some(until) if until <= now => PaperState::Expired,
            Some(until) if until.since(now) <= days * DAY_MS => PaperState::Expiring,
            _ => PaperState::Ok,
        }
    }
}

/// A paper that a shop must have.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Paper {
    /// Its id.
    pub id: Id,
    /// Whose it is.
    pub shop: Id,
    /// One of [`PAPER_KINDS`], or what the shop calls it.
    pub kind: String,
    /// The number on it; may be empty.
    pub number: String,
    /// Until when it holds; null: without end.
    pub valid_until: Option<Ms>,
    /// A picture of it.
    pub file: Option<Id>,
    /// Whether it still holds.
    pub state: PaperState,
}

/// A paper to be added.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct NewPaper {
    /// One of [`PAPER_KINDS`], or what the shop calls it.
    pub kind: String,
    /// The number on it.
    pub number: String,
    /// Until when it holds; null: without end.
    pub valid_until: Option<Ms>,
    /// A picture of it.
    pub file: Option<Id>,
}

/// What to change of a paper; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct PaperChange {
    /// One of [`PAPER_KINDS`], or what the shop calls it.
    pub kind: Option<String>,
    /// The number on it.
    pub number: Option<String>,
    /// Until when it holds; null: without end.
    #[serde(default, deserialize_with = "wire::nullable")]
    #[schema(value_type = Option<i64>)]
    pub valid_until: Option<Option<Ms>>,
    /// A picture of it; null: none.
    #[serde(default, deserialize_with = "wire::nullable")]
    #[schema(value_type = Option<i64>)]
    pub file: Option<Option<Id>>,
}

record! {
    /// A paper as it is kept.
    #[derive(Clone, Debug)]
    pub struct PaperRow {
        /// Its id.
        pub id: Id = "id",
        /// Whose it is.
        pub shop: Id = "shop_id",
        /// What it is.
        pub kind: String = "kind",
        /// The number on it.
        pub number: String = "number",
        /// Until when it holds.
        pub valid_until: Option<Ms> = "valid_until",
        /// A picture of it.
        pub file: Option<Id> = "file",
    }
}

pub(crate) const DAY_MS: i64 = 86_400_000;

fn view(tx: &mut Tx<'_>, now: Ms, org: Id, row: PaperRow) -> Result<Paper, Problem> {
    let days = settings::number(tx, org, row.shop, &PAPER_DAYS)?;
    Ok(Paper {
        state: PaperState::of(now, row.valid_until, days),
        id: row.id,
        shop: row.shop,
        kind: row.kind,
        number: row.number,
        valid_until: row.valid_until,
        file: row.file,
    })
}

pub(crate) fn load(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<PaperRow>, Problem> {
    let sql = format!(
        "SELECT {} FROM paper WHERE org_id = $1 AND id = $2",
        PaperRow::COLUMNS
    );
    tx.row(&sql, args![org, id], PaperRow::read)
}

fn known(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<PaperRow, Problem> {
    let row = load(tx, who.org, id)?
        .filter(|row| who.shops.has(row.shop))
        .ok_or_else(Problem::not_found)?;
    who.need(Permission::ManageShops)?;
    Ok(row)
}

/// The papers of a shop. Needs [`Permission::ManageShops`].
pub fn papers(tx: &mut Tx<'_>, now: Ms, who: &Actor, shop: Id) -> Result<Vec<Paper>, Problem> {
    shop::need_shops(tx, who, &[shop])?;
    who.need(Permission::ManageShops)?;
    let sql = format!(
        "SELECT {} FROM paper WHERE org_id = $1 AND shop_id = $2 ORDER BY id",
        PaperRow::COLUMNS
    );
    let rows = tx.rows(&sql, args![who.org, shop], PaperRow::read)?;
    rows.into_iter().map(|row| view(tx, now, who.org, row)).collect()
}

fn check(tx: &mut Tx<'_>, who: &Actor, row: PaperRow) -> Result<PaperRow, Problem> {
    let number = if row.number.trim().is_empty() {
        String::new()
    } else {
        clean_line("number", &row.number, 60)?
    };
    if let Some(file) = row.file {
        FileRow::load(tx, who.org, file)?
            .filter(|file| file.shop == row.shop || file.shop == Id::NONE)
            .ok_or_else(Problem::not_found)?;
    }
    Ok(PaperRow {
        kind: clean_line("kind", &row.kind, 40)?,
        number,
        ..row
    })
}

fn write(tx: &mut Tx<'_>, now: Ms, org: Id, row: &PaperRow) -> Result<(), Problem> {
    tx.exec(
        "INSERT INTO paper (org_id, id, shop_id, kind, number, valid_until, file, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (org_id, id) DO UPDATE
         SET kind = excluded.kind, number = excluded.number, valid_until = excluded.valid_until, file = excluded.file",
        args![org, row.id, row.shop, &row.kind, &row.number, row.valid_until, row.file, now],
    )?;
    paper_clock::schedule(tx, now, org, PAPER_JOB, row.id, row.shop, row.valid_until)
}

/// Adds a paper to a shop. Needs [`Permission::ManageShops`].
pub fn add_paper(tx: &mut Tx<'_>, now: Ms, who: &Actor, shop: Id, new: NewPaper) -> Result<Paper, Problem> {
    shop::need_shops(tx, who, &[shop])?;
    who.need(Permission::ManageShops)?;
    let NewPaper {
        kind,
        number,
        valid_until,
        file,
    } = new;
    let id = tx.id();
    let row = check(
        tx,
        who,
        PaperRow {
            id,
            shop,
            kind,
            number,
            valid_until,
            file,
        },
    )?;
    write(tx, now, who.org, &row)?;
    let data = json!({ "kind": [null, row.kind], "valid_until": [null, row.valid_until] });
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind: "paper.added",
        subject: id,
        data,
    })?;
    view(tx, now, who.org, row)
}

/// Changes a paper. Needs [`Permission::ManageShops`] in its shop.
pub fn change_paper(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: PaperChange,
) -> Result<Paper, Problem> {
    let before = known(tx, who, id)?;
    let was = before.clone();
    let after = PaperRow {
        id,
        shop: was.shop,
        kind: change.kind.unwrap_or(was.kind),
        number: change.number.unwrap_or(was.number),
        valid_until: change.valid_until.unwrap_or(was.valid_until),
        file: change.file.unwrap_or(was.file),
    };
    let after = check(tx, who, after)?;
    let mut changes = Changes::default();
    changes.note("kind", &before.kind, &after.kind);
    if before.number != after.number {
        changes.note_hidden("number");
    }
    changes.note("valid_until", &before.valid_until, &after.valid_until);
    changes.note("file", &before.file, &after.file);
    if !changes.is_empty() {
        write(tx, now, who.org, &after)?;
        let data = changes.into_value();
        tx.emit(Event {
            at: now,
            who,
            shop: after.shop,
            kind: "paper.changed",
            subject: id,
            data,
        })?;
    }
    view(tx, now, who.org, after)
}

/// Whether a shop's paper names this file.
pub fn names_file(tx: &mut Tx<'_>, org: Id, file: Id) -> Result<bool, Problem> {
    let sql = "SELECT id FROM paper WHERE org_id = $1 AND file = $2 LIMIT 1";
    Ok(tx.value::<Id>(sql, args![org, file])?.is_some())
}

/// Removes a paper. Needs [`Permission::ManageShops`] in its shop.
pub fn remove_paper(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let row = known(tx, who, id)?;
    tx.exec(
        "DELETE FROM paper WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    tx.unschedule(who.org, PAPER_JOB, id)?;
    let data = json!({ "kind": [row.kind, null] });
    tx.emit(Event {
        at: now,
        who,
        shop: row.shop,
        kind: "paper.removed",
        subject: id,
        data,
    })
}
