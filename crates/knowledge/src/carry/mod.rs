//! Words in and out by file: xlsx, xls, csv of any encoding, and lines of JSON. A file is read outside of
//! any transaction ([`parse_words`]), compared with what is there ([`plan_words`]), written in slices when nothing in it is
//! wrong ([`write_words_slice`]; [`import_words`] does both at once, [`take_words`] all of it), and written again in the same columns ([`export_words`], [`write_words`]).

mod columns;
mod export;
mod import;
mod line;
mod names;
mod parse;
mod step;
mod take;
mod write;

pub use export::{Exported, export_words};
pub use import::{
    WordsError, WordsField, WordsPlan, WordsReport, WordsRow, import_words, plan_words, write_words_slice,
};
pub use parse::{Parsed, parse_words};
pub(crate) use take::too_big;
pub use take::{WORDS_FILE_MAX, WordsFile, take_words};
pub use write::{Format, write_words};
