//! The order desk, on both engines.

mod asks;
mod audit;
mod join;
mod parcels_leave;
mod rules;
mod scene;
mod watch;
mod web;
