//! Chat logs among the imports. Files, runs, slices and giving back are here; what a talk is belongs to a room above,
//! which hands in what it does of it ([`Talks`]).

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use base::{Actor, Id, Ms, Problem};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sheet::chat::{self, ChatAsk, ChatLog, ChatTalk};
use sheet::{Book, Fault, Form};
use store::Tx;
use tokio::sync::mpsc::Sender;

use crate::import::ask::{ImportAsk, ImportKind};
use crate::import::columns;
use crate::import::feed::{Gauge, Notes};
use crate::import::look::SheetPlan;
use crate::import::name::TaughtName;
use crate::import::run::ImportCounts;
use crate::import::slice::Slice;

/// Messages of a slice: some milliseconds of the writer's time.
const LINES: usize = 200;
/// Buyers of a slice.
const BUYERS: usize = 24;
/// How far ahead of us a machine's clock may be.
const AHEAD_MS: i64 = 86_400_000;
/// A column as missing ones are named: the day of the last message.
const DAY: &str = "day";

/// Takes talks into a shop, for a run.
type TakeIn = fn(&mut Tx<'_>, Ms, &Actor, (Id, Id), &[ChatTalk]) -> Result<ImportCounts, Problem>;
/// Those of some customers who have talked.
type Talked = fn(&mut Tx<'_>, Id, &[Id]) -> Result<HashSet<Id>, Problem>;

/// What the room of talks does with what a log tells. Handed to the importer when the program is put together, since
/// this room lies below that one.
#[derive(Clone, Copy, Debug)]
pub struct Talks {
    /// What taking talks into a shop would do; writes nothing.
    pub weigh: fn(&mut Tx<'_>, &Actor, Id, &[ChatTalk]) -> Result<ImportCounts, Problem>,
    /// Takes talks into a shop, for a run: shop, run.
    pub take_in: TakeIn,
    /// Gives back some of what a run brought.
    pub give_back: fn(&mut Tx<'_>, Ms, &Actor, Id) -> Result<TalksBack, Problem>,
    /// Of these customers, those who have talked.
    pub talked: Talked,
}

/// What was given back of a run's talks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TalksBack {
    /// Talks that are what they were.
    pub given: i64,
    /// Talks that stay because somebody touched them since.
    pub kept: Vec<Id>,
    /// Whether there is more.
    pub more: bool,
}

/// What a chat log holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChatPlan {
    /// Buyers, each with all that was said with them.
    pub buyers: i64,
    /// Messages.
    pub messages: i64,
    /// Messages and lines that cannot be read.
    pub refused: i64,
    /// The first message.
    pub from: Option<Ms>,
    /// The last.
    pub until: Option<Ms>,
    /// Accounts of the shop that wrote.
    pub accounts: Vec<PlanAccount>,
    /// Names that were known to be the shop's when it was looked at; a run reads it so to its end.
    pub known: Vec<String>,
    /// Names of which nobody can tell whether they are the shop's, those who wrote most first: say which are, and look
    /// again.
    pub unsure: Vec<String>,
    /// Where only times of day are told: the day of the last message, as asked or as the file's name tells.
    pub day: Option<String>,
    /// Whether only times of day are told.
    pub needs_day: bool,
}

/// An account that wrote in a log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlanAccount {
    /// `shop:sub`.
    pub account: String,
    /// Its messages.
    pub messages: i64,
    /// Its first.
    pub from: Ms,
    /// Its last.
    pub until: Ms,
}

/// How a log of a shop is read.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    pub(crate) zone: TimeZone,
    /// Names that are known to be the shop's.
    pub(crate) accounts: Vec<String>,
    /// Names that are known to be buyers'.
    pub(crate) buyers: Vec<String>,
    pub(crate) day: Option<Date>,
    pub(crate) now: Ms,
}

impl Reader {
    /// The same with what the shop was taught of names and what was asked, which goes before it.
    pub(crate) fn told(&self, ask: &ImportAsk, taught: &[TaughtName]) -> Reader {
        let mut told = self.clone();
        let taught = taught.iter().filter(|name| name.kind == ImportKind::Chats);
        told.accounts.extend(taught.map(|name| name.header.clone()));
        for (name, is) in &ask.columns {
            match is.as_deref() {
                Some(columns::ACCOUNT) => told.accounts.push(name.clone()),
                Some(_) => {}
                None => told.buyers.push(name.clone()),
            }
        }
        told.accounts.sort_unstable();
        told.accounts.dedup();
        told.accounts.retain(|name| !told.buyers.contains(name));
        told
    }

    fn read(&self, book: &mut Book) -> Result<ChatLog, Fault> {
        let ask = ChatAsk {
            zone: &self.zone,
            day: self.day,
            accounts: &self.accounts,
            buyers: &self.buyers,
            latest: self.now.plus(AHEAD_MS),
        };
        chat::read(book, &ask)
    }
}

/// The day that was asked for, `2026-11-22`.
pub(crate) fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// What the file is if it is a chat log: asked to be one, or nothing else that is recognised.
pub(crate) fn look(
    book: &mut Book,
    ask: &ImportAsk,
    tables: &[SheetPlan],
    reader: &Reader,
) -> Result<Option<SheetPlan>, Fault> {
    let asked = ask.kind == Some(ImportKind::Chats);
    let known = ask.kind.is_some() || tables.iter().any(|sheet| sheet.sure);
    if !asked && (known || !chat::looks_like_chat(book)) {
        return Ok(None);
    }
    let log = reader.read(book)?;
    let form = match book.sheets().first().map(|sheet| &sheet.form) {
        Some(Form::Xlsx) => "xlsx",
        Some(Form::Xls) => "xls",
        _ => "text",
    };
    let plan = plan_of(&log, &reader.accounts);
    Ok(Some(SheetPlan {
        form: form.to_owned(),
        encoding: log.encoding.clone(),
        kind: Some(ImportKind::Chats),
        platform: Some("taobao".to_owned()),
        generation: Some(log.form.key().to_owned()),
        confidence: 1.0,
        sure: true,
        missing: log.day_missing.then(|| DAY.to_owned()).into_iter().collect(),
        chats: Some(plan),
        ..SheetPlan::default()
    }))
}

fn plan_of(log: &ChatLog, known: &[String]) -> ChatPlan {
    let times = || {
        log.talks
            .iter()
            .flat_map(|talk| talk.lines.iter().map(|line| line.at))
    };
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    ChatPlan {
        buyers: log.talks.len() as i64,
        messages: log.talks.iter().map(|talk| talk.lines.len() as i64).sum(),
        refused: count(log.refused),
        from: times().min(),
        until: times().max(),
        accounts: log
            .accounts
            .iter()
            .map(|(account, of)| PlanAccount {
                account: account.clone(),
                messages: count(of.messages),
                from: of.from,
                until: of.until,
            })
            .collect(),
        known: known.to_vec(),
        unsure: log.unsure.clone(),
        day: log.day.map(|day| day.to_string()),
        needs_day: log.day.is_some() || log.day_missing,
    }
}

/// Reads the log at `path`, called `name`, into slices, but for the first `done` pieces, the first slice numbered
/// after `slices`. A piece is what goes in of one buyer at once. Blocks; to be run on a thread of its own.
pub(crate) fn feed(
    (path, name): (&Path, &str),
    reader: &Reader,
    done: u64,
    slices: i64,
    gauge: &Arc<Gauge>,
    out: &Sender<Slice>,
) -> Notes {
    let log = Book::open_as(path, name).and_then(|mut book| reader.read(&mut book));
    let log = match log {
        Ok(log) => log,
        Err(fault) => {
            return Notes {
                fatal: Some(fault),
                ..Notes::default()
            };
        }
    };
    let total: u64 = log.talks.iter().map(|talk| talk.lines.len() as u64).sum();
    gauge.total.store(total, Ordering::Relaxed);
    let mut slice = Slice::default();
    if done == 0 {
        slice.refused = i64::try_from(log.refused).unwrap_or(i64::MAX);
        slice.read = slice.refused;
        slice.faults = log.faults;
    }
    let mut no = slices;
    let mut send = |slice: &mut Slice| {
        let mut full = std::mem::take(slice);
        if full.read == 0 {
            return true;
        }
        no += 1;
        full.no = no;
        out.blocking_send(full).is_ok() && !gauge.stop.load(Ordering::Relaxed)
    };
    let mut piece = 0;
    for talk in log.talks {
        for lines in talk.lines.chunks(LINES) {
            piece += 1;
            gauge.done.fetch_add(lines.len() as u64, Ordering::Relaxed);
            if piece <= done {
                continue;
            }
            let held: usize = slice.talks.iter().map(|talk| talk.lines.len()).sum();
            if (held + lines.len() > LINES || slice.talks.len() >= BUYERS) && !send(&mut slice) {
                return Notes::default();
            }
            slice.read += lines.len() as i64;
            slice.upto = piece;
            slice.talks.push(ChatTalk {
                buyer: talk.buyer.clone(),
                lines: lines.to_vec(),
            });
        }
    }
    slice.upto = slice.upto.max(piece);
    send(&mut slice);
    Notes::default()
}
