//! Files that are forgotten: their rows at once, their bytes when nobody else has the same.

use base::{Id, Ms, Problem};

use crate::{Db, FileRow, Files, Lane, Tx, args, pad};

/// Bytes taken away with one look.
const AT_ONCE: usize = 100;
/// How long bytes that went may not be named: whoever stored the same just before has tried to by then.
const GRACE_MS: i64 = 60_000;

impl FileRow {
    /// The files a buyer sent, also those that stand in no message.
    pub fn of_buyer(tx: &mut Tx<'_>, org: Id, customer: Id) -> Result<Vec<FileRow>, Problem> {
        tx.rows(
            "SELECT id, shop_id, hash, thumb, kind, type, name, size, width, height, owner_kind, owner_id, subject
             FROM file WHERE org_id = $1 AND owner_kind = 'buyer' AND owner_id = $2 ORDER BY id",
            args![org, customer],
            FileRow::read,
        )
    }

    /// The files that were said in a conversation.
    pub fn of_subject(tx: &mut Tx<'_>, org: Id, subject: Id) -> Result<Vec<FileRow>, Problem> {
        tx.rows(
            "SELECT id, shop_id, hash, thumb, kind, type, name, size, width, height, owner_kind, owner_id, subject
             FROM file WHERE org_id = $1 AND subject = $2 AND subject <> 0 ORDER BY id",
            args![org, subject],
            FileRow::read,
        )
    }

    /// Of these files, those that were sent before `cutoff`.
    pub fn before(
        tx: &mut Tx<'_>,
        org: Id,
        files: Vec<FileRow>,
        cutoff: Ms,
    ) -> Result<Vec<FileRow>, Problem> {
        let ids: Vec<Id> = files.iter().map(|file| file.id).collect();
        let sql = format!(
            "SELECT id FROM file WHERE org_id = $1 AND at < $2 AND id IN {}",
            Tx::in_list(3, ids.len())
        );
        let mut arguments = args![org, cutoff].to_vec();
        arguments.extend(pad(&ids));
        let old: Vec<Id> = tx.rows(&sql, &arguments, |row| row.get(0))?;
        Ok(files.into_iter().filter(|file| old.contains(&file.id)).collect())
    }

    /// Forgets the file; [`sweep_files`] takes its bytes away unless another file has the same.
    pub fn forget(&self, tx: &mut Tx<'_>, org: Id) -> Result<(), Problem> {
        tx.exec(
            "DELETE FROM file WHERE org_id = $1 AND id = $2",
            args![org, self.id],
        )?;
        for hash in std::iter::once(&self.hash).chain(&self.thumb) {
            tx.exec(
                "INSERT INTO file_gone (org_id, hash, begun_at) VALUES ($1, $2, 0)
                 ON CONFLICT (org_id, hash) DO NOTHING",
                args![org, hash],
            )?;
        }
        Ok(())
    }
}

/// Refuses with `unavailable` a file whose bytes are just being taken away: stored again a minute later, they stay.
pub(crate) fn not_going(tx: &mut Tx<'_>, hashes: [Option<&str>; 2]) -> Result<(), Problem> {
    for hash in hashes.into_iter().flatten() {
        let sql = "SELECT org_id FROM file_gone WHERE hash = $1 AND begun_at <> 0 LIMIT 1";
        if tx.value::<Id>(sql, args![hash])?.is_some() {
            return Err(Problem::unavailable());
        }
    }
    Ok(())
}

/// Takes away the bytes of forgotten files that no file of any organisation has; answers how many hashes it took
/// away. What cannot be taken away now is tried again with the next call.
pub async fn sweep_files(db: &Db, files: &Files, now: Ms) -> Result<usize, Problem> {
    while db.write_in(Lane::Bulk, move |tx| begin(tx, now)).await? == AT_ONCE {}
    let mut after = (Id::NONE, String::new());
    let mut swept = 0;
    loop {
        let from = after.clone();
        let going = db.read(move |tx| going(tx, &from)).await?;
        for (org, hash, _) in &going {
            files.remove(hash).await?;
            after = (*org, hash.clone());
        }
        swept += going.iter().filter(|(.., begun)| *begun == now).count();
        let last = going.len() < AT_ONCE;
        db.write_in(Lane::Bulk, move |tx| {
            let old = going.iter().filter(|(.., begun)| begun.plus(GRACE_MS) <= now);
            for (org, hash, _) in old {
                let sql = "DELETE FROM file_gone WHERE org_id = $1 AND hash = $2";
                tx.exec(sql, args![*org, hash])?;
            }
            Ok(())
        })
        .await?;
        if last {
            return Ok(swept);
        }
    }
}

/// Looks whether somebody has the same bytes: then they stay, else they begin to go. From then on nobody may name
/// them, so that whoever stored the same before they went is told, and does not find them gone afterwards.
fn begin(tx: &mut Tx<'_>, now: Ms) -> Result<usize, Problem> {
    let rows: Vec<(Id, String, bool)> = tx.rows(
        "SELECT g.org_id, g.hash, CAST(CASE WHEN EXISTS (SELECT 1 FROM file f WHERE f.hash = g.hash)
            OR EXISTS (SELECT 1 FROM file f WHERE f.thumb IS NOT NULL AND f.thumb = g.hash)
            THEN 1 ELSE 0 END AS BIGINT)
         FROM file_gone g WHERE g.begun_at = 0 ORDER BY g.org_id, g.hash LIMIT $1",
        args![AT_ONCE],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    for (org, hash, wanted) in &rows {
        let sql = match wanted {
            true => "DELETE FROM file_gone WHERE org_id = $1 AND hash = $2 AND $3 > 0",
            false => "UPDATE file_gone SET begun_at = $3 WHERE org_id = $1 AND hash = $2",
        };
        tx.exec(sql, args![*org, hash, now])?;
    }
    Ok(rows.len())
}

fn going(tx: &mut Tx<'_>, after: &(Id, String)) -> Result<Vec<(Id, String, Ms)>, Problem> {
    tx.rows(
        "SELECT org_id, hash, begun_at FROM file_gone
         WHERE begun_at <> 0 AND (org_id > $1 OR (org_id = $1 AND hash > $2)) ORDER BY org_id, hash LIMIT $3",
        args![after.0, &after.1, AT_ONCE],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}
