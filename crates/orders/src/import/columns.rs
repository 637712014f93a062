use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use sheet::{Layouts, Names};

/// The header sets of platforms' exports.
pub(crate) static LAYOUTS: LazyLock<Layouts> = LazyLock::new(|| {
    Layouts::parse(include_str!("../../data/layouts.toml")).expect("data/layouts.toml is read by a test")
});

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    Names::parse(include_str!("../../data/orders.toml")).expect("data/orders.toml is read by a test")
});

static INSTEAD: LazyLock<Vec<Instead>> = LazyLock::new(|| {
    let file: InsteadFile =
        toml::from_str(include_str!("../../data/orders.toml")).expect("data/orders.toml is read by a test");
    file.instead
});

#[derive(Deserialize)]
struct InsteadFile {
    instead: Vec<Instead>,
}

/// A header that means something else on one platform.
#[derive(Deserialize)]
struct Instead {
    platform: String,
    header: String,
    column: String,
}

/// The names of columns as files of `platform` use them.
pub(crate) fn names(platform: &str) -> Names {
    let mut names = NAMES.clone();
    for instead in INSTEAD.iter().filter(|instead| instead.platform == platform) {
        names.learn(&instead.column, &instead.header);
    }
    names
}

/// Whether any column or layout has this header.
pub(crate) fn knows(header: &str) -> bool {
    NAMES.knows(header) || LAYOUTS.knows(header)
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
    order_no, line_no, refund_no, nick, total, goods, post, paid, refund, status, after, buyer_note, remark, receiver,
    phone, phone2, province, city, district, street, address, placed_at, paid_at, shipped_at, signed_at, done_at,
    changed_at, promise_at, title, kinds, pieces, quantity, price, spec, code, code2, courier, waybill, parcel,
    payment, delivery, close_reason, kind, reason, explained, applied_at, settled_at, goods_state, back_courier,
    back_waybill,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_files_are_read_and_name_the_columns_of_the_code() {
        let mut known: Vec<&str> = COLUMNS.to_vec();
        known.sort_unstable();
        let mut named: Vec<&str> = NAMES.columns().collect();
        named.sort_unstable();
        assert_eq!(known, named);
        assert!(LAYOUTS.knows("买家会员名") && !INSTEAD.is_empty());
        for instead in INSTEAD.iter() {
            assert!(known.contains(&instead.column.as_str()), "{}", instead.column);
        }
    }
}
