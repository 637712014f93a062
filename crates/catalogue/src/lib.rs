//! What the shops sell: products, SKUs, prices and floors, stock on hand, locked and kept for safety, and
//! what is under way to the shops. It knows no order: whoever ships says what leaves the shelf.

mod answer;
mod bundle;
mod card;
mod check;
mod coming;
mod cost;
mod handling;
pub mod http;
mod import;
mod new_product;
mod picture;
mod product;
mod setting;
mod shelf;
mod sku;
mod spelling;
mod stock;

pub use answer::{StockAnswer, StockAsk, stock_answers};
pub use bundle::{Bundle, BundlePart, NewBundle, NewBundlePart, Parts, bundle, parts_of, set_bundle};
pub use card::{ProductCard, card, cards_by_code};
pub use coming::{
    Coming, NewComing, Received, add_coming, coming_of, drop_coming, receive_coming, skus_coming,
};
pub use cost::{SkuCost, costs, set_cost};
pub use handling::{Handling, handling, handling_of, set_handling};
pub use import::{CountedSku, counted, give_back_product, import_product, is_same_product, weigh_product};
pub use new_product::{NewProduct, upsert_product};
pub use picture::shows_file;
pub use product::{Product, ProductFilter, product, products, products_by_codes, products_by_ids};
pub use setting::SETTINGS;
pub use shelf::Shelf;
pub use sku::{NewSku, Sku, sku, sku_by_code, skus, skus_by_codes};
pub use stock::{Stock, count, give_back, lock, take, unlock};

/// The tables of the catalogue.
pub const SCHEMA: store::Schema = store::Schema {
    room: "catalogue",
    steps: &[
        ("0001_start", include_str!("../schema/0001_start.sql")),
        ("0002_desk", include_str!("../schema/0002_desk.sql")),
        ("0003_coming", include_str!("../schema/0003_coming.sql")),
        ("0004_cost", include_str!("../schema/0004_cost.sql")),
        ("0005_pictures", include_str!("../schema/0005_pictures.sql")),
        ("0006_spelled", include_str!("../schema/0006_spelled.sql")),
    ],
};
