//! The rules of orders, on both engines.

mod rules;
mod scene;
mod versions;
mod web;
