//! What orders tell the archive of customers: figures for segments and the card, and reports over who buys again.
//! It changes no order.

mod facts;
pub(crate) mod http;
mod levels;
mod part;
mod place;
mod profit;
mod report;
mod sheet;

pub use facts::work;
pub(crate) use facts::{later, of_parcel, tell};
pub use levels::LevelLine;
pub use part::give_back_customer;
pub(crate) use part::moved;
pub use profit::ReportProfit;
pub use report::{BuyersMonth, BuyersReport, Cohort, ReportAsk, ReportSums, TopCustomer, buyers_report};
pub use sheet::{ReportForm, ReportPart, report_to_export, write_report};
