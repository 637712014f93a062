//! The order desk, on both engines.

mod asks;
mod audit;
mod join;
mod labels;
mod parcels_leave;
mod prices;
mod rules;
mod scene;
mod told;
mod watch;
mod web;
