//! The archive a backup writes: a gzipped tar of members with fixed names in a fixed order, so that
//! nothing in it names a place on a disk. What is in it and in which order:
//!
//! ```text
//! format.json              what the archive is, its tables and their columns, the key recipe
//! secrets/000000[.last]    sealed pieces with what may be read with the passphrase only
//! rows/TABLE/000000.jsonl  rows, one JSON list of values a line; about 1 MB a member
//! files/SHA256             the bytes of files, by their hash
//! manifest.json            all of format.json again, with counts and hashes; its absence tells a torso
//! ```

use std::io::{BufRead as _, BufReader, Read, Write};

use base::Problem;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use crate::FILE_LIMIT;
use crate::files::is_hash;
use crate::seal::KeyRecipe;
use crate::shape::Column;

pub(crate) const FORMAT: &str = "xiaoer-backup";
pub(crate) const VERSION: u32 = 1;
/// A member of rows or secrets is closed when it holds this many bytes.
pub(crate) const SLICE: usize = 1 << 20;
/// No member is larger, and none that says so is read.
const MEMBER_LIMIT: u64 = 64 << 20;

/// What stands first in an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) format: String,
    pub(crate) version: u32,
    pub(crate) engine: String,
    pub(crate) epoch: String,
    /// Milliseconds since 1970 UTC.
    pub(crate) created_at: i64,
    /// Room, step and checksum of every migration the data went through.
    pub(crate) migrations: Vec<(String, String, String)>,
    /// Tables whose rows are not in the archive: what only ever holds for a moment.
    pub(crate) left_out: Vec<String>,
    /// How the secrets are sealed; none: they are not in the archive.
    pub(crate) secrets: Option<KeyRecipe>,
    pub(crate) tables: Vec<TableHead>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableHead {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    /// The primary key, as places in `columns`.
    pub(crate) key: Vec<usize>,
    /// Columns that are empty in the rows and stand among the secrets, as places in `columns`.
    pub(crate) secret: Vec<usize>,
    /// Whether whole rows stand among the secrets: where a secret is part of a key, nothing is left of a
    /// row without it.
    pub(crate) sealed_rows: bool,
}

/// What stands last in an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    #[serde(flatten)]
    pub(crate) head: Head,
    /// In the order of `tables`.
    pub(crate) rows: Vec<Tally>,
    /// Rows that have something among the secrets.
    pub(crate) secret_rows: u64,
    pub(crate) files: u64,
    pub(crate) file_bytes: u64,
    /// Hashes of files that were named but not there (or not what their hash says).
    pub(crate) missing_files: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(crate) table: String,
    pub(crate) rows: u64,
    /// Of the table's members, one after the other.
    pub(crate) sha256: String,
}

/// The name of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    Head,
    Secrets { no: u32, last: bool },
    Rows { table: String, no: u32 },
    File(String),
    Manifest,
}

impl std::fmt::Display for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Member::Head => write!(f, "format.json"),
            Member::Secrets { no, last } => write!(f, "secrets/{no:06}{}", if *last { ".last" } else { "" }),
            Member::Rows { table, no } => write!(f, "rows/{table}/{no:06}.jsonl"),
            Member::File(hash) => write!(f, "files/{hash}"),
            Member::Manifest => write!(f, "manifest.json"),
        }
    }
}

impl Member {
    /// The member of that name, if it is a name that [`Member`] would write.
    fn parse(name: &str) -> Option<Member> {
        let member = match name.split('/').collect::<Vec<_>>()[..] {
            ["format.json"] => Member::Head,
            ["manifest.json"] => Member::Manifest,
            ["secrets", no] => {
                let (digits, last) = no
                    .strip_suffix(".last")
                    .map_or((no, false), |digits| (digits, true));
                Member::Secrets {
                    no: digits.parse().ok()?,
                    last,
                }
            }
            ["rows", table, file] => Member::Rows {
                table: table.to_owned(),
                no: file.strip_suffix(".jsonl")?.parse().ok()?,
            },
            ["files", hash] if is_hash(hash) => Member::File(hash.to_owned()),
            _ => return None,
        };
        (member.to_string() == name).then_some(member)
    }
}

/// The archive is not one, or not whole.
pub(crate) fn damaged(what: impl std::fmt::Display) -> Problem {
    Problem::new(
        422,
        "backup_damaged",
        format!("The archive is damaged or incomplete: {what}."),
    )
}

/// The archive is whole but says what no backup of ours would say.
pub(crate) fn bad(what: impl std::fmt::Display) -> Problem {
    Problem::new(
        422,
        "backup_bad",
        format!("The archive is not a backup that can be restored here: {what}."),
    )
}

/// Writes an archive.
pub(crate) struct Packer<W: Write> {
    tar: tar::Builder<GzEncoder<W>>,
    seconds: u64,
}

fn unwritable(error: &std::io::Error) -> Problem {
    Problem::new(
        500,
        "backup_failed",
        format!("The archive cannot be written: {error}."),
    )
}

impl<W: Write> Packer<W> {
    pub(crate) fn new(out: W, created_at: i64) -> Packer<W> {
        // Pictures do not get smaller and rows do with little effort.
        let tar = tar::Builder::new(GzEncoder::new(out, Compression::fast()));
        Packer {
            tar,
            seconds: u64::try_from(created_at / 1000).unwrap_or(0),
        }
    }

    pub(crate) fn add(&mut self, member: &Member, bytes: &[u8]) -> Result<(), Problem> {
        if bytes.len() as u64 > limit(member) {
            let detail = format!(
                "{member} has {} bytes, more than an archive can hold in one piece.",
                bytes.len()
            );
            return Err(Problem::new(500, "backup_failed", detail));
        }
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(self.seconds);
        self.tar
            .append_data(&mut header, member.to_string(), bytes)
            .map_err(|e| unwritable(&e))
    }

    pub(crate) fn finish(self) -> Result<W, Problem> {
        let mut out = self
            .tar
            .into_inner()
            .and_then(GzEncoder::finish)
            .map_err(|e| unwritable(&e))?;
        out.flush().map_err(|e| unwritable(&e))?;
        Ok(out)
    }
}

fn limit(member: &Member) -> u64 {
    match member {
        Member::File(_) => FILE_LIMIT as u64,
        _ => MEMBER_LIMIT,
    }
}

/// Hands each member with its bytes to `see`, in the archive's order, and makes sure that the archive
/// ends where it should. Links, long names and every other name than ours are refused.
pub(crate) fn unpack(
    archive: impl Read,
    mut see: impl FnMut(Member, Vec<u8>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut gzip = flate2::bufread::GzDecoder::new(BufReader::with_capacity(1 << 16, archive));
    {
        let mut tar = tar::Archive::new(&mut gzip);
        // Raw: no extension of the format is followed, each is a member of a wrong kind.
        for entry in tar.entries().map_err(damaged)?.raw(true) {
            let mut entry = entry.map_err(damaged)?;
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let shown: String = name.chars().take(80).flat_map(char::escape_default).collect();
            let member =
                Member::parse(&name).filter(|_| entry.header().entry_type() == tar::EntryType::Regular);
            let member = member.ok_or_else(|| bad(format!("it has a member named {shown}")))?;
            let size = entry.size();
            if size > limit(&member) {
                return Err(bad(format!("{shown} says it has {size} bytes")));
            }
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).map_err(damaged)?;
            if bytes.len() as u64 != size {
                return Err(damaged(format!("{shown} is cut off")));
            }
            see(member, bytes)?;
        }
    }
    // To the end, so that gzip compares its checksum.
    let mut rest = Vec::new();
    (&mut gzip)
        .take(1 << 16)
        .read_to_end(&mut rest)
        .map_err(damaged)?;
    let mut under = gzip.into_inner();
    if rest.iter().any(|&byte| byte != 0) || !under.fill_buf().map_err(damaged)?.is_empty() {
        return Err(damaged("something follows its end"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_members() {
        let hash = "0a".repeat(32);
        for member in [
            Member::Head,
            Member::Manifest,
            Member::Secrets { no: 0, last: false },
            Member::Secrets { no: 12, last: true },
            Member::Rows {
                table: "message".into(),
                no: 1_234_567,
            },
            Member::File(hash.clone()),
        ] {
            assert_eq!(Member::parse(&member.to_string()), Some(member));
        }
        let upper = format!("files/{}", hash.to_uppercase());
        for name in [
            "",
            "/format.json",
            "./format.json",
            "../format.json",
            "rows/../../etc/000001.jsonl",
            "rows/a/1.jsonl",
            "rows/a/+00001.jsonl",
            "files/../a",
            "files/0a",
            "secrets/00000١",
            "manifest.json/",
            "rows//000001.jsonl/x",
            &upper,
        ] {
            assert_eq!(Member::parse(name), None, "{name}");
        }
    }

    #[test]
    fn bytes_after_the_end_and_torsos_are_noticed() {
        let mut packer = Packer::new(Vec::new(), 0);
        packer.add(&Member::Head, b"{}").expect("packed");
        packer.add(&Member::Manifest, &[7; 5000]).expect("packed");
        let whole = packer.finish().expect("packed");
        let seen = |bytes: &[u8]| {
            let mut seen = 0;
            unpack(bytes, |_, _| {
                seen += 1;
                Ok(())
            })
            .map(|()| seen)
            .map_err(|p| p.code.to_string())
        };
        assert_eq!(seen(&whole), Ok(2));
        for cut in 0..whole.len() {
            assert_eq!(seen(&whole[..cut]), Err("backup_damaged".into()), "cut at {cut}");
        }
        let more: Vec<u8> = whole.iter().copied().chain([0]).collect();
        assert_eq!(seen(&more), Err("backup_damaged".into()));
        let twice: Vec<u8> = whole.iter().chain(&whole).copied().collect();
        assert_eq!(seen(&twice), Err("backup_damaged".into()));
    }
}
