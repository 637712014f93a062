//! Products as a table that our own import takes back unchanged.

use base::{Actor, Id, Ms, PageAsk, Permission, Problem};
use catalogue::{Product, ProductFilter, Sku};
use jiff::tz::TimeZone;
use serde_json::json;
use sheet::Value;
use store::{Db, Event};

use crate::export::{ExportFormat, open, unwritable};

/// Products read at once.
const PAGE: u32 = 200;

/// The headers, as `data/goods.toml` begins its lists with them; the last only for those who see costs.
const HEADERS: [&str; 13] = [
    "商品编码",
    "商品标题",
    "商家编码",
    "商品规格",
    "价格",
    "底价",
    "库存",
    "安全库存",
    "上架",
    "主图",
    "商品链接",
    "卖点",
    "成本价",
];

/// The products of the shops in reach, or of one of them, as a file: a row for each SKU, the newest product first.
/// What pieces cost stands in it for those who keep the catalogue ([`Permission::EditCatalogue`]). Needs
/// [`Permission::Export`]; it is written in the log.
pub async fn export_products(
    db: &Db,
    now: Ms,
    who: &Actor,
    shop: Option<Id>,
    format: ExportFormat,
) -> Result<Vec<u8>, Problem> {
    who.need(Permission::Export)?;
    let asking = who.clone();
    db.write(move |tx| {
        if let Some(shop) = shop {
            asking.need_shop(shop)?;
        }
        tx.emit(Event {
            at: now,
            who: &asking,
            shop: shop.unwrap_or(Id::NONE),
            kind: "products.exported",
            subject: shop.unwrap_or(Id::NONE),
            data: json!({ "format": format }),
        })
    })
    .await?;
    let costs = who.may(Permission::EditCatalogue);
    let headers = &HEADERS[..HEADERS.len() - usize::from(!costs)];
    // No moment stands in it, so no zone matters.
    let mut writer = open(Vec::new(), "商品", format, TimeZone::UTC, headers)?;
    let mut ask = PageAsk {
        cursor: None,
        limit: Some(PAGE),
    };
    loop {
        let (asking, page) = (who.clone(), ask.clone());
        let filter = ProductFilter {
            q: None,
            shop,
            active: None,
        };
        let found = db
            .read(move |tx| catalogue::products(tx, &asking, &filter, &page))
            .await?;
        for product in &found.items {
            for sku in &product.skus {
                let cells = cells(product, sku).into_iter().take(headers.len());
                writer.row(cells).map_err(|error| unwritable(&error))?;
            }
        }
        match found.next {
            Some(next) => ask.cursor = Some(next),
            None => break,
        }
    }
    writer.finish().map_err(|error| unwritable(&error))
}

/// In the order of [`HEADERS`].
fn cells<'a>(product: &'a Product, sku: &'a Sku) -> [Value<'a>; 13] {
    let text = |text: &'a str| match text {
        "" => Value::Empty,
        text => Value::from(text),
    };
    [
        text(&product.code),
        text(&product.title),
        text(&sku.code),
        text(&sku.spec),
        sku.price_fen.into(),
        sku.floor_fen.into(),
        sku.on_hand.into(),
        sku.safety.into(),
        text(if product.active { "是" } else { "否" }),
        product.picture.as_deref().into(),
        product.url.as_deref().into(),
        match product.selling_points.len() {
            0 => Value::Empty,
            _ => Value::from(product.selling_points.join("\n")),
        },
        sku.cost_fen.into(),
    ]
}
