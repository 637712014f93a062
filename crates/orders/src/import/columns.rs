use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use sheet::{Layouts, Names};

use crate::import::ask::ImportKind;

/// The header sets of platforms' exports.
pub(crate) static LAYOUTS: LazyLock<Layouts> = LazyLock::new(|| {
    Layouts::parse(include_str!("../../data/layouts.toml")).expect("data/layouts.toml is read by a test")
});

/// Whose exports there are.
static PLATFORMS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let file: LayoutFile =
        toml::from_str(include_str!("../../data/layouts.toml")).expect("data/layouts.toml is read by a test");
    let mut platforms: Vec<String> = file.layout.into_iter().map(|layout| layout.platform).collect();
    platforms.sort_unstable();
    platforms.dedup();
    platforms
});

static ORDERS: LazyLock<Family> = LazyLock::new(|| Family::read(include_str!("../../data/orders.toml")));
static GOODS: LazyLock<Family> = LazyLock::new(|| Family::read(include_str!("../../data/goods.toml")));
static PEOPLE: LazyLock<Family> = LazyLock::new(|| Family::read(include_str!("../../data/people.toml")));
static REVIEWS: LazyLock<Family> = LazyLock::new(|| Family::read(include_str!("../../data/reviews.toml")));

/// The columns of the files about one thing.
struct Family {
    names: Names,
    fields: Vec<Field>,
    instead: Vec<Instead>,
    /// The first header of each column.
    first: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct LayoutFile {
    layout: Vec<LayoutHead>,
}

#[derive(Deserialize)]
struct LayoutHead {
    platform: String,
}

#[derive(Deserialize)]
struct FamilyFile {
    columns: BTreeMap<String, Vec<String>>,
    field: Vec<Field>,
    #[serde(default)]
    instead: Vec<Instead>,
}

/// What is known of a column besides its headers.
#[derive(Clone, Deserialize)]
struct Field {
    name: String,
    en: String,
    kinds: Vec<ImportKind>,
    #[serde(default)]
    needed: Vec<ImportKind>,
}

/// A header that means something else on one platform.
#[derive(Deserialize)]
struct Instead {
    platform: String,
    header: String,
    column: String,
}

impl Family {
    fn read(text: &str) -> Family {
        let file: FamilyFile = toml::from_str(text).expect("the data files are read by a test");
        let first = file
            .columns
            .into_iter()
            .filter_map(|(column, headers)| Some((column, headers.into_iter().next()?)));
        Family {
            names: Names::parse(text).expect("the data files are read by a test"),
            fields: file.field,
            instead: file.instead,
            first: first.collect(),
        }
    }

    fn of(kind: Option<ImportKind>) -> &'static Family {
        match kind {
            Some(ImportKind::Products | ImportKind::Stock) => &GOODS,
            Some(ImportKind::Customers) => &PEOPLE,
            Some(ImportKind::Reviews) => &REVIEWS,
            _ => &ORDERS,
        }
    }

    fn all() -> [&'static Family; 4] {
        [&ORDERS, &GOODS, &PEOPLE, &REVIEWS]
    }
}

/// A column of files of a kind.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ImportColumn {
    /// What mappings call it.
    pub column: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// Whether a file is nothing without it.
    pub needed: bool,
}

/// What a name in a chat log is that is an account of the shop: such logs have names where tables have headers.
pub(crate) const ACCOUNT: &str = "account";

/// The columns files of a kind may have.
pub fn import_columns(kind: ImportKind) -> Vec<ImportColumn> {
    if kind == ImportKind::Chats {
        return vec![ImportColumn {
            column: ACCOUNT.to_owned(),
            zh: "店铺的账号".to_owned(),
            en: "An account of the shop".to_owned(),
            needed: false,
        }];
    }
    let family = Family::of(Some(kind));
    let fields = family.fields.iter().filter(|field| field.kinds.contains(&kind));
    fields
        .map(|field| ImportColumn {
            column: field.name.clone(),
            zh: family.first.get(&field.name).cloned().unwrap_or_default(),
            en: field.en.clone(),
            needed: field.needed.contains(&kind),
        })
        .collect()
}

/// What people call a column of files of a kind: its name in Chinese, as files have it.
pub(crate) fn called(kind: ImportKind, column: &str) -> Option<String> {
    let mut columns = import_columns(kind).into_iter();
    columns.find(|known| known.column == column).map(|known| known.zh)
}

/// The names of columns as files of `kind` and `platform` use them.
pub(crate) fn names(kind: Option<ImportKind>, platform: &str) -> Names {
    let family = Family::of(kind);
    let mut names = family.names.clone();
    for instead in family
        .instead
        .iter()
        .filter(|instead| instead.platform == platform)
    {
        names.learn(&instead.column, &instead.header);
    }
    names
}

/// The columns a file of `kind` is nothing without.
pub(crate) fn needed(kind: Option<ImportKind>) -> Vec<&'static str> {
    let kind = kind.unwrap_or(ImportKind::Orders);
    let fields = Family::of(Some(kind)).fields.iter();
    fields
        .filter(|field| field.needed.contains(&kind))
        .map(|field| field.name.as_str())
        .collect()
}

/// Whether any column or layout has this header.
pub(crate) fn knows(header: &str) -> bool {
    Family::all().iter().any(|family| family.names.knows(header)) || LAYOUTS.knows(header)
}

/// Whether files of some kind have this column.
pub(crate) fn is_column(column: &str) -> bool {
    column == ACCOUNT
        || Family::all()
            .iter()
            .any(|family| family.first.contains_key(column))
}

/// Whose exports there are.
pub(crate) fn platforms() -> Vec<&'static str> {
    PLATFORMS.iter().map(String::as_str).collect()
}

macro_rules! columns {
    ($($name:ident),* $(,)?) => {
        /// Where the columns stand in one file.
        #[derive(Clone, Debug, Default)]
        pub(crate) struct Cols { $(pub(crate) $name: Option<usize>),* }

        impl Cols {
            pub(crate) fn from_map(at: &BTreeMap<&str, usize>) -> Cols {
                Cols { $($name: at.get(stringify!($name)).copied()),* }
            }

            /// The place of the column of this name.
            pub(crate) fn at(&self, name: &str) -> Option<usize> {
                match name { $(stringify!($name) => self.$name,)* _ => None }
            }
        }

        /// The names of all columns.
        #[cfg(test)]
        const COLUMNS: &[&str] = &[$(stringify!($name)),*];
    };
}

columns! {
    order_no, line_no, refund_no, nick, total, goods, post, paid, refund, status, after, buyer_note, remark, remark2, receiver,
    phone, phone2, province, city, district, street, address, placed_at, paid_at, shipped_at, signed_at, done_at,
    changed_at, promise_at, due_at, title, kinds, pieces, quantity, price, spec, code, code2, courier, waybill, parcel,
    payment, delivery, close_reason, kind, reason, explained, applied_at, settled_at, goods_state, back_courier,
    back_waybill, product_code, also, floor, cost, on_hand, safety, active, picture, url, points, level, vip, vip_note,
    stars, said, said_at, deposit, balance, deposit_paid_at, balance_from, balance_until, balance_paid_at,
    shop,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_data_files_are_read_and_name_the_columns_of_the_code() {
        let known: BTreeSet<&str> = COLUMNS.iter().copied().collect();
        let named: BTreeSet<&str> = Family::all()
            .iter()
            .flat_map(|family| family.names.columns())
            .collect();
        assert_eq!(known, named);
        for family in Family::all() {
            let names: BTreeSet<&str> = family.names.columns().collect();
            let fields: BTreeSet<&str> = family.fields.iter().map(|field| field.name.as_str()).collect();
            assert_eq!(names, fields, "every column is told in both languages");
        }
        assert!(LAYOUTS.knows("买家会员名") && !ORDERS.instead.is_empty());
        for instead in ORDERS.instead.iter() {
            assert!(known.contains(instead.column.as_str()), "{}", instead.column);
        }
    }

    #[test]
    fn every_kind_has_its_columns_and_needs_one() {
        for kind in ImportKind::ALL {
            let columns = import_columns(*kind);
            // A chat log is text: names are said to be the shop's.
            if *kind == ImportKind::Chats {
                assert_eq!(
                    columns.iter().map(|one| one.column.as_str()).collect::<Vec<_>>(),
                    [ACCOUNT]
                );
                continue;
            }
            assert!(columns.iter().any(|column| column.needed), "{kind:?}");
            assert!(
                columns
                    .iter()
                    .all(|column| !column.zh.is_empty() && !column.en.is_empty()),
                "{kind:?}"
            );
            assert_eq!(
                columns.iter().filter(|column| column.needed).count(),
                needed(Some(*kind)).len()
            );
        }
    }
}
