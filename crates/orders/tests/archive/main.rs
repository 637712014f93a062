//! What orders tell the archive of customers, on both engines.

mod facts;
mod reports;
#[path = "../orders/scene.rs"]
#[expect(dead_code, reason = "shared with the tests of orders, which use all of it")]
mod scene;
