use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sheet::{Book, Fault, Row};
use tokio::sync::mpsc::Sender;

use crate::import::ask::ImportKind;
use crate::import::group::{Grouper, Out};
use crate::import::payment::Payments;
use crate::import::read::Reading;
use crate::import::shop_name::Whose;
use crate::import::slice::Slice;

/// Orders of a slice: some three milliseconds of the writer's time, so that nobody who talks waits longer.
const ORDERS: usize = 256;
/// Products or customers of a slice: they are written one by one.
const THINGS: usize = 8;
/// Rows of a slice at most, where many are refused or say nothing.
const ROWS: i64 = 2_000;
/// Different unknown words that are noted.
const WORDS: usize = 50;

/// How far reading has come; shared with whoever shows it.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    pub(crate) done: AtomicU64,
    pub(crate) total: AtomicU64,
    /// Set when reading shall end.
    pub(crate) stop: AtomicBool,
}

/// What reading found besides orders.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Words of states nobody knows, and in how many rows.
    pub(crate) unknown_words: BTreeMap<String, u64>,
    /// Why reading ended before the end.
    pub(crate) fatal: Option<Fault>,
}

/// A sheet to be read: its place, the row of its header, how.
pub(crate) struct Job {
    /// Its place among the jobs.
    pub(crate) turn: usize,
    /// Which part of its sheet it is, from 0, and of how many.
    pub(crate) part: (u64, u64),
    pub(crate) sheet: usize,
    pub(crate) header_row: u64,
    pub(crate) reading: Reading,
}

/// Reads the sheets of the file at `path`, called `name`, into slices, from behind the row `from` of a job, the first slice numbered after
/// `slices`. Blocks; to be run on a thread of its own.
pub(crate) fn feed(
    (path, name): (&Path, &str),
    jobs: &[Job],
    from: (usize, u64),
    slices: i64,
    gauge: &Arc<Gauge>,
    out: &Sender<Slice>,
) -> Notes {
    let mut feeder = Feeder {
        slice: Slice::default(),
        no: slices,
        out,
        notes: Notes::default(),
        closed: false,
    };
    let mut book = match Book::open_as(path, name) {
        Ok(book) => book,
        Err(fault) => {
            feeder.notes.fatal = Some(fault);
            return feeder.notes;
        }
    };
    for job in jobs.iter().filter(|job| job.turn >= from.0) {
        let skip = if job.turn == from.0 { from.1 } else { 0 };
        if let Err(fault) = feeder.sheet(&mut book, job, skip, gauge) {
            feeder.notes.fatal = Some(fault);
            break;
        }
        if feeder.closed {
            break;
        }
    }
    feeder.notes
}

struct Feeder<'o> {
    slice: Slice,
    no: i64,
    out: &'o Sender<Slice>,
    notes: Notes,
    /// Nobody takes slices any more.
    closed: bool,
}

impl Feeder<'_> {
    fn sheet(&mut self, book: &mut Book, job: &Job, skip: u64, gauge: &Gauge) -> Result<(), Fault> {
        let payments = match job.reading.kind {
            ImportKind::Payments => {
                let mut table = book.table_below(job.sheet, job.header_row)?;
                Some(Payments::of(&mut table, &job.reading)?)
            }
            _ => None,
        };
        let mut table = book.table_below(job.sheet, job.header_row)?;
        let mut grouper = Grouper::new(&job.reading, payments.as_ref());
        // Rows that were read and belong to an order that is not whole yet.
        let mut open = 0;
        while let Some(row) = table.next() {
            let whose = match &row {
                Ok(row) => job.reading.whose(row),
                // The first part told of it.
                Err(fault) if job.part.0 > 0 && !fault.fatal() => Whose::Others,
                Err(_) => Whose::Mine,
            };
            // What is told of elsewhere matters where an order is several rows: it is not whole here.
            let elsewhere = matches!(whose, Whose::Others | Whose::Nameless(None));
            if elsewhere && !(job.reading.by_line && row.is_ok()) {
                continue;
            }
            if number(&row) <= skip {
                if let Ok(row) = &row
                    && !elsewhere
                {
                    grouper.pass(row);
                }
                continue;
            }
            if let Err(fault) = &row
                && fault.fatal()
            {
                let fault = fault.clone();
                self.finish(&mut grouper, job, open);
                return Err(fault);
            }
            let own = i64::from(!elsewhere);
            open += own;
            let out = match (whose, row) {
                (Whose::Strangers(fault) | Whose::Nameless(Some(fault)), Ok(row)) => {
                    grouper.refuse(&row, *fault)
                }
                (_, Ok(row)) if elsewhere => grouper.lack(&row),
                (_, row) => grouper.push(row),
            };
            if out.upto > 0 {
                let left = if job.reading.by_line { own } else { 0 };
                self.add(out, job, open - left);
                open = left;
            }
            if self.full() {
                let progress = table.progress();
                let (part, of) = job.part;
                gauge
                    .done
                    .store(progress.done + part * progress.total, Ordering::Relaxed);
                gauge.total.store(progress.total * of, Ordering::Relaxed);
                self.note(&mut grouper);
                self.send(job);
                if self.closed || gauge.stop.load(Ordering::Relaxed) {
                    self.closed = true;
                    return Ok(());
                }
            }
        }
        self.finish(&mut grouper, job, open);
        Ok(())
    }

    /// The rest of a sheet.
    fn finish(&mut self, grouper: &mut Grouper<'_>, job: &Job, open: i64) {
        let out = grouper.end();
        self.add(out, job, open);
        self.note(grouper);
        self.send(job);
    }

    fn add(&mut self, out: Out, job: &Job, rows: i64) {
        (self.slice.turn, self.slice.sheet) = (job.turn, job.sheet);
        self.slice.upto = self.slice.upto.max(out.upto);
        self.slice.read += rows;
        self.slice.refused += out.faults.len() as i64;
        self.slice.faults.extend(out.faults);
        self.slice.told.extend(out.told);
        self.slice.things.extend(out.thing);
    }

    fn full(&self) -> bool {
        self.slice.told.len() >= ORDERS || self.slice.things.len() >= THINGS || self.slice.read >= ROWS
    }

    fn note(&mut self, grouper: &mut Grouper<'_>) {
        self.slice.masked += std::mem::take(&mut grouper.masked);
        for word in grouper.unknown.drain(..) {
            let known = &mut self.notes.unknown_words;
            if known.len() < WORDS || known.contains_key(&word) {
                *known.entry(word).or_default() += 1;
            }
        }
    }

    fn send(&mut self, job: &Job) {
        if self.slice.read == 0 {
            // The place of one job says nothing of the next.
            self.slice.upto = 0;
            return;
        }
        let mut slice = std::mem::take(&mut self.slice);
        self.slice.told.reserve(slice.told.len());
        self.no += 1;
        slice.no = self.no;
        slice.shop = job.reading.shop;
        slice.platform.clone_from(&job.reading.platform);
        slice.headers = Arc::clone(&job.reading.headers);
        slice.sort_nicks();
        self.closed |= self.out.blocking_send(slice).is_err();
    }
}

fn number(row: &Result<Row, Fault>) -> u64 {
    match row {
        Ok(row) => row.number(),
        // One without a place is never passed over.
        Err(fault) => fault.row.unwrap_or(u64::MAX),
    }
}
