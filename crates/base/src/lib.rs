//! What every room shares: ids, money, time, calendars, paging, actors and their rights, problems.
//!
//! Nothing here does I/O, is async, or asks a clock.

mod actor;
mod calendar;
mod held;
mod ids;
mod json;
mod live;
mod mask;
mod money;
mod page;
mod permission;
mod problem;
mod text;
mod time;

pub use actor::{Actor, Shops, Who};
pub use calendar::{Calendar, CalendarError, Hours, SpecialDay};
pub use held::{Held, HeldValue};
pub use ids::Id;
pub use json::whole_json;
pub use live::{Live, Topic};
pub use mask::{mask_contact, mask_name, mask_phone};
pub use money::Fen;
pub use page::{Page, PageAsk};
pub use permission::{Permission, Permissions};
pub use problem::{Problem, found};
pub use text::{account_name, clean_line, clean_text, snippet};
pub use time::Ms;
