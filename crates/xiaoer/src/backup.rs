//! Backup, restore and check of the whole data.

use std::path::PathBuf;

use base::Problem;
use serde_json::{Value, json};
use store::{BackupAsk, CheckAsk, Files, OnProgress, Reference, RestoreAsk, Secrets};

use crate::app::{App, SCHEMAS};
use crate::clock;
use crate::config::Where;

/// Columns that hold passwords, keys and the like.
const SECRETS: &[(&str, &str)] = &[
    ("person", "password"),
    ("person", "totp_secret"),
    ("shop", "identity_secret"),
    ("sign_in", "hash"),
    ("sign_in", "csrf"),
    ("token", "hash"),
    ("recovery_code", "hash"),
];

/// Tables whose rows only ever hold for a moment.
const MOMENTARY: &[&str] = &["lease"];

/// What names what.
const REFERENCES: &[Reference] = &[
    ("conversation", "shop_id", "shop", "id"),
    ("conversation", "customer_id", "customer", "id"),
    ("message", "conversation_id", "conversation", "id"),
    ("session", "conversation_id", "conversation", "id"),
    ("round", "conversation_id", "conversation", "id"),
    ("rating", "conversation_id", "conversation", "id"),
    ("record", "conversation_id", "conversation", "id"),
    ("reminder", "conversation_id", "conversation", "id"),
    ("shop_order", "shop_id", "shop", "id"),
    ("shop_order", "customer_id", "customer", "id"),
    ("order_line", "order_id", "shop_order", "id"),
    ("sku", "product_id", "product", "id"),
];

fn quiet() -> OnProgress {
    Box::new(|_| ())
}

/// Shows how far it is, on a terminal.
fn shown() -> OnProgress {
    use std::io::IsTerminal as _;
    if !std::io::stderr().is_terminal() {
        return quiet();
    }
    Box::new(|progress| {
        if progress.done.is_multiple_of(1_000) {
            eprint!(
                "\r{} {} {}          ",
                progress.stage, progress.table, progress.done
            );
        }
    })
}

/// Writes everything into one archive, while the program may go on serving.
pub(crate) async fn backup(app: &App, path: PathBuf, passphrase: Option<String>) -> Result<Value, Problem> {
    let ask = BackupAsk {
        schemas: SCHEMAS.to_vec(),
        secrets: SECRETS.to_vec(),
        passphrase,
        momentary: MOMENTARY.to_vec(),
        now: clock::now(),
        progress: quiet(),
    };
    Ok(json!(
        store::backup_to(&app.edge.db, &app.files, ask, &path).await?
    ))
}

/// Brings an archive into an empty database of either engine.
pub(crate) async fn restore(
    place: &Where,
    path: &std::path::Path,
    passphrase: Option<String>,
) -> Result<Value, Problem> {
    let _lock = store::FolderLock::take(place.folder())?;
    let unreadable =
        |e: std::io::Error| Problem::input("file", "file_unreadable", format!("{}: {e}", path.display()));
    let archive = std::fs::File::open(path).map_err(unreadable)?;
    let ask = RestoreAsk {
        url: place.database()?,
        schemas: SCHEMAS.to_vec(),
        files: Files::open(place.files()?.as_deref(), place.folder())?,
        secrets: passphrase.map_or(Secrets::LeaveOut, Secrets::Open),
        progress: shown(),
    };
    Ok(json!(store::restore(ask, archive).await?))
}

/// Looks at everything: the engine's own check, references, files, log, jobs; sessions and rounds against
/// the messages.
pub(crate) async fn check(app: &App) -> Result<Value, Problem> {
    let ask = CheckAsk {
        schemas: SCHEMAS.to_vec(),
        references: REFERENCES.to_vec(),
        now: clock::now(),
        progress: quiet(),
    };
    let report = store::check(&app.edge.db, &app.files, ask).await?;
    let mut told = json!(report);
    told["sound"] = json!(report.sound());
    Ok(told)
}
