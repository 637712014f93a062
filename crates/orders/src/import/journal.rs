use std::collections::HashMap;

use base::{Id, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Arg, Tx, args, pad};

/// Where a slice of a run writes down what was there before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Journal {
    pub(crate) org: Id,
    pub(crate) run: Id,
    pub(crate) slice: i64,
}

/// What a slice changed of one row.
#[derive(Debug)]
pub(crate) struct Entry<'a, T> {
    pub(crate) id: Id,
    pub(crate) was: &'a T,
    /// The revision it has now.
    pub(crate) rev: i64,
    /// How many rows of the file are counted as having changed it.
    pub(crate) told: i64,
}

/// What the slices of a run wrote down of one row so far.
#[derive(Clone, Debug)]
pub(crate) struct Noted {
    /// JSON: what the first of them wrote down.
    first: String,
    /// JSON: what the last of them wrote down.
    last: String,
    /// The revision the last of them left it with.
    pub(crate) rev: i64,
    /// How many they are.
    pub(crate) slices: i64,
    /// How many rows of the file they counted as changed by it.
    pub(crate) told: i64,
}

impl Noted {
    /// What the first of them wrote down.
    pub(crate) fn first<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_str(&self.first).map_err(|_| Problem::internal())
    }

    /// What the last of them wrote down.
    pub(crate) fn last<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_str(&self.last).map_err(|_| Problem::internal())
    }
}

impl Journal {
    /// Keeps what some rows of a kind were.
    pub(crate) fn keep<T: Serialize>(
        &self,
        tx: &mut Tx<'_>,
        kind: &str,
        changed: &[Entry<'_, T>],
    ) -> Result<(), Problem> {
        let before = changed
            .iter()
            .map(|one| serde_json::to_string(one.was).map_err(|_| Problem::internal()))
            .collect::<Result<Vec<_>, _>>()?;
        let mut arguments: Vec<Arg<'_>> = Vec::with_capacity(changed.len() * 9);
        for (one, before) in changed.iter().zip(&before) {
            let row = args![
                self.org, self.run, self.slice, kind, one.id, before, one.rev, 0, one.told
            ];
            arguments.extend_from_slice(row);
        }
        tx.insert_many(
            "INSERT INTO import_row (org_id, run_id, slice, kind, row_id, before, rev, kept, told)",
            9,
            "",
            &arguments,
        )?;
        Ok(())
    }

    /// What the run wrote down of these rows of a kind so far.
    pub(crate) fn noted(
        &self,
        tx: &mut Tx<'_>,
        kind: &str,
        ids: &[Id],
    ) -> Result<HashMap<Id, Noted>, Problem> {
        let mut noted = HashMap::<Id, Noted>::new();
        if ids.is_empty() {
            return Ok(noted);
        }
        let sql = found(ids.len());
        let mut arguments = args![self.org, self.run, kind].to_vec();
        arguments.extend(pad(ids));
        let rows = tx.rows(&sql, &arguments, |row| {
            let (rev, told) = (row.get(2)?, row.get(3)?);
            let (first, slices) = (row.get::<String>(1)?, 1);
            let one = Noted {
                last: first.clone(),
                first,
                rev,
                slices,
                told,
            };
            Ok((row.get::<Id>(0)?, one))
        })?;
        for (id, next) in rows {
            match noted.get_mut(&id) {
                Some(so_far) => {
                    so_far.last = next.last;
                    so_far.rev = next.rev;
                    so_far.slices += 1;
                    so_far.told += next.told;
                }
                None => drop(noted.insert(id, next)),
            }
        }
        Ok(noted)
    }

    /// Forgets what the run wrote down of these rows of a kind: they are what they were before it.
    pub(crate) fn forget(&self, tx: &mut Tx<'_>, kind: &str, ids: &[Id]) -> Result<(), Problem> {
        if ids.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "DELETE FROM import_row WHERE org_id = $1 AND +run_id = $2 AND kind || '' = $3 AND row_id IN {}",
            Tx::in_list(4, ids.len())
        );
        let mut arguments = args![self.org, self.run, kind].to_vec();
        arguments.extend(pad(ids));
        tx.exec(&sql, &arguments)?;
        Ok(())
    }
}

/// What is written down of so many rows of a kind. Along the index by row: neither run nor kind is looked for in
/// another, as a run may have a million of them.
fn found(ids: usize) -> String {
    format!(
        "SELECT row_id, before, rev, told FROM import_row
         WHERE org_id = $1 AND +run_id = $2 AND kind || '' = $3 AND kept = 0 AND before IS NOT NULL AND row_id IN {}
         ORDER BY row_id, slice",
        Tx::in_list(4, ids)
    )
}

#[cfg(test)]
mod tests;
