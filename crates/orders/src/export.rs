//! Orders as a table that the platform's own programs, and ours, read back.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::LazyLock;

use base::{Actor, Id, Ms, Permission, Problem, mask_contact, mask_name};
use customers::mask_address;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sheet::{Column, Value, WriteError, Writer};
use store::{Db, Event, Tx, args};

use crate::list::{self, OrderFilter, Place};
use crate::merge::Merged;
use crate::secret::Secret;
use crate::state::{COLUMNS, State};
use crate::status::{OrderStatus, PayStatus, ShipStatus};

#[derive(Deserialize)]
struct Platform {
    columns: Vec<(String, String)>,
}

static PLATFORMS: LazyLock<BTreeMap<String, Platform>> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/export.toml")).expect("data/export.toml is read by a test")
});

/// Orders read at once.
const PAGE: usize = 500;

/// Writes all orders of `shop` to the file at `path`, one a row, the oldest first, under the column names of the
/// shop's platform; amounts are yuan with two decimals. An xlsx file where the name ends so, else csv. Receivers
/// are told in full, so it needs [`Permission::Reveal`] besides [`Permission::SeeOrders`] and the shop, and is
/// logged. Answers how many there were.
pub async fn export(db: &Db, now: Ms, who: &Actor, shop: Id, path: &Path) -> Result<u64, Problem> {
    let asking = who.clone();
    let shop = db
        .write(move |tx| {
            asking.need(Permission::SeeOrders)?;
            asking.need(Permission::Reveal)?;
            asking.need_shop(shop)?;
            let shop = team::shop(tx, asking.org, shop)?.ok_or_else(Problem::not_found)?;
            tx.emit(Event {
                at: now,
                who: &asking,
                shop: shop.id,
                kind: "orders.exported",
                subject: shop.id,
                data: json!({}),
            })?;
            Ok(shop)
        })
        .await?;
    let columns = columns(&shop.platform);
    let zone = TimeZone::get(&shop.time_zone).unwrap_or(TimeZone::UTC);
    let format = match path.extension() {
        Some(end) if end.eq_ignore_ascii_case("xlsx") => ExportFormat::Xlsx,
        _ => ExportFormat::Csv,
    };
    let file = File::create(path).map_err(|error| unwritable(&error.into()))?;
    let headers: Vec<&str> = columns.iter().map(|(header, _)| header.as_str()).collect();
    let mut writer = open(BufWriter::new(file), "订单", format, zone, &headers)?;
    let (mut after, mut done) = (Id::NONE, 0);
    loop {
        let (org, shop) = (who.org, shop.id);
        let rows = db.read(move |tx| page(tx, now, org, shop, after)).await?;
        for row in &rows {
            let cells = columns.iter().map(|(_, field)| row.cell(field));
            writer.row(cells).map_err(|error| unwritable(&error))?;
        }
        done += rows.len() as u64;
        match rows.last() {
            Some(last) if rows.len() == PAGE => after = last.state.id,
            _ => break,
        }
    }
    writer.finish().map_err(|error| unwritable(&error))?;
    Ok(done)
}

fn columns(platform: &str) -> &'static [(String, String)] {
    let name = if platform == "tmall" { "taobao" } else { platform };
    let found = PLATFORMS.get(name).or_else(|| PLATFORMS.get("web"));
    found.map(|found| found.columns.as_slice()).unwrap_or_default()
}

pub(crate) fn open<W: Write + Send>(
    to: W,
    title: &str,
    format: ExportFormat,
    zone: TimeZone,
    headers: &[&str],
) -> Result<Writer<W>, Problem> {
    let columns: Vec<Column> = headers.iter().map(|header| Column::new(*header)).collect();
    let writer = match format {
        ExportFormat::Xlsx => Writer::xlsx(to, title, zone, &columns),
        ExportFormat::Csv => Writer::csv(to, zone, &columns),
    };
    writer.map_err(|error| unwritable(&error))
}

/// What a table is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Text with commas, UTF-8 with its mark, as spreadsheets open it.
    #[default]
    Csv,
    /// A workbook.
    Xlsx,
}

/// Orders one file holds at most; all of a shop come out by the command line.
const MOST: usize = 50_000;

/// The orders of a filter as a file, the last placed first, under the column names of our own files. Who
/// receives them is masked unless the actor has [`Permission::Reveal`]; it is written in the log. Needs
/// [`Permission::SeeOrders`] and [`Permission::Export`]; more than 50,000 are `too_many`.
pub async fn export_found(
    db: &Db,
    now: Ms,
    who: &Actor,
    filter: &OrderFilter,
    format: ExportFormat,
) -> Result<Vec<u8>, Problem> {
    who.need(Permission::SeeOrders)?;
    who.need(Permission::Export)?;
    let full = who.may(Permission::Reveal);
    let (asking, shop) = (who.clone(), filter.shop);
    let shops = db
        .write(move |tx| {
            if let Some(shop) = shop {
                asking.need_shop(shop)?;
            }
            tx.emit(Event {
                at: now,
                who: &asking,
                shop: shop.unwrap_or(Id::NONE),
                kind: "orders.exported",
                subject: shop.unwrap_or(Id::NONE),
                data: json!({ "format": format, "full": full }),
            })?;
            // Names of shops stand on what one sees of their orders, also without the right to see the team.
            team::shops(tx, &Actor::program(asking.org))
        })
        .await?;
    let of_shop = |id: Id| shops.iter().find(|shop| shop.id == id);
    let zone = filter.shop.and_then(of_shop).or(shops.first());
    let zone = zone.and_then(|shop| TimeZone::get(&shop.time_zone).ok());
    let columns = columns("web");
    let headers: Vec<&str> = ["店铺", "平台"]
        .into_iter()
        .chain(columns.iter().map(|(header, _)| header.as_str()))
        .collect();
    let mut writer = open(
        Vec::new(),
        "订单",
        format,
        zone.unwrap_or(TimeZone::UTC),
        &headers,
    )?;
    let (mut before, mut done) = (None, 0);
    loop {
        let (asking, filter) = (who.clone(), filter.clone());
        let (rows, next) = db
            .read(move |tx| found(tx, now, &asking, &filter, before))
            .await?;
        done += rows.len();
        if done > MOST {
            return Err(Problem::input(
                "format",
                "too_many",
                format!("A file holds {MOST} orders: ask for less, by time or by shop."),
            )
            .with("limit", MOST));
        }
        for mut row in rows {
            if !full {
                row.mask();
            }
            let shop = of_shop(row.state.shop).map_or("", |shop| shop.name.as_str());
            let platform = row.state.platform.clone();
            let cells = [Value::from(shop), Value::from(platform)]
                .into_iter()
                .chain(columns.iter().map(|(_, field)| row.cell(field)));
            writer.row(cells).map_err(|error| unwritable(&error))?;
        }
        match next {
            Some(next) => before = Some(next),
            None => break,
        }
    }
    writer.finish().map_err(|error| unwritable(&error))
}

/// Orders of one page with the names of their buyers, and where the next begins.
fn found(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &OrderFilter,
    before: Option<Place>,
) -> Result<(Vec<Exported>, Option<Place>), Problem> {
    let found = list::find(tx, who, filter, before, PAGE)?;
    Ok((named(tx, now, who.org, found.states)?, found.next))
}

pub(crate) fn unwritable(error: &WriteError) -> Problem {
    Problem::input(
        "out",
        "file_unwritable",
        format!("The file cannot be written: {error}."),
    )
}

/// An order with the name of its buyer.
struct Exported {
    state: State,
    /// Where it goes by now.
    to: Secret,
    buyer: Option<String>,
}

fn page(tx: &mut Tx<'_>, now: Ms, org: Id, shop: Id, after: Id) -> Result<Vec<Exported>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM shop_order WHERE org_id = $1 AND id > $2 AND shop_id = $3 ORDER BY id LIMIT $4"
    );
    let found = tx.rows(&sql, args![org, after, shop, PAGE], State::read)?;
    let states = State::whole(tx, org, found)?;
    named(tx, now, org, states)
}

fn named(tx: &mut Tx<'_>, now: Ms, org: Id, states: Vec<State>) -> Result<Vec<Exported>, Problem> {
    let buyers: Vec<Id> = states.iter().filter_map(|state| state.merged.customer).collect();
    let names = customers::summaries(tx, now, org, &buyers)?;
    let named = states.into_iter().map(|state| {
        let buyer = state.merged.customer.and_then(|id| names.get(&id));
        let buyer = buyer.map(|summary| summary.name.clone());
        Exported::of(state, buyer)
    });
    Ok(named.collect())
}

impl Exported {
    fn of(state: State, buyer: Option<String>) -> Exported {
        Exported {
            to: state.merged.goes_to(),
            state,
            buyer,
        }
    }

    /// Makes of what is secret what lists show.
    fn mask(&mut self) {
        let to = &mut self.to;
        to.receiver = to.receiver.as_deref().map(mask_name);
        to.phone = to.phone.as_deref().map(mask_contact);
        to.address = to.address.as_deref().map(mask_address);
    }

    fn cell(&self, field: &str) -> Value<'_> {
        let is = &self.state.merged;
        let lines = is.lines.as_deref().unwrap_or_default();
        let text = |text: &Option<String>| text.clone().map_or(Value::Empty, |text| Value::Text(text.into()));
        match field {
            "number" => Value::from(self.state.number.as_str()),
            "buyer" => text(&self.buyer),
            "total" => is.total().into(),
            "paid" => is.paid().into(),
            "post" => is.post_fen.into(),
            "refund" => is.refund_fen.into(),
            "status" => Value::from(is.words.as_deref().unwrap_or(status(is))),
            "titles" => {
                let titles: Vec<&str> = lines.iter().map(|line| line.title.as_str()).collect();
                Value::from(titles.join("，"))
            }
            "kinds" => (lines.len() as i64).into(),
            "pieces" => lines.iter().map(|line| line.quantity).sum::<i64>().into(),
            "placed_at" => is.placed_at.into(),
            "paid_at" => is.paid_at.into(),
            "shipped_at" => is.shipped_at.into(),
            "done_at" => is.done_at.into(),
            "receiver" => text(&self.to.receiver),
            "phone" => text(&self.to.phone),
            "address" => text(&self.to.address),
            "courier" => text(&is.courier),
            "waybill" => text(&is.waybill),
            "payment" => text(&is.payment),
            "buyer_note" => text(&is.buyer_note),
            "remark" => text(&is.remark),
            "close_reason" => text(&is.close_reason),
            _ => Value::Empty,
        }
    }
}

/// The word for where an order stands of which the platform said none.
fn status(is: &Merged) -> &'static str {
    match (is.order_status(), is.pay_status(), is.ship_status()) {
        (OrderStatus::Closed, ..) | (_, PayStatus::Refunded, _) => "交易关闭",
        (OrderStatus::Done, ..) => "交易成功",
        (_, PayStatus::Unpaid, _) => "等待买家付款",
        (_, _, ShipStatus::None) => "买家已付款，等待卖家发货",
        _ => "卖家已发货，等待买家确认",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_has_its_columns_and_every_column_is_filled() {
        let told = Exported::of(
            State {
                merged: Merged {
                    post_fen: Some(base::Fen(1)),
                    refund_fen: Some(base::Fen(1)),
                    placed_at: Some(Ms(1)),
                    paid_at: Some(Ms(1)),
                    shipped_at: Some(Ms(1)),
                    done_at: Some(Ms(1)),
                    receiver: Some("甲".into()),
                    phone: Some("1".into()),
                    address: Some("乙".into()),
                    courier: Some("丙".into()),
                    waybill: Some("2".into()),
                    payment: Some("丁".into()),
                    buyer_note: Some("戊".into()),
                    remark: Some("己".into()),
                    close_reason: Some("庚".into()),
                    ..Merged::default()
                },
                ..State::new(Id(1), Ms(1), Id(1), "web".into(), "N".into())
            },
            Some("辛".into()),
        );
        for platform in team::PLATFORMS {
            let columns = columns(platform);
            assert_eq!(
                columns.iter().filter(|(_, field)| field == "number").count(),
                1,
                "{platform}"
            );
            for (header, field) in columns {
                assert!(!matches!(told.cell(field), Value::Empty), "{platform} {header}");
            }
        }
    }
}
