use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::status::{AfterStatus, OrderStatus, PayStatus, ShipStatus};

/// What a platform's word says of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Standing {
    pub(crate) order: Option<OrderStatus>,
    pub(crate) pay: Option<PayStatus>,
    pub(crate) ship: Option<ShipStatus>,
    pub(crate) after: Option<AfterStatus>,
    /// Of an after-sale word: all that was paid went back.
    pub(crate) whole: bool,
}

#[derive(Deserialize)]
struct Entry {
    words: Vec<String>,
    #[serde(flatten)]
    standing: Standing,
}

#[derive(Deserialize)]
struct File {
    order: Vec<Entry>,
    after: Vec<Entry>,
}

struct Words {
    order: HashMap<String, Standing>,
    after: HashMap<String, Standing>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let file: File =
        toml::from_str(include_str!("../../data/words.toml")).expect("data/words.toml is read by a test");
    let table = |entries: Vec<Entry>| {
        let words: Vec<(String, Standing)> = entries
            .into_iter()
            .flat_map(|entry| entry.words.into_iter().map(move |word| (word, entry.standing)))
            .collect();
        let keys = words
            .iter()
            .map(|(word, standing)| (sheet::cell::key(word), *standing));
        let mut table: HashMap<String, Standing> = keys.collect();
        // As platforms write them they are found without making the key.
        for (word, _) in words {
            if let Some(standing) = table.get(&sheet::cell::key(&word)).copied() {
                table.insert(word, standing);
            }
        }
        table
    };
    Words {
        order: table(file.order),
        after: table(file.after),
    }
});

/// What the word of an order's state says; `None` for one nobody knows.
pub(crate) fn order(word: &str) -> Option<Standing> {
    find(&WORDS.order, word)
}

/// What the word of an after-sale state says.
pub(crate) fn after(word: &str) -> Option<Standing> {
    find(&WORDS.after, word)
}

fn find(table: &HashMap<String, Standing>, word: &str) -> Option<Standing> {
    let found = table.get(word);
    found.or_else(|| table.get(&sheet::cell::key(word))).copied()
}

/// Where an order of several lines stands that stand apart: lines that ended without being completed do not
/// count while others go on.
pub(crate) fn together(lines: &[Standing]) -> Standing {
    let all = |lines: &[&Standing], is: fn(&Standing) -> bool| {
        !lines.is_empty() && lines.iter().all(|line| is(line))
    };
    let closed = |line: &Standing| line.order == Some(OrderStatus::Closed);
    let every: Vec<&Standing> = lines.iter().collect();
    let alive: Vec<&Standing> = lines.iter().filter(|line| !closed(line)).collect();
    let counted = if alive.is_empty() { &every } else { &alive };
    let order = if alive.is_empty() && all(&every, |line| line.order.is_some()) {
        Some(OrderStatus::Closed)
    } else if all(&alive, |line| line.order == Some(OrderStatus::Done)) {
        Some(OrderStatus::Done)
    } else {
        counted
            .iter()
            .find_map(|line| line.order)
            .map(|_| OrderStatus::Open)
    };
    let after = |status| {
        lines
            .iter()
            .any(|line| line.after == Some(status))
            .then_some(status)
    };
    Standing {
        order,
        pay: counted.iter().filter_map(|line| line.pay).min(),
        ship: counted.iter().filter_map(|line| line.ship).min(),
        after: after(AfterStatus::Open)
            .or(after(AfterStatus::Done))
            .or(after(AfterStatus::None)),
        whole: all(&every, |line| line.whole),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_either_width_and_unknown_ones_are_not_guessed() {
        let full = order("买家已付款，等待卖家发货").expect("known");
        assert_eq!(order("买家已付款,等待卖家发货"), Some(full));
        assert_eq!(
            (full.order, full.pay, full.ship),
            (
                Some(OrderStatus::Open),
                Some(PayStatus::Paid),
                Some(ShipStatus::None)
            )
        );
        assert_eq!(
            order("（锁定）等待出库").expect("known").after,
            Some(AfterStatus::Open)
        );
        assert_eq!(order("等待月亮升起"), None);
        assert!(after("退款成功").expect("known").whole);
    }

    #[test]
    fn lines_that_ended_do_not_hold_up_those_that_go_on() {
        let shipped = order("已发货").expect("known");
        let closed = order("已关闭").expect("known");
        let waiting = order("待发货").expect("known");
        assert_eq!(together(&[shipped, closed]).order, Some(OrderStatus::Open));
        assert_eq!(together(&[shipped, closed]).ship, Some(ShipStatus::Shipped));
        assert_eq!(together(&[shipped, waiting]).ship, Some(ShipStatus::None));
        assert_eq!(together(&[closed, closed]).order, Some(OrderStatus::Closed));
        assert_eq!(
            together(&[order("已完成").expect("known"), closed]).order,
            Some(OrderStatus::Done)
        );
        assert_eq!(together(&[Standing::default()]), Standing::default());
    }
}
