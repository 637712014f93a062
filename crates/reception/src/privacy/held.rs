use std::collections::BTreeMap;

use base::{Actor, Held, HeldValue, Id, Ms, Permission, Problem};
use serde_json::Value;
use store::{FileRow, Tx, args, pad};

use crate::message::{Kind, Message, Sender, Standing};

const TALK: &[&str] = &["会话编号", "店铺", "渠道", "开始时间", "最近时间", "消息数"];
const MESSAGE: &[&str] = &["会话编号", "序号", "时间", "谁说的", "接待人", "类别", "内容"];
const FILE: &[&str] = &["会话编号", "文件名", "类型", "大小（字节）", "谁发的"];
const RATING: &[&str] = &["会话编号", "邀请时间", "评价时间", "得分", "评语"];
const RECORD: &[&str] = &["会话编号", "时间", "主题", "处理"];

/// Messages read at once.
const PAGE: usize = 500;

/// All that reception holds of a customer in the shops the actor has: talks, what was said, notes about them, files,
/// ratings, records. Rights as [`customers::may_hand_over`], and [`Permission::SeeAllTalks`]; whoever calls it logs
/// it.
pub fn held_talks(tx: &mut Tx<'_>, who: &Actor, customers: &[Id]) -> Result<Vec<Held>, Problem> {
    customers::may_hand_over(who)?;
    who.need(Permission::SeeAllTalks)?;
    let shops: BTreeMap<Id, String> = team::shops(tx, who)?
        .into_iter()
        .map(|shop| (shop.id, shop.name))
        .collect();
    let sql = format!(
        "SELECT id, shop_id, channel, created_at, last_at, last_seq FROM conversation
         WHERE org_id = $1 AND customer_id IN {} ORDER BY id",
        Tx::in_list(2, customers.len())
    );
    let mut arguments = args![who.org].to_vec();
    arguments.extend(pad(customers));
    let rows: Vec<(Id, Id, Vec<HeldValue>)> = tx.rows(&sql, &arguments, |row| {
        let (id, shop): (Id, Id) = (row.get(0)?, row.get(1)?);
        let cells = vec![
            id.to_string().into(),
            shops.get(&shop).cloned().into(),
            row.get::<String>(2)?.into(),
            row.get::<Ms>(3)?.into(),
            row.get::<Ms>(4)?.into(),
            row.get::<i64>(5)?.into(),
        ];
        Ok((id, shop, cells))
    })?;
    let (mut talks, mut messages) = (Held::new("会话", TALK), Held::new("消息", MESSAGE));
    let (mut files, mut ratings, mut records) = (
        Held::new("文件", FILE),
        Held::new("接待评价", RATING),
        Held::new("咨询记录", RECORD),
    );
    for (id, _, cells) in rows.into_iter().filter(|(_, shop, _)| shops.contains_key(shop)) {
        talks.rows.push(cells);
        said(tx, who.org, id, &mut messages)?;
        for file in FileRow::of_subject(tx, who.org, id)? {
            files.rows.push(of_file(id, file));
        }
        ratings.rows.extend(tx.rows(
            "SELECT invited_at, rated_at, score, comment FROM rating
             WHERE org_id = $1 AND conversation_id = $2 ORDER BY session",
            args![who.org, id],
            |row| {
                Ok(vec![
                    id.to_string().into(),
                    row.get::<Ms>(0)?.into(),
                    row.get::<Option<Ms>>(1)?.into(),
                    row.get::<Option<i64>>(2)?.into(),
                    row.get::<Option<String>>(3)?.into(),
                ])
            },
        )?);
        records.rows.extend(tx.rows(
            "SELECT at, topic, solution FROM record WHERE org_id = $1 AND conversation_id = $2 ORDER BY id",
            args![who.org, id],
            |row| {
                Ok(vec![
                    id.to_string().into(),
                    row.get::<Ms>(0)?.into(),
                    row.get::<String>(1)?.into(),
                    row.get::<String>(2)?.into(),
                ])
            },
        )?);
    }
    Ok(vec![talks, messages, files, ratings, records])
}

fn said(tx: &mut Tx<'_>, org: Id, conversation: Id, to: &mut Held) -> Result<(), Problem> {
    let mut after = 0;
    loop {
        let page = Message::page(tx, org, conversation, Some(after), None, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.seq;
        let shown = page.iter().filter(|message| message.from != Sender::System);
        to.rows.extend(shown.map(of_message));
    }
}

fn of_message(message: &Message) -> Vec<HeldValue> {
    let from = match (message.from, message.kind) {
        (Sender::Buyer, _) => "买家",
        (_, Kind::Note) => "内部备注",
        (Sender::Auto, _) => "自动消息",
        _ => "客服",
    };
    let kind = match message.kind {
        Kind::Text | Kind::Note | Kind::System => "文字",
        Kind::Image => "图片",
        Kind::Voice => "语音",
        Kind::File => "文件",
        Kind::Product => "商品",
        Kind::Order => "订单",
        Kind::Coupon => "优惠券",
        Kind::Form => "表单",
    };
    vec![
        message.conversation.to_string().into(),
        message.seq.into(),
        message.at.into(),
        from.into(),
        message.name.clone().into(),
        kind.into(),
        words(message).into(),
    ]
}

fn words(message: &Message) -> String {
    match message.state {
        Standing::Recalled | Standing::Undone => return "（已撤回）".to_owned(),
        Standing::Erased => return "（已清除）".to_owned(),
        Standing::Sent => {}
    }
    let body: Value = serde_json::from_str(message.body.get()).unwrap_or_default();
    let field = ["text", "name", "title", "number"]
        .iter()
        .find_map(|name| body[*name].as_str());
    match (message.kind, field) {
        (Kind::Form, _) | (_, None) => message.body.get().to_owned(),
        (_, Some(text)) => text.to_owned(),
    }
}

fn of_file(conversation: Id, file: FileRow) -> Vec<HeldValue> {
    let by = if file.owner_kind == "buyer" {
        "买家"
    } else {
        "客服"
    };
    vec![
        conversation.to_string().into(),
        file.name.into(),
        file.media.into(),
        file.size.into(),
        by.into(),
    ]
}
