//! `xiaoer check`: is what is stored whole and sound? Looks and changes nothing.

use std::collections::HashMap;

use base::{Id, Ms, Problem};
use serde::Serialize;

use crate::backup::{OnProgress, Progress};
use crate::files::hash_of;
use crate::look::Look;
use crate::shape::PAGE;
use crate::{Db, Files, Schema, args};

/// A column whose values name rows of another table: (table, column, target table, target column). Null,
/// 0 and the empty text name nothing. Where both tables have `org_id`, it must be the same.
pub type Reference = (&'static str, &'static str, &'static str, &'static str);

/// What to check.
pub struct CheckAsk {
    /// The tables of every room.
    pub schemas: Vec<Schema>,
    /// What names what.
    pub references: Vec<Reference>,
    /// The time it is.
    pub now: Ms,
    /// Is told how far it is.
    pub progress: OnProgress,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Data is damaged or lost.
    Error,
    /// Somebody should look at it.
    Warning,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable, snake_case.
    pub code: &'static str,
    /// How bad it is.
    pub level: Level,
    /// One English sentence.
    pub what: String,
    /// How many rows or files it concerns.
    pub count: u64,
    /// The keys of a few of them; texts in keys are not shown.
    pub examples: Vec<String>,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Rows read, by table.
    pub tables: Vec<(String, u64)>,
    /// References checked.
    pub references: u64,
    /// Rows of the log read in its order.
    pub log: u64,
    /// Jobs on the list.
    pub jobs: u64,
    /// Different files and thumbnails whose bytes were read.
    pub files: u64,
    /// What is wrong; nothing when all is well.
    pub findings: Vec<Finding>,
}

impl CheckReport {
    /// Whether nothing is damaged; warnings may stand.
    pub fn sound(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.level == Level::Warning)
    }

    /// What a failed statement means: data that cannot be read is a finding, no answer is none.
    pub(crate) fn unreadable(&mut self, what: &str, problem: Problem) -> Result<(), Problem> {
        if problem.code != "internal" {
            return Err(problem);
        }
        let what = format!("{what} cannot be read to its end; the program's log says why.");
        self.find("unreadable", Level::Error, what, 1, Vec::new());
        Ok(())
    }

    pub(crate) fn find(
        &mut self,
        code: &'static str,
        level: Level,
        what: impl Into<String>,
        count: u64,
        examples: Vec<String>,
    ) {
        if count > 0 {
            self.findings.push(Finding {
                code,
                level,
                what: what.into(),
                count,
                examples,
            });
        }
    }
}

/// Examples of one finding at most.
pub(crate) const EXAMPLES: usize = 5;

/// Checks everything: the engine's own word, every row, every reference, the log, the jobs, and the bytes
/// of every file. Answers an error only when it cannot look.
pub async fn check(db: &Db, files: &Files, ask: CheckAsk) -> Result<CheckReport, Problem> {
    let CheckAsk {
        schemas,
        references,
        now,
        progress,
    } = ask;
    let looked = db.read_apart(move |tx| {
        let mut all = vec![crate::SCHEMA];
        all.extend(&schemas);
        let mut look = Look {
            tx,
            report: CheckReport::default(),
            progress,
        };
        look.part("The engine's own check", Look::engine)?;
        let tables = look.tables(&all)?;
        for reference in references {
            look.part("A reference", |look| look.reference(&tables, reference))?;
        }
        look.part("The log", Look::log)?;
        look.part("The list of jobs", |look| look.jobs(now))?;
        Ok((look.report, look.progress))
    });
    let (mut report, mut progress) = looked.await?;
    if let Err(problem) = check_files(db, files, &mut report, &mut progress).await {
        report.unreadable("The list of files", problem)?;
    }
    Ok(report)
}

/// What was found of the files so far: how many, and the first of them.
#[derive(Default)]
struct Few {
    count: u64,
    examples: Vec<String>,
}

impl Few {
    fn add(&mut self, example: String) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(example);
        }
    }
}

/// A row of `file`: organisation, id, hash, thumbnail's hash, bytes.
type Named = (Id, Id, String, Option<String>, i64);

/// Reads the bytes behind every row of `file`. Not on one snapshot: bytes take long.
async fn check_files(
    db: &Db,
    files: &Files,
    report: &mut CheckReport,
    progress: &mut OnProgress,
) -> Result<(), Problem> {
    let (mut missing, mut damaged, mut sizes) = (Few::default(), Few::default(), Few::default());
    // Bytes of what was found sound; many rows may name one object.
    let mut sound: HashMap<String, usize> = HashMap::new();
    let mut last = (Id(i64::MIN), Id(i64::MIN));
    loop {
        let page: Vec<Named> = db
            .read(move |tx| {
                let sql = "SELECT org_id, id, hash, thumb, size FROM file WHERE (org_id, id) > ($1, $2)
                           ORDER BY org_id, id LIMIT $3";
                tx.rows(sql, args![last.0, last.1, PAGE], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
                })
            })
            .await?;
        for (org, id, hash, thumb, size) in &page {
            last = (*org, *id);
            for (hash, size) in [(Some(hash), Some(*size)), (thumb.as_ref(), None)] {
                let Some(hash) = hash else { continue };
                let example = || format!("{org} {id}");
                let known = match sound.get(hash) {
                    Some(bytes) => *bytes,
                    None => match files.get(hash).await {
                        Ok(bytes) if hash_of(&bytes) == *hash => {
                            sound.insert(hash.clone(), bytes.len());
                            bytes.len()
                        }
                        Ok(_) => {
                            damaged.add(example());
                            continue;
                        }
                        Err(problem) if problem.status == 404 => {
                            // One erased meanwhile is not missed.
                            if still_named(db, *org, *id).await? {
                                missing.add(example());
                            }
                            continue;
                        }
                        Err(problem) => return Err(problem),
                    },
                };
                if size.is_some_and(|size| usize::try_from(size) != Ok(known)) {
                    sizes.add(example());
                }
            }
            report.files = sound.len() as u64;
            progress(Progress {
                stage: "files",
                table: "file",
                done: report.files,
            });
        }
        if page.len() < PAGE {
            break;
        }
    }
    report.find(
        "file_missing",
        Level::Error,
        "The bytes of files are missing.",
        missing.count,
        missing.examples,
    );
    report.find(
        "file_damaged",
        Level::Error,
        "The bytes of files were changed.",
        damaged.count,
        damaged.examples,
    );
    report.find(
        "file_size",
        Level::Error,
        "Files have another size than is written.",
        sizes.count,
        sizes.examples,
    );
    Ok(())
}

async fn still_named(db: &Db, org: Id, id: Id) -> Result<bool, Problem> {
    let sql = "SELECT COUNT(*) FROM file WHERE org_id = $1 AND id = $2";
    Ok(db.read(move |tx| tx.value::<i64>(sql, args![org, id])).await? == Some(1))
}
