use std::collections::BTreeMap;

use base::{Actor, Held, HeldValue, Id, Ms, Problem};
use store::{Row, Tx, args, pad};

use crate::filed;
use crate::order::one_word;
use crate::state::{COLUMNS, State};

const ORDER: &[&str] = &[
    "店铺",
    "平台",
    "订单号",
    "状态",
    "下单时间",
    "付款时间",
    "发货时间",
    "签收时间",
    "完成时间",
    "应付",
    "实付",
    "已退",
    "收件人",
    "电话",
    "地址",
    "买家留言",
    "备注",
    "快递",
    "运单号",
    "文件里的其他列",
];
const LINE: &[&str] = &["订单号", "商品", "规格", "数量", "单价"];

/// All that orders hold of a customer, unmasked, in the shops the actor has. Rights as
/// [`customers::may_hand_over`], and [`base::Permission::SeeOrders`]; whoever calls it logs it.
pub fn held_orders(tx: &mut Tx<'_>, who: &Actor, customers: &[Id]) -> Result<Vec<Held>, Problem> {
    customers::may_hand_over(who)?;
    who.need(base::Permission::SeeOrders)?;
    let shops: BTreeMap<Id, String> = team::shops(tx, who)?
        .into_iter()
        .map(|shop| (shop.id, shop.name))
        .collect();
    let list = Tx::in_list(2, customers.len());
    let mut arguments = args![who.org].to_vec();
    arguments.extend(pad(customers));
    let filed = filed::of_customers(&list);
    let sql = format!(
        "SELECT {COLUMNS} FROM shop_order
         WHERE org_id = $1 AND customer_id IN {list} AND id IN {filed} ORDER BY sort_at, id"
    );
    let rows = tx.rows(&sql, &arguments, State::read)?;
    let rows = rows.into_iter().filter(|state| shops.contains_key(&state.shop));
    let states = State::whole(tx, who.org, rows.collect())?;
    let (mut orders, mut lines) = (Held::new("订单", ORDER), Held::new("订单商品", LINE));
    for state in &states {
        orders.rows.push(order(state, &shops));
        for line in &state.lines {
            lines.rows.push(vec![
                state.number.as_str().into(),
                line.title.as_str().into(),
                line.spec.as_str().into(),
                line.quantity.into(),
                line.price_fen.into(),
            ]);
        }
    }
    let mut all = vec![orders, lines];
    let ids: Vec<Id> = states.iter().map(|state| state.id).collect();
    for (title, columns, sql) in BESIDE {
        let mut held = Held::new(title, columns);
        for some in ids.chunks(256) {
            let mut arguments = args![who.org].to_vec();
            arguments.extend(pad(some));
            let sql = sql.replace("{list}", &Tx::in_list(2, some.len()));
            held.rows
                .extend(tx.rows(&sql, &arguments, |row| cells(row, columns))?);
        }
        all.push(held);
    }
    Ok(all)
}

fn order(state: &State, shops: &BTreeMap<Id, String>) -> Vec<HeldValue> {
    let is = &state.merged;
    vec![
        shops.get(&state.shop).cloned().into(),
        state.platform.as_str().into(),
        state.number.as_str().into(),
        status(one_word(is)).into(),
        is.placed_at.into(),
        is.paid_at.into(),
        is.shipped_at.into(),
        is.signed_at.into(),
        is.done_at.into(),
        is.total().into(),
        is.paid().into(),
        is.refund_fen.into(),
        is.receiver.clone().into(),
        is.phone.clone().into(),
        is.address.clone().into(),
        is.buyer_note.clone().into(),
        is.remark.clone().into(),
        is.courier.clone().into(),
        is.waybill.clone().into(),
        is.extra.clone().into(),
    ]
}

fn status(word: &str) -> &str {
    match word {
        "unpaid" => "待付款",
        "paid" => "已付款",
        "shipped" => "已发货",
        "received" => "已签收",
        "done" => "交易完成",
        "refunded" => "已退款",
        "closed" => "已关闭",
        other => other,
    }
}

/// What stands beside orders. Columns are read by their headers: `时间` is a moment, `金额` an amount, the rest text.
const BESIDE: [(&str, &[&str], &str); 5] = [
    (
        "退款",
        &["订单号", "退款单号", "状态", "退款金额", "原因", "说明", "退回快递", "退回单号", "申请时间", "完成时间"],
        "SELECT o.number, r.number, COALESCE(r.words, r.status), r.amount_fen, r.reason, r.explained, r.back_courier,
           r.back_waybill, r.applied_at, r.settled_at
         FROM order_refund r JOIN shop_order o ON o.org_id = r.org_id AND o.id = r.order_id
         WHERE r.org_id = $1 AND r.order_id IN {list} ORDER BY r.id",
    ),
    (
        "评价",
        &["订单号", "星级", "内容", "评价时间"],
        "SELECT o.number, CAST(r.stars AS TEXT), r.text, r.at
         FROM order_review r JOIN shop_order o ON o.org_id = r.org_id AND o.id = r.order_id
         WHERE r.org_id = $1 AND r.order_id IN {list} ORDER BY r.at, o.number",
    ),
    (
        "答应过的事",
        &["订单号", "类别", "内容", "收件人", "电话", "地址", "登记时间"],
        "SELECT o.number, a.kind, a.text, d.receiver, d.phone, d.address, a.at
         FROM order_ask a JOIN shop_order o ON o.org_id = a.org_id AND o.id = a.order_id
         LEFT JOIN ask_address d ON d.org_id = a.org_id AND d.ask_id = a.id
         WHERE a.org_id = $1 AND a.order_id IN {list} ORDER BY a.id",
    ),
    (
        "包裹",
        &["订单号", "快递", "运单号", "收件人", "电话", "地址", "发货时间", "送达时间", "最新物流", "物流时间"],
        "SELECT o.number, p.courier, p.waybill, s.receiver, s.phone, s.address, p.shipped_at, p.arrived_at, t.words,
           t.at
         FROM parcel_order q JOIN parcel p ON p.org_id = q.org_id AND p.id = q.parcel_id
         LEFT JOIN parcel_sent s ON s.org_id = p.org_id AND s.parcel_id = p.id
         LEFT JOIN parcel_trace t ON t.org_id = p.org_id AND t.parcel_id = p.id
         JOIN shop_order o ON o.org_id = q.org_id AND o.id = q.order_id
         WHERE q.org_id = $1 AND q.order_id IN {list} ORDER BY p.id, o.number",
    ),
    (
        "包裹问题",
        &["订单号", "类别", "情况", "处理", "登记时间"],
        "SELECT o.number, t.kind, t.text, t.solution, t.at
         FROM parcel_order q JOIN desk_trouble t ON t.org_id = q.org_id AND t.parcel_id = q.parcel_id
         JOIN shop_order o ON o.org_id = q.org_id AND o.id = q.order_id
         WHERE q.org_id = $1 AND q.order_id IN {list} AND t.parcel_id IS NOT NULL ORDER BY t.id, o.number",
    ),
];

fn cells(row: &Row<'_>, columns: &[&str]) -> Result<Vec<HeldValue>, Problem> {
    let cell = |(at, name): (usize, &&str)| match () {
        () if name.ends_with("时间") => row.get::<Option<Ms>>(at).map(HeldValue::from),
        () if name.ends_with("金额") => row.get::<Option<base::Fen>>(at).map(HeldValue::from),
        () => row.get::<Option<String>>(at).map(HeldValue::from),
    };
    columns.iter().enumerate().map(cell).collect()
}
