//! The database door: transactions, migrations, ids, the event log, jobs and files. The only crate
//! that knows there are two engines; it knows nothing of shops or talks.
//!
//! Work is a closure: `db.write(|tx| ...).await` answers after the durable commit. The closure is
//! synchronous, does nothing but use `tx`, and may run again.

mod archive;
mod assumed;
mod backup;
mod beside;
mod cells;
mod check;
mod dialect;
mod engine;
mod error;
mod files;
mod files_gone;
mod idempotency;
mod ids;
mod jobs;
mod lock;
mod log;
mod look;
mod memo;
mod migrate;
mod picture;
mod plans;
mod postgres;
mod queue;
mod reading;
mod restore;
mod s3;
mod seal;
mod shape;
mod sqlite;
mod target;
#[cfg(feature = "testing")]
pub mod testing;
mod tidy;
mod tls;
mod tx;
mod value;

pub use backup::{BackupAsk, BackupReport, OnProgress, Progress, backup, backup_to};
pub use beside::beside;
pub use check::{CheckAsk, CheckReport, Finding, Level, Reference, check};
pub use engine::{Db, Lane, Open};
pub use files::{FILE_LIMIT, FileKind, FileRow, Files, IMAGE_LIMIT, NewFile, VOICE_LIMIT};
pub use files_gone::sweep_files;
pub use idempotency::KeptAnswer;
pub use jobs::{Job, NewJob};
pub use lock::FolderLock;
pub use log::{Cursor, Event, LogFilter, LogRow};
pub use migrate::Schema;
pub use reading::Secrets;
pub use restore::{RestoreAsk, RestoreReport, restore};
pub use tx::{Tx, pad};
pub use value::{Arg, FromColumn, Row};

/// The store's own tables.
pub const SCHEMA: Schema = Schema {
    room: "store",
    steps: &[
        ("0001_start", include_str!("../schema/0001_start.sql")),
        ("0002_subject", include_str!("../schema/0002_subject.sql")),
        ("0003_gone", include_str!("../schema/0003_gone.sql")),
    ],
};

/// Arguments of a statement: `args![id, name, None::<i64>]`, bound to `$1`, `$2`, ...
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::Arg::from($value)),*] as &[$crate::Arg<'_>] };
}

/// A struct read from a row: pairs the column list with the reader, so the two cannot drift.
///
/// `record! { /// A shop. pub struct Shop { /// Its id. pub id: Id = "id", ... } }` gives
/// `Shop::COLUMNS` and `Shop::read(&row)`, which reads from the row's first column on.
#[macro_export]
macro_rules! record {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$fmeta:meta])* pub $field:ident : $type:ty = $column:literal),* $(,)? }) => {
        $(#[$meta])*
        pub struct $name { $($(#[$fmeta])* pub $field: $type),* }

        impl $name {
            /// The columns, in the order [`Self::read`] expects them.
            pub const COLUMNS: &'static str = $crate::record!(@join $($column),*);

            /// Reads one row selected with [`Self::COLUMNS`] first.
            pub fn read(row: &$crate::Row<'_>) -> Result<$name, base::Problem> {
                let mut column = 0..;
                Ok($name { $($field: row.get(column.next().unwrap_or_default())?),* })
            }
        }
    };
    (@join $first:literal $(, $rest:literal)*) => { concat!($first $(, ", ", $rest)*) };
}
