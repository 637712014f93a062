//! Which names are the shop's, which are buyers', and who is meant where a file does not say it.

use std::collections::{BTreeMap, BTreeSet};

use base::{Ms, account_name};

use super::{By, ChatAccount, ChatAsk, ChatLine, ChatTalk, Happened, Part, Said, System, system};
use crate::fault::{Fault, Flaw};

/// Names that are shown where nobody can tell whose they are.
const SHOWN: usize = 6;

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
    let mut sorted = Sorted::default();
    let mut talks = BTreeMap::<String, Vec<ChatLine>>::new();
    for part in parts {
        self::part(part, &ours, ask.latest, &mut sorted, &mut talks);
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
/// account in front of a colon.
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
    ours
}

/// What a line is before its buyer is known.
struct Placed {
    buyer: Option<String>,
    line: ChatLine,
}

fn part(
    part: Part,
    ours: &BTreeSet<String>,
    latest: Ms,
    sorted: &mut Sorted,
    talks: &mut BTreeMap<String, Vec<ChatLine>>,
) {
    let (place, first) = (part.place, part.said.first().map(|said| said.row));
    let is_ours = |said: &Said| {
        said.ours
            .unwrap_or_else(|| ours.contains(&account_name(&said.name)))
    };
    let people = |said: &&Said| {
        said.system.is_none() && !system::is_platform(&said.name) && !system::is_program(&said.name)
    };
    let told = part.said.iter().any(|said| {
        is_ours(said)
            || said
                .to
                .as_ref()
                .is_some_and(|to| ours.contains(&account_name(to)))
    });
    let mut names: Vec<&str> = Vec::new();
    for said in part.said.iter().filter(people) {
        for name in std::iter::once(said.name.as_str()).chain(said.to.as_deref()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    // One name alone is a buyer nobody answered; of two nobody knows which is the shop's.
    if !told && names.len() > 1 {
        let shown: Vec<String> = names.iter().take(SHOWN).map(|name| (*name).to_owned()).collect();
        let flaw = Flaw::new("chat_whose").with("names", shown.clone());
        sorted.faults.push(place.of(first, None, flaw));
        sorted.refused += part.said.len() as u64;
        for name in shown {
            if !sorted.unsure.contains(&name) && sorted.unsure.len() < SHOWN {
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
        if !mine
            && said.system.is_none()
            && !system::is_platform(&said.name)
            && !system::is_program(&said.name)
        {
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
