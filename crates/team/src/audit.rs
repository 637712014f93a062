use std::collections::HashMap;

use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, Shops};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{LogRow, Tx, args};

use crate::{shop, wire};

/// What of the audit trail to show; what is left out does not narrow it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditFilter {
    /// Who did it.
    pub who: Option<Id>,
    /// The event, or its noun alone: `person.changed`, `person`.
    pub what: Option<String>,
    /// The thing it happened to.
    pub subject: Option<Id>,
    /// In which shop.
    pub shop: Option<Id>,
    /// Not before.
    pub from: Option<Ms>,
    /// Before.
    pub to: Option<Ms>,
}

/// One line of the audit trail.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AuditRow {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Ms,
    /// `person`, `token` (a program acting for a person), `buyer` or `program`.
    pub actor: String,
    /// The person; null for buyers and the program.
    pub person: Option<Id>,
    /// The person's name.
    pub name: Option<String>,
    /// What happened: `person.changed`.
    pub event: String,
    /// The noun: `person`.
    pub subject_kind: String,
    /// The id of the noun.
    pub subject: Id,
    /// In which shop; null: in the organisation.
    pub shop: Option<Id>,
    /// Facts; changes as `{"field": [from, to]}`.
    #[schema(value_type = Object)]
    pub data: Value,
}

/// The audit trail, the newest first. Needs [`Permission::SeeAudit`]; shows the actor's shops, and what
/// belongs to no shop only to those who have all.
pub fn audit(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &AuditFilter,
    page: &PageAsk,
) -> Result<Page<AuditRow>, Problem> {
    who.need(Permission::SeeAudit)?;
    let before = page.numbers::<1>().map_or(i64::MAX, |[seq]| seq);
    let noun = filter
        .what
        .as_deref()
        .map(str::trim)
        .filter(|what| !what.is_empty());
    let (exact, like) = match noun {
        Some(what) if what.contains('.') => (Some(what.to_owned()), None),
        Some(what) => (None, Some(format!("{}.%", escape(what)))),
        None => (None, None),
    };
    let shops: Vec<Id> = match (&who.shops, filter.shop) {
        (_, Some(shop)) => {
            shop::need_shops(tx, who, &[shop])?;
            vec![shop]
        }
        (Shops::All, None) => Vec::new(),
        (Shops::Only(shops), None) if shops.is_empty() => vec![Id(-1)],
        (Shops::Only(shops), None) => shops.to_vec(),
    };
    let limit = page.limit();
    let asked = store::LogFilter {
        who: filter.who,
        kind: exact.as_deref(),
        like: like.as_deref(),
        subject: filter.subject,
        from: filter.from,
        to: filter.to,
        shops: &shops,
    };
    let rows = tx.log_back(who.org, before, &asked, limit + 1)?;
    let names = names(tx, who.org, &rows)?;
    let rows = rows
        .into_iter()
        .map(|row| line(row, &names))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(rows, limit, |row| vec![row.seq]))
}

fn escape(text: &str) -> String {
    text.chars()
        .flat_map(|c| if "!%_".contains(c) { vec!['!', c] } else { vec![c] })
        .collect()
}

fn is_team(row: &LogRow) -> bool {
    row.actor_kind == "person" || row.actor_kind == "token"
}

fn names(tx: &mut Tx<'_>, org: Id, rows: &[LogRow]) -> Result<HashMap<Id, String>, Problem> {
    let people = wire::sorted(
        rows.iter()
            .filter(|row| is_team(row))
            .map(|row| row.actor)
            .collect(),
    );
    let sql = format!(
        "SELECT id, name FROM person WHERE org_id = $1 AND id IN {}",
        Tx::in_list(2, people.len())
    );
    let mut values = args![org].to_vec();
    values.extend(store::pad(&people));
    Ok(tx
        .rows(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))?
        .into_iter()
        .collect())
}

fn line(row: LogRow, names: &HashMap<Id, String>) -> Result<AuditRow, Problem> {
    let person = is_team(&row).then_some(row.actor);
    Ok(AuditRow {
        seq: row.cursor.seq,
        at: row.at,
        person,
        name: person.and_then(|id| names.get(&id).cloned()),
        subject_kind: row.kind.split('.').next().unwrap_or_default().to_owned(),
        actor: row.actor_kind,
        event: row.kind,
        subject: row.subject,
        shop: (row.shop != Id::NONE).then_some(row.shop),
        data: wire::from_text(&row.data)?,
    })
}
