use base::{Actor, Id, Ms, Problem};
use serde_json::json;
use store::{Tx, args};
use team::{Setting, SettingKind};

use super::blank::{blank, erased_among};

/// For how many months after an order its person is kept.
pub const KEEP: Setting = Setting {
    key: "orders.keep_months",
    kind: SettingKind::Number {
        min: 0,
        max: 120,
        unit: "个月",
    },
    default: || json!(0),
    zh: (
        "订单个人资料保留期",
        "已完成或已关闭的订单，下单满多少个月后清除收件人、电话、地址、留言、备注和运单号；金额、商品与时间保留。0 表示一直保留。清除后不能恢复，先到“个人资料”页看会清除多少。",
    ),
    en: (
        "Keep the person of an order",
        "Months after which receiver, phone, address, notes, remarks and waybill of finished orders are erased; amounts, goods and times stay. 0 keeps them. It cannot be undone: see on the page Personal data how much would go.",
    ),
    source: "practice: privacy",
    shop_level: false,
};

/// Finished orders placed before `cutoff` that still hold their person, after a place in the list: the ids and the
/// place to go on at. Reads only; [`retain_orders`] looks again.
pub fn old_orders(
    tx: &mut Tx<'_>,
    org: Id,
    cutoff: Ms,
    after: (Ms, Id),
    limit: usize,
) -> Result<Vec<(Ms, Id)>, Problem> {
    let sql = format!(
        "SELECT o.sort_at, o.id FROM shop_order o
         WHERE o.org_id = $1 AND o.sort_at < $2 AND (o.sort_at > $3 OR (o.sort_at = $3 AND o.id > $4)) AND {OLD}
         ORDER BY o.sort_at, o.id LIMIT $5"
    );
    tx.rows(&sql, args![org, cutoff, after.0, after.1, limit], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// How many orders that would be.
pub fn old_orders_count(tx: &mut Tx<'_>, org: Id, cutoff: Ms) -> Result<i64, Problem> {
    let sql = format!("SELECT COUNT(*) FROM shop_order o WHERE o.org_id = $1 AND o.sort_at < $2 AND {OLD}");
    Ok(tx.value(&sql, args![org, cutoff])?.unwrap_or_default())
}

/// Finished, with nothing under way, and not emptied yet.
const OLD: &str = "(o.order_status <> 'open' OR o.pay_status = 'refunded') AND o.after_status <> 'open'
   AND NOT EXISTS (SELECT 1 FROM order_erased e WHERE e.org_id = o.org_id AND e.order_id = o.id)
   AND NOT EXISTS (SELECT 1 FROM parcel_order q
     JOIN parcel p ON p.org_id = q.org_id AND p.id = q.parcel_id
     WHERE q.org_id = o.org_id AND q.order_id = o.id
       AND p.state IN ('waiting', 'held', 'passed', 'printed', 'packed'))";

/// Takes the person out of these orders, as far as that still holds of them; answers of how many.
pub fn retain_orders(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    cutoff: Ms,
    orders: &[Id],
) -> Result<usize, Problem> {
    let gone = erased_among(tx, who.org, orders)?;
    let mut old = Vec::new();
    for order in orders.iter().copied().filter(|order| !gone.contains(order)) {
        let sql = format!(
            "SELECT o.id FROM shop_order o WHERE o.org_id = $1 AND o.id = $3 AND o.sort_at < $2 AND {OLD}"
        );
        old.extend(tx.value::<Id>(&sql, args![who.org, cutoff, order])?);
    }
    blank(tx, now, who, &old)?;
    Ok(old.len())
}
