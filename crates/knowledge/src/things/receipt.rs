use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Problem, Shops};
use serde::Serialize;
use store::{Tx, args, pad};
use team::Person;

use crate::things::notice::{known, may_look};
use crate::things::reach::concerns;

/// Who signed a notice, and who has not yet.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct NoticeReaders {
    /// Those who signed, in the order in which they did.
    pub read: Vec<NoticeRead>,
    /// Those concerned who have not.
    pub unread: Vec<NoticeUnread>,
}

/// Somebody signed.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct NoticeRead {
    /// Who.
    pub person: Id,
    /// Their name.
    pub name: String,
    /// When.
    pub at: Ms,
}

/// Somebody has not signed yet.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct NoticeUnread {
    /// Who.
    pub person: Id,
    /// Their name.
    pub name: String,
}

/// Keeps that somebody read a notice; answers whether they had not before.
pub(crate) fn sign(tx: &mut Tx<'_>, now: Ms, org: Id, notice: Id, person: Id) -> Result<bool, Problem> {
    let made = tx.exec(
        "INSERT INTO notice_receipt (org_id, notice_id, person_id, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org_id, notice_id, person_id) DO NOTHING",
        args![org, notice, person, now],
    )?;
    Ok(made == 1)
}

/// Who signed which of these notices, and when.
pub(crate) fn signed(tx: &mut Tx<'_>, org: Id, notices: &[Id]) -> Result<BTreeMap<(Id, Id), Ms>, Problem> {
    let sql = format!(
        "SELECT notice_id, person_id, at FROM notice_receipt WHERE org_id = $1 AND notice_id IN {}",
        Tx::in_list(2, notices.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(notices));
    let rows = tx.rows(&sql, &arguments, |row| {
        Ok(((row.get(0)?, row.get(1)?), row.get(2)?))
    })?;
    Ok(rows.into_iter().collect())
}

/// Everybody of the organisation who may sign in.
pub(crate) fn team_of(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Person>, Problem> {
    let mut all = team::people(tx, &Actor::program(org), None)?;
    all.retain(|one| !one.disabled);
    Ok(all)
}

/// Those of them who work in one of these shops (`None`: in any).
pub(crate) fn concerned<'a>(team: &'a [Person], shops: Option<&'a [Id]>) -> impl Iterator<Item = &'a Person> {
    team.iter().filter(move |one| {
        let theirs = one
            .shops
            .as_ref()
            .map_or(Shops::All, |shops| Shops::only(shops.clone()));
        concerns(&theirs, shops)
    })
}

/// Who signed a notice and who has not, for those who may issue notices and for supervisors.
pub fn notice_readers(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<NoticeReaders, Problem> {
    let notice = known(tx, now, who, id)?;
    if !may_look(who) {
        return Err(Problem::forbidden());
    }
    let signed = signed(tx, who.org, &[id])?;
    let mut readers = NoticeReaders {
        read: Vec::new(),
        unread: Vec::new(),
    };
    let team = team_of(tx, who.org)?;
    for one in concerned(&team, notice.shops.as_deref()) {
        let (person, name) = (one.id, one.name.clone());
        match signed.get(&(id, person)) {
            Some(at) => readers.read.push(NoticeRead {
                person,
                name,
                at: *at,
            }),
            None => readers.unread.push(NoticeUnread { person, name }),
        }
    }
    readers.read.sort_by_key(|one| (one.at, one.person));
    Ok(readers)
}
