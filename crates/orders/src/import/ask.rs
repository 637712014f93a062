use std::collections::BTreeMap;

use base::{Actor, Id, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::text_enum;

use crate::import::columns;
use crate::import::talk;

text_enum! {
    /// What a file is of.
    pub enum ImportKind {
        /// Orders.
        Orders = "orders",
        /// Lines of orders.
        Items = "items",
        /// Refunds.
        Refunds = "refunds",
        /// Couriers and the numbers of parcels that left.
        Waybills = "waybills",
        /// What was paid for orders, also in several payments.
        Payments = "payments",
        /// Products with their SKUs.
        Products = "products",
        /// Stock on hand.
        Stock = "stock",
        /// Customers.
        Customers = "customers",
        /// What buyers said of orders after they came.
        Reviews = "reviews",
        /// What buyers and the shop said to each other on a platform.
        Chats = "chats",
    }
}

impl ImportKind {
    /// The right it takes.
    pub(crate) fn right(self) -> Permission {
        match self {
            ImportKind::Orders
            | ImportKind::Items
            | ImportKind::Refunds
            | ImportKind::Waybills
            | ImportKind::Payments
            | ImportKind::Reviews => Permission::EditOrders,
            ImportKind::Products | ImportKind::Stock => Permission::EditCatalogue,
            ImportKind::Customers => Permission::EditCustomers,
            ImportKind::Chats => Permission::Supervise,
        }
    }

    /// [`ImportKind::right`] as a bit, so that a list can be read by rights.
    pub(crate) fn right_bit(self) -> i64 {
        match self.right() {
            Permission::EditCatalogue => 2,
            Permission::EditCustomers => 4,
            Permission::Supervise => 8,
            _ => 1,
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<ImportKind> {
        ImportKind::ALL.iter().find(|kind| kind.key() == name).copied()
    }
}

/// The bits of the rights somebody has; `forbidden` for who has none.
pub(crate) fn rights(who: &Actor) -> Result<i64, Problem> {
    let kinds = [
        ImportKind::Orders,
        ImportKind::Products,
        ImportKind::Customers,
        ImportKind::Chats,
    ];
    let bits = kinds
        .iter()
        .filter(|kind| who.may(kind.right()))
        .map(|kind| kind.right_bit())
        .sum();
    if bits == 0 {
        Err(Problem::forbidden())
    } else {
        Ok(bits)
    }
}

/// Needs the right to import something.
pub(crate) fn may_import(who: &Actor) -> Result<(), Problem> {
    rights(who).map(drop)
}

/// What was asked of a file; what is left out is recognised.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ImportAsk {
    /// What it is of.
    pub kind: Option<ImportKind>,
    /// Whose export it is: taobao, jd, pdd, douyin, jst or generic.
    pub platform: Option<String>,
    /// Columns by header, before all that is known of names; null leaves a column out. Of chat logs `account` by name,
    /// where it is the shop's; null: it is a buyer's.
    pub columns: BTreeMap<String, Option<String>>,
    /// The header's row, where a person pointed it out, by sheet from 0.
    pub header_rows: BTreeMap<usize, u64>,
    /// The day of the last message, `2026-11-22`, for chat logs that tell times of day only.
    pub day: Option<String>,
    /// Which of our shops the names in a file of several shops mean; null: their rows are left out.
    #[schema(value_type = BTreeMap<String, Option<i64>>)]
    pub shops: BTreeMap<String, Option<Id>>,
}

/// What to ask otherwise of a file; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ImportChange {
    /// What it is of; `auto`: it is recognised.
    pub kind: Option<String>,
    /// Whose export it is; `auto`: it is recognised.
    pub platform: Option<String>,
    /// Columns by header; null leaves a column out.
    pub columns: BTreeMap<String, Option<String>>,
    /// The header's row by sheet from 0.
    pub header_rows: BTreeMap<usize, u64>,
    /// The day of the last message of a chat log; `auto`: as the file's name tells.
    pub day: Option<String>,
    /// Which of our shops names in the file mean; null: their rows are left out.
    #[schema(value_type = BTreeMap<String, Option<i64>>)]
    pub shops: BTreeMap<String, Option<Id>>,
}

impl ImportChange {
    /// Whether it says of shops what their names mean, and nothing else.
    pub(crate) fn is_of_shops(&self) -> bool {
        let shops = self.shops.clone();
        let alone = ImportChange {
            shops,
            ..ImportChange::default()
        };
        !self.shops.is_empty() && *self == alone
    }
}

/// Says that it shall be recognised.
const AUTO: &str = "auto";

impl ImportAsk {
    /// The same with a change.
    pub fn changed(&self, change: &ImportChange) -> Result<ImportAsk, Problem> {
        let mut ask = self.clone();
        if let Some(kind) = &change.kind {
            ask.kind = match kind.as_str() {
                AUTO => None,
                name => Some(ImportKind::named(name).ok_or_else(|| unknown_kind(name))?),
            };
        }
        if let Some(platform) = &change.platform {
            ask.platform = Some(platform.clone()).filter(|platform| platform != AUTO);
        }
        ask.columns.extend(change.columns.clone());
        ask.header_rows.extend(change.header_rows.clone());
        ask.shops.extend(change.shops.clone());
        if let Some(day) = &change.day {
            ask.day = Some(day.clone()).filter(|day| day != AUTO);
        }
        ask.check()?;
        Ok(ask)
    }

    /// Refuses what cannot be meant: a platform or a column nobody knows, two headers for one column.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        if let Some(platform) = self.platform.as_deref()
            && !columns::platforms().contains(&platform)
        {
            let detail = format!("One of: {}.", columns::platforms().join(", "));
            return Err(Problem::input("platform", "unknown_platform", detail));
        }
        if let Some(text) = self.day.as_deref()
            && talk::day(text).is_none()
        {
            let detail = "Write the day as 2026-11-22.";
            return Err(Problem::input("day", "date_bad", detail).with("value", base::snippet(text, 40)));
        }
        let mut taken = Vec::new();
        for column in self.columns.values().flatten() {
            if !columns::is_column(column) {
                let detail = "There is no such column; see the list of columns.";
                return Err(
                    Problem::input("columns", "column_unknown", detail).with("column", column.as_str())
                );
            }
            // A shop has many accounts.
            if column != columns::ACCOUNT && taken.contains(&column) {
                let detail = "Two headers cannot be the same column.";
                return Err(Problem::input("columns", "column_taken", detail).with("column", column.as_str()));
            }
            taken.push(column);
        }
        Ok(())
    }
}

fn unknown_kind(name: &str) -> Problem {
    let kinds: Vec<&str> = ImportKind::ALL.iter().map(|kind| kind.key()).collect();
    let detail = format!("One of: auto, {}.", kinds.join(", "));
    Problem::input("kind", "unknown_kind", detail).with("kind", base::snippet(name, 40))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_keeps_what_it_does_not_name() {
        let first = ImportChange {
            kind: Some("orders".into()),
            platform: Some("jd".into()),
            columns: [("单子".to_owned(), Some("order_no".to_owned()))].into(),
            ..ImportChange::default()
        };
        let ask = ImportAsk::default().changed(&first).expect("fits");
        let second = ImportChange {
            platform: Some("auto".into()),
            columns: [("谁".to_owned(), None)].into(),
            ..ImportChange::default()
        };
        let ask = ask.changed(&second).expect("fits");
        assert_eq!(
            (ask.kind, ask.platform.as_deref()),
            (Some(ImportKind::Orders), None)
        );
        assert_eq!(ask.columns.len(), 2);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let code = |change: ImportChange| {
            let problem = ImportAsk::default().changed(&change).expect_err("refused");
            problem.code.to_string()
        };
        let kind = |kind: &str| ImportChange {
            kind: Some(kind.into()),
            ..ImportChange::default()
        };
        assert_eq!(code(kind("weather")), "unknown_kind");
        let platform = ImportChange {
            platform: Some("moon".into()),
            ..ImportChange::default()
        };
        assert_eq!(code(platform), "unknown_platform");
        let columns = |pairs: &[(&str, &str)]| ImportChange {
            columns: pairs
                .iter()
                .map(|(header, column)| ((*header).into(), Some((*column).into())))
                .collect(),
            ..ImportChange::default()
        };
        assert!(
            ImportAsk::default()
                .changed(&columns(&[("a", "account"), ("b", "account")]))
                .is_ok()
        );
        assert_eq!(code(columns(&[("a", "moon")])), "column_unknown");
        assert_eq!(code(columns(&[("a", "paid"), ("b", "paid")])), "column_taken");
    }
}
