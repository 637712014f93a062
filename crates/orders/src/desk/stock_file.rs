//! How many pieces of each SKU a shop may offer, as a file for its platform (rows 93 and 148).

use base::{Actor, Id, PageAsk, Permission, Problem};
use catalogue::ProductFilter;
use sheet::Value;
use store::Tx;

use super::file;
use super::offer::Offers;
use crate::export::ExportFormat;

/// Products read at a time.
const PAGE: u32 = 200;

/// Every SKU the shop sells, with the pieces it may offer: what is sellable (on hand less locked less safety), of
/// that the share the shop's setting `orders.stock_share` gives it or the SKU's own rule there, rounded down. So what shops offer together is
/// never more than there is, where their shares come to no more than the whole; sets and what they are made of share
/// their pieces and are each listed with them. Needs [`Permission::SeeOrders`].
pub fn stock_file(tx: &mut Tx<'_>, who: &Actor, shop: Id, format: ExportFormat) -> Result<Vec<u8>, Problem> {
    who.need(Permission::SeeOrders)?;
    who.need_shop(shop)?;
    team::shop(tx, who.org, shop)?.ok_or_else(Problem::not_found)?;
    let offers = Offers::of_shop(tx, who.org, shop)?;
    let filter = ProductFilter {
        q: None,
        shop: Some(shop),
        active: Some(true),
    };
    let mut ask = PageAsk {
        cursor: None,
        limit: Some(PAGE),
    };
    let mut rows = Vec::new();
    loop {
        let page = catalogue::products(tx, who, &filter, &ask)?;
        for product in page.items {
            for sku in product.skus.into_iter().filter(|sku| sku.active) {
                let offered = offers.of(sku.id, sku.sellable);
                rows.push([
                    Value::from(sku.code),
                    Value::from(product.title.clone()),
                    Value::from(sku.spec),
                    Value::from(offered),
                ]);
            }
        }
        ask.cursor = page.next;
        if ask.cursor.is_none() {
            break;
        }
    }
    file::table(
        format,
        "库存",
        ["商家编码", "商品标题", "销售属性", "库存数量"],
        rows,
    )
}
