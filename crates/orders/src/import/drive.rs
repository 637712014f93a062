use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use base::{Actor, Id, Ms, Problem};
use jiff::tz::TimeZone;
use serde_json::json;
use sha2::{Digest, Sha256};
use sheet::{Book, Fault};
use store::{Db, Lane, Tx};
use tokio::sync::mpsc;

use crate::import::ask::{ImportAsk, ImportChange};
use crate::import::fault;
use crate::import::feed::{Gauge, Job, Notes};
use crate::import::filing;
use crate::import::log::{Work, sheets};
use crate::import::name::{self, names};
use crate::import::refused::{self, RefusedRow};
use crate::import::run::{self, Import, ImportCounts, ImportState, NewImport};
use crate::import::sample::{Samples, SheetSamples};
use crate::import::shop_name::{self, KnownShops, Part};
use crate::import::slice::{self, Head, Made, Slice};
use crate::import::sums::{self, Sums};
use crate::import::talk::{self, PlanAccount, Reader, Talks};
use crate::import::undo;
use crate::import::upload;
use crate::import::work;

/// Slices that are read and wait for the writer.
const AHEAD: usize = 16;
/// Customers whose sums are written at once.
const CUSTOMERS: usize = 512;
/// Slices whose sums are read at once.
const SLICES: usize = 500;
/// Orders that wait to be filed, and how many of them go in at once; some four milliseconds.
const UNFILED: usize = 500_000;
const FILED: usize = 4_096;

/// Works on imports: reads files, hands slices to the bulk lane, goes on after a restart. The only part of this
/// room that touches files.
#[derive(Clone)]
pub struct Importer {
    pub(super) db: Db,
    clock: fn() -> Ms,
    /// One import after the other.
    turn: Arc<tokio::sync::Mutex<()>>,
    gauges: Arc<Mutex<HashMap<Id, Arc<Gauge>>>>,
    /// What is done with talks; without, no chat log is taken.
    pub(super) talks: Option<Talks>,
}

/// How a preview ended.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What would happen.
    pub counts: ImportCounts,
    /// The first things of each sheet, as they are read.
    pub samples: Vec<SheetSamples>,
    /// Rows that would be refused, the first so many.
    pub faults: Vec<Fault>,
    /// Words of states nobody knows, and in how many rows.
    pub unknown_words: Vec<(String, u64)>,
    /// Why reading ended before the end.
    pub fatal: Option<Fault>,
    /// Accounts of a chat log that were nobody's at some time they wrote.
    pub unmapped: Vec<PlanAccount>,
}

/// Refused rows a preview tells, as many as a run keeps.
const PREVIEWED: usize = fault::MOST as usize;
/// How often a busy database is tried again, and after which pause.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(300);

/// A slice under way.
type Written = Pin<Box<dyn Future<Output = Result<Made, Problem>> + Send>>;

impl Importer {
    /// One for this process: two would work on the same file.
    pub fn new(db: Db, clock: fn() -> Ms) -> Importer {
        Importer {
            db,
            clock,
            turn: Arc::default(),
            gauges: Arc::default(),
            talks: None,
        }
    }

    pub(super) fn now(&self) -> Ms {
        (self.clock)()
    }

    /// Looks at the file at `path`, called `name`, and keeps it as an import of `shop`; nothing is taken in yet.
    /// The file has to stay where it is until the import has ended. Refuses what is no table.
    pub async fn look(
        &self,
        who: &Actor,
        shop: Id,
        path: &Path,
        name: &str,
        ask: ImportAsk,
    ) -> Result<Import, Problem> {
        ask.check()?;
        let reader = who.clone();
        let (taught, shops) = self
            .db
            .read(move |tx| Ok((names(tx, &reader, shop)?, KnownShops::of(tx, &reader)?)))
            .await?;
        let chats = self.reader(who.org, shop, ask.day.as_deref()).await?;
        let (path, name) = (path.to_owned(), name.to_owned());
        let new = blocking(move || {
            let mut book = Book::open_as(&path, &name).map_err(Problem::from)?;
            let sheets = sheets(&mut book, &ask, &taught, chats.as_ref(), &shops)?;
            let (bytes, hash) = hash(&path)?;
            Ok(NewImport {
                shop,
                file: name,
                path: path.to_string_lossy().into_owned(),
                bytes,
                hash,
                ask,
                sheets,
            })
        })
        .await?;
        let (now, who) = (self.now(), who.clone());
        self.db.write(move |tx| run::make(tx, now, &who, &new)).await
    }

    /// Looks at a file again, with what was asked of it changed; with `teach`, the shop's later files are read so
    /// too. Only before it is applied: else `import_begun`.
    pub async fn look_again(
        &self,
        who: &Actor,
        id: Id,
        change: ImportChange,
        teach: bool,
    ) -> Result<Import, Problem> {
        let reader = who.clone();
        let (run, taught, shops) = self
            .db
            .read(move |tx| {
                let run = run::import(tx, &reader, id)?;
                let taught = names(tx, &reader, run.shop)?;
                Ok((run, taught, KnownShops::of(tx, &reader)?))
            })
            .await?;
        let ask = run.ask.changed(&change)?;
        let sheets = if change.is_of_shops() && shop_name::hold(&run.sheets, &change.shops) {
            let mut said = run.sheets.clone();
            shop_name::say(&mut said, &ask, &shops);
            said
        } else {
            let (path, name, asked) = (PathBuf::from(&run.path), run.file.clone(), ask.clone());
            let chats = self.reader(who.org, run.shop, ask.day.as_deref()).await?;
            let read = move || {
                let mut book = Book::open_as(&path, &name).map_err(Problem::from)?;
                sheets(&mut book, &asked, &taught, chats.as_ref(), &shops)
            };
            blocking(read).await?
        };
        let (now, who) = (self.now(), who.clone());
        self.db
            .write(move |tx| {
                let kind = sheets.iter().find_map(|sheet| sheet.kind);
                if let Some(kind) = kind.filter(|_| teach) {
                    name::teach(tx, now, &who, run.shop, kind, &change.columns)?;
                }
                let found = run::look_again(tx, &who, id, &ask, &sheets)?;
                if teach {
                    shop_name::teach(tx, now, &who, &sheets, &change.shops)?;
                }
                Ok(found)
            })
            .await
    }

    /// Whether somebody may send another file: to be asked before it is written to the disk.
    pub(crate) async fn may_send(&self, who: &Actor) -> Result<(), Problem> {
        let who = who.clone();
        self.db.read(move |tx| upload::room(tx, &who)).await
    }

    /// Takes uploaded files away that no import may read any more. To be called after each, and now and then.
    pub async fn tidy(&self, folder: &Path) -> Result<(), Problem> {
        upload::tidy(&self.db, self.now(), folder).await
    }

    /// The rows of an import that were refused, with what stands in them; of one that was only looked at those that
    /// would be. That they were asked for is logged. Rights as for [`run::import`]; whoever did not send the file needs
    /// [`base::Permission::Export`] and [`base::Permission::Reveal`] too, as rows hold people in full.
    pub async fn refused(&self, who: &Actor, id: Id) -> Result<Vec<RefusedRow>, Problem> {
        let (now, asking) = (self.now(), who.clone());
        let run = self
            .db
            .write(move |tx| refused::asked(tx, now, &asking, id))
            .await?;
        if run.state == ImportState::Looked {
            let seen = self.preview(who, id).await?;
            return Ok(seen.faults.iter().map(RefusedRow::of).collect());
        }
        let org = who.org;
        self.db.read(move |tx| refused::kept(tx, org, &run)).await
    }

    /// How far the reading of an import has come: done, and of how much. `None` until that is known.
    pub fn progress(&self, id: Id) -> Option<(u64, u64)> {
        let gauges = self.gauges.lock().unwrap_or_else(PoisonError::into_inner);
        let gauge = gauges.get(&id)?;
        let total = gauge.total.load(Ordering::Relaxed);
        (total > 0).then(|| (gauge.done.load(Ordering::Relaxed), total))
    }

    /// Makes the reading of an import that is under way in this process end soon.
    pub fn stop(&self, id: Id) {
        let gauges = self.gauges.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gauge) = gauges.get(&id) {
            gauge.stop.store(true, Ordering::Relaxed);
        }
    }

    fn gauge(&self, id: Id) -> Arc<Gauge> {
        let mut gauges = self.gauges.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(gauges.entry(id).or_default())
    }

    /// What an import would do; writes nothing.
    pub async fn preview(&self, who: &Actor, id: Id) -> Result<Outcome, Problem> {
        let reader = who.clone();
        let run = self.db.read(move |tx| run::import(tx, &reader, id)).await?;
        let (head, work) = self.jobs(who.org, &run).await?;
        let gauge = self.gauge(id);
        let (send, mut slices) = mpsc::channel(AHEAD);
        let (path, name) = (PathBuf::from(&run.path), run.file.clone());
        let reading = tokio::spawn(store::beside(move || {
            work.feed((&path, &name), (0, 0), 0, &gauge, &send)
        }));
        let mut outcome = Outcome::default();
        let mut samples = Samples::new(&run.sheets, run.shop);
        while let Some(slice) = slices.recv().await {
            let (now, who, head) = (self.now(), who.clone(), head.clone());
            let slice = Arc::new(slice);
            let weighed = Arc::clone(&slice);
            let (counts, refused) = self
                .db
                .read(move |tx| slice::preview(tx, now, &who, &head, &weighed))
                .await?;
            outcome.counts.add(&counts);
            samples.take(&slice)?;
            let room = PREVIEWED.saturating_sub(outcome.faults.len());
            outcome
                .faults
                .extend(slice.faults.iter().cloned().chain(refused).take(room));
        }
        let notes = reading.await.map_err(|_| Problem::internal())??;
        outcome.samples = samples.end();
        outcome.unknown_words = notes.unknown_words.into_iter().collect();
        outcome.fatal = notes.fatal;
        outcome.unmapped = self.unmapped(who.org, &run).await?;
        Ok(outcome)
    }

    /// Goes on with all imports that wait, are under way (after a restart), or are being given back.
    /// One that cannot go on does not hold up the others; the last reason is answered.
    pub async fn go_on(&self) -> Result<(), Problem> {
        let mut ended = Ok(());
        for (org, id) in self.db.read(work::open_runs).await? {
            if let Err(problem) = self.work(org, id).await {
                ended = Err(problem);
            }
        }
        ended
    }

    /// Works on one import until there is nothing to do on it, or another node works on one of the organisation.
    pub async fn work(&self, org: Id, id: Id) -> Result<Import, Problem> {
        let _turn = self.turn.lock().await;
        let mut me = Id::NONE;
        loop {
            let run = self.db.read(move |tx| run::get(tx, org, id)).await?;
            match run.state {
                ImportState::Waiting => {
                    let now = self.now();
                    if !self.db.write(move |tx| work::begin(tx, now, org, id)).await? {
                        return Ok(run);
                    }
                }
                ImportState::Running | ImportState::Cancelling | ImportState::Undoing => {
                    let (now, before, alone) = (self.now(), me, self.db.is_alone());
                    let taken = self
                        .db
                        .write(move |tx| work::take_up(tx, now, org, id, before, alone))
                        .await?;
                    let Some(mine) = taken else { return Ok(run) };
                    me = mine.worker;
                    if mine.state == ImportState::Running {
                        self.rows(org, &mine).await?;
                    } else {
                        self.give_back(org, &mine).await?;
                    }
                }
                _ => {
                    let mut gauges = self.gauges.lock().unwrap_or_else(PoisonError::into_inner);
                    gauges.remove(&id);
                    return Ok(run);
                }
            }
        }
    }

    /// [`Importer::work`], until the import has ended, whoever works on it. What is busy is tried again for some
    /// seconds.
    pub async fn until_ended(&self, org: Id, id: Id) -> Result<Import, Problem> {
        let mut tries = 0;
        loop {
            match self.work(org, id).await {
                Ok(run) if run.state.is_over() => return Ok(run),
                Ok(_) => {}
                Err(problem) if problem.status == 503 && tries < TRIES => tries += 1,
                Err(problem) => return Err(problem),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The shop of an import, and how its sheets are read.
    async fn jobs(&self, org: Id, run: &Import) -> Result<(Head, Work), Problem> {
        let parts: Vec<_> = run
            .sheets
            .iter()
            .flat_map(|sheet| {
                Part::of(sheet, run.shop)
                    .into_iter()
                    .map(move |part| (sheet, part))
            })
            .collect();
        let mut ids: Vec<Id> = parts.iter().map(|(_, part)| part.shop).collect();
        ids.push(run.shop);
        let read = move |tx: &mut Tx<'_>| {
            let found = ids.iter().map(|id| {
                let shop = team::shop(tx, org, *id)?.ok_or_else(Problem::not_found)?;
                Ok((*id, shop))
            });
            found.collect::<Result<HashMap<Id, team::Shop>, Problem>>()
        };
        let shops = self.db.read(read).await?;
        let (now, several) = (self.now(), parts.iter().any(|(_, part)| part.of > 1));
        let jobs = parts
            .into_iter()
            .enumerate()
            .filter_map(|(place, (sheet, part))| {
                Some(Job {
                    turn: if several { place } else { sheet.index },
                    part: (part.place, part.of),
                    sheet: sheet.index,
                    header_row: sheet.header_row,
                    reading: sheet.reading(&shops[&part.shop], part, now)?,
                })
            });
        let head = Head {
            id: run.id,
            shop: run.shop,
            worker: run.worker,
            talks: self.talks,
        };
        if let Some(chats) = run.sheets.iter().find_map(|sheet| sheet.chats.as_ref()) {
            let zone = TimeZone::get(&shops[&run.shop].time_zone).unwrap_or(TimeZone::UTC);
            // As it was looked at, so that a run that goes on finds the same pieces.
            let buyers = run.ask.columns.iter().filter(|(_, is)| is.is_none());
            let reader = Reader {
                zone,
                accounts: chats.known.clone(),
                buyers: buyers.map(|(name, _)| name.clone()).collect(),
                day: chats.day.as_deref().and_then(talk::day),
                now: run.made_at,
            };
            return Ok((head, Work::Talks(reader)));
        }
        Ok((head, Work::Tables(jobs.collect())))
    }

    /// Takes in what is not in yet, and ends the run.
    async fn rows(&self, org: Id, run: &Import) -> Result<(), Problem> {
        let who = Actor::program(org);
        let mut owed = None;
        let error = match self.read_rows(&who, run).await {
            Ok((notes, sums)) => {
                owed = sums;
                let (id, words) = (run.id, notes.unknown_words);
                self.db.write(move |tx| work::note(tx, org, id, &words)).await?;
                notes.fatal.map(|fault| json!(fault))
            }
            Err(problem) if problem.code == "import_moved" => return Ok(()),
            Err(problem) if problem.status >= 500 => return Err(problem),
            Err(problem) => Some(json!(problem)),
        };
        self.file_rest(&who, run.id).await?;
        self.sums(&who, run.id, owed).await?;
        let (now, id) = (self.now(), run.id);
        let ended = self
            .db
            .write(move |tx| match &error {
                None => work::finish(tx, now, &who, id),
                Some(error) => work::fail(tx, now, &who, id, error),
            })
            .await;
        match ended {
            // It was cancelled meanwhile.
            Err(problem) if problem.code == "import_moved" => Ok(()),
            other => other.map(drop),
        }
    }

    /// Takes the rows in; answers also what customers are owed of all of them, if they all went in here.
    async fn read_rows(&self, who: &Actor, run: &Import) -> Result<(Notes, Option<Sums>), Problem> {
        if let Err(error) = self.same_file(run).await {
            let notes = Notes {
                fatal: Some(error),
                ..Notes::default()
            };
            return Ok((notes, None));
        }
        let (head, work) = self.jobs(who.org, run).await?;
        let gauge = self.gauge(run.id);
        let (send, mut slices) = mpsc::channel(AHEAD);
        let (path, name) = (PathBuf::from(&run.path), run.file.clone());
        let (from, number) = (run.cursor, run.slices);
        let reading = tokio::spawn(store::beside(move || {
            work.feed((&path, &name), from, number, &gauge, &send)
        }));
        let mut line = Line::new(self.db.slices_at_once());
        let mut last = 0;
        // What an earlier worker left is filed first, so that there is one place up to which all is.
        if number > run.filed_to {
            self.file_rest(who, run.id).await?;
        }
        while let Some(slice) = slices.recv().await {
            last = slice.no;
            line.push(self.write(who, &head, slice)).await?;
            if line.made.len() >= UNFILED {
                line.end().await?;
                self.file(who, run.id, std::mem::take(&mut line.made), last)
                    .await?;
            }
        }
        line.end().await?;
        self.file(who, run.id, line.made, last).await?;
        let notes: Notes = reading.await.map_err(|_| Problem::internal())??;
        Ok((notes, Some(line.owed).filter(|_| number == 0)))
    }

    fn write(&self, who: &Actor, head: &Head, mut slice: Slice) -> Written {
        let (db, now, who, head) = (self.db.clone(), self.now(), who.clone(), head.clone());
        Box::pin(async move {
            db.write_in(Lane::Resumed, move |tx| {
                slice::take_in(tx, now, &who, &head, &mut slice)
            })
            .await
        })
    }

    /// Whether the file is still the one that was looked at, where a run goes on after a restart.
    async fn same_file(&self, run: &Import) -> Result<(), Fault> {
        if run.slices == 0 {
            return Ok(());
        }
        let path = PathBuf::from(&run.path);
        let known = blocking(move || hash(&path)).await;
        if known.is_ok_and(|(_, hash)| hash == run.hash) {
            return Ok(());
        }
        Err(Fault {
            file: run.file.as_str().into(),
            sheet: None,
            row: None,
            column: None,
            code: "file_gone",
            params: Vec::new(),
            whole: None,
        })
    }

    /// Files orders up to slice `upto`: customer and order.
    async fn file(&self, who: &Actor, id: Id, mut entries: Vec<(Id, Id)>, upto: i64) -> Result<(), Problem> {
        entries.sort_unstable();
        let mut line = Line::new(self.db.slices_at_once());
        for part in entries.chunks(FILED) {
            let (db, who, part) = (self.db.clone(), who.clone(), part.to_vec());
            line.push(Box::pin(async move {
                db.write_in(Lane::Resumed, move |tx| filing::file(tx, &who, &part))
                    .await
                    .map(|()| Made::default())
            }))
            .await?;
        }
        line.end().await?;
        let org = who.org;
        self.db
            .write_in(Lane::Resumed, move |tx| filing::filed_to(tx, org, id, upto))
            .await
    }

    /// Files what is in and was not filed when whoever read it stopped.
    async fn file_rest(&self, who: &Actor, id: Id) -> Result<(), Problem> {
        let org = who.org;
        loop {
            let left = self.db.read(move |tx| filing::left(tx, org, id, SLICES)).await?;
            let Some(left) = left else { return Ok(()) };
            self.file(who, id, left.entries, left.upto).await?;
        }
    }

    /// Gives customers what the run brought them: `owed`, or what its slices say.
    async fn sums(&self, who: &Actor, id: Id, owed: Option<Sums>) -> Result<(), Problem> {
        let org = who.org;
        let all = match owed {
            Some(owed) => owed,
            None => self.owed(org, id).await?,
        };
        let mut from = self
            .db
            .read(move |tx| Ok(run::get(tx, org, id)?.summed_to))
            .await?;
        let mut line = Line::new(self.db.slices_at_once());
        for part in all.after(from).chunks(CUSTOMERS) {
            let last = part.last().map_or(from, |(customer, ..)| *customer);
            let (db, now, who, part) = (self.db.clone(), self.now(), who.clone(), part.to_vec());
            line.push(Box::pin(async move {
                db.write_in(Lane::Resumed, move |tx| {
                    sums::give(tx, now, &who, id, from, &part)
                })
                .await
                .map(|()| Made::default())
            }))
            .await?;
            from = last;
        }
        line.end().await
    }

    /// What customers are owed of the slices of a run.
    async fn owed(&self, org: Id, id: Id) -> Result<Sums, Problem> {
        let (mut all, mut after) = (Sums::default(), 0);
        loop {
            let page = self
                .db
                .read(move |tx| sums::of_slices(tx, org, id, after, SLICES))
                .await?;
            for (no, text) in &page {
                all.read(text)?;
                after = *no;
            }
            if page.len() < SLICES {
                break;
            }
        }
        Ok(all)
    }

    /// Gives back what a run did.
    async fn give_back(&self, org: Id, run: &Import) -> Result<(), Problem> {
        let (id, who) = (run.id, Actor::program(org));
        // What customers have of it is known by the slices; so first they get all of it.
        self.file_rest(&who, id).await?;
        self.sums(&who, id, None).await?;
        loop {
            let (now, giver, talks) = (self.now(), who.clone(), self.talks);
            let more = self
                .db
                .write_in(Lane::Resumed, move |tx| undo::slice(tx, now, &giver, id, talks))
                .await?;
            if !more {
                break;
            }
        }
        let now = self.now();
        self.db
            .write(move |tx| work::undone(tx, now, &who, id))
            .await
            .map(drop)
    }
}

/// Slices under way, in their order.
struct Line {
    most: usize,
    waiting: VecDeque<Written>,
    /// Orders that were made: customer and order.
    made: Vec<(Id, Id)>,
    /// What customers are owed of them.
    owed: Sums,
}

impl Line {
    fn new(most: usize) -> Line {
        Line {
            most,
            waiting: VecDeque::new(),
            made: Vec::new(),
            owed: Sums::default(),
        }
    }

    /// Hands one in, and waits until there is room for the next.
    async fn push(&mut self, mut slice: Written) -> Result<(), Problem> {
        // It is in the queue once it was polled; so they go in their order.
        let first = std::future::poll_fn(|context| Poll::Ready(slice.as_mut().poll(context))).await;
        match first {
            Poll::Ready(done) => self.keep(done?),
            Poll::Pending => self.waiting.push_back(slice),
        }
        while self.waiting.len() >= self.most {
            self.next().await?;
        }
        Ok(())
    }

    fn keep(&mut self, made: Made) {
        self.made.extend(made.unfiled);
        self.owed.take(made.owed);
    }

    async fn next(&mut self) -> Result<(), Problem> {
        match self.waiting.pop_front() {
            Some(slice) => {
                let made = slice.await?;
                self.keep(made);
                Ok(())
            }
            None => Ok(()),
        }
    }

    async fn end(&mut self) -> Result<(), Problem> {
        while !self.waiting.is_empty() {
            self.next().await?;
        }
        Ok(())
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(Problem::internal()))
}

/// Size and SHA-256 of a file.
fn hash(path: &Path) -> Result<(i64, String), Problem> {
    let gone = |_| Problem::input("file", "file_gone", "The file is not there any more.");
    let mut file = std::fs::File::open(path).map_err(gone)?;
    let (mut hasher, mut bytes, mut buffer) = (Sha256::new(), 0_i64, vec![0; 1 << 18]);
    loop {
        let read = file.read(&mut buffer).map_err(gone)?;
        if read == 0 {
            break;
        }
        bytes += read as i64;
        hasher.update(&buffer[..read]);
    }
    let hash = hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok((bytes, hash))
}
