use base::Problem;
use sha2::{Digest, Sha256};

use crate::dialect::Engine;
use crate::{Arg, Tx, args};

/// The tables of one room: numbered steps that only ever add.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// The room's name.
    pub room: &'static str,
    /// Name and text of each step, in order. A step that was released never changes.
    pub steps: &'static [(&'static str, &'static str)],
}

/// What a step is known by.
pub(crate) fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// The text of a step for one engine, with the note that it was made.
pub(crate) fn step_text(engine: Engine, room: &str, step: &str, text: &str) -> String {
    let (made, checksum) = (engine.migration(text), checksum(text));
    format!("{made}\nINSERT INTO migration (room, step, checksum) VALUES ('{room}', '{step}', '{checksum}');")
}

/// The table of steps.
pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (
           room TEXT NOT NULL, step TEXT NOT NULL, checksum TEXT NOT NULL, PRIMARY KEY (room, step))";

/// Brings the tables up to date. Each step commits by itself, so that a failed one leaves those
/// before it in place.
pub(crate) fn run(tx: &mut Tx<'_>, schemas: &[Schema]) -> Result<(), Problem> {
    tx.script(TABLE)?;
    let done: Vec<(String, String, String)> =
        tx.rows("SELECT room, step, checksum FROM migration", args![], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    if let Some((room, step, _)) = done.iter().find(|(room, step, _)| {
        !schemas
            .iter()
            .any(|s| s.room == room && s.steps.iter().any(|(n, _)| n == step))
    }) {
        let detail = format!(
            "This database was made by a newer Xiaoer (it has {room} {step}). Use that version or a later one."
        );
        return Err(Problem::conflict("database_newer", detail));
    }
    for schema in schemas {
        for (step, text) in schema.steps {
            let checksum = checksum(text);
            match done
                .iter()
                .find(|(room, name, _)| room == schema.room && name == step)
            {
                Some((_, _, known)) if *known == checksum => {}
                Some(_) => {
                    let detail = format!(
                        "The step {} {step} differs from the one this database was made with.",
                        schema.room
                    );
                    return Err(Problem::conflict("migration_changed", detail));
                }
                None => {
                    let text = step_text(tx.engine(), schema.room, step, text);
                    tx.script(&format!("BEGIN;\n{text}\nCOMMIT;"))?;
                }
            }
        }
    }
    Ok(())
}

/// A name that no state of any data had before.
#[expect(
    clippy::disallowed_methods,
    reason = "the store draws its own names and salts"
)]
pub(crate) fn fresh_epoch() -> Result<String, Problem> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| Problem::internal())?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// The name of this state of the data, made on first use.
pub(crate) fn epoch(tx: &mut Tx<'_>) -> Result<String, Problem> {
    let fresh = fresh_epoch()?;
    tx.exec(
        "INSERT INTO meta (name, value) VALUES ('epoch', $1) ON CONFLICT (name) DO NOTHING",
        &[Arg::from(&fresh)],
    )?;
    tx.value("SELECT value FROM meta WHERE name = 'epoch'", args![])?
        .ok_or_else(Problem::internal)
}
