use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Problem, Shops};
use store::{Arg, FileRow, Tx, args, pad};

use super::blank::blank;

/// What a piece of work removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Messages that were emptied.
    pub messages: i64,
    /// Files that were forgotten.
    pub files: i64,
    /// Whether nothing is left to do.
    pub done: bool,
}

/// Why the talks of a customer cannot be emptied yet, with how many: `talks_open`. No right is asked.
pub fn open_talks(
    tx: &mut Tx<'_>,
    org: Id,
    customers: &[Id],
) -> Result<BTreeMap<&'static str, i64>, Problem> {
    let (list, arguments) = of(org, customers);
    let sql = format!(
        "SELECT COUNT(*) FROM conversation
         WHERE org_id = $1 AND customer_id IN {list} AND (state <> 'closed' OR session_open = 1)"
    );
    let open: i64 = tx.value(&sql, &arguments)?.unwrap_or_default();
    Ok((open > 0).then_some(("talks_open", open)).into_iter().collect())
}

/// How many messages and files of a customer would be removed.
pub fn erasable_talks(tx: &mut Tx<'_>, org: Id, customers: &[Id]) -> Result<BTreeMap<String, i64>, Problem> {
    let (list, arguments) = of(org, customers);
    let sql = format!(
        "SELECT CAST(COALESCE(SUM(last_seq - erased_seq), 0) AS BIGINT), COUNT(*) FROM conversation
         WHERE org_id = $1 AND customer_id IN {list} AND last_seq > erased_seq"
    );
    let (messages, talks) = tx
        .row(&sql, &arguments, |row| {
            Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))
        })?
        .unwrap_or_default();
    let mut files = 0;
    for (conversation, ..) in conversations(tx, org, customers)? {
        files += files_of(tx, org, conversation)?.len() as i64;
    }
    for customer in customers {
        files += loose_files(tx, org, *customer)?.len() as i64;
    }
    Ok([("messages", messages), ("talks", talks), ("files", files)]
        .map(|(name, count)| (name.to_owned(), count))
        .into())
}

/// Empties some messages of a customer's conversations, and once all are empty what else is written of them: last
/// words, tags, drafts, comments, records, reminders and files. Called by whoever works on an erasure,
/// which asked the rights.
pub fn erase_talks(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    customers: &[Id],
    limit: usize,
) -> Result<Erased, Problem> {
    let org = who.org;
    let all = conversations(tx, org, customers)?;
    if let Some((conversation, last, _)) = all.iter().find(|(_, last, done)| last > done) {
        return Ok(Erased {
            messages: blank(tx, now, who, *conversation, *last, limit)? as i64,
            ..Erased::default()
        });
    }
    let mut files = 0;
    for (conversation, ..) in all {
        tell_nothing(tx, org, conversation)?;
        let said = files_of(tx, org, conversation)?;
        files += forget(tx, org, said)?;
    }
    for customer in customers {
        let loose = loose_files(tx, org, *customer)?;
        files += forget(tx, org, loose)?;
    }
    Ok(Erased {
        files,
        done: true,
        ..Erased::default()
    })
}

/// The talks of a customer, for rooms that keep something out of one. No right is asked.
pub fn talks_of(tx: &mut Tx<'_>, org: Id, customers: &[Id]) -> Result<Vec<Id>, Problem> {
    let all = conversations(tx, org, customers)?;
    Ok(all.into_iter().map(|(id, ..)| id).collect())
}

/// A customer's conversations: id, last number, and up to which they are emptied.
fn conversations(tx: &mut Tx<'_>, org: Id, customers: &[Id]) -> Result<Vec<(Id, i64, i64)>, Problem> {
    let (list, arguments) = of(org, customers);
    let sql = format!(
        "SELECT id, last_seq, erased_seq FROM conversation WHERE org_id = $1 AND customer_id IN {list} ORDER BY id"
    );
    tx.rows(&sql, &arguments, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
}

/// What is written of a conversation beside its messages; scores and times stay.
fn tell_nothing(tx: &mut Tx<'_>, org: Id, conversation: Id) -> Result<(), Problem> {
    for sql in [
        "UPDATE conversation SET last_text = '', tags = '[]', bargain = NULL, risk = NULL, payment = NULL,
           payment_done = '[]' WHERE org_id = $1 AND id = $2",
        "UPDATE rating SET comment = NULL WHERE org_id = $1 AND conversation_id = $2",
        "UPDATE record SET topic = '', solution = '' WHERE org_id = $1 AND conversation_id = $2",
        "DELETE FROM draft WHERE org_id = $1 AND conversation_id = $2",
        "DELETE FROM reminder WHERE org_id = $1 AND conversation_id = $2",
    ] {
        tx.exec(sql, args![org, conversation])?;
    }
    Ok(())
}

/// The files that were said in a conversation, but for those that papers, certificates and products name.
fn files_of(tx: &mut Tx<'_>, org: Id, conversation: Id) -> Result<Vec<FileRow>, Problem> {
    let mut mine = Vec::new();
    for file in FileRow::of_subject(tx, org, conversation)? {
        let shared = file.owner_kind != "buyer"
            && (team::names_file(tx, org, file.id)?
                || knowledge::names_file(tx, org, file.id)?
                || catalogue::shows_file(tx, org, &Shops::All, file.id)?);
        if !shared {
            mine.push(file);
        }
    }
    Ok(mine)
}

/// Files a buyer sent that stand in no conversation.
fn loose_files(tx: &mut Tx<'_>, org: Id, customer: Id) -> Result<Vec<FileRow>, Problem> {
    let mut files = FileRow::of_buyer(tx, org, customer)?;
    files.retain(|file| file.subject == Id::NONE);
    Ok(files)
}

pub(super) fn forget(tx: &mut Tx<'_>, org: Id, files: Vec<FileRow>) -> Result<i64, Problem> {
    for file in &files {
        file.forget(tx, org)?;
    }
    Ok(files.len() as i64)
}

fn of(org: Id, customers: &[Id]) -> (String, Vec<Arg<'static>>) {
    let mut arguments = vec![Arg::from(org)];
    arguments.extend(pad(customers));
    (Tx::in_list(2, customers.len()), arguments)
}
