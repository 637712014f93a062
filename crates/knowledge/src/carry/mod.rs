//! Words in and out by file: xlsx, xls, csv of any encoding, and lines of JSON. A file is read outside of
//! any transaction ([`parse_words`]), compared with what is there ([`import_words`], which also writes, all or
//! nothing), and written again in the same columns ([`export_words`], [`write_words`]).

mod columns;
mod export;
mod import;
mod line;
mod parse;
mod step;
mod write;

pub use export::{Exported, export_words};
pub use import::{WordsError, WordsReport, import_words};
pub use parse::{Parsed, parse_words};
pub use write::{Format, write_words};
