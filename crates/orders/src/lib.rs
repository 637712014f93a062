//! What was bought: orders and their lines from every shop and platform, merged from whatever versions of
//! them arrive, and the desk that audits, prints and ships them. It sends nothing to a platform.

pub mod archive;
mod card;
mod confirm;
pub mod desk;
mod export;
mod export_goods;
mod filed;
mod hold;
pub mod http;
pub mod import;
mod jobs;
mod line;
mod list;
mod merge;
mod moments;
mod new_order;
mod order;
pub mod privacy;
mod refund;
mod review;
mod secret;
mod stage;
mod stars;
mod state;
mod status;
mod upsert;

pub use card::{CardLine, OrderCard, card, owned_by};
pub use confirm::confirm;
pub use export::{ExportFormat, export, export_found};
pub use export_goods::export_products;
pub use jobs::{JOBS, run_job};
pub use line::OrderLine;
pub use list::{OrderFilter, of_customer, orders};
pub use new_order::{Buyer, NewLine, NewOrder};
pub use order::{Order, move_customer, order};
pub use refund::{Refund, RefundStatus, refunds};
pub use review::{NewOrderReview, OrderReview, review_order};
pub use secret::{Delivery, OrderSecret, own_delivery, reveal};
pub use stage::{StageFacts, StageThen, Unfinished, Why, stage_facts, stages_then, unpaid_or_unconfirmed};
pub use status::{AfterStatus, OrderStatus, PayStatus, ShipStatus};
pub use upsert::upsert;

/// The tables of orders.
pub const SCHEMA: store::Schema = store::Schema {
    room: "orders",
    steps: &[
        ("0001_start", include_str!("../schema/0001_start.sql")),
        ("0002_import", include_str!("../schema/0002_import.sql")),
        ("0003_desk", include_str!("../schema/0003_desk.sql")),
        ("0004_way", include_str!("../schema/0004_way.sql")),
        ("0005_narrow", include_str!("../schema/0005_narrow.sql")),
        ("0005_find", include_str!("../schema/0005_find.sql")),
        ("0006_lists", include_str!("../schema/0006_lists.sql")),
        ("0005_archive", include_str!("../schema/0005_archive.sql")),
        ("0007_in_order", include_str!("../schema/0007_in_order.sql")),
        ("0008_sent", include_str!("../schema/0008_sent.sql")),
        ("0009_erased", include_str!("../schema/0009_erased.sql")),
        ("0010_elsewhere", include_str!("../schema/0010_elsewhere.sql")),
        ("0011_told", include_str!("../schema/0011_told.sql")),
        ("0012_presale", include_str!("../schema/0012_presale.sql")),
        ("0013_cost", include_str!("../schema/0013_cost.sql")),
        ("0014_label", include_str!("../schema/0014_label.sql")),
        ("0015_desk", include_str!("../schema/0015_desk.sql")),
        ("0016_stars", include_str!("../schema/0016_stars.sql")),
        ("0017_refused", include_str!("../schema/0017_refused.sql")),
        ("0018_watch", include_str!("../schema/0018_watch.sql")),
        ("0019_alarm", include_str!("../schema/0019_alarm.sql")),
        ("0020_doubt", include_str!("../schema/0020_doubt.sql")),
        ("0021_price", include_str!("../schema/0021_price.sql")),
        ("0022_offer", include_str!("../schema/0022_offer.sql")),
        ("0023_shops", include_str!("../schema/0023_shops.sql")),
        ("0024_heard", include_str!("../schema/0024_heard.sql")),
        ("0025_ask_talk", include_str!("../schema/0025_ask_talk.sql")),
        ("0026_import_into", include_str!("../schema/0026_import_into.sql")),
        ("0027_row_told", include_str!("../schema/0027_row_told.sql")),
    ],
};
