//! What the program says of a parcel: the seven checks, why it is held, and what the rules do. Pure.

use std::collections::BTreeSet;

use base::Id;
use customers::is_masked;

use super::ask::AskKind;
use super::checks::CheckKey;
use super::facts::{Around, Facts, digest};
use super::hold::Found;
use super::parcel::LineRow;
use super::rule::{AuditRule, Then};
use super::{presale, region};

/// What rules do about a parcel.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Decision {
    pub(crate) courier: Option<String>,
    pub(crate) flag: Option<i64>,
    pub(crate) urgent: bool,
    pub(crate) hold: Option<Found>,
    /// The rule that passes it, if everything else allows.
    pub(crate) pass: Option<Id>,
    /// The rules that held, in their order.
    pub(crate) hits: Vec<Id>,
}

/// What the program says of a parcel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judgement {
    pub(crate) courier: String,
    pub(crate) flag: Option<i64>,
    pub(crate) urgent: bool,
    pub(crate) checks: [Option<&'static str>; 7],
    pub(crate) found: Vec<Found>,
    pub(crate) decision: Decision,
}

/// The rules of its shop, by priority: what carries, flags or hurries acts and goes on, the first of each; the
/// first that passes or holds ends it.
pub(crate) fn decide(rules: &[AuditRule], facts: &Facts) -> Decision {
    let mut decision = Decision::default();
    let asked = asked_flag(facts);
    let free = facts.wish.is_none() && !facts.courier_set;
    for rule in rules
        .iter()
        .filter(|rule| rule.on && rule.shop.is_none_or(|shop| shop == facts.shop))
    {
        let courier = decision.courier.as_deref().unwrap_or(&facts.courier);
        if !rule.when.holds(facts, courier, asked.or(decision.flag)) {
            continue;
        }
        decision.hits.push(rule.id);
        match &rule.then {
            Then::Courier { courier } if free && decision.courier.is_none() => {
                decision.courier = Some(courier.clone());
            }
            Then::Flag { flag } if decision.flag.is_none() => decision.flag = Some(*flag),
            Then::Courier { .. } | Then::Flag { .. } => {}
            Then::Urgent => decision.urgent = true,
            Then::Hold {
                reason,
                text,
                minutes,
            } => {
                decision.hold = Some(Found {
                    reason: reason.clone(),
                    text: text.clone(),
                    mark: format!("rule:{}", rule.id),
                    rule: Some(rule.id),
                    until: minutes.map(|minutes| facts.now.plus(minutes * 60_000)),
                });
                return decision;
            }
            Then::Pass => {
                decision.pass = Some(rule.id);
                return decision;
            }
        }
    }
    decision
}

/// All of it.
pub(crate) fn judge(around: &Around, rules: &[AuditRule], facts: &Facts) -> Judgement {
    let decision = decide(rules, facts);
    let courier = decision.courier.clone().unwrap_or_else(|| facts.courier.clone());
    let checks = checks(around, facts, &courier);
    let mut found = found(around, facts, &courier, &checks);
    found.extend(decision.hold.clone());
    Judgement {
        flag: asked_flag(facts).or(decision.flag),
        urgent: decision.urgent || facts.asks.iter().any(|ask| ask.kind == AskKind::Urgent),
        courier,
        checks,
        found,
        decision,
    }
}

fn asked_flag(facts: &Facts) -> Option<i64> {
    let flags = facts.asks.iter().filter(|ask| ask.kind == AskKind::Flag);
    flags.filter_map(|ask| ask.flag).next_back()
}

/// The seven checks: why each does not hold (row 142).
fn checks(around: &Around, facts: &Facts, courier: &str) -> [Option<&'static str>; 7] {
    let mut said = [None; 7];
    let odd = |number: &str| {
        number.is_empty() || !number.chars().all(|c| c.is_alphanumeric() || "-_.#".contains(c))
    };
    if facts.orders.iter().any(|order| odd(&order.number)) {
        said[CheckKey::Number as usize] = Some("number_odd");
    }
    let sku = |line: &LineRow| line.sku.and_then(|id| facts.skus.get(&id));
    let bought: Vec<&LineRow> = facts.lines.iter().filter(|line| line.gift.is_none()).collect();
    said[CheckKey::Style as usize] = match () {
        () if bought.is_empty() => Some("no_lines"),
        () if bought.iter().any(|line| sku(line).is_none()) => Some("sku_unknown"),
        () if bought.iter().any(|line| sku(line).is_some_and(|sku| !sku.active)) => Some("sku_inactive"),
        () => None,
    };
    if bought
        .iter()
        .any(|line| line.sku.is_some_and(|sku| facts.short.contains(&sku)))
    {
        said[CheckKey::Quantity as usize] = Some("short");
    }
    for line in &bought {
        let Some(sku) = sku(line) else {
            said[CheckKey::Colour as usize] = Some("sku_unknown");
            said[CheckKey::Size as usize] = Some("sku_unknown");
            continue;
        };
        let (colour, size) = spec_agrees(&line.spec, &sku.spec);
        for (key, agrees) in [(CheckKey::Colour, colour), (CheckKey::Size, size)] {
            if !agrees {
                said[key as usize].get_or_insert("spec_differs");
            }
        }
    }
    said[CheckKey::Courier as usize] = match () {
        () if courier.is_empty() => Some("courier_missing"),
        () if facts
            .wish
            .as_ref()
            .is_some_and(|(wish, hard)| *hard && wish != courier) =>
        {
            Some("courier_wished")
        }
        () if !around.couriers.get(courier).is_some_and(|courier| courier.on) => Some("courier_off"),
        () if around.stop(courier, facts.address()).is_some() => Some("stop_area"),
        () => None,
    };
    said[CheckKey::Address as usize] = address_fault(facts);
    said
}

fn address_fault(facts: &Facts) -> Option<&'static str> {
    let text = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
    let (receiver, phone, address) = (
        text(&facts.to.receiver),
        text(&facts.to.phone),
        text(&facts.to.address),
    );
    match () {
        () if [&receiver, &phone, &address]
            .into_iter()
            .any(|text| is_masked(text)) =>
        {
            // What was known in full is true no longer: somebody has to ask for it.
            let moved = facts.orders.iter().any(|order| order.merged.moved());
            Some(if moved { "moved" } else { "masked" })
        }
        () if receiver.is_empty() => Some("receiver"),
        () if !phone_fits(&phone) => Some("phone"),
        () if !region::has_province(&address) || address.chars().count() < 8 => Some("address"),
        () => None,
    }
}

/// A mobile number (an extension may follow) or a landline with its area.
pub(crate) fn phone_fits(phone: &str) -> bool {
    let phone = phone.trim_start_matches("+86").trim_start_matches("86-");
    let (number, extension) = match phone.split_once(['-', '转', ',']) {
        Some((number, extension)) if number.len() == 11 => (number, extension),
        _ => (phone, ""),
    };
    let digits: String = number.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let plain = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    let mobile = digits.len() == 11 && digits.starts_with('1');
    let landline = (10..=12).contains(&digits.len()) && digits.starts_with('0');
    plain && (mobile || landline) && extension.chars().all(|c| c.is_ascii_digit())
}

/// Whether the colour and the size that were bought are those of the SKU. What neither side names agrees.
pub(crate) fn spec_agrees(bought: &str, sku: &str) -> (bool, bool) {
    let fold = |text: &str| {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
            .to_lowercase()
    };
    let whole = fold(sku);
    if bought.trim().is_empty() || fold(bought) == whole {
        return (true, true);
    }
    let split = |text: &str| -> Vec<String> {
        let parts = text.split([';', '；', ',', '，', '|', '/', ' ', '\t']);
        parts
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect()
    };
    let value = |part: &str| {
        part.split_once([':', '：'])
            .map_or(part, |(_, value)| value)
            .to_owned()
    };
    let there: BTreeSet<String> = split(sku).iter().map(|part| fold(&value(part))).collect();
    let is_there = |text: &str| {
        let text = fold(text);
        there.contains(&text) || (text.chars().count() > 1 && whole.contains(&text))
    };
    let (mut colour, mut size) = (true, true);
    for part in split(bought) {
        let (name, said) = match part.split_once([':', '：']) {
            Some((name, said)) => (name.to_owned(), said.to_owned()),
            None => (String::new(), part.clone()),
        };
        if is_there(&said) {
            continue;
        }
        let of_colour = name.contains('色') || (name.is_empty() && said.contains('色'));
        let of_size = ["码", "尺", "规格", "型号", "大小"]
            .iter()
            .any(|word| name.contains(word));
        colour &= !(of_colour || (name.is_empty() && !of_size));
        size &= !of_size && of_colour;
    }
    (colour, size)
}

/// Why it is held, as far as the program can see.
fn found(around: &Around, facts: &Facts, courier: &str, checks: &[Option<&'static str>; 7]) -> Vec<Found> {
    let mut found = Vec::new();
    if facts.refund() {
        found.push(Found::new("refund", ""));
    }
    if facts
        .orders
        .iter()
        .any(|order| presale::waits(order, &facts.presales))
    {
        found.push(Found::new("balance", ""));
    }
    match checks[CheckKey::Courier as usize] {
        Some("courier_wished") => found.push(Found::new("courier", courier)),
        Some("stop_area") => {
            let area = around.stop(courier, facts.address());
            found.push(Found {
                text: area.map(|area| area.note.clone()).unwrap_or_default(),
                until: None,
                ..Found::new("stop_area", courier)
            });
        }
        _ => {}
    }
    if let Some(until) = facts.wait_until().filter(|until| *until > facts.now) {
        found.push(Found {
            until: Some(until),
            ..Found::new("wait_until", until.0.to_string())
        });
    }
    if checks[CheckKey::Style as usize] == Some("sku_unknown") {
        found.push(Found::new("sku_unknown", codes(facts, |line| line.sku.is_none())));
    }
    if checks[CheckKey::Quantity as usize] == Some("short") {
        let short = |line: &LineRow| line.sku.is_some_and(|sku| facts.short.contains(&sku));
        found.push(Found::new("short", codes(facts, short)));
    }
    if !facts.elsewhere.is_empty() {
        let numbers: Vec<&str> = facts
            .elsewhere
            .iter()
            .map(|(number, _)| number.as_str())
            .collect();
        found.push(Found {
            text: numbers.join(" "),
            ..Found::new("addresses_differ", facts.address_hash())
        });
    }
    if let Some(fault) = checks[CheckKey::Address as usize] {
        found.push(Found::new(fault, facts.address_hash()));
    }
    if below_floor(facts) {
        found.push(Found::new("price", facts.paid().0.to_string()));
    }
    if facts
        .customer
        .as_ref()
        .is_some_and(|customer| customer.is_blocked(facts.shop))
    {
        found.push(Found::new("fraud", "blocked"));
    }
    if facts.settings.hold_notes {
        for (reason, notes) in [("buyer_note", facts.buyer_notes()), ("remark", facts.remarks())] {
            if !notes.is_empty() {
                found.push(Found::new(reason, digest(&notes)));
            }
        }
    }
    if facts.settings.hold_mergeable && !facts.mates.is_empty() {
        let mates: Vec<String> = facts.mates.iter().map(Id::to_string).collect();
        found.push(Found::new("merge", digest(&mates)));
    }
    found
}

fn codes(facts: &Facts, which: impl Fn(&LineRow) -> bool) -> String {
    let mut codes: Vec<String> = facts
        .lines
        .iter()
        .filter(|line| which(line))
        .map(|line| line.code.clone())
        .collect();
    codes.sort();
    digest(&codes)
}

/// Whether less was paid than the floors of what was bought allow.
fn below_floor(facts: &Facts) -> bool {
    let mut floor = 0;
    for line in facts
        .lines
        .iter()
        .filter(|line| line.gift.is_none() && line.bundle.is_none())
    {
        let Some(sku) = line.sku.and_then(|sku| facts.skus.get(&sku)) else {
            return false;
        };
        floor += sku.floor_fen.0 * line.quantity;
    }
    let bundles = facts.lines.iter().any(|line| line.bundle.is_some());
    let parts = facts.orders.iter().any(|order| {
        let bought: i64 = order
            .merged
            .lines
            .iter()
            .flatten()
            .map(|line| line.quantity)
            .sum();
        let here: i64 = facts
            .lines
            .iter()
            .filter(|line| line.order == order.id && line.gift.is_none())
            .map(|line| line.quantity)
            .sum();
        here < bought
    });
    // What was paid is known of whole orders only, and floors of bundles are those of the bundle.
    !bundles && !parts && facts.paid().0 < floor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_that_can_be_called_fit() {
        for phone in [
            "13812345678",
            "13812345678-1234",
            "+8613812345678",
            "0571-88888888",
            "010-12345678",
        ] {
            assert!(phone_fits(phone), "{phone}");
        }
        for phone in ["", "1381234567", "138123456789", "2381234567x", "12345"] {
            assert!(!phone_fits(phone), "{phone}");
        }
    }

    #[test]
    fn colour_and_size_are_told_apart() {
        for (bought, sku, agrees) in [
            ("颜色分类:雾白;尺码:M", "雾白 M", (true, true)),
            ("颜色分类:雾白;尺码:L", "雾白 M", (true, false)),
            ("颜色:墨绿;尺码:M", "雾白 M", (false, true)),
            ("颜色：墨绿；尺码：XL", "雾白 M", (false, false)),
            ("", "雾白 M", (true, true)),
            ("成人款", "成人款", (true, true)),
            ("儿童款", "成人款", (false, false)),
            ("尺码:M", "XML", (true, false)),
            ("雾白/M", "颜色:雾白,尺码:M", (true, true)),
        ] {
            assert_eq!(spec_agrees(bought, sku), agrees, "{bought} {sku}");
        }
    }
}
