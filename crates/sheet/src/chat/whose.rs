//! Which names are the shop's, which are buyers', and who is meant where a file does not say it.

use std::collections::{BTreeMap, BTreeSet};

use base::{Ms, account_name};

use super::{By, ChatAccount, ChatAsk, ChatLine, ChatTalk, Happened, Part, Said, System, system};
use crate::fault::{Fault, Flaw};

/// Names that are told where nobody can tell whose they are: of a part, and of all.
const SHOWN: usize = 6;
const ASKED: usize = 300;

/// Talks by buyer, and what came of sorting them.
#[derive(Default)]
pub(super) struct Sorted {
    pub(super) talks: Vec<ChatTalk>,
    pub(super) faults: Vec<Fault>,
    pub(super) refused: u64,
    pub(super) accounts: BTreeMap<String, ChatAccount>,
    pub(super) unsure: Vec<String>,
}

/// Sorts what was said by buyer, each in the order of time.
pub(super) fn sort(parts: Vec<Part>, ask: &ChatAsk<'_>) -> Sorted {
    let ours = ours(&parts, ask);
    let buyers = ask.buyers.iter().map(|name| account_name(name)).collect();
    let mut sorted = Sorted::default();
    let mut talks = BTreeMap::<String, Vec<ChatLine>>::new();
    for part in parts {
        self::part(part, (&ours, &buyers), ask.latest, &mut sorted, &mut talks);
    }
    sorted.talks = talks
        .into_iter()
        .map(|(buyer, mut lines)| {
            lines.sort_by_key(|line| line.at);
            ChatTalk { buyer, lines }
        })
        .collect();
    sorted
}

/// The names that are the shop's: those that are known, those the file declares, whatever has a colon, and the main
/// account in front of a colon; but for those that are known to be buyers'.
fn ours(parts: &[Part], ask: &ChatAsk<'_>) -> BTreeSet<String> {
    let mut ours: BTreeSet<String> = ask.accounts.iter().map(|name| account_name(name)).collect();
    for part in parts {
        ours.extend(part.accounts.iter().cloned());
        for said in &part.said {
            if said.ours == Some(true) {
                ours.insert(account_name(&said.name));
            }
            ours.extend(
                [Some(&said.name), said.to.as_ref()]
                    .into_iter()
                    .flatten()
                    .filter_map(|name| {
                        let name = account_name(name);
                        name.contains(':').then_some(name)
                    }),
            );
            if let Some(System(Happened::HandedOn { to, .. })) = &said.system {
                ours.insert(to.clone());
            }
        }
    }
    let main: Vec<String> = ours
        .iter()
        .filter_map(|name| name.split_once(':').map(|(main, _)| main.to_owned()))
        .collect();
    ours.extend(main);
    for name in ask.buyers {
        ours.remove(&account_name(name));
    }
    ours
}

fn is_ours(said: &Said, ours: &BTreeSet<String>) -> bool {
    said.ours
        .unwrap_or_else(|| ours.contains(&account_name(&said.name)))
}

/// Whether a person wrote it: the buyer or somebody of the shop.
fn is_said(said: &Said) -> bool {
    said.system.is_none() && !system::is_platform(&said.name) && !system::is_program(&said.name)
}

/// The names of a part of which nobody can tell whose they are, those who wrote most first: none where somebody of the
/// shop is among them, or the file tells the sides. One name alone is a buyer nobody answered.
fn unsure(said: &[Said], ours: &BTreeSet<String>, buyers: &BTreeSet<String>) -> Vec<String> {
    let is_known = |to: &String| ours.contains(&account_name(to));
    if said
        .iter()
        .any(|one| one.ours.is_some() || is_ours(one, ours) || one.to.as_ref().is_some_and(is_known))
    {
        return Vec::new();
    }
    let mut wrote = BTreeMap::<&str, (usize, u64)>::new();
    for one in said.iter().filter(|one| is_said(one)) {
        wrote.entry(&one.name).or_insert((0, one.row)).0 += 1;
        if let Some(to) = &one.to {
            wrote.entry(to).or_insert((0, one.row));
        }
    }
    if wrote.len() < 2 {
        return Vec::new();
    }
    let mut names: Vec<_> = wrote
        .into_iter()
        .filter(|(name, _)| !buyers.contains(&account_name(name)))
        .collect();
    names.sort_by_key(|(_, (count, row))| (std::cmp::Reverse(*count), *row));
    names.into_iter().map(|(name, _)| name.to_owned()).collect()
}

/// What a line is before its buyer is known.
struct Placed {
    buyer: Option<String>,
    line: ChatLine,
}

fn part(
    part: Part,
    (ours, buyers): (&BTreeSet<String>, &BTreeSet<String>),
    latest: Ms,
    sorted: &mut Sorted,
    talks: &mut BTreeMap<String, Vec<ChatLine>>,
) {
    let (place, first) = (part.place, part.said.first().map(|said| said.row));
    let is_ours = |said: &Said| is_ours(said, ours);
    let unsure = unsure(&part.said, ours, buyers);
    if !unsure.is_empty() {
        let flaw = Flaw::new("chat_whose").with("names", unsure[..unsure.len().min(SHOWN)].to_vec());
        sorted.faults.push(place.of(first, None, flaw));
        sorted.refused += part.said.len() as u64;
        for name in unsure {
            if sorted.unsure.len() < ASKED && !sorted.unsure.contains(&name) {
                sorted.unsure.push(name);
            }
        }
        return;
    }
    let mut placed = Vec::with_capacity(part.said.len());
    let mut present: Option<String> = None;
    let mut next: Option<String> = None;
    for said in part.said {
        if said.at > latest {
            sorted
                .faults
                .push(place.of(Some(said.row), None, Flaw::new("in_the_future")));
            sorted.refused += 1;
            continue;
        }
        let mine = is_ours(&said);
        if !mine && is_said(&said) {
            present = Some(said.name.clone());
            next.get_or_insert_with(|| said.name.clone());
        } else if let Some(to) = said.to.as_ref().filter(|to| !ours.contains(&account_name(to))) {
            present = Some(to.clone());
            next.get_or_insert_with(|| to.clone());
        }
        let by = by(&said, mine);
        if let By::Account(name) = &by {
            count(&mut sorted.accounts, name, said.at);
        }
        let line = ChatLine {
            at: said.at,
            by,
            text: said.text,
        };
        placed.push((
            said.row,
            Placed {
                buyer: present.clone(),
                line,
            },
        ));
    }
    for (row, one) in placed {
        // What the shop says before the buyer writes is said to whoever writes first.
        match one.buyer.or_else(|| next.clone()) {
            Some(buyer) => talks.entry(buyer.trim().to_owned()).or_default().push(one.line),
            None => {
                sorted
                    .faults
                    .push(place.of(Some(row), None, Flaw::new("chat_to_nobody")));
                sorted.refused += 1;
            }
        }
    }
}

fn by(said: &Said, mine: bool) -> By {
    match &said.system {
        Some(system) => By::System(system.clone()),
        None if system::is_platform(&said.name) => By::System(System(Happened::Other)),
        None if system::is_program(&said.name) => By::Program,
        None if mine && system::is_automatic(&said.text) => By::Program,
        None if mine => By::Account(account_name(&said.name)),
        None => By::Buyer,
    }
}

fn count(accounts: &mut BTreeMap<String, ChatAccount>, name: &str, at: Ms) {
    let known = accounts.entry(name.to_owned()).or_insert(ChatAccount {
        messages: 0,
        from: at,
        until: at,
    });
    known.messages += 1;
    known.from = known.from.min(at);
    known.until = known.until.max(at);
}
