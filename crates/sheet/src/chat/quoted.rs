//! Lines within a message that look like the head of one, since they end in a moment: `下单时间 2026-05-04 10:00:00`.
//! Taken for heads they would make buyers of words.

use std::collections::{BTreeMap, VecDeque};

use base::account_name;

use super::text::Head;

/// What moments are named by.
const NAMED: [&str; 6] = ["时间", "日期", ":", "：", "(", "（"];

/// Leaves out the heads of copied text that are none.
pub(super) fn leave_out(heads: &mut VecDeque<(usize, Head)>) {
    let mut names = BTreeMap::<String, usize>::new();
    let mut shops = BTreeMap::<String, usize>::new();
    for (_, head) in heads.iter() {
        let name = account_name(&head.name);
        if let Some((shop, _)) = name.split_once(':') {
            *shops.entry(shop.to_owned()).or_default() += 1;
        }
        *names.entry(name).or_default() += 1;
    }
    let stays: Vec<bool> = (0..heads.len())
        .map(|at| {
            let (_, head) = &heads[at];
            let name = account_name(&head.name);
            let often = |names: &BTreeMap<String, usize>, name: &str| names.get(name).copied().unwrap_or(0);
            let shop = name.split_once(':').map(|(shop, _)| shop);
            let alone = often(&names, &name) == 1;
            // An account of a shop that others are of too.
            let account = shop.is_some_and(|shop| often(&shops, shop) > often(&names, &name) || often(&names, shop) > 0);
            let named = NAMED.iter().any(|word| head.name.ends_with(word));
            // No platform has nicks with blanks.
            let blank = head.name.contains(char::is_whitespace);
            let doubtful = alone && (shop.is_some() || head.lines > 1) && apart(heads, at);
            account || !(named || blank || doubtful)
        })
        .collect();
    let mut stays = stays.into_iter();
    heads.retain(|_| stays.next().unwrap_or(true));
}

/// Whether a moment lies apart from those around it, which follow on each other.
fn apart(heads: &VecDeque<(usize, Head)>, at: usize) -> bool {
    let moment = |at: usize| heads.get(at).map(|(_, head)| head.at);
    let before = at.checked_sub(1).and_then(moment);
    match (before, moment(at), moment(at + 1)) {
        (Some(before), Some(is), Some(next)) => before <= next && !(before <= is && is <= next),
        (Some(before), Some(is), None) => is < before,
        _ => false,
    }
}
