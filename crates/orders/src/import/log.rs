//! What the importer does otherwise with chat logs than with tables.

use std::path::Path;
use std::sync::Arc;

use base::{Id, Problem};
use jiff::tz::TimeZone;
use sheet::Book;
use tokio::sync::mpsc;

use crate::import::ask::{ImportAsk, ImportKind};
use crate::import::drive::Importer;
use crate::import::feed::{self, Gauge, Job, Notes};
use crate::import::look::{self, SheetPlan};
use crate::import::name::TaughtName;
use crate::import::run::Import;
use crate::import::shop_name::{self, KnownShops};
use crate::import::slice::Slice;
use crate::import::talk::{self, PlanAccount, Reader, Talks};

/// How a run's file is read.
pub(super) enum Work {
    Tables(Vec<Job>),
    Talks(Reader),
}

impl Work {
    /// Reads the file at `path`, called `name`, into slices, from behind `from`. Blocks.
    pub(super) fn feed(
        &self,
        file: (&Path, &str),
        from: (usize, u64),
        slices: i64,
        gauge: &Arc<Gauge>,
        out: &mpsc::Sender<Slice>,
    ) -> Notes {
        match self {
            Work::Tables(jobs) => feed::feed(file, jobs, from, slices, gauge, out),
            Work::Talks(reader) => talk::feed(file, reader, from.1, slices, gauge, out),
        }
    }
}

impl Importer {
    /// The same, for chat logs too.
    #[must_use]
    pub fn with_talks(mut self, talks: Talks) -> Importer {
        self.talks = Some(talks);
        self
    }

    /// How chat logs of a shop are read, where there is a use for them.
    pub(super) async fn reader(
        &self,
        org: Id,
        shop: Id,
        day: Option<&str>,
    ) -> Result<Option<Reader>, Problem> {
        if self.talks.is_none() {
            return Ok(None);
        }
        let (of, people) = self
            .db
            .read(move |tx| Ok((team::shop(tx, org, shop)?, team::account_people(tx, org, shop)?)))
            .await?;
        let of = of.ok_or_else(Problem::not_found)?;
        Ok(Some(Reader {
            zone: TimeZone::get(&of.time_zone).unwrap_or(TimeZone::UTC),
            accounts: people.accounts(),
            buyers: Vec::new(),
            day: day.and_then(talk::day),
            now: self.now(),
        }))
    }

    /// The accounts of a log that were nobody's at some time they wrote.
    pub(super) async fn unmapped(&self, org: Id, run: &Import) -> Result<Vec<PlanAccount>, Problem> {
        let shop = run.shop;
        let named = run.sheets.iter().filter_map(|sheet| sheet.chats.as_ref());
        let mut accounts: Vec<PlanAccount> = named.flat_map(|chats| chats.accounts.clone()).collect();
        if !accounts.is_empty() {
            let people = self
                .db
                .read(move |tx| team::account_people(tx, org, shop))
                .await?;
            accounts.retain(|one| !people.covers(&one.account, one.from, one.until));
        }
        Ok(accounts)
    }
}

/// What the sheets of a file are.
pub(super) fn sheets(
    book: &mut Book,
    ask: &ImportAsk,
    taught: &[TaughtName],
    chats: Option<&Reader>,
    shops: &KnownShops,
) -> Result<Vec<SheetPlan>, Problem> {
    let mut tables = match ask.kind {
        Some(ImportKind::Chats) => Vec::new(),
        _ => look::look(book, ask, taught),
    };
    let log = match chats {
        Some(reader) => talk::look(book, ask, &tables, &reader.told(ask, taught))?,
        None => None,
    };
    if let Some(log) = log {
        return Ok(vec![log]);
    }
    shop_name::find(book, &mut tables, ask, shops)?;
    Ok(tables)
}
