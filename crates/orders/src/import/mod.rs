//! Files of platforms on their way into the tables: what they are, what their rows say, taking them in slice by
//! slice with a journal, giving them back.

mod columns;
mod drive;
mod fault;
mod feed;
mod group;
pub mod http;
mod look;
mod name;
mod read;
mod run;
mod slice;
mod sums;
mod undo;
mod words;

pub use drive::{Importer, Outcome};
pub use fault::faults;
pub use look::{Candidate, Found, SheetPlan, Unknown};
pub use name::{TaughtName, forget_name, names};
pub use run::{Counts, Import, ImportAsk, ImportFilter, ImportKind, ImportState, NewImport};
pub use run::{KeptRow, apply, cancel, import, imports, kept, undo};
