use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base::{Actor, Id, PageAsk, Problem};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use futures_util::FutureExt as _;
use orders::import::{self, ImportAsk, ImportChange, ImportKind, ImportState, SheetPlan};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::admin::{self, Ask};
use crate::app::App;
use crate::commands::import_faq::FaqFiles;
use crate::commands::import_traces::TraceFiles;
use crate::config::Where;
use crate::waiting::{Progress, Waiting};

/// Take in files of platforms and couriers, or questions with their answers.
#[derive(Args, Debug)]
pub(crate) struct Import {
    /// What the files are of.
    #[arg(value_parser = PossibleValuesParser::new(kinds()).try_map(kind))]
    kind: Kind,
    /// The files: csv, xls, xlsx, or a zip of them; of faq also lines of JSON, of chats also txt.
    #[arg(required = true, value_name = "FILE")]
    sheets: Vec<PathBuf>,
    /// The shop they are of: its id or its name; left out: the only one, of faq all shops. Files of an ERP that name the
    /// shop of each row need none.
    #[arg(long)]
    shop: Option<String>,
    /// Whose export it is.
    #[arg(long, default_value = "auto", value_parser = ["auto", "taobao", "jd", "pdd", "douyin", "jst", "generic"])]
    platform: String,
    /// A TOML file that says what headers mean: HEADER = "column", "" to leave one out. Of chats it says whose names
    /// are: "NAME" = "account" for one of the shop's, which is remembered, "" for a buyer's.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// A TOML file that says which of our shops the names in a file of several shops mean: "NAME" = "our shop", by its
    /// name or id, "" to leave its rows out. It is remembered.
    #[arg(long, value_name = "FILE")]
    shops: Option<PathBuf>,
    /// The day of the last message in chat logs that tell times of day only, as 2026-11-22; left out: the day in the
    /// file's name.
    #[arg(long, value_name = "DAY")]
    day: Option<String>,
    /// Tell what would happen, and do nothing.
    #[arg(long)]
    dry_run: bool,
    /// One JSON object and nothing else.
    #[arg(long)]
    json: bool,
}

/// What files are of: the kinds that platforms export, and what the shop writes itself.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Platform(ImportKind),
    Faq,
    Traces,
}

/// How questions with answers are called.
const FAQ: &str = "faq";
/// How a courier's file is called that says where parcels stand.
const TRACES: &str = "traces";

fn kinds() -> impl Iterator<Item = &'static str> {
    let platform = ImportKind::ALL.iter().map(|kind| kind.key());
    platform.chain([FAQ, TRACES])
}

fn kind(name: String) -> Result<Kind, String> {
    match name.as_str() {
        FAQ => Ok(Kind::Faq),
        TRACES => Ok(Kind::Traces),
        other => ImportKind::named(other).map(Kind::Platform).ok_or(name),
    }
}

/// What the holder of the data is asked to do with the files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ImportFiles {
    kind: ImportKind,
    files: Vec<PathBuf>,
    shop: Option<String>,
    platform: Option<String>,
    columns: BTreeMap<String, Option<String>>,
    #[serde(default)]
    day: Option<String>,
    #[serde(default)]
    shops: BTreeMap<String, Option<String>>,
    dry_run: bool,
}

/// Refused rows of one file that are told: as many as a run keeps. How many more there were is told as
/// `more_errors`.
pub(super) const FAULTS: usize = 10_000;
/// Of them, what is shown where nobody asked for JSON.
const SHOWN: usize = 100;

impl Import {
    pub(crate) async fn run(self, place: &Where) -> Result<(), Problem> {
        let files: Vec<PathBuf> = self
            .sheets
            .iter()
            .map(|file| std::path::absolute(file).unwrap_or(file.clone()))
            .collect();
        let told = match self.kind {
            Kind::Platform(kind) => self.of_platform(place, kind, files).await?,
            Kind::Faq => self.of_faq(place, files).await?,
            Kind::Traces => self.of_courier(place, files).await?,
        };
        if self.json {
            println!("{told}");
        } else {
            show(&told);
        }
        let refused = told["refused"].as_i64().unwrap_or_default() > 0 || told["failed"] == true;
        if refused {
            return Err(Problem::conflict(
                "rows_refused",
                "Some of it was refused; see above.",
            ));
        }
        Ok(())
    }

    async fn of_platform(
        &self,
        place: &Where,
        kind: ImportKind,
        files: Vec<PathBuf>,
    ) -> Result<Value, Problem> {
        let files = ImportFiles {
            kind,
            files,
            shop: self.shop.clone(),
            platform: Some(self.platform.clone()).filter(|platform| platform != "auto"),
            columns: told_in(self.map.as_deref(), "map")?,
            shops: told_in(self.shops.as_deref(), "shops")?,
            day: self.day.clone(),
            dry_run: self.dry_run,
        };
        let shown = !self.json && std::io::stderr().is_terminal();
        admin::attend(place, Ask::Import(files), shown).await
    }

    /// What a shop writes itself has columns of its own, so no platform's and no mapping.
    async fn of_faq(&self, place: &Where, files: Vec<PathBuf>) -> Result<Value, Problem> {
        if let Some(option) = self.of_platforms() {
            let detail = format!("Leave --{option} out: questions with answers come from no platform.");
            return Err(Problem::input(option, "not_for_faq", detail));
        }
        let files = FaqFiles {
            files,
            shop: self.shop.clone(),
            dry_run: self.dry_run,
        };
        admin::ask(place, Ask::ImportFaq(files)).await
    }

    /// A courier's file is of all shops whose parcels it carries, and is taken row by row.
    async fn of_courier(&self, place: &Where, files: Vec<PathBuf>) -> Result<Value, Problem> {
        let given = [("shop", self.shop.is_some()), ("dry-run", self.dry_run)];
        let given = given.iter().find(|(_, given)| *given);
        if let Some(option) = self.of_platforms().or(given.map(|(option, _)| *option)) {
            let detail = format!("Leave --{option} out: a courier's file is taken as it is.");
            return Err(Problem::input(option, "not_for_traces", detail));
        }
        admin::ask(place, Ask::ImportTraces(TraceFiles { files })).await
    }

    /// An option that was given and means something of platforms' files alone.
    fn of_platforms(&self) -> Option<&'static str> {
        let given = [
            ("map", self.map.is_some()),
            ("shops", self.shops.is_some()),
            ("platform", self.platform != "auto"),
            ("day", self.day.is_some()),
        ];
        given.iter().find(|(_, given)| *given).map(|(option, _)| *option)
    }
}

/// What names mean, of the file an option gives; nothing without it.
fn told_in(path: Option<&Path>, option: &'static str) -> Result<BTreeMap<String, Option<String>>, Problem> {
    let Some(path) = path else {
        return Ok(BTreeMap::new());
    };
    let unusable = |why: String| Problem::input(option, "map_unusable", format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| unusable(error.to_string()))?;
    let read: BTreeMap<String, String> =
        toml::from_str(&text).map_err(|error| unusable(error.message().to_owned()))?;
    Ok(read
        .into_iter()
        .map(|(name, means)| (name, Some(means).filter(|means| !means.is_empty())))
        .collect())
}

/// Takes the files in, one after the other, where the data is. Called off, it gives back what it took of the file
/// it is at, and begins no other.
pub(crate) async fn carry_out(app: &App, files: ImportFiles, waiting: &Waiting) -> Result<Value, Problem> {
    // What was killed goes on first.
    app.importer.go_on().await?;
    let place = Place::of(app, &files).await?;
    let mut sum = Sum {
        unmapped: (files.kind == ImportKind::Chats && files.dry_run).then(Vec::new),
        ..Sum::default()
    };
    for file in &files.files {
        sum.add(file, one(app, &place, file, &files, waiting).await)?;
        if waiting.is_off() {
            break;
        }
    }
    Ok(sum.told())
}

/// What came of one file.
pub(super) struct Told {
    /// Read, created, changed, unchanged, refused.
    pub(super) counts: [i64; 5],
    /// What is wrong with rows of it.
    pub(super) errors: Vec<Value>,
    /// Why nothing was taken in of it, if nothing was.
    pub(super) failed: Option<Value>,
    /// Accounts of a chat log that are nobody's.
    pub(super) unmapped: Vec<Value>,
}

/// What came of all files.
#[derive(Default)]
pub(super) struct Sum {
    counts: [i64; 5],
    errors: Vec<Value>,
    /// Rows that were refused and are not among `errors`.
    more: i64,
    failed: bool,
    /// Told where chat logs are only looked at.
    unmapped: Option<Vec<Value>>,
}

impl Sum {
    /// Adds a file. One that cannot be read hides nothing of the others, before or after it.
    pub(super) fn add(&mut self, file: &Path, told: Result<Told, Problem>) -> Result<(), Problem> {
        let told = match told {
            Err(problem) if problem.status < 500 => Told::refused(file, &problem),
            told => told?,
        };
        for (sum, count) in self.counts.iter_mut().zip(told.counts) {
            *sum += count;
        }
        self.failed |= told.failed.is_some();
        let [.., refused] = told.counts;
        self.more += (refused - told.errors.len() as i64).max(0);
        self.errors.extend(told.errors.into_iter().chain(told.failed));
        if let Some(unmapped) = &mut self.unmapped {
            unmapped.extend(told.unmapped);
        }
        Ok(())
    }

    /// As it is printed.
    pub(super) fn told(self) -> Value {
        let [read, created, changed, unchanged, refused] = self.counts;
        let mut told = json!({"read": read, "created": created, "changed": changed, "unchanged": unchanged,
            "refused": refused, "errors": self.errors, "more_errors": self.more});
        if self.failed {
            told["failed"] = json!(true);
        }
        if let Some(unmapped) = self.unmapped {
            told["unmapped"] = json!(unmapped);
        }
        told
    }
}

impl Told {
    /// Nothing was taken in of a file.
    fn refused(file: &Path, problem: &Problem) -> Told {
        let mut failed = json!(problem);
        failed["file"] = json!(name_of(file));
        Told {
            counts: [0; 5],
            errors: Vec::new(),
            failed: Some(failed),
            unmapped: Vec::new(),
        }
    }
}

/// What a file is called where something is wrong with it.
pub(super) fn name_of(file: &Path) -> String {
    file.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Where files go.
struct Place {
    org: Id,
    /// The shop of files that name none; without, they have to.
    shop: Option<Id>,
    /// What stands for it meanwhile: whose column names were learned.
    home: Id,
    /// Which shops names in the files mean.
    shops: BTreeMap<String, Option<Id>>,
}

impl Place {
    async fn of(app: &App, files: &ImportFiles) -> Result<Place, Problem> {
        let (org, shops) = admin::own_shops(app, files.shops.clone()).await?;
        let shop = match admin::shop_or_only(app, files.shop.clone()).await {
            Ok((_, shop)) => Some(shop),
            Err(problem) if problem.code == "shop_needed" => None,
            Err(problem) => return Err(problem),
        };
        let home = match shop {
            Some(shop) => shop,
            None => admin::first_shop(app).await?,
        };
        Ok(Place {
            org,
            shop,
            home,
            shops,
        })
    }
}

async fn one(
    app: &App,
    place: &Place,
    file: &Path,
    files: &ImportFiles,
    waiting: &Waiting,
) -> Result<Told, Problem> {
    let (org, shop) = (place.org, place.home);
    let who = Actor::program(org);
    let name = name_of(file);
    let mut ask = ImportAsk {
        kind: Some(files.kind),
        platform: files.platform.clone(),
        columns: files.columns.clone(),
        day: files.day.clone(),
        ..ImportAsk::default()
    };
    let whose = match files.kind {
        ImportKind::Chats => std::mem::take(&mut ask.columns),
        _ => BTreeMap::new(),
    };
    let mut run = app.importer.look(&who, shop, file, &name, ask).await?;
    if !whose.is_empty() || !place.shops.is_empty() {
        let change = ImportChange {
            columns: whose,
            shops: place.shops.clone(),
            ..ImportChange::default()
        };
        run = app
            .importer
            .look_again(&who, run.id, change, !files.dry_run)
            .await?;
    }
    if let Some(unreadable) = unreadable(&run) {
        call_off(app, &who, run.id).await?;
        return Ok(unreadable);
    }
    let names_shops = |sheet: &SheetPlan| sheet.left_out.is_some() || !sheet.shops.is_empty();
    if place.shop.is_none() && !run.sheets.iter().all(names_shops) {
        call_off(app, &who, run.id).await?;
        return Err(admin::shop_needed());
    }
    if files.dry_run {
        let seen = app.importer.preview(&who, run.id).await?;
        call_off(app, &who, run.id).await?;
        return Ok(Told {
            counts: [
                seen.counts.read,
                seen.counts.created,
                seen.counts.changed,
                seen.counts.unchanged,
                seen.counts.refused,
            ],
            errors: seen
                .faults
                .iter()
                .take(FAULTS)
                .map(|fault| json!(fault))
                .collect(),
            failed: seen.fatal.map(|fault| json!(fault)),
            unmapped: seen.unmapped.iter().map(|one| json!(one)).collect(),
        });
    }
    let (id, now, asking) = (run.id, app.edge.now(), who.clone());
    app.edge
        .db
        .write(move |tx| import::apply(tx, now, &asking, id))
        .await?;
    let run = watched(app, org, id, &name, waiting).await?;
    let errors = faults(app, who, id).await?;
    let counts = &run.counts;
    Ok(Told {
        counts: [
            counts.read,
            counts.created,
            counts.changed,
            counts.unchanged,
            counts.refused,
        ],
        errors,
        failed: run.error.clone().or_else(|| stopped(&run)),
        unmapped: Vec::new(),
    })
}

/// Puts away a run that was only looked at.
async fn call_off(app: &App, who: &Actor, id: Id) -> Result<(), Problem> {
    let (who, now) = (who.clone(), app.edge.now());
    let put_away = app.edge.db.write(move |tx| import::cancel(tx, now, &who, id));
    put_away.await.map(drop)
}

/// A file of which nothing can be read: why, of each of its sheets.
fn unreadable(run: &import::Import) -> Option<Told> {
    let mut why = run.left_out();
    if why.is_empty() || why.len() < run.sheets.len() {
        return None;
    }
    for one in &mut why {
        if one["file"].is_null() {
            one["file"] = json!(run.file);
        }
    }
    let failed = why.pop();
    Some(Told {
        counts: [0; 5],
        errors: why,
        failed,
        unmapped: Vec::new(),
    })
}

/// The refused rows of a run, all that are kept.
async fn faults(app: &App, who: Actor, id: Id) -> Result<Vec<Value>, Problem> {
    let mut all = Vec::new();
    let mut page = PageAsk {
        limit: Some(200),
        ..PageAsk::default()
    };
    loop {
        let (asking, asked) = (who.clone(), page.clone());
        let some = app
            .edge
            .db
            .read(move |tx| import::faults(tx, &asking, id, &asked))
            .await?;
        all.extend(some.items);
        if some.next.is_none() {
            return Ok(all);
        }
        page.cursor = some.next;
    }
}

/// A run that was stopped took nothing in, whatever it had read.
fn stopped(run: &import::Import) -> Option<Value> {
    matches!(run.state, ImportState::Cancelled | ImportState::Undone)
        .then(|| json!({ "file": run.file, "code": "import_cancelled", "detail": "It was stopped; what it did was given back." }))
}

/// Works on the import until it has ended; called off, it gives back what was there.
async fn watched(
    app: &App,
    org: Id,
    id: Id,
    name: &str,
    waiting: &Waiting,
) -> Result<import::Import, Problem> {
    let mut work = std::pin::pin!(app.importer.until_ended(org, id));
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    let mut off = std::pin::pin!(waiting.called_off().fuse());
    loop {
        tokio::select! {
            ended = &mut work => return ended,
            _ = tick.tick() => {
                if let Some((done, total)) = app.importer.progress(id) {
                    let file = name.to_owned();
                    waiting.tell(Progress { file, done, total });
                }
            }
            () = &mut off => {
                let (now, who) = (app.edge.now(), Actor::program(org));
                app.edge.db.write(move |tx| import::cancel(tx, now, &who, id)).await?;
                app.importer.stop(id);
            }
        }
    }
}

fn show(told: &Value) {
    println!(
        "read {}, created {}, changed {}, unchanged {}, refused {}",
        told["read"], told["created"], told["changed"], told["unchanged"], told["refused"]
    );
    for one in told["unmapped"].as_array().map(Vec::as_slice).unwrap_or_default() {
        println!(
            "  nobody has the account {} yet ({} messages)",
            one["account"].as_str().unwrap_or_default(),
            one["messages"]
        );
    }
    let errors = told["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    for error in errors.iter().take(SHOWN) {
        let word = |name: &str| error[name].as_str().unwrap_or_default();
        let names = error["names"].as_array().map(Vec::as_slice).unwrap_or_default();
        let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
        println!(
            "  {}{} {} {} {}",
            word("file"),
            error["row"]
                .as_u64()
                .map(|row| format!(":{row}"))
                .unwrap_or_default(),
            word("column"),
            word("code"),
            match names.is_empty() {
                true => word("value").to_owned(),
                false => names.join(", "),
            }
        );
    }
    let more = errors.len().saturating_sub(SHOWN) as i64 + told["more_errors"].as_i64().unwrap_or_default();
    if more > 0 {
        println!("  and {more} more; --json tells the first {FAULTS} of each file");
    }
}
