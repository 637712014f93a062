//! Lines within a message that look like the head of one, since they end in a moment: `下单时间 2026-05-04 10:00:00`.
//! Taken for heads they would make buyers of words.

use std::collections::{BTreeMap, VecDeque};

use base::account_name;
use jiff::civil::DateTime;

use super::text::Head;

/// What moments are named by.
const NAMED: [&str; 6] = ["时间", "日期", ":", "：", "(", "（"];

/// Leaves out the heads of copied text that are none: what has the name of a moment or of no account at all; and what
/// is named like an account and stands alone, if its moment lies apart from those around it.
pub(super) fn leave_out(heads: &mut VecDeque<(usize, Head)>) {
    let names = Names::of(heads);
    heads.retain(|(_, head)| names.knows(&head.name) || !(is_named(&head.name) || has_blank(&head.name)));
    let sure: Vec<Option<DateTime>> = heads
        .iter()
        .map(|(_, head)| names.is_sure(head).then_some(head.at))
        .collect();
    let before = lasting(sure.iter().copied());
    let next = lasting(sure.iter().rev().copied());
    let mut around = before.into_iter().zip(next.into_iter().rev()).zip(sure);
    heads.retain(|(_, head)| match around.next() {
        Some(((before, next), None)) => fits(before, head.at, next),
        _ => true,
    });
}

/// Beside each the last moment there was up to it.
fn lasting(moments: impl Iterator<Item = Option<DateTime>>) -> Vec<Option<DateTime>> {
    let keep = |last: &mut Option<DateTime>, moment: Option<DateTime>| {
        *last = moment.or(*last);
        Some(*last)
    };
    moments.scan(None, keep).collect()
}

fn is_named(name: &str) -> bool {
    NAMED.iter().any(|word| name.ends_with(word))
}

/// No platform has nicks with blanks.
fn has_blank(name: &str) -> bool {
    name.contains(char::is_whitespace)
}

/// How often names, and shops of accounts, head a line.
struct Names {
    all: BTreeMap<String, usize>,
    shops: BTreeMap<String, usize>,
}

impl Names {
    fn of(heads: &VecDeque<(usize, Head)>) -> Names {
        let (mut all, mut shops) = (BTreeMap::new(), BTreeMap::new());
        for (_, head) in heads {
            let name = account_name(&head.name);
            if let Some((shop, _)) = name.split_once(':') {
                *shops.entry(shop.to_owned()).or_default() += 1;
            }
            *all.entry(name).or_default() += 1;
        }
        Names { all, shops }
    }

    fn often(&self, name: &str) -> usize {
        self.all.get(name).copied().unwrap_or_default()
    }

    /// Whether it is an account of a shop that others are of too.
    fn knows(&self, name: &str) -> bool {
        let name = account_name(name);
        let Some((shop, _)) = name.split_once(':') else {
            return false;
        };
        let of_shop = self.shops.get(shop).copied().unwrap_or_default();
        of_shop > self.often(&name) || self.often(shop) > 0
    }

    /// Whether nothing speaks against its being somebody.
    fn is_sure(&self, head: &Head) -> bool {
        let name = account_name(&head.name);
        let strange = name.contains(':') || head.lines > 1;
        !strange || self.often(&name) > 1 || self.knows(&head.name)
    }
}

/// Whether a moment lies between those around it that are sure, or those do not follow on each other.
fn fits(before: Option<DateTime>, is: DateTime, next: Option<DateTime>) -> bool {
    match (before, next) {
        (Some(before), Some(next)) => next < before || (before <= is && is <= next),
        (Some(before), None) => before <= is,
        _ => true,
    }
}
