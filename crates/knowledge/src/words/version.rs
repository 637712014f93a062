use base::{Id, Ms, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::{Tx, args};

use crate::WordKind;

/// A state something was saved in.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Version {
    /// Its number; the first is 1.
    pub version: i64,
    /// When it was saved.
    pub at: Ms,
    /// By whom; null: the program.
    pub by: Option<Id>,
    /// Their name.
    pub by_name: Option<String>,
    /// What was saved.
    pub body: Value,
}

/// Refuses to save over what somebody else saved since it was read (`changed_meanwhile`), if it is said what
/// was read.
pub(crate) fn read_last(read: Option<i64>, last: i64) -> Result<(), Problem> {
    if read.is_none_or(|read| read == last) {
        return Ok(());
    }
    let detail = "Somebody saved it since you read it; read it again.";
    Err(Problem::conflict("changed_meanwhile", detail).with("version", last))
}

/// Keeps a state.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    now: Ms,
    (org, by): (Id, Option<Id>),
    (kind, subject): (WordKind, Id),
    version: i64,
    body: &impl Serialize,
) -> Result<(), Problem> {
    let body = serde_json::to_string(body).map_err(|_| Problem::internal())?;
    tx.exec(
        "INSERT INTO word_version (org_id, kind, subject_id, version, at, changed_by, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![org, kind, subject, version, now, by, &body],
    )?;
    Ok(())
}

/// All states, the newest first.
pub(crate) fn all(tx: &mut Tx<'_>, org: Id, kind: WordKind, subject: Id) -> Result<Vec<Version>, Problem> {
    let mut versions = tx.rows(
        "SELECT version, at, changed_by, body FROM word_version
         WHERE org_id = $1 AND kind = $2 AND subject_id = $3 ORDER BY version DESC LIMIT 200",
        args![org, kind, subject],
        |row| {
            Ok(Version {
                version: row.get(0)?,
                at: row.get(1)?,
                by: row.get(2)?,
                by_name: None,
                body: serde_json::from_str(&row.get::<String>(3)?).map_err(|_| Problem::internal())?,
            })
        },
    )?;
    for version in &mut versions {
        version.by_name = name(tx, org, version.by)?;
    }
    Ok(versions)
}

/// One state; `not_found` when there was none of that number.
pub(crate) fn one<T: DeserializeOwned>(
    tx: &mut Tx<'_>,
    org: Id,
    kind: WordKind,
    subject: Id,
    version: i64,
) -> Result<T, Problem> {
    let body: Option<String> = tx.value(
        "SELECT body FROM word_version WHERE org_id = $1 AND kind = $2 AND subject_id = $3 AND version = $4",
        args![org, kind, subject, version],
    )?;
    serde_json::from_str(&body.ok_or_else(Problem::not_found)?).map_err(|_| Problem::internal())
}

/// Drops all states of something that is removed.
pub(crate) fn drop_all(tx: &mut Tx<'_>, org: Id, kind: WordKind, subject: Id) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM word_version WHERE org_id = $1 AND kind = $2 AND subject_id = $3",
        args![org, kind, subject],
    )?;
    Ok(())
}

/// The first state in which something was published; `None` when it never was.
pub(crate) fn first_published(
    tx: &mut Tx<'_>,
    org: Id,
    kind: WordKind,
    subject: Id,
) -> Result<Option<i64>, Problem> {
    let versions: Vec<(i64, String)> = tx.rows(
        "SELECT version, body FROM word_version WHERE org_id = $1 AND kind = $2 AND subject_id = $3 ORDER BY version",
        args![org, kind, subject],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let published = |body: &str| {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        body["status"] == "published"
    };
    let first = versions.into_iter().find(|(_, body)| published(body));
    Ok(first.map(|(version, _)| version))
}

/// Drops the states before one.
pub(crate) fn drop_before(
    tx: &mut Tx<'_>,
    org: Id,
    kind: WordKind,
    subject: Id,
    version: i64,
) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM word_version WHERE org_id = $1 AND kind = $2 AND subject_id = $3 AND version < $4",
        args![org, kind, subject, version],
    )?;
    Ok(())
}

/// The name of a person.
pub(crate) fn name(tx: &mut Tx<'_>, org: Id, person: Option<Id>) -> Result<Option<String>, Problem> {
    let Some(person) = person else { return Ok(None) };
    Ok(team::person(tx, org, person)?.map(|person| person.name))
}
