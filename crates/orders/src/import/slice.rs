use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use base::{Actor, Fen, Id, Ms, Permission, Problem};
use sheet::Fault;
use sheet::chat::ChatTalk;
use store::{Tx, args};

use crate::archive;
use crate::desk;
use crate::hold;
use crate::import::back::{self, Back};
use crate::import::first::{First, Rest, Said};
use crate::import::journal::{Entry, Journal};
use crate::import::net::{self, Changed};
use crate::import::presale::{ToldPresale, WeighedPresales};
use crate::import::run::ImportCounts;
use crate::import::sums::Sums;
use crate::import::talk::Talks;
use crate::import::thing::{self, ToldThing};
use crate::import::work;
use crate::line;
use crate::merge::Merged;
use crate::privacy::erased_among;
use crate::refund::{self, Refund, ToldRefund, WeighedRefund};
use crate::state::State;

/// One order as a file tells it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) number: String,
    /// The buyer's nick, unless it is masked.
    pub(crate) nick: Option<String>,
    pub(crate) said: Said,
    /// The refund it is of.
    pub(crate) refund: Option<Box<ToldRefund>>,
    /// Of one that was sold ahead.
    pub(crate) presale: Option<Box<ToldPresale>>,
    /// More paid back than the row says the order cost.
    pub(crate) back: Option<Box<Back>>,
    /// What is wrong with the row if there is no such order yet; `None` where it makes one.
    pub(crate) unknown: Option<Box<Fault>>,
}

impl Told {
    /// What is wrong with a refund of more than its order cost.
    fn above_paid(&self, slice: &Slice, most: Fen) -> Option<Fault> {
        let place = self.unknown.as_deref()?;
        Some(Fault {
            column: slice.headers.get("refund").cloned(),
            code: "refund_above_paid",
            params: vec![("most", most.0.into())],
            ..place.clone()
        })
    }
}

/// What goes in with one transaction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slice {
    /// From 1; a slice goes in after the one before.
    pub(crate) no: i64,
    /// Rows of this job up to this one are in after it.
    pub(crate) turn: usize,
    pub(crate) upto: u64,
    pub(crate) sheet: usize,
    /// Whose orders it tells of.
    pub(crate) shop: Id,
    /// As orders keep it.
    pub(crate) platform: String,
    pub(crate) told: Vec<Told>,
    /// Rows of `told`, see [`Slice::sort_nicks`].
    pub(crate) by_nick: Vec<usize>,
    /// Of a file that is not about orders.
    pub(crate) things: Vec<ToldThing>,
    /// Of a chat log.
    pub(crate) talks: Vec<ChatTalk>,
    /// Headers by column.
    pub(crate) headers: Arc<BTreeMap<String, String>>,
    /// Rows that were refused, the first so many.
    pub(crate) faults: Vec<Fault>,
    pub(crate) read: i64,
    pub(crate) refused: i64,
    pub(crate) masked: i64,
}

impl Slice {
    /// Finds the rows with a nick, one for each, in the order of the nicks.
    pub(crate) fn sort_nicks(&mut self) {
        let told = &self.told;
        let mut rows: Vec<usize> = (0..told.len()).filter(|row| told[*row].nick.is_some()).collect();
        rows.sort_unstable_by(|a, b| told[*a].nick.cmp(&told[*b].nick));
        rows.dedup_by(|a, b| told[*a].nick == told[*b].nick);
        self.by_nick = rows;
    }

    /// Its nicks, each once and sorted.
    fn nicks(&self) -> Vec<&str> {
        let mut nicks = Vec::with_capacity(self.by_nick.len());
        nicks.extend(
            self.by_nick
                .iter()
                .filter_map(|row| self.told[*row].nick.as_deref()),
        );
        nicks
    }

    /// Adds what was found while reading it.
    fn counted(&self, counts: &mut ImportCounts) {
        counts.read = self.read;
        counts.refused += self.refused;
    }
}

/// The run a slice belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) id: Id,
    pub(crate) shop: Id,
    /// Who reads it.
    pub(crate) worker: Id,
    /// What is done with talks.
    pub(crate) talks: Option<Talks>,
}

impl Head {
    /// A log in a program without talks is none that anybody could have looked at.
    fn talks(&self) -> Result<Talks, Problem> {
        self.talks.ok_or_else(Problem::internal)
    }
}

/// An order of a slice, before and after.
struct Weighed {
    was: Option<Box<State>>,
    is: Box<State>,
    /// The marks of `is` as the row keeps them, where they are written already.
    marks: Option<String>,
    /// The row that alone tells of it: where its [`First`] came from.
    from: Option<(usize, Rest)>,
}

impl Weighed {
    fn new(was: Option<State>, is: State) -> Weighed {
        Weighed {
            was: was.map(Box::new),
            is: Box::new(is),
            marks: None,
            from: None,
        }
    }

    /// Gives a copy of the [`First`] back to its row before something else is heard of the order.
    fn part(&mut self, said: &mut [Said]) {
        let marks = self.marks.take();
        if let (Some((row, rest)), Some(marks)) = (self.from.take(), marks) {
            let is = self.is.clone();
            said[row] = Said::First(First { is, marks, rest }.again());
        }
    }
}

/// What a slice brought, besides what it wrote.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// Orders that are to be filed: customer and order.
    pub(crate) unfiled: Vec<(Id, Id)>,
    /// What customers' sums are to get of it.
    pub(crate) owed: Sums,
}

/// What is put into the scales: the slice of a run, and the buyers its rows name.
struct Load<'a> {
    head: &'a Head,
    slice: &'a Slice,
    /// By nick.
    customers: &'a HashMap<String, Id>,
}

/// What a slice comes to.
#[derive(Default)]
struct Scales {
    /// By their places in the file; none where there is no such order.
    orders: Vec<Option<Weighed>>,
    /// Refunds of these orders, also those nothing was said of.
    refunds: Vec<WeighedRefund>,
    /// Deposits and balances that are others.
    presales: WeighedPresales,
    /// Rows whose order is not there.
    faults: Vec<Fault>,
    /// Whether the rows were of refunds.
    of_refunds: bool,
    /// Rows that told more of an order the slice had told of before: its place, and whether they changed it.
    again: Vec<(usize, bool)>,
}

impl Scales {
    /// How many things are made, changed and so already, and rows refused.
    fn counts(&self, slice: &Slice) -> ImportCounts {
        let mut counts = ImportCounts {
            read: slice.read,
            refused: slice.refused + self.faults.len() as i64,
            masked_buyers: slice.masked,
            ..ImportCounts::default()
        };
        let mut count = |new: bool, changed: bool| match (new, changed) {
            (true, _) => counts.created += 1,
            (false, true) => counts.changed += 1,
            (false, false) => counts.unchanged += 1,
        };
        if self.of_refunds {
            let told: HashSet<(Id, &str)> = self.told_refunds(slice);
            for one in &self.refunds {
                if told.contains(&(one.is.order, one.is.number.as_str())) {
                    count(one.was.is_none(), one.changed());
                }
            }
        } else {
            let differs = |one: &Weighed| {
                let presale = self.presales.changes(one.is.id);
                presale || one.was.as_deref() != Some(&*one.is)
            };
            for one in self.orders.iter().flatten() {
                count(one.was.is_none(), differs(one));
            }
            // Rows that contradict each other and leave their order as it was changed nothing.
            for (place, changed) in &self.again {
                let order = self.orders[*place].as_ref();
                count(false, *changed && order.is_some_and(differs));
            }
        }
        counts
    }

    /// How many rows are counted as having changed the order at a place, if it is another now.
    fn told_of(&self, place: usize) -> i64 {
        if self.of_refunds {
            // Refunds are counted, not their orders.
            return 0;
        }
        let again = self.again.iter().filter(|(of, changed)| *of == place && *changed);
        1 + again.count() as i64
    }

    /// The refunds the slice has rows of.
    fn told_refunds<'s>(&self, slice: &'s Slice) -> HashSet<(Id, &'s str)> {
        let ids: HashMap<&str, Id> = self
            .orders
            .iter()
            .flatten()
            .map(|one| (one.is.number.as_str(), one.is.id))
            .collect();
        let told = slice.told.iter().filter_map(|told| {
            let refund = told.refund.as_ref()?;
            Some((*ids.get(told.number.as_str())?, refund.number.as_str()))
        });
        told.collect()
    }
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
    slice: &mut Slice,
) -> Result<Made, Problem> {
    work::expects(tx, who.org, head.id, head.worker, slice)?;
    let first = tx.id();
    if !slice.things.is_empty() {
        let (counts, refused) = thing::take_in(tx, now, who, head, slice)?;
        end(tx, now, who, head, slice, first, "", &refused, &counts)?;
        return Ok(Made::default());
    }
    if !slice.talks.is_empty() {
        let mut counts = (head.talks()?.take_in)(tx, now, who, (head.shop, head.id), &slice.talks)?;
        slice.counted(&mut counts);
        end(tx, now, who, head, slice, first, "", &[], &counts)?;
        return Ok(Made::default());
    }
    let refused = back::take_out(tx, who, slice)?;
    slice.refused += refused.len() as i64;
    slice.faults.extend(refused);
    without_erased(tx, who.org, slice)?;
    let customers = customers::of_nicks(tx, now, who, slice.shop, head.id, &slice.nicks())?;
    let mut said: Vec<Said> = take_said(slice);
    let mut scales = Scales::default();
    let load = Load {
        head,
        slice,
        customers: &customers,
    };
    let taken = weigh(tx, now, who, &load, &mut said, &mut scales)
        .and_then(|()| put_in(tx, now, who, head, slice, &mut scales, first));
    // Should the transaction not last, the slice goes in again.
    for one in scales.orders.into_iter().flatten() {
        if let (Some((row, rest)), Some(marks)) = (one.from, one.marks) {
            let is = one.is;
            said[row] = Said::First(First { is, marks, rest }.again());
        }
    }
    for (told, said) in slice.told.iter_mut().zip(said) {
        told.said = said;
    }
    taken
}

/// What the rows of a slice say, taken out of it.
fn take_said(slice: &mut Slice) -> Vec<Said> {
    slice
        .told
        .iter_mut()
        .map(|told| std::mem::take(&mut told.said))
        .collect()
}

/// Writes what a slice comes to, with its journal; `first` is an id from before all it makes.
fn put_in(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    head: &Head,
    slice: &Slice,
    scales: &mut Scales,
    first: Id,
) -> Result<Made, Problem> {
    let mut owed = Sums::default();
    for one in scales.orders.iter_mut().flatten() {
        for (customer, fen, orders) in one.is.settle() {
            owed.add(customer, fen, orders);
        }
    }
    let mut counts = scales.counts(slice);
    for one in scales.orders.iter_mut().flatten() {
        match &one.was {
            None => {
                one.is.rev = 1;
                one.is.import_run = Some(head.id);
            }
            Some(was) if *was != one.is || scales.presales.changes(one.is.id) => one.is.rev += 1,
            Some(_) => {}
        }
    }
    let (mut made, mut changed) = (Vec::new(), Vec::new());
    for (place, one) in scales.orders.iter().enumerate() {
        match one {
            Some(Weighed {
                was: None, is, marks, ..
            }) => made.push((&**is, marks.as_deref())),
            Some(Weighed {
                was: Some(was), is, ..
            }) if was.rev != is.rev => changed.push(Changed {
                was,
                is,
                told: scales.told_of(place),
            }),
            _ => {}
        }
    }
    State::make(tx, who.org, &made)?;
    let unfiled = made
        .iter()
        .filter_map(|(state, _)| Some((state.merged.customer?, state.id)))
        .collect();
    for one in &changed {
        one.is.write(tx, who.org, Some(one.was))?;
    }
    // Whose orders are new are told when those are filed.
    let whose = changed
        .iter()
        .flat_map(|one| [one.was.merged.customer, one.is.merged.customer]);
    archive::later(tx, who.org, whose.flatten())?;
    desk::put_presales(tx, who.org, &scales.presales.after())?;
    let journal = Journal {
        org: who.org,
        run: head.id,
        slice: slice.no,
    };
    let back = net::orders(tx, &journal, &scales.presales, &mut changed)?;
    counts.take_back(back);
    keep_orders(tx, &journal, &changed, &scales.presales)?;
    let back = write_refunds(tx, &journal, &scales.refunds)?;
    counts.take_back(back);
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
    let holding: Vec<_> = scales
        .orders
        .iter()
        .flatten()
        .filter(holding)
        .map(|one| (one.is.id, &one.is.merged))
        .collect();
    if !holding.is_empty() {
        hold::settle_many(tx, who.org, &holding)?;
    }
    end(
        tx,
        now,
        who,
        head,
        slice,
        first,
        &owed.written(),
        &scales.faults,
        &counts,
    )?;
    Ok(Made { unfiled, owed })
}

/// Writes down that a slice is in: its place among the ids, what customers are owed of it, what was refused.
#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
fn end(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    head: &Head,
    slice: &Slice,
    first: Id,
    owed: &str,
    refused: &[Fault],
    counts: &ImportCounts,
) -> Result<(), Problem> {
    let last = tx.id();
    tx.exec(
        "INSERT INTO import_slice (org_id, run_id, no, first_id, last_id, sums, undone)
         VALUES ($1, $2, $3, $4, $5, $6, 0)",
        args![who.org, head.id, slice.no, first, last, owed],
    )?;
    let faults: Vec<&Fault> = slice.faults.iter().chain(refused).collect();
    work::advance(tx, now, who.org, head.id, slice, &faults, counts)
}

/// Writes down what orders were, with their deposits and balances. Orders are counted up with those, so their own
/// rows have no revision. An order that is new goes with all there is of it.
fn keep_orders(
    tx: &mut Tx<'_>,
    journal: &Journal,
    changed: &[Changed<'_>],
    presales: &WeighedPresales,
) -> Result<(), Problem> {
    let orders: Vec<_> = changed
        .iter()
        .map(|one| Entry {
            id: one.is.id,
            was: one.was,
            rev: one.is.rev,
            told: one.told,
        })
        .collect();
    journal.keep(tx, "order", &orders)?;
    let presales: Vec<_> = changed
        .iter()
        .filter_map(|one| {
            Some(Entry {
                id: one.is.id,
                was: presales.before(one.is.id)?,
                rev: 0,
                told: 0,
            })
        })
        .collect();
    journal.keep(tx, "presale", &presales)
}

/// Writes refunds that are new or different, with their journal. Answers how many rows of the file changed nothing
/// after all.
fn write_refunds(tx: &mut Tx<'_>, journal: &Journal, refunds: &[WeighedRefund]) -> Result<i64, Problem> {
    let changed = || refunds.iter().filter(|one| one.changed());
    let made: Vec<&Refund> = changed()
        .filter(|one| one.was.is_none())
        .map(|one| &one.is)
        .collect();
    Refund::make(tx, journal.org, &made)?;
    let mut different: Vec<(&Refund, &Refund)> = changed()
        .filter_map(|one| Some((one.was.as_ref()?, &one.is)))
        .collect();
    let back = net::refunds(tx, journal, &mut different)?;
    let after: Vec<&Refund> = different.iter().map(|(_, is)| *is).collect();
    Refund::put(tx, journal.org, &after)?;
    let before: Vec<_> = different
        .iter()
        .map(|(was, is)| Entry {
            id: is.id,
            was: *was,
            rev: is.rev,
            told: 1,
        })
        .collect();
    journal.keep(tx, "refund", &before)?;
    Ok(back)
}

/// What taking the slice in would do, and rows it would refuse; writes nothing. It does not know what slices before
/// would do: of rows far apart that contradict each other it counts each by what stands there now, while the run
/// finds in the end that they changed nothing.
pub(crate) fn preview(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    head: &Head,
    slice: &Slice,
) -> Result<(ImportCounts, Vec<Fault>), Problem> {
    if !slice.things.is_empty() {
        return thing::preview(tx, now, who, head, slice);
    }
    if !slice.talks.is_empty() {
        let mut counts = (head.talks()?.weigh)(tx, who, head.shop, &slice.talks)?;
        slice.counted(&mut counts);
        return Ok((counts, Vec::new()));
    }
    who.need(Permission::EditOrders)?;
    let mut bare = slice.clone();
    let above = back::take_out(tx, who, &mut bare)?;
    without_erased(tx, who.org, &mut bare)?;
    let mut said = take_said(&mut bare);
    let slice = &bare;
    let nicks = slice.nicks();
    let mut customers = customers::known_nicks(tx, who, slice.shop, &nicks)?;
    for nick in nicks {
        // Somebody new; who is not there yet has no id yet.
        customers.entry(nick.to_owned()).or_insert(Id::NONE);
    }
    let mut scales = Scales {
        faults: above,
        ..Scales::default()
    };
    let load = Load {
        head,
        slice,
        customers: &customers,
    };
    weigh(tx, now, who, &load, &mut said, &mut scales)?;
    for one in scales.orders.iter_mut().flatten() {
        one.is.settle();
    }
    Ok((scales.counts(slice), scales.faults))
}

/// Rows of buyers who were erased after what they tell of lose the person, and count with those whose buyer is
/// masked: they name nobody either.
fn without_erased(tx: &mut Tx<'_>, org: Id, slice: &mut Slice) -> Result<(), Problem> {
    let erased = customers::erased_nicks(tx, org, slice.shop, &slice.nicks())?;
    if erased.is_empty() {
        return Ok(());
    }
    for told in &mut slice.told {
        let at = told.nick.as_ref().and_then(|nick| erased.get(nick));
        let Some(at) = at else { continue };
        let version = told.said.version()?;
        if version.is_before(*at) {
            let version = version.into_owned().without_person();
            told.nick = None;
            told.said = Said::Version(Box::new(version));
            slice.masked += 1;
        }
    }
    // Whoever bought again has another row.
    slice.sort_nicks();
    Ok(())
}

/// Puts the orders of a slice into `scales` as they are and as they shall be, in the order of the file. `said` is what
/// its rows say: it goes into the orders that are new, also where this fails.
fn weigh(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    load: &Load<'_>,
    said: &mut [Said],
    scales: &mut Scales,
) -> Result<(), Problem> {
    let Load {
        head,
        slice,
        customers,
    } = *load;
    who.need(Permission::EditOrders)?;
    who.need_shop(slice.shop)?;
    let mut places = HashMap::<&str, usize>::with_capacity(slice.told.len());
    let mut numbers = Vec::with_capacity(slice.told.len());
    for told in &slice.told {
        places.entry(&told.number).or_insert_with(|| {
            numbers.push(told.number.as_str());
            numbers.len() - 1
        });
    }
    scales.orders.extend(numbers.iter().map(|_| None));
    let known = known(tx, who, slice, &numbers)?;
    let emptied = erased_among(
        tx,
        who.org,
        &known.iter().map(|state| state.id).collect::<Vec<_>>(),
    )?;
    for state in known {
        if let Some(place) = places.get(state.number.as_str()) {
            let is = state.clone();
            scales.orders[*place] = Some(Weighed::new(Some(state), is));
        }
    }
    let mut refunds = Vec::new();
    let mut heard = vec![false; scales.orders.len()];
    for (row, told) in slice.told.iter().enumerate() {
        let place = places[told.number.as_str()];
        let weighed = &mut scales.orders[place];
        if weighed.is_none()
            && let Some(fault) = &told.unknown
        {
            scales.faults.push(Fault::clone(fault));
            continue;
        }
        let customer = told.nick.as_ref().and_then(|nick| customers.get(nick)).copied();
        if weighed.is_none()
            && customer.is_some() == told.nick.is_some()
            && let Some((first, from)) = said[row].take_first(row)
        {
            let mut one = first.is;
            (one.id, one.created_at, one.merged.customer) = (tx.id(), now, customer);
            *weighed = Some(Weighed {
                was: None,
                is: one,
                marks: Some(first.marks),
                from: Some(from),
            });
            heard[place] = true;
            continue;
        }
        let one = weighed.get_or_insert_with(|| {
            let (platform, number) = (slice.platform.clone(), told.number.clone());
            Weighed::new(None, State::new(tx.id(), now, slice.shop, platform, number))
        });
        one.part(said);
        let emptied = emptied.contains(&one.is.id);
        if let Some(refund) = &told.refund {
            match one.is.merged.most_back() {
                Some(most) if refund.amount_fen > most => {
                    scales.faults.extend(told.above_paid(slice, most));
                }
                _ => refunds.push((
                    place,
                    match emptied {
                        true => Cow::Owned(refund.without_person()),
                        false => Cow::Borrowed(refund.as_ref()),
                    },
                )),
            }
            continue;
        }
        let before = heard[place].then(|| one.is.merged.clone());
        let version = said[row].version()?.into_owned();
        let version = if emptied {
            version.without_person()
        } else {
            version
        };
        one.is.merged.hear_of(version, customer);
        heard[place] = true;
        if let Some(before) = before {
            scales.again.push((place, before != one.is.merged));
        }
    }
    let told: Vec<(&State, &ToldRefund)> = refunds
        .iter()
        .filter_map(|(place, refund)| Some((&*scales.orders[*place].as_ref()?.is, refund.as_ref())))
        .collect();
    scales.of_refunds = slice.told.iter().any(|told| told.refund.is_some());
    let (refunds, versions) = refund::weigh(tx, who.org, head.id, &told)?;
    scales.refunds = refunds;
    if scales.of_refunds {
        for one in scales.orders.iter_mut().flatten() {
            if let Some(version) = versions.get(&one.is.id) {
                one.part(said);
                one.is.merged.hear(version);
            }
        }
    }
    let presales: Vec<(Id, &Merged, &ToldPresale)> = slice
        .told
        .iter()
        .filter_map(|told| {
            let one = scales.orders[places[told.number.as_str()]].as_ref()?;
            Some((one.is.id, &one.is.merged, told.presale.as_deref()?))
        })
        .collect();
    scales.presales = WeighedPresales::weigh(tx, who.org, &presales)?;
    let orders = scales.orders.iter_mut().flatten();
    let lines = orders.flat_map(|one| one.is.merged.lines.iter_mut().flatten());
    line::find_skus(tx, who.org, lines)
}

/// The orders of these numbers that are there. Files tell orders by time and platforms number them so: mostly
/// there is nothing yet between the least and the greatest.
pub(crate) fn known(
    tx: &mut Tx<'_>,
    who: &Actor,
    slice: &Slice,
    numbers: &[&str],
) -> Result<Vec<State>, Problem> {
    let (Some(first), Some(last)) = (numbers.iter().min(), numbers.iter().max()) else {
        return Ok(Vec::new());
    };
    if !State::any_between(tx, who.org, first, last)? {
        return Ok(Vec::new());
    }
    State::by_numbers(tx, who.org, slice.shop, &slice.platform, numbers)
}
