use std::collections::HashMap;

use base::{Actor, Id, Ms, Permission, Problem};
use sheet::Fault;
use store::{Arg, Tx, args};

use crate::hold;
use crate::import::run::{self, ImportCounts};
use crate::import::sums;
use crate::line;
use crate::new_order::Version;
use crate::state::State;

/// One order as a file tells it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) number: String,
    /// The buyer's nick, unless it is masked.
    pub(crate) nick: Option<String>,
    pub(crate) version: Version,
}

/// What goes in with one transaction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slice {
    /// From 1; a slice goes in after the one before.
    pub(crate) no: i64,
    /// Rows of this sheet up to this one are in after it.
    pub(crate) sheet: usize,
    pub(crate) upto: u64,
    /// As orders keep it.
    pub(crate) platform: String,
    pub(crate) told: Vec<Told>,
    /// Rows that were refused, the first so many.
    pub(crate) faults: Vec<Fault>,
    pub(crate) read: i64,
    pub(crate) refused: i64,
    pub(crate) masked: i64,
}

/// The run a slice belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) id: Id,
    pub(crate) shop: Id,
    /// Who reads it.
    pub(crate) worker: Id,
}

/// An order of a slice, before and after.
struct Weighed {
    was: Option<State>,
    is: State,
}

/// Takes a slice in, with its journal. The same rule as [`crate::upsert`] for each order, with statements for
/// many: the property test `import::same_rule` holds the two together. No event is written for a row.
///
/// `conflict` `import_moved` when the run is not at this slice, e.g. because it was cancelled.
pub(crate) fn take_in(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    head: &Head,
    slice: &Slice,
) -> Result<ImportCounts, Problem> {
    run::expects(tx, who.org, head.id, head.worker, slice)?;
    let first = tx.id();
    let nicks = nicks(slice);
    let customers = customers::of_nicks(tx, now, who, head.shop, head.id, &nicks)?;
    let mut weighed = weigh(tx, now, who, head, slice, &customers)?;
    let mut counts = ImportCounts {
        read: slice.read,
        refused: slice.refused,
        masked_buyers: slice.masked,
        ..ImportCounts::default()
    };
    let mut owed = sums::Sums::default();
    let (mut made, mut changed) = (Vec::new(), Vec::new());
    for one in &mut weighed {
        for (customer, fen, orders) in one.is.settle() {
            owed.add(customer, fen, orders);
        }
        match &one.was {
            None => {
                one.is.rev = 1;
                one.is.import_run = Some(head.id);
                made.push(&one.is);
            }
            Some(was) if *was != one.is => {
                one.is.rev += 1;
                changed.push((was, &one.is));
            }
            Some(_) => counts.unchanged += 1,
        }
    }
    counts.created = made.len() as i64;
    counts.changed = changed.len() as i64;
    State::make(tx, who.org, &made)?;
    for (was, is) in &changed {
        is.write(tx, who.org, Some(was))?;
    }
    let journal = Journal {
        org: who.org,
        run: head.id,
        slice: slice.no,
    };
    journal.keep(tx, &changed)?;
    let holding = |one: &&Weighed| {
        let goods = one
            .is
            .merged
            .lines
            .iter()
            .flatten()
            .any(|line| line.sku.is_some());
        goods || one.was.is_some()
    };
    let holding: Vec<_> = weighed
        .iter()
        .filter(holding)
        .map(|one| (one.is.id, &one.is.merged))
        .collect();
    if !holding.is_empty() {
        hold::settle_many(tx, who.org, &holding)?;
    }
    let last = tx.id();
    tx.exec(
        "INSERT INTO import_slice (org_id, run_id, no, first_id, last_id, sums, undone)
         VALUES ($1, $2, $3, $4, $5, $6, 0)",
        args![who.org, head.id, slice.no, first, last, &owed.written()],
    )?;
    run::advance(tx, now, who.org, head.id, slice, &counts)?;
    Ok(counts)
}

/// What taking the slice in would do; writes nothing.
pub(crate) fn preview(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    head: &Head,
    slice: &Slice,
) -> Result<ImportCounts, Problem> {
    who.need(Permission::EditOrders)?;
    let nicks = nicks(slice);
    let mut customers = customers::known_nicks(tx, who, head.shop, &nicks)?;
    for nick in nicks {
        // Somebody new; who is not there yet has no id yet.
        customers.entry(nick.to_owned()).or_insert(Id::NONE);
    }
    let mut counts = ImportCounts {
        read: slice.read,
        refused: slice.refused,
        masked_buyers: slice.masked,
        ..ImportCounts::default()
    };
    for mut one in weigh(tx, now, who, head, slice, &customers)? {
        one.is.settle();
        match &one.was {
            None => counts.created += 1,
            Some(was) if *was != one.is => counts.changed += 1,
            Some(_) => counts.unchanged += 1,
        }
    }
    Ok(counts)
}

fn nicks(slice: &Slice) -> Vec<&str> {
    let mut nicks: Vec<&str> = slice
        .told
        .iter()
        .filter_map(|told| told.nick.as_deref())
        .collect();
    nicks.sort_unstable();
    nicks.dedup();
    nicks
}

/// The orders of a slice as they are and as they shall be, in the order of the file.
fn weigh(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    head: &Head,
    slice: &Slice,
    customers: &HashMap<String, Id>,
) -> Result<Vec<Weighed>, Problem> {
    who.need(Permission::EditOrders)?;
    who.need_shop(head.shop)?;
    let mut places = HashMap::<&str, usize>::with_capacity(slice.told.len());
    let mut numbers = Vec::with_capacity(slice.told.len());
    for told in &slice.told {
        places.entry(&told.number).or_insert_with(|| {
            numbers.push(told.number.as_str());
            numbers.len() - 1
        });
    }
    let mut weighed: Vec<Option<Weighed>> = numbers.iter().map(|_| None).collect();
    for state in State::by_numbers(tx, who.org, head.shop, &slice.platform, &numbers)? {
        if let Some(place) = places.get(state.number.as_str()) {
            let is = state.clone();
            weighed[*place] = Some(Weighed { was: Some(state), is });
        }
    }
    for told in &slice.told {
        let slot = &mut weighed[places[told.number.as_str()]];
        let one = slot.get_or_insert_with(|| {
            let (platform, number) = (slice.platform.clone(), told.number.clone());
            let is = State::new(tx.id(), now, head.shop, platform, number);
            Weighed { was: None, is }
        });
        let customer = told.nick.as_ref().and_then(|nick| customers.get(nick)).copied();
        one.is.merged.hear_of(&told.version, customer);
    }
    let mut weighed: Vec<Weighed> = weighed.into_iter().flatten().collect();
    let lines = weighed
        .iter_mut()
        .flat_map(|one| one.is.merged.lines.iter_mut().flatten());
    line::find_skus(tx, who.org, lines)?;
    Ok(weighed)
}

/// Where a slice writes down what was there before.
struct Journal {
    org: Id,
    run: Id,
    slice: i64,
}

impl Journal {
    fn keep(&self, tx: &mut Tx<'_>, changed: &[(&State, &State)]) -> Result<(), Problem> {
        let before = changed
            .iter()
            .map(|(was, _)| serde_json::to_string(was).map_err(|_| Problem::internal()))
            .collect::<Result<Vec<_>, _>>()?;
        let mut arguments: Vec<Arg<'_>> = Vec::with_capacity(changed.len() * 8);
        for ((_, is), before) in changed.iter().zip(&before) {
            let row = args![self.org, self.run, self.slice, "order", is.id, before, is.rev, 0];
            arguments.extend_from_slice(row);
        }
        tx.insert_many(
            "INSERT INTO import_row (org_id, run_id, slice, kind, row_id, before, rev, kept)",
            8,
            "",
            &arguments,
        )?;
        Ok(())
    }
}
