use base::{Id, Problem};
use store::{LogRow, Tx, args, pad};

use crate::{Faq, Policy, Script, WordKind, Words};

/// Rows read by one statement.
const SLICE: usize = 256;

/// Everything an organisation has in use.
pub fn all_words(tx: &mut Tx<'_>, org: Id) -> Result<Words, Problem> {
    Ok(Words {
        faqs: Faq::rows(tx, org, "f.status = 'published'", args![org])?,
        scripts: Script::rows(tx, "status = 'published'", args![org])?,
        policies: Policy::rows(tx, "status = 'published'", args![org])?,
        gone: Vec::new(),
        picks: picks(tx, org, None)?,
    })
}

/// What an event in the log says changed: words, or the questions an entry was picked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangedWords {
    /// An entry.
    Faq(Id),
    /// A script.
    Script(Id),
    /// A policy.
    Policy(Id),
    /// What an entry was picked for.
    Picks(Id),
}

impl ChangedWords {
    /// What a row of the log means to a shelf.
    pub fn of(row: &LogRow) -> Option<ChangedWords> {
        match row.kind.as_str() {
            "faq.used" => None,
            "faq.heard" | "faq.picked" => Some(ChangedWords::Picks(row.subject)),
            kind if kind.starts_with("faq.") => Some(ChangedWords::Faq(row.subject)),
            kind if kind.starts_with("script.") => Some(ChangedWords::Script(row.subject)),
            kind if kind.starts_with("policy.") => Some(ChangedWords::Policy(row.subject)),
            _ => None,
        }
    }
}

/// Words that changed, as they are now.
pub fn changed_words(tx: &mut Tx<'_>, org: Id, changed: &[ChangedWords]) -> Result<Words, Problem> {
    let mut words = Words::default();
    let ids = |pick: fn(&ChangedWords) -> Option<Id>| changed.iter().filter_map(pick).collect::<Vec<_>>();
    let faqs = ids(|one| match one {
        ChangedWords::Faq(id) => Some(*id),
        _ => None,
    });
    for slice in faqs.chunks(SLICE) {
        let condition = format!(
            "f.status = 'published' AND f.id IN {}",
            Tx::in_list(2, slice.len())
        );
        let found = Faq::rows(tx, org, &condition, &with_ids(org, slice))?;
        gone(slice, &found, WordKind::Faq, |one| one.id, &mut words);
        words.faqs.extend(found);
    }
    let scripts = ids(|one| match one {
        ChangedWords::Script(id) => Some(*id),
        _ => None,
    });
    for slice in scripts.chunks(SLICE) {
        let condition = format!("status = 'published' AND id IN {}", Tx::in_list(2, slice.len()));
        let found = Script::rows(tx, &condition, &with_ids(org, slice))?;
        gone(slice, &found, WordKind::Script, |one| one.id, &mut words);
        words.scripts.extend(found);
    }
    let policies = ids(|one| match one {
        ChangedWords::Policy(id) => Some(*id),
        _ => None,
    });
    for slice in policies.chunks(SLICE) {
        let condition = format!("status = 'published' AND id IN {}", Tx::in_list(2, slice.len()));
        let found = Policy::rows(tx, &condition, &with_ids(org, slice))?;
        gone(slice, &found, WordKind::Policy, |one| one.id, &mut words);
        words.policies.extend(found);
    }
    for one in changed {
        if let ChangedWords::Picks(id) = one {
            words.picks.extend(picks(tx, org, Some(*id))?);
        }
    }
    Ok(words)
}

fn with_ids(org: Id, ids: &[Id]) -> Vec<store::Arg<'static>> {
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(ids));
    arguments
}

/// Those that are not in use any more, or not there.
fn gone<T>(asked: &[Id], found: &[T], kind: WordKind, id_of: fn(&T) -> Id, words: &mut Words) {
    let left = asked
        .iter()
        .filter(|id| found.iter().all(|one| id_of(one) != **id));
    words.gone.extend(left.map(|id| (kind, *id)));
}

/// Questions one organisation's index learns from at most: the last ones.
const MOST_PICKS: usize = 50_000;

/// The questions entries (or one of them) were picked for, oldest first: those buyers asked, and those agents typed.
fn picks(tx: &mut Tx<'_>, org: Id, faq: Option<Id>) -> Result<Vec<(String, Id)>, Problem> {
    let of_one = if faq.is_some() {
        "faq_id = $2"
    } else {
        "$2 IS NULL"
    };
    let sql = format!(
        "SELECT text, faq_id, at FROM faq_heard WHERE org_id = $1 AND {of_one} AND state <> 'dismissed'
         UNION ALL
         SELECT text, faq_id, at FROM faq_picked WHERE org_id = $1 AND {of_one}
         ORDER BY 3 DESC, 2 DESC, 1 DESC LIMIT {MOST_PICKS}"
    );
    let mut found = tx.rows(&sql, args![org, faq], |row| {
        Ok((row.get::<String>(0)?, row.get::<Id>(1)?))
    })?;
    found.reverse();
    found.dedup();
    Ok(found)
}
