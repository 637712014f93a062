//! A buyer's data across the rooms: taken along, erased on request, and erased when it is old.
//!
//! Every room says itself what it holds of a person and takes it out of its own tables; here they are asked one
//! after the other. What belongs to the figures of the shop is left by the rooms without the person.

mod erase;
mod export;
pub(crate) mod http;
mod retain;
mod sweep;
#[cfg(test)]
mod tests;

pub(crate) use erase::{JOB, step};
pub(crate) use retain::follow;
pub(crate) use sweep::sweep;
