//! What orders hold of a person: told to them, and taken out of orders, on request or because these are old. Amounts,
//! goods and times stay for the books. It decides nothing about when a person may be erased beyond its own orders.

mod blank;
mod erase;
mod forget;
mod held;
mod keep;

pub use erase::{erasable_orders, erase_orders, open_orders};
pub use forget::forget_cells;
pub use held::held_orders;
pub use keep::{KEEP, old_orders, old_orders_count, retain_orders};

pub(crate) use blank::erased_among;
