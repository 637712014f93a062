use std::collections::BTreeMap;
use std::sync::Arc;

use base::Ms;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sheet::{Book, Fault, Form, Headers, Match, Names, Row};

use crate::desk;
use crate::import::ask::{ImportAsk, ImportKind};
use crate::import::columns::{self, Cols, LAYOUTS};
use crate::import::name::TaughtName;
use crate::import::read::Reading;
use crate::import::refused;
use crate::import::shop_name::{self, Part, PlanShop};
use crate::import::talk::ChatPlan;

/// What one sheet of a file is, and how it is read. A chat log is one, with all its sheets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SheetPlan {
    /// Its place in the file, from 0.
    pub index: usize,
    /// Its name.
    pub name: Option<String>,
    /// `text`, `markup`, `xls` or `xlsx`.
    pub form: String,
    /// What its text is written in.
    pub encoding: Option<String>,
    /// What it is of.
    pub kind: Option<ImportKind>,
    /// Whose export it is.
    pub platform: Option<String>,
    /// Which generation of it.
    pub generation: Option<String>,
    /// How well its headers agree, 0 to 1.
    pub confidence: f64,
    /// Whether nobody needs to be asked what it is.
    pub sure: bool,
    /// What it may be, best first.
    pub candidates: Vec<LayoutCandidate>,
    /// The row of the header, from 1.
    pub header_row: u64,
    /// The headers.
    pub headers: Vec<String>,
    /// What is understood.
    pub columns: Vec<FoundColumn>,
    /// What is not.
    pub unknown: Vec<UnknownColumn>,
    /// Columns it is nothing without and has not.
    pub missing: Vec<String>,
    /// Why nothing of it is read.
    #[schema(value_type = Option<Object>)]
    pub left_out: Option<Value>,
    /// What a chat log holds.
    #[serde(default)]
    pub chats: Option<ChatPlan>,
    /// The shops its rows name, where it may be of several; as it was looked at, so that a run reads it so to its end.
    #[serde(default)]
    pub shops: Vec<PlanShop>,
}

/// What a sheet may be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LayoutCandidate {
    /// Of what.
    pub kind: String,
    /// Whose.
    pub platform: String,
    /// Which generation.
    pub generation: String,
    /// How well the headers agree, 0 to 1.
    pub confidence: f64,
}

/// A column that is understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FoundColumn {
    /// What it is.
    pub column: String,
    /// Its header.
    pub header: String,
    /// Its place, from 0.
    pub index: usize,
    /// Whether a person explained it.
    #[serde(default)]
    pub taught: bool,
}

/// A column nobody knows; what stands in it is kept beside the order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct UnknownColumn {
    /// Its header.
    pub header: String,
    /// Its place, from 0.
    pub index: usize,
    /// Some of what stands in it, masked where it may be personal.
    #[serde(default)]
    pub samples: Vec<String>,
}

/// Rows that are read to show what stands in a column.
const SAMPLE_ROWS: usize = 20;
/// How many texts are shown.
const SAMPLES: usize = 3;

/// From this confidence on a platform is believed where the kind was told.
const LIKELY: f64 = 0.3;

/// What each sheet of the book is, as far as its headers and what was asked tell.
pub(crate) fn look(book: &mut Book, ask: &ImportAsk, taught: &[TaughtName]) -> Vec<SheetPlan> {
    (0..book.sheets().len())
        .map(|index| sheet(book, index, ask, taught))
        .collect()
}

fn sheet(book: &mut Book, index: usize, ask: &ImportAsk, taught: &[TaughtName]) -> SheetPlan {
    let of = book.sheets()[index].clone();
    let (form, encoding) = match of.form {
        Form::Text { encoding, .. } => ("text", Some(encoding.to_owned())),
        Form::Markup => ("markup", None),
        Form::Xls => ("xls", None),
        Form::Xlsx => ("xlsx", None),
    };
    let mut plan = SheetPlan {
        index,
        name: of.name.as_deref().map(str::to_owned),
        form: form.to_owned(),
        encoding,
        kind: ask.kind,
        platform: ask.platform.clone(),
        generation: None,
        confidence: 0.0,
        sure: false,
        candidates: Vec::new(),
        header_row: 0,
        headers: Vec::new(),
        columns: Vec::new(),
        unknown: Vec::new(),
        missing: Vec::new(),
        left_out: None,
        chats: None,
        shops: Vec::new(),
    };
    match beginning(book, index, ask, taught) {
        Ok((headers, rows)) => {
            plan.header_row = headers.row;
            plan.headers = headers.iter().map(str::to_owned).collect();
            recognise(&mut plan, &headers, ask);
            map(&mut plan, &headers, ask, taught);
            of_the_desk(&mut plan, &headers);
            for unknown in &mut plan.unknown {
                unknown.samples = samples(&unknown.header, unknown.index, &rows);
            }
        }
        Err(fault) => plan.left_out = serde_json::to_value(&fault).ok(),
    }
    plan
}

/// The header of a sheet and its first rows.
fn beginning(
    book: &mut Book,
    index: usize,
    ask: &ImportAsk,
    taught: &[TaughtName],
) -> Result<(Headers, Vec<Row>), Fault> {
    let known = |header: &str| {
        let key = sheet::cell::key(header);
        columns::knows(header)
            || desk::of_traces(header)
            || ask.columns.keys().any(|name| sheet::cell::key(name) == key)
            || taught.iter().any(|name| sheet::cell::key(&name.header) == key)
    };
    let mut table = match ask.header_rows.get(&index) {
        Some(row) => book.table_below(index, *row)?,
        None => book.table(index, known)?,
    };
    let rows = table.by_ref().take(SAMPLE_ROWS).filter_map(Result::ok).collect();
    Ok((table.headers().clone(), rows))
}

/// Some different texts of a column.
fn samples(header: &str, index: usize, rows: &[Row]) -> Vec<String> {
    let mut samples = Vec::new();
    for text in rows.iter().filter_map(|row| row.text(Some(index))) {
        let shown = shown(header, &text);
        if samples.len() < SAMPLES && !samples.contains(&shown) {
            samples.push(shown);
        }
    }
    samples
}

/// Headers under which people stand.
const PERSONAL: &[&str] = &[
    "姓名",
    "名字",
    "电话",
    "手机",
    "地址",
    "会员",
    "昵称",
    "旺旺",
    "账号",
    "帐号",
    "支付宝",
    "收货人",
    "收件人",
    "邮箱",
    "微信",
];

/// A text of a column nobody knows as it may be shown: what may be a person's is masked.
pub(crate) fn shown(header: &str, text: &str) -> String {
    let text = base::snippet(text, 40);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if text.contains('@') || (digits >= 7 && digits * 10 >= text.chars().count() * 7) {
        base::mask_contact(&text)
    } else if PERSONAL.iter().any(|word| header.contains(word)) {
        base::mask_name(&text)
    } else {
        text
    }
}

fn recognise(plan: &mut SheetPlan, headers: &Headers, ask: &ImportAsk) {
    // What we wrote beside refused rows makes no other file of it.
    let theirs = Headers::named(headers.iter().filter(|header| !refused::is_added(header)));
    let matches = LAYOUTS.recognise(&theirs);
    plan.candidates = matches
        .iter()
        .take(5)
        .map(|found| LayoutCandidate {
            kind: found.layout.kind.clone(),
            platform: found.layout.platform.clone(),
            generation: found.layout.generation.clone(),
            confidence: found.confidence,
        })
        .collect();
    let asked = |found: &&Match<'_>| {
        ask.kind.is_none_or(|kind| found.layout.kind == kind.key())
            && ask
                .platform
                .as_ref()
                .is_none_or(|platform| found.layout.platform == *platform)
    };
    let Some(best) = matches.iter().find(asked) else {
        plan.sure = ask.kind.is_some();
        return;
    };
    plan.confidence = best.confidence;
    let kind = ImportKind::ALL
        .iter()
        .find(|kind| kind.key() == best.layout.kind)
        .copied();
    let certain = best.confidence >= Match::SURE;
    plan.kind = ask.kind.or(kind.filter(|_| certain));
    if ask.platform.is_none() && best.confidence >= LIKELY {
        plan.platform = Some(best.layout.platform.clone());
    }
    plan.generation = certain.then(|| best.layout.generation.clone());
    plan.sure = plan.kind.is_some() && (certain || ask.kind.is_some());
    if certain && kind.is_none() && ask.kind.is_none() {
        // Something we know and have no use for here, such as a settlement.
        plan.left_out = Some(serde_json::json!({ "code": "kind_of_nobody", "kind": best.layout.kind }));
    }
}

/// A courier's file that says where parcels stand tells nothing of orders: the desk takes it.
fn of_the_desk(plan: &mut SheetPlan, headers: &Headers) {
    let of_order = plan.columns.iter().any(|found| found.column == "order_no");
    if plan.kind.is_none() && plan.left_out.is_none() && !of_order && desk::is_traces(headers) {
        plan.left_out =
            Some(serde_json::json!({ "code": "kind_of_desk", "kind": desk::TableOf::Traces.key() }));
    }
}

/// The names in force for a sheet: the file's, then what the shop was taught, then what was asked.
fn naming(plan: &SheetPlan, ask: &ImportAsk, taught: &[TaughtName]) -> Names {
    let mut names = columns::names(plan.kind, plan.platform.as_deref().unwrap_or_default());
    for name in taught
        .iter()
        .filter(|name| plan.kind.is_none_or(|kind| kind == name.kind))
    {
        names.learn(&name.column, &name.header);
    }
    for (header, column) in &ask.columns {
        if let Some(column) = column {
            names.learn(column, header);
        }
    }
    names
}

fn map(plan: &mut SheetPlan, headers: &Headers, ask: &ImportAsk, taught: &[TaughtName]) {
    let mapped = naming(plan, ask, taught).map(headers);
    let left: Vec<String> = left_out(ask, taught);
    let explained: Vec<String> = ask
        .columns
        .keys()
        .chain(taught.iter().map(|name| &name.header))
        .map(|header| sheet::cell::key(header))
        .collect();
    let shown = |index: usize| headers.iter().nth(index).unwrap_or_default().to_owned();
    plan.columns = mapped
        .found()
        .map(|(column, index)| FoundColumn {
            column: column.to_owned(),
            header: shown(index),
            index,
            taught: explained.contains(&sheet::cell::key(&shown(index))),
        })
        .filter(|found| !left.contains(&sheet::cell::key(&found.header)))
        .filter(|found| found.column != shop_name::SHOP || found.taught || of_several(plan))
        .collect();
    // A second choice that is the first is none.
    let chosen: Vec<(String, usize)> = plan.columns.iter().map(|c| (c.column.clone(), c.index)).collect();
    plan.columns.retain(|found| {
        let first = found.column.strip_suffix('2');
        !first.is_some_and(|first| {
            chosen
                .iter()
                .any(|(column, index)| column == first && *index == found.index)
        })
    });
    plan.unknown = mapped
        .unknown()
        .iter()
        .filter(|(_, header)| {
            !LAYOUTS.knows(header) && !refused::is_added(header) && !left.contains(&sheet::cell::key(header))
        })
        .map(|(index, header)| UnknownColumn {
            header: header.clone(),
            index: *index,
            samples: Vec::new(),
        })
        .collect();
    plan.missing = columns::needed(plan.kind)
        .into_iter()
        .filter(|column| !plan.columns.iter().any(|found| found.column == *column))
        .map(str::to_owned)
        .collect();
}

/// Whether a sheet may be of several shops: a platform's own export is of the shop that took it.
fn of_several(plan: &SheetPlan) -> bool {
    let platform = plan.platform.as_deref();
    shop_name::of_shops(plan.kind) && !platform.is_some_and(|platform| team::PLATFORMS.contains(&platform))
}

/// Keys of headers that are to be left out.
fn left_out(ask: &ImportAsk, taught: &[TaughtName]) -> Vec<String> {
    let asked = ask
        .columns
        .iter()
        .filter(|(_, column)| column.is_none())
        .map(|(header, _)| header);
    let told = taught
        .iter()
        .filter(|name| name.column.is_empty() && !ask.columns.contains_key(&name.header))
        .map(|name| &name.header);
    asked.chain(told).map(|header| sheet::cell::key(header)).collect()
}

impl SheetPlan {
    /// How its rows, or a part of them, are read for a shop.
    pub(crate) fn reading(&self, shop: &team::Shop, part: Part, now: Ms) -> Option<Reading> {
        let kind = self
            .kind
            .filter(|_| self.left_out.is_none() && self.chats.is_none())?;
        let at: BTreeMap<&str, usize> = self
            .columns
            .iter()
            .map(|c| (c.column.as_str(), c.index))
            .collect();
        let theirs = self.platform.as_deref().unwrap_or("generic");
        let has = |column: &str| at.contains_key(column);
        // Goods told with a number and a price of their own are lines; a report of whole orders counts pieces.
        let lines = has("title") && (has("quantity") || has("price")) && !has("pieces");
        Some(Reading {
            kind,
            platform: stored(theirs, &shop.platform).to_owned(),
            cols: Cols::from_map(&at),
            headers: Arc::new(
                self.columns
                    .iter()
                    .map(|c| (c.column.clone(), c.header.clone()))
                    .collect(),
            ),
            extra: self.unknown.iter().map(|c| (c.index, c.header.clone())).collect(),
            zone: TimeZone::get(&shop.time_zone).unwrap_or(TimeZone::UTC),
            shop: shop.id,
            part,
            now,
            by_line: kind == ImportKind::Items || (kind == ImportKind::Orders && lines && theirs != "pdd"),
            sums: theirs == "douyin",
        })
    }
}

/// What orders keep as their platform: the export's, but for an ERP's or a table of the shop's own, and Tmall's
/// exports are Taobao's.
fn stored<'a>(export: &'a str, shop: &'a str) -> &'a str {
    match (export, shop) {
        ("taobao", "tmall") => "tmall",
        (export, _) if team::PLATFORMS.contains(&export) => export,
        _ => shop,
    }
}
