//! A report as a table to take away.

use std::io::Cursor;

use base::{Actor, Fen, Id, Ms, Permission, Problem};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sheet::{Column, Value, Writer};
use store::{Event, Tx};

use super::report::{BuyersReport, ReportAsk, buyers_report};

/// Which table of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportPart {
    /// Month by month.
    #[default]
    Months,
    /// By the month of the first purchase.
    Cohorts,
    /// Who paid most.
    Top,
    /// By level.
    Levels,
}

/// As which file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportForm {
    /// A workbook.
    #[default]
    Xlsx,
    /// Text with commas.
    Csv,
}

/// The report of [`buyers_report`] for a file, which is logged. Needs [`Permission::Export`] too.
pub fn report_to_export(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    ask: &ReportAsk,
) -> Result<BuyersReport, Problem> {
    who.need(Permission::Export)?;
    let report = buyers_report(tx, now, who, ask)?;
    tx.emit(Event {
        at: now,
        who,
        shop: ask.shop.unwrap_or(Id::NONE),
        kind: "customers.report_exported",
        subject: who.org,
        data: json!({ "from": ask.from, "to": ask.to }),
    })?;
    Ok(report)
}

/// Writes a table of a report; no cell carries a formula.
pub fn write_report(report: &BuyersReport, part: ReportPart, form: ReportForm) -> Result<Vec<u8>, Problem> {
    let (title, headers, rows) = match part {
        ReportPart::Months => ("复购", month_headers(), months(report)),
        ReportPart::Cohorts => ("留存", cohort_headers(report), cohorts(report)),
        ReportPart::Top => ("贡献", top_headers(), top(report)),
        ReportPart::Levels => ("等级", level_headers(), levels(report)),
    };
    let columns: Vec<Column> = headers.into_iter().map(Column::new).collect();
    let mut out = Cursor::new(Vec::new());
    let writer = match form {
        ReportForm::Csv => Writer::csv(&mut out, TimeZone::UTC, &columns),
        ReportForm::Xlsx => Writer::xlsx(&mut out, title, TimeZone::UTC, &columns),
    };
    let mut writer = writer.map_err(|_| Problem::internal())?;
    for row in rows {
        writer.row(row).map_err(|_| Problem::internal())?;
    }
    writer.finish().map_err(|_| Problem::internal())?;
    Ok(out.into_inner())
}

/// `12.34%`, from two counts.
fn share(part: i64, whole: i64) -> Value<'static> {
    if whole == 0 {
        return Value::Empty;
    }
    let hundredths = i128::from(part) * 10_000 / i128::from(whole);
    Value::from(format!("{}.{:02}%", hundredths / 100, hundredths % 100))
}

fn month_headers() -> Vec<String> {
    let names = [
        "月份",
        "买家",
        "新买家",
        "复购买家",
        "复购率",
        "订单",
        "付款金额",
        "复购金额",
        "复购金额占比",
    ];
    names.map(str::to_owned).to_vec()
}

fn months(report: &BuyersReport) -> Vec<Vec<Value<'_>>> {
    let row = |is: &super::report::BuyersMonth| {
        vec![
            Value::from(is.month.clone()),
            is.buyers.into(),
            is.new_buyers.into(),
            is.repeat_buyers.into(),
            share(is.repeat_buyers, is.buyers),
            is.orders.into(),
            is.revenue_fen.into(),
            is.repeat_revenue_fen.into(),
            share(is.repeat_revenue_fen.0, is.revenue_fen.0),
        ]
    };
    report.months.iter().map(row).collect()
}

fn cohort_headers(report: &BuyersReport) -> Vec<String> {
    let later = (0..report.months.len()).map(|n| format!("第{n}月"));
    ["首购月份".to_owned(), "客户".to_owned()]
        .into_iter()
        .chain(later)
        .collect()
}

fn cohorts(report: &BuyersReport) -> Vec<Vec<Value<'_>>> {
    let width = report.months.len();
    let row = |is: &super::report::Cohort| {
        let mut cells = vec![Value::from(is.month.clone()), is.customers.into()];
        cells.extend(is.came_back.iter().map(|count| share(*count, is.customers)));
        cells.resize_with(width + 2, || Value::Empty);
        cells
    };
    report.cohorts.iter().map(row).collect()
}

fn top_headers() -> Vec<String> {
    let names = ["排名", "编号", "客户", "订单", "付款金额", "累计占比"];
    names.map(str::to_owned).to_vec()
}

fn top(report: &BuyersReport) -> Vec<Vec<Value<'_>>> {
    let row = |(n, is): (usize, &super::report::TopCustomer)| {
        vec![
            (n as i64 + 1).into(),
            is.customer.0.into(),
            Value::from(is.name.clone()),
            is.orders.into(),
            is.revenue_fen.into(),
            share(is.together, 10_000),
        ]
    };
    report.top.iter().enumerate().map(row).collect()
}

fn level_headers() -> Vec<String> {
    let names = [
        "等级",
        "名称",
        "会员",
        "付款买家",
        "复购买家",
        "复购率",
        "订单",
        "付款金额",
        "客单价",
    ];
    names.map(str::to_owned).to_vec()
}

fn levels(report: &BuyersReport) -> Vec<Vec<Value<'_>>> {
    let row = |is: &super::LevelLine| {
        let each = is.revenue_fen.0.checked_div(is.orders).map(Fen);
        vec![
            is.level.into(),
            is.name.clone().into(),
            is.members.into(),
            is.buyers.into(),
            is.repeat_buyers.into(),
            share(is.repeat_buyers, is.buyers),
            is.orders.into(),
            is.revenue_fen.into(),
            each.into(),
        ]
    };
    report.levels.iter().map(row).collect()
}
