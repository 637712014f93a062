use base::Problem;

/// What an engine said, sorted by what follows from it.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The transaction lost a race and shall run again.
    Retry,
    /// The connection or the disk is gone.
    Away(String),
    /// A mistake of ours in SQL or data.
    Bug(String),
}

impl Fault {
    /// The answer to whoever asked; the cause goes to the program's own log only.
    pub(crate) fn problem(&self, sql: &str) -> Problem {
        match self {
            Fault::Retry => Problem::unavailable(),
            Fault::Away(cause) => {
                tracing::warn!(cause, "the database is away");
                Problem::unavailable()
            }
            Fault::Bug(cause) => {
                tracing::error!(cause, sql, "a statement failed");
                Problem::internal()
            }
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, ReadOnly, SystemIoFailure,
        };
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Fault::Retry,
            Some(DiskFull | SystemIoFailure | CannotOpen | ReadOnly) => Fault::Away(error.to_string()),
            _ => Fault::Bug(error.to_string()),
        }
    }
}

impl From<postgres::Error> for Fault {
    fn from(error: postgres::Error) -> Fault {
        let text = match error.as_db_error() {
            // Never the values: details of a database error quote rows.
            Some(db) => format!("{} {}", db.code().code(), db.message()),
            None => match std::error::Error::source(&error) {
                Some(cause) => format!("{error}: {cause}"),
                None => error.to_string(),
            },
        };
        match error.code().map(|code| code.code()) {
            // A double key too: verbs look before they insert, so somebody else was quicker. PostgreSQL tells of
            // that lost race by either code; a second run sees the other's row.
            Some("40001" | "40P01" | "23505") => Fault::Retry,
            Some(code) if code.starts_with("08") || code.starts_with("57") || code.starts_with("53") => {
                Fault::Away(text)
            }
            None if error.is_closed()
                || std::error::Error::source(&error).is_some_and(|s| s.is::<std::io::Error>()) =>
            {
                Fault::Away(text)
            }
            _ => Fault::Bug(text),
        }
    }
}
