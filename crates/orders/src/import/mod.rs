//! Files of platforms on their way into the tables: what they are, what their rows say, taking them in slice by
//! slice with a journal, giving them back.

mod ask;
mod back;
mod columns;
mod drive;
pub(crate) mod fault;
mod feed;
mod filing;
mod first;
mod group;
pub mod http;
mod journal;
mod list;
mod log;
mod look;
mod name;
mod net;
mod payment;
mod presale;
mod reach;
mod read;
mod refused;
mod review;
mod run;
mod sample;
mod shop_kept;
mod shop_name;
mod slice;
mod sums;
mod talk;
mod thing;
mod undo;
mod upload;
mod words;
mod work;

pub(crate) use ask::may_import;
pub use ask::{ImportAsk, ImportChange, ImportKind};
pub use columns::{ImportColumn, import_columns};
pub use drive::{Importer, Outcome};
pub use fault::faults;
pub use list::{ImportFilter, imports};
pub(crate) use look::shown;
pub use look::{FoundColumn, LayoutCandidate, SheetPlan, UnknownColumn};
pub use name::{TaughtName, forget_name, names};
pub use refused::{FileLanguage, RefusedRow, write_refused};
pub use run::{Import, ImportCounts, ImportSender, ImportState, NewImport};
pub use run::{KeptRow, apply, cancel, import, kept, undo};
pub use sample::{
    ImportSample, SampleCustomer, SampleLine, SampleOrder, SampleReview, SampleSku, SheetSamples,
};
pub use shop_kept::{KeptShopName, ShopNameChange, change_shop_name, forget_shop_name, shop_names};
pub use shop_name::{PlanShop, ShopSaid};
pub use talk::{ChatPlan, PlanAccount, Talks, TalksBack};
