//! Tables as people send them: csv of any encoding, xls, xlsx, web pages that call themselves xls; read row
//! by row with the place of every mistake, and written so that no cell can carry a formula. It knows
//! nothing of orders or shops.
//!
//! ```
//! # fn read() -> Result<(), sheet::Fault> {
//! let names = sheet::Names::parse("[columns]\nno = ['订单编号', '订单号']\npaid = ['买家实际支付金额']").expect("a table");
//! let mut book = sheet::Book::read("订单号,买家实际支付金额\n'351531,￥12.50\n".as_bytes(), "orders.csv")?;
//! let table = book.table(0, |name| names.knows(name))?;
//! let columns = names.map(table.headers());
//! let (no, paid) = (columns.at("no"), columns.at("paid"));
//! for row in table {
//!     let row = row?; // an Err is a mistake of that row, and reading may go on
//!     assert_eq!(row.need(no, sheet::cell::id)?, "351531");
//!     assert_eq!(row.read(paid, sheet::cell::money)?, Some(base::Fen(1250)));
//! }
//! # Ok(()) }
//! # read().unwrap();
//! ```
//!
//! # Codes
//!
//! Every [`Fault`] and [`Flaw`] has a stable code; the console words it. Those that begin with `file_` or
//! `header_` end the reading, the others cost their row.
//!
//! | code | facts | meaning |
//! |:--|:--|:--|
//! | `file_unreadable` | cause | the disk refuses to give it |
//! | `file_empty` | | nothing but blanks in it |
//! | `file_kind` | looks | no table: `pdf`, `picture`, `rar`, `7z`, `gzip`, `sqlite`, `binary`, `ole`, `zip in zip` |
//! | `file_broken` | | damaged within |
//! | `file_cut` | | a zip, an xlsx without its end |
//! | `file_locked` | | protected by a password |
//! | `file_too_large` | bytes, cells, sheets or entries: the limit | larger unpacked than it may be |
//! | `file_encoding` | | neither UTF-8, UTF-16 nor GB18030; row where it was noticed |
//! | `file_quote_open` | | a quotation mark that is never closed; row and column where it is opened |
//! | `header_missing` | seen: what stood in the widest row | no known names among the first fifty rows |
//! | `header_twice` | name, first, second: letters of the columns | two columns of one name |
//! | `columns_too_many` | columns, limit | more than 300 columns |
//! | `cell_too_long` | limit | more than 32,767 characters in a cell |
//! | `text_damaged` | | bytes that are no characters; row and column |
//! | `row_shifted` | cells, columns | something beyond the header's last column: an unquoted comma |
//! | `cell_empty` | | a cell that must not be |
//! | `id_lost` | value | rounded to scientific notation by a spreadsheet |
//! | `id_too_long` | limit | |
//! | `number_bad`, `number_negative`, `number_too_large`, `number_too_fine` | value | no number; below nothing; beyond 64 bits; more decimals than there may be |
//! | `date_bad`, `date_out_of_range` | value, year | no date; a year outside 2000 to 2100 |
//! | `chat_unknown` | | no message of any form of chat log in it |
//! | `chat_line` | value | words before the first message of a log |
//! | `chat_whose` | names | a log in which nobody can tell which name is the shop's |
//! | `chat_to_nobody` | | something the shop said, and no buyer in the log |
//! | `in_the_future` | | a moment that has not come |
//! | `percent_unclear`, `duration_bad`, `flag_bad` | value | |

mod archive;
mod book;
pub mod cell;
mod charset;
pub mod chat;
mod decode;
mod entity;
mod fault;
mod headers;
mod input;
mod layouts;
pub mod limits;
mod lines;
mod markup;
mod names;
mod render;
mod row;
mod sniff;
mod split;
mod table;
mod text;
mod write;
mod write_xlsx;
mod xls;
mod xlsx;

pub use book::{Book, Form, Progress, Rows, Sheet};
pub use fault::{Fault, Flaw, meaning};
pub use headers::Headers;
pub use layouts::{Layout, Layouts, Match};
pub use names::{Columns, Names};
pub use row::{Row, letter};
pub use table::{Skipped, Table};
pub use write::{Column, Value, WriteError, Writer};
