//! What this room holds of one customer, for the customer to read.

use base::{Actor, Held, HeldValue, Id, Permission, Problem};
use store::{Row, Tx, args};

use crate::contact::Contact;
use crate::customer::{Customer, survivor};

/// Refuses whoever may not take a buyer's data away in full: it needs [`Permission::SeeCustomers`],
/// [`Permission::Export`] and [`Permission::Reveal`].
pub fn may_hand_over(who: &Actor) -> Result<(), Problem> {
    who.need(Permission::SeeCustomers)?;
    who.need(Permission::Export)?;
    who.need(Permission::Reveal)
}

/// All this room holds of a customer, unmasked. Rights as [`may_hand_over`]; whoever calls it logs it.
pub fn held(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Vec<Held>, Problem> {
    may_hand_over(who)?;
    let org = who.org;
    let id = survivor(tx, org, id)?;
    let mut all = vec![person(tx, org, id)?];
    for (title, columns, sql) in TABLES {
        let mut held = Held::new(title, columns);
        held.rows = tx.rows(sql, args![org, id], |row| cells(row, columns))?;
        all.push(held);
    }
    Ok(all)
}

/// Tables that are read as they are: moments by their header, all else as text.
const TABLES: [(&str, &[&str], &str); 7] = [
    (
        "身份",
        &["类别", "标识", "已证实", "登记时间"],
        "SELECT CASE kind WHEN 'visitor' THEN '网页访客' WHEN 'nick' THEN '平台昵称' ELSE '店铺会员号' END,
           CASE kind WHEN 'visitor' THEN '（浏览器标记，已散列）' ELSE value END,
           CASE proven WHEN 1 THEN '是' ELSE '否' END, created_at
         FROM customer_identity WHERE org_id = $1 AND customer_id = $2 ORDER BY created_at, kind, value",
    ),
    (
        "标签",
        &["标签", "打标时间"],
        "SELECT t.name, g.tagged_at FROM customer_tagged g
         JOIN customer_tag t ON t.org_id = g.org_id AND t.id = g.tag_id
         WHERE g.org_id = $1 AND g.customer_id = $2 ORDER BY g.tagged_at, t.name",
    ),
    (
        "联系许可",
        &["方式", "意思", "来源", "凭据", "表示时间", "登记时间"],
        "SELECT CASE channel WHEN 'sms' THEN '短信' WHEN 'mail' THEN '邮件' WHEN 'phone' THEN '电话' ELSE '会员群' END,
           CASE state WHEN 'given' THEN '同意' WHEN 'refused' THEN '不同意' ELSE '未知' END,
           source, proof, said_at, written_at
         FROM customer_consent WHERE org_id = $1 AND customer_id = $2 ORDER BY id",
    ),
    (
        "质量与售后档案",
        &["类别", "内容", "订单号", "登记时间"],
        "SELECT CASE kind WHEN 'quality' THEN '质量' WHEN 'after_sale' THEN '售后' WHEN 'praise' THEN '表扬' ELSE '其他' END,
           text, order_number, written_at
         FROM customer_entry WHERE org_id = $1 AND customer_id = $2 ORDER BY id",
    ),
    (
        "回访与服务计划",
        &["做什么", "到期时间", "制定时间"],
        "SELECT what, due_at, made_at FROM customer_plan WHERE org_id = $1 AND customer_id = $2 ORDER BY id",
    ),
    (
        "已做的回访",
        &["做什么", "结果", "完成时间"],
        "SELECT p.what, d.note, d.done_at FROM customer_plan p
         JOIN customer_plan_done d ON d.org_id = p.org_id AND d.plan_id = p.id
         WHERE p.org_id = $1 AND p.customer_id = $2 ORDER BY d.id",
    ),
    (
        "屏蔽记录",
        &["原因", "决定时间"],
        "SELECT reason, decided_at FROM customer_block WHERE org_id = $1 AND customer_id = $2 ORDER BY id",
    ),
];

fn cells(row: &Row<'_>, columns: &[&str]) -> Result<Vec<HeldValue>, Problem> {
    let cell = |(at, name): (usize, &&str)| match name.ends_with("时间") {
        true => row.get::<base::Ms>(at).map(HeldValue::from),
        false => row.get::<String>(at).map(HeldValue::from),
    };
    columns.iter().enumerate().map(cell).collect()
}

fn person(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Held, Problem> {
    let is = Customer::get(tx, org, id)?.ok_or_else(Problem::not_found)?;
    let contact = Contact::get(tx, org, id)?;
    let mut held = Held::new("客户资料", &["项目", "内容"]);
    let mut say = |name: &str, value: HeldValue| held.rows.push(vec![name.into(), value]);
    say("客户编号", is.id.to_string().into());
    say("称呼", is.name.into());
    say("真实姓名", contact.real_name.into());
    say("电话", contact.phone.into());
    say("地址", contact.address.into());
    say("会员等级", is.level.into());
    say("VIP", is.vip.into());
    say("VIP 特殊要求", is.vip_note.into());
    say("备注", is.note.into());
    say("累计消费", is.spent_fen.into());
    say("付款订单数", is.orders.into());
    say("首次到访", is.created_at.into());
    Ok(held)
}
