//! Reads an archive from front to back and believes nothing in it: order, names, counts, hashes, types.

use std::collections::HashMap;
use std::io::Read;

use base::Problem;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::archive::{FORMAT, Head, Manifest, Member, TableHead, Tally, VERSION, bad, damaged, unpack};
use crate::cells::{Cell, read_row, write_row};
use crate::files::hash_of;
use crate::seal::Seal;

/// What to do about the secrets of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// Open them with this passphrase. An archive without secrets is fine.
    Open(String),
    /// Go without them: passwords must be set anew.
    LeaveOut,
    /// Refuse an archive that has some (`passphrase_needed`).
    Refuse,
}

/// Opens the secrets; the slow key is made once for all passes.
pub(crate) struct Unlock {
    secrets: Secrets,
    seal: Option<Seal>,
}

impl Unlock {
    pub(crate) fn new(secrets: Secrets) -> Unlock {
        Unlock { secrets, seal: None }
    }

    fn prepare(&mut self, head: &Head) -> Result<(), Problem> {
        match (&head.secrets, &self.secrets) {
            (Some(recipe), Secrets::Open(passphrase)) if self.seal.is_none() => {
                self.seal = Some(recipe.seal(passphrase)?);
            }
            (Some(_), Secrets::Refuse) => {
                let detail = "The archive has sealed secrets: give its passphrase, or say to leave them out.";
                return Err(Problem::input("passphrase", "passphrase_needed", detail));
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether the secrets of such an archive are restored.
    pub(crate) fn opens(&self) -> bool {
        self.seal.is_some()
    }
}

/// A piece of the archive that was found sound.
pub(crate) enum Part<'a> {
    Rows {
        table: &'a TableHead,
        rows: Vec<Vec<Cell>>,
    },
    File {
        hash: &'a str,
        bytes: Vec<u8>,
    },
}

/// Hands what is in the archive to `see`, then answers with its manifest. Whatever is seen before an
/// error is not to be trusted. `known` are the tables that may be in it.
pub(crate) fn read(
    archive: impl Read,
    known: &[String],
    unlock: &mut Unlock,
    mut see: impl FnMut(Part<'_>) -> Result<(), Problem>,
) -> Result<Manifest, Problem> {
    let mut reading = Reading {
        known,
        unlock,
        begun: None,
        manifest: None,
    };
    unpack(archive, |member, bytes| reading.member(member, bytes, &mut see))?;
    reading
        .manifest
        .ok_or_else(|| damaged("its manifest is missing, so it was never finished"))
}

struct Reading<'a> {
    known: &'a [String],
    unlock: &'a mut Unlock,
    begun: Option<Begun>,
    manifest: Option<Manifest>,
}

/// How far it has come, once the head was read.
struct Begun {
    head: Head,
    /// Members come in this order: secrets, rows, files.
    stage: u8,
    /// The piece of secrets that comes next; `None` after the last.
    piece: Option<u32>,
    secret_rows: u64,
    /// By table and key.
    secrets: HashMap<(usize, Vec<u8>), Vec<Cell>>,
    /// The table whose rows come, and its next slice.
    table: usize,
    slice: u32,
    hash: Sha256,
    tallies: Vec<Tally>,
    files: u64,
    file_bytes: u64,
    last_file: String,
}

impl Reading<'_> {
    fn member(
        &mut self,
        member: Member,
        bytes: Vec<u8>,
        see: &mut impl FnMut(Part<'_>) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        if self.manifest.is_some() {
            return Err(bad(format!("{member} follows the manifest")));
        }
        let Some(begun) = &mut self.begun else {
            if member != Member::Head {
                return Err(bad("it does not begin with format.json"));
            }
            let head = head(&bytes, self.known)?;
            self.unlock.prepare(&head)?;
            self.begun = Some(Begun::new(head));
            return Ok(());
        };
        match member {
            Member::Head => Err(bad("format.json is in it twice")),
            Member::Secrets { no, last } => begun.sealed(no, last, &bytes, self.unlock, see),
            Member::Rows { table, no } => begun.rows(&table, no, &bytes, see),
            Member::File(hash) => begun.file(&hash, bytes, see),
            Member::Manifest => {
                self.manifest = Some(begun.end(&bytes, self.unlock)?);
                Ok(())
            }
        }
    }
}

fn parse<T: DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| bad(format!("{name} cannot be read: {error}")))
}

fn head(bytes: &[u8], known: &[String]) -> Result<Head, Problem> {
    #[derive(serde::Deserialize)]
    struct Format {
        format: String,
        version: u32,
    }
    // The version first: a later one may look different.
    let format: Format = parse("format.json", bytes)?;
    if format.format != FORMAT {
        return Err(bad("it says it is something else"));
    }
    if format.version != VERSION {
        let detail = format!(
            "The archive has format {}; this Xiaoer reads {VERSION}.",
            format.version
        );
        return Err(Problem::new(422, "backup_newer", detail));
    }
    let head: Head = parse("format.json", bytes)?;
    for (place, table) in head.tables.iter().enumerate() {
        let name = &table.name;
        if !known.contains(name) {
            let shown: String = name.chars().take(80).flat_map(char::escape_default).collect();
            return Err(bad(format!(
                "it has a table {shown}, which this Xiaoer does not know"
            )));
        }
        let mut columns: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
        columns.sort_unstable();
        columns.dedup();
        let within = table
            .key
            .iter()
            .chain(&table.secret)
            .all(|place| *place < table.columns.len());
        let once = head
            .tables
            .iter()
            .skip(place + 1)
            .all(|other| other.name != *name);
        if columns.len() != table.columns.len() || !within || !once || table.key.is_empty() {
            return Err(bad(format!("what it says of the table {name} makes no sense")));
        }
    }
    Ok(head)
}

impl Begun {
    fn new(head: Head) -> Begun {
        let tally = |table: &TableHead| Tally {
            table: table.name.clone(),
            ..Tally::default()
        };
        Begun {
            tallies: head.tables.iter().map(tally).collect(),
            piece: head.secrets.is_some().then_some(0),
            head,
            stage: 0,
            secret_rows: 0,
            secrets: HashMap::new(),
            table: 0,
            slice: 0,
            hash: Sha256::new(),
            files: 0,
            file_bytes: 0,
            last_file: String::new(),
        }
    }

    fn stage(&mut self, stage: u8) -> Result<(), Problem> {
        if stage < self.stage || (stage > 0 && self.piece.is_some()) {
            return Err(bad("its members are not in their order"));
        }
        self.stage = stage;
        Ok(())
    }

    fn sealed(
        &mut self,
        no: u32,
        last: bool,
        bytes: &[u8],
        unlock: &Unlock,
        see: &mut impl FnMut(Part<'_>) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        self.stage(0)?;
        if self.piece != Some(no) {
            return Err(bad("its sealed pieces are not in their order"));
        }
        self.piece = if last { None } else { Some(no + 1) };
        let Some(seal) = &unlock.seal else { return Ok(()) };
        let plain = seal.open(no, last, bytes)?;
        let plain = std::str::from_utf8(&plain).map_err(|_| bad("a secret is not text"))?;
        for line in plain.lines() {
            let wrong = |what: String| bad(format!("a secret cannot be read: {what}"));
            let (name, key, values): (String, &RawValue, &RawValue) =
                serde_json::from_str(line).map_err(|_| wrong("it has not three parts".into()))?;
            let found = self.head.tables.iter().position(|table| table.name == name);
            let place = found.ok_or_else(|| wrong("its table is not in the archive".into()))?;
            let table = &self.head.tables[place];
            let columns = |places: &[usize]| {
                places
                    .iter()
                    .map(|&p| table.columns[p].clone())
                    .collect::<Vec<_>>()
            };
            self.secret_rows += 1;
            if table.sealed_rows {
                let row = read_row(values.get(), &table.columns).map_err(wrong)?;
                see(Part::Rows {
                    table,
                    rows: vec![row],
                })?;
            } else {
                let key = read_row(key.get(), &columns(&table.key)).map_err(wrong)?;
                let values = read_row(values.get(), &columns(&table.secret)).map_err(wrong)?;
                let mut name = Vec::new();
                write_row(&key, &mut name);
                if self.secrets.insert((place, name), values).is_some() {
                    return Err(bad("a row has its secrets twice"));
                }
            }
        }
        Ok(())
    }

    fn rows(
        &mut self,
        name: &str,
        no: u32,
        bytes: &[u8],
        see: &mut impl FnMut(Part<'_>) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        self.stage(1)?;
        let wrong = || bad(format!("the rows of {name} are not in their order"));
        let place = self
            .head
            .tables
            .iter()
            .position(|table| table.name == name)
            .ok_or_else(wrong)?;
        if place < self.table || self.head.tables[place].sealed_rows {
            return Err(wrong());
        }
        self.tables_until(place);
        if no != self.slice {
            return Err(wrong());
        }
        self.slice += 1;
        self.hash.update(bytes);
        let table = &self.head.tables[place];
        let text = std::str::from_utf8(bytes).map_err(|_| bad(format!("the rows of {name} are not text")))?;
        let mut rows = Vec::new();
        for line in text.lines() {
            self.tallies[place].rows += 1;
            let mut row = read_row(line, &table.columns).map_err(|what| {
                bad(format!(
                    "row {} of {name} is wrong: {what}",
                    self.tallies[place].rows
                ))
            })?;
            if !self.secrets.is_empty() {
                let mut key = Vec::new();
                write_row(
                    &table.key.iter().map(|&p| row[p].clone()).collect::<Vec<_>>(),
                    &mut key,
                );
                for (&place, value) in table
                    .secret
                    .iter()
                    .zip(self.secrets.remove(&(place, key)).unwrap_or_default())
                {
                    row[place] = value;
                }
            }
            rows.push(row);
        }
        see(Part::Rows { table, rows })
    }

    /// Closes the accounts of the tables before `place`.
    fn tables_until(&mut self, place: usize) {
        while self.table < place {
            let hash = std::mem::take(&mut self.hash).finalize();
            self.tallies[self.table].sha256 = hash.iter().map(|b| format!("{b:02x}")).collect();
            self.table += 1;
            self.slice = 0;
        }
    }

    fn file(
        &mut self,
        hash: &str,
        bytes: Vec<u8>,
        see: &mut impl FnMut(Part<'_>) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        self.stage(2)?;
        if *hash <= *self.last_file {
            return Err(bad("its files are not in their order"));
        }
        hash.clone_into(&mut self.last_file);
        if hash_of(&bytes) != hash {
            return Err(damaged(format!("the file {hash} is not what its name says")));
        }
        self.files += 1;
        self.file_bytes += bytes.len() as u64;
        see(Part::File { hash, bytes })
    }

    fn end(&mut self, bytes: &[u8], unlock: &Unlock) -> Result<Manifest, Problem> {
        self.stage(3)?;
        self.tables_until(self.head.tables.len());
        let manifest: Manifest = parse("manifest.json", bytes)?;
        if manifest.head != self.head {
            return Err(bad("manifest.json and format.json differ"));
        }
        let wrong = self
            .tallies
            .iter()
            .zip(&manifest.rows)
            .find(|(found, said)| found != said);
        if let Some((found, said)) = wrong.filter(|_| manifest.rows.len() == self.tallies.len()) {
            let what = format!(
                "{} has {} rows instead of {}, or others",
                found.table, found.rows, said.rows
            );
            return Err(damaged(what));
        }
        let secrets =
            !unlock.opens() || (self.secret_rows == manifest.secret_rows && self.secrets.is_empty());
        let files = (manifest.files, manifest.file_bytes) == (self.files, self.file_bytes);
        if !secrets || !files || manifest.rows.len() != self.tallies.len() {
            return Err(damaged("its parts are not those its manifest names"));
        }
        Ok(manifest)
    }
}
