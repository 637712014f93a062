//! Small tables that people drop on a page of the desk, read into rows. It writes nothing: the page shows the rows, and
//! a verb of its own takes them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use base::{Actor, Fen, Permission, Problem};
use serde::{Deserialize, Serialize};
use sheet::{Book, Fault, Headers, Names, cell};
use store::text_enum;

text_enum! {
    /// What a table is of.
    pub enum TableOf {
        /// Waybills by order or place in a batch.
        Waybills = "waybills",
        /// New prices by merchant code.
        Prices = "prices",
        /// New freights by order.
        Freights = "freights",
        /// Orders a platform refused.
        Failures = "failures",
        /// Codes alone.
        Codes = "codes",
        /// Where parcels stand, in a courier's words.
        Traces = "traces",
    }
}

/// What is read.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TableAsk {
    /// What it is of.
    #[param(inline)]
    pub of: TableOf,
    /// What the file is called.
    #[serde(default)]
    pub name: String,
}

/// One row of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TableRow {
    /// Its number in the file, from 1.
    pub row: u64,
    /// An order's number, a merchant code, a place in a batch, a waybill.
    pub code: String,
    /// The courier's number.
    pub waybill: Option<String>,
    /// Who carries it.
    pub courier: Option<String>,
    /// An amount.
    pub fen: Option<Fen>,
    /// A reason.
    pub why: Option<String>,
}

/// A table.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct ReadTable {
    /// Its rows, at most 20,000.
    pub rows: Vec<TableRow>,
    /// Rows that cannot be read: `{"row", "column", "code", ...}`.
    #[schema(value_type = Vec<Object>)]
    pub faults: Vec<serde_json::Value>,
    /// Whether there are more rows than were read.
    pub more: bool,
}

const MOST: usize = 20_000;

static NAMES: LazyLock<BTreeMap<String, Names>> = LazyLock::new(|| {
    let whole: BTreeMap<String, toml::Table> =
        toml::from_str(include_str!("../../data/tables.toml")).expect("data/tables.toml is read by a test");
    let names = |columns: &toml::Table| {
        let text = format!("[columns]\n{columns}");
        Names::parse(&text).expect("data/tables.toml is read by a test")
    };
    whole
        .iter()
        .map(|(of, columns)| (of.clone(), names(columns)))
        .collect()
});

/// Whether a courier's file may have this header.
pub(crate) fn of_traces(header: &str) -> bool {
    NAMES
        .get(TableOf::Traces.key())
        .is_some_and(|names| names.knows(header))
}

/// Whether these headers are of a courier's file that says where parcels stand.
pub(crate) fn is_traces(headers: &Headers) -> bool {
    let names = NAMES.get(TableOf::Traces.key()).map(|names| names.map(headers));
    names.is_some_and(|columns| columns.at("code").is_some() && columns.at("why").is_some())
}

/// Reads a table. Needs [`Permission::SeeOrders`]. What is no table, or lacks its first column, is refused as field
/// `file` with the code of `sheet`.
pub fn read_table(who: &Actor, ask: &TableAsk, bytes: Vec<u8>) -> Result<ReadTable, Problem> {
    who.need(Permission::SeeOrders)?;
    let bad = |fault: Fault| {
        let mut problem = Problem::input("file", fault.code, fault.detail());
        for (name, value) in fault.params {
            problem = problem.with(name, value);
        }
        problem
    };
    let names = NAMES.get(ask.of.key()).ok_or_else(Problem::internal)?;
    let mut book = Book::read(bytes, &ask.name).map_err(bad)?;
    let table = book.table(0, |name| names.knows(name)).map_err(bad)?;
    let columns = names.map(table.headers());
    let at = |column| columns.at(column);
    if at("code").is_none() {
        let known: Vec<&str> = table.headers().iter().take(12).collect();
        let detail = "It has no column of the numbers it is about.";
        return Err(Problem::input("file", "column_missing", detail).with("seen", known.join("、")));
    }
    let mut read = ReadTable::default();
    for row in table {
        if read.rows.len() == MOST {
            read.more = true;
            break;
        }
        let row = match row {
            Ok(row) => row,
            Err(fault) if fault.fatal() => return Err(bad(fault)),
            Err(fault) => {
                read.faults.push(serde_json::to_value(&fault).unwrap_or_default());
                continue;
            }
        };
        let one = || -> Result<TableRow, Fault> {
            let text = |column| row.text(at(column)).map(std::borrow::Cow::into_owned);
            Ok(TableRow {
                row: row.number(),
                code: row.need(at("code"), cell::id)?,
                waybill: row.read(at("waybill"), cell::id)?,
                courier: text("courier"),
                fen: row.read(at("fen"), cell::money)?,
                why: text("why"),
            })
        };
        match one() {
            Ok(row) => read.rows.push(row),
            Err(fault) => read.faults.push(serde_json::to_value(&fault).unwrap_or_default()),
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use base::{Id, Permission, Shops, Who};

    use super::*;

    fn read(of: TableOf, text: &str) -> Result<ReadTable, Problem> {
        let who = Actor {
            org: Id(1),
            who: Who::Person(Id(2)),
            permissions: [Permission::SeeOrders].into_iter().collect(),
            shops: Shops::All,
        };
        let ask = TableAsk {
            of,
            name: "a.csv".into(),
        };
        read_table(&who, &ask, text.as_bytes().to_vec())
    }

    #[test]
    fn tables_are_read_by_the_names_people_give_their_columns() {
        let waybills = read(
            TableOf::Waybills,
            "订单编号,物流公司,物流单号\n'171531,顺丰速运,SF0000000025\n171532,,YT1\n",
        )
        .expect("read");
        assert_eq!(waybills.rows.len(), 2);
        assert_eq!(
            (
                waybills.rows[0].code.as_str(),
                waybills.rows[0].waybill.as_deref(),
                waybills.rows[0].courier.as_deref()
            ),
            ("171531", Some("SF0000000025"), Some("顺丰速运"))
        );
        assert_eq!(waybills.rows[1].courier, None);
        let prices = read(TableOf::Prices, "商家编码\t新价格\nZT-M\t￥89.00\nZT-L\tabc\n").expect("read");
        assert_eq!(
            (prices.rows[0].fen, prices.rows.len(), prices.faults.len()),
            (Some(Fen(8_900)), 1, 1)
        );
        assert_eq!(
            read(TableOf::Codes, "运单号\nYT1\n").expect("read").rows[0].code,
            "YT1"
        );
        let failures = read(TableOf::Failures, "订单号,失败原因\n171531,运单号无效\n").expect("read");
        assert_eq!(failures.rows[0].why.as_deref(), Some("运单号无效"));
    }

    #[test]
    fn what_is_no_table_is_said() {
        assert_eq!(read(TableOf::Prices, "").expect_err("refused").code, "file_empty");
        assert_eq!(
            read(TableOf::Prices, "天气,心情\n晴,好\n")
                .expect_err("refused")
                .field
                .as_deref(),
            Some("file")
        );
        assert_eq!(
            read(TableOf::Waybills, "物流公司,物流单号\n顺丰,SF1\n")
                .expect_err("refused")
                .code,
            "column_missing"
        );
    }

    #[test]
    fn a_file_of_a_courier_that_is_torn_twice_or_endless_is_said() {
        let code = |text: &str| read(TableOf::Traces, text).expect_err("refused").code.to_string();
        assert_eq!(code("PK\u{3}\u{4}\u{14}\0cut"), "file_cut");
        assert_eq!(code("运单号,物流状态,运单号\nYT1,已签收,YT1\n"), "header_twice");
        let wide: Vec<String> = (0..500).map(|n| format!("列{n}")).collect();
        assert_eq!(
            code(&format!("运单号,物流状态,{}\n", wide.join(","))),
            "columns_too_many"
        );
        // A cell without end costs its row, and what stands twice is read twice: taking it in is what says it is there.
        let endless = "长".repeat(1_700_000);
        let text = format!("运单号,物流状态\nYT1,已签收\nYT2,{endless}\nYT1,已签收\n");
        let seen = read(TableOf::Traces, &text).expect("read");
        let codes: Vec<&str> = seen.rows.iter().map(|row| row.code.as_str()).collect();
        assert_eq!(codes, ["YT1", "YT1"]);
        assert_eq!(
            (seen.faults.len(), &seen.faults[0]["code"]),
            (1, &serde_json::json!("cell_too_long"))
        );
    }

    #[test]
    fn every_kind_of_table_has_its_names() {
        for of in TableOf::ALL {
            assert!(
                NAMES
                    .get(of.key())
                    .is_some_and(|names| names.columns().any(|column| column == "code")),
                "{of:?}"
            );
        }
    }
}
