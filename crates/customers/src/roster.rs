//! The customers of a segment as a table to take away: masked, unless the reader may reveal and asks for it.

use std::collections::BTreeMap;
use std::io::Cursor;

use base::{Actor, Id, Ms, Permission, Problem};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::json;
use sheet::{Column, Value, Writer};
use store::{Db, Event, Tx, args, pad};

use crate::consent::ConsentChannel;
use crate::contact::Contact;
use crate::rule::SegmentRule;
use crate::segment::{Member, listed, segment};
use crate::tag::tags_of;

/// Customers read at once.
const PAGE: usize = 500;

/// As which file the table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RosterForm {
    /// A workbook.
    #[default]
    Xlsx,
    /// Text with commas.
    Csv,
}

const HEADERS: [&str; 17] = [
    "编号",
    "客户",
    "昵称",
    "等级",
    "VIP",
    "标签",
    "累计消费",
    "付款订单",
    "首次付款",
    "最近付款",
    "真实姓名",
    "电话",
    "地址",
    "短信许可",
    "邮件许可",
    "电话许可",
    "会员群许可",
];

/// Somebody of the segment with all that the table tells.
struct Line {
    member: Member,
    nick: Option<String>,
    first_paid_at: Ms,
    tags: Vec<String>,
    contact: Contact,
    consents: BTreeMap<String, String>,
}

/// Everybody of a segment as a table, those who paid last first. No cell carries a formula. Needs
/// [`Permission::SeeCustomers`] and [`Permission::Export`]; `full` tells contacts unmasked and needs
/// [`Permission::Reveal`] too. That it was asked for is logged before anything is read.
pub async fn export_segment(
    db: &Db,
    now: Ms,
    who: &Actor,
    id: Id,
    form: RosterForm,
    full: bool,
) -> Result<Vec<u8>, Problem> {
    let asking = who.clone();
    let begun = db.write(move |tx| begin(tx, now, &asking, id, full));
    let (rule, zone) = begun.await?;
    let mut lines = Vec::new();
    let mut after = None;
    loop {
        let (org, rule) = (who.org, rule.clone());
        let page = db.read(move |tx| page(tx, now, org, &rule, after)).await?;
        let more = page.len() == PAGE;
        after = page
            .last()
            .map(|line| [line.member.last_paid_at.0, line.member.id.0]);
        lines.extend(page);
        if !more {
            break;
        }
    }
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    tokio::task::spawn_blocking(move || write(&lines, form, full, zone))
        .await
        .map_err(|_| Problem::internal())?
}

fn begin(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    full: bool,
) -> Result<(SegmentRule, String), Problem> {
    let segment = segment(tx, who, id)?;
    who.need(Permission::Export)?;
    if full {
        who.need(Permission::Reveal)?;
    }
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "segment.exported",
        subject: id,
        data: json!({ "full": full }),
    })?;
    let zone = team::calendar(tx, who.org, Id::NONE)?.zone;
    Ok((segment.rule, zone))
}

fn page(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    rule: &SegmentRule,
    after: Option<[i64; 2]>,
) -> Result<Vec<Line>, Problem> {
    let members = listed(tx, now, org, rule, after, PAGE)?;
    let ids: Vec<Id> = members.iter().map(|member| member.id).collect();
    let mut tags = tags_of(tx, org, &ids)?;
    let list = Tx::in_list(2, ids.len());
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(&ids));
    let sql = format!(
        "SELECT customer_id, MIN(value) FROM customer_identity
         WHERE org_id = $1 AND kind = 'nick' AND customer_id IN {list} GROUP BY customer_id"
    );
    let nicks = tx.rows(&sql, &arguments, |row| {
        Ok((row.get::<Id>(0)?, row.get::<String>(1)?))
    })?;
    let mut nicks: BTreeMap<Id, String> = nicks.into_iter().collect();
    let sql = format!("SELECT id, first_paid_at FROM customer WHERE org_id = $1 AND id IN {list}");
    let first = tx.rows(&sql, &arguments, |row| Ok((row.get::<Id>(0)?, row.get::<Ms>(1)?)))?;
    let first: BTreeMap<Id, Ms> = first.into_iter().collect();
    let sql = format!(
        "SELECT {}, customer_id FROM customer_secret WHERE org_id = $1 AND customer_id IN {list}",
        Contact::COLUMNS
    );
    let contacts = tx.rows(&sql, &arguments, |row| {
        Ok((row.get::<Id>(3)?, Contact::read(row)?))
    })?;
    let mut contacts: BTreeMap<Id, Contact> = contacts.into_iter().collect();
    let sql = format!(
        "SELECT customer_id, channel, state FROM customer_consent
         WHERE org_id = $1 AND replaced_at IS NULL AND customer_id IN {list}"
    );
    let mut consents = BTreeMap::<Id, BTreeMap<String, String>>::new();
    for (id, channel, state) in tx.rows(&sql, &arguments, |row| {
        Ok((row.get::<Id>(0)?, row.get(1)?, row.get(2)?))
    })? {
        consents.entry(id).or_default().insert(channel, state);
    }
    let line = |member: Member| Line {
        nick: nicks.remove(&member.id),
        first_paid_at: first.get(&member.id).copied().unwrap_or_default(),
        tags: tags
            .remove(&member.id)
            .unwrap_or_default()
            .into_iter()
            .map(|tag| tag.name)
            .collect(),
        contact: contacts.remove(&member.id).unwrap_or_default(),
        consents: consents.remove(&member.id).unwrap_or_default(),
        member,
    };
    Ok(members.into_iter().map(line).collect())
}

fn write(lines: &[Line], form: RosterForm, full: bool, zone: TimeZone) -> Result<Vec<u8>, Problem> {
    let columns: Vec<Column> = HEADERS.iter().map(|header| Column::new(*header)).collect();
    let mut out = Cursor::new(Vec::new());
    let writer = match form {
        RosterForm::Csv => Writer::csv(&mut out, zone, &columns),
        RosterForm::Xlsx => Writer::xlsx(&mut out, "客户", zone, &columns),
    };
    let mut writer = writer.map_err(|_| Problem::internal())?;
    for line in lines {
        writer.row(line.cells(full)).map_err(|_| Problem::internal())?;
    }
    writer.finish().map_err(|_| Problem::internal())?;
    Ok(out.into_inner())
}

impl Line {
    fn cells(&self, full: bool) -> [Value<'static>; 17] {
        let member = &self.member;
        let contact = if full {
            self.contact.clone()
        } else {
            self.contact.masked()
        };
        let text = |text: Option<String>| text.map_or(Value::Empty, Value::from);
        let moment = |at: Ms| if at > Ms(0) { at.into() } else { Value::Empty };
        let consent = |channel: ConsentChannel| {
            let state = self.consents.get(channel.key()).map(String::as_str);
            Value::from(match state {
                Some("given") => "同意",
                Some("refused") => "不同意",
                _ => "未知",
            })
        };
        [
            member.id.0.into(),
            Value::from(member.name.clone()),
            text(self.nick.clone()),
            member.level.into(),
            Value::from(if member.vip { "是" } else { "" }),
            Value::from(self.tags.join("、")),
            member.spent_fen.into(),
            member.orders.into(),
            moment(self.first_paid_at),
            moment(member.last_paid_at),
            text(contact.real_name),
            text(contact.phone),
            text(contact.address),
            consent(ConsentChannel::Sms),
            consent(ConsentChannel::Mail),
            consent(ConsentChannel::Phone),
            consent(ConsentChannel::MemberGroup),
        ]
    }
}
