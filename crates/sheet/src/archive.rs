//! Zips: archives of tables, and the guard that looks through a workbook before anything is held in memory.

use std::io::Read;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::decode::{Unreadable, unreadable};
use crate::fault::Flaw;
use crate::input::Input;
use crate::limits::{ENTRIES, HELD, RATIO, UNPACKED, UNPACKED_FREE, XML_RUN};

/// Opens a zip. One that ends in the middle has lost its list of entries, which stands at the end.
pub(crate) fn open(input: Input) -> Result<ZipArchive<Input>, Flaw> {
    let archive = ZipArchive::new(input).map_err(|_| Flaw::new("file_cut"))?;
    if archive.len() > ENTRIES {
        return Err(Flaw::new("file_too_large").with("entries", ENTRIES));
    }
    Ok(archive)
}

/// Whether the zip is a workbook.
pub(crate) fn is_workbook(archive: &ZipArchive<Input>) -> bool {
    let names: Vec<&[u8]> = archive.file_names_raw().collect();
    names.contains(&b"[Content_Types].xml".as_slice()) && names.iter().any(|name| name.starts_with(b"xl/"))
}

/// An entry that may be a table.
pub(crate) struct Entry {
    pub(crate) index: usize,
    pub(crate) name: String,
    pub(crate) size: u64,
}

/// The files of an archive, without folders and what operating systems leave behind. Names are UTF-8, or GBK
/// as older programs in China write them.
pub(crate) fn entries(archive: &mut ZipArchive<Input>) -> Result<Vec<Entry>, Flaw> {
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(broken)?;
        let raw = entry.name_raw();
        let name = match std::str::from_utf8(raw) {
            Ok(name) => name.to_owned(),
            Err(_) => encoding_rs::GB18030.decode(raw).0.into_owned(),
        };
        let own = name.rsplit('/').next().unwrap_or(&name);
        if entry.is_dir() || own.starts_with('.') || name.starts_with("__MACOSX/") {
            continue;
        }
        if entry.encrypted() {
            return Err(Flaw::new("file_locked"));
        }
        entries.push(Entry {
            index,
            size: entry.size(),
            name,
        });
    }
    Ok(entries)
}

/// Reads an entry as a stream that ends in an error where it is larger than it may be, whatever it says of
/// itself.
pub(crate) fn stream(archive: &mut ZipArchive<Input>, index: usize) -> Result<impl Read + '_, Flaw> {
    let entry = archive.by_index(index).map_err(broken)?;
    let packed = entry.compressed_size();
    Ok(Bounded {
        inner: entry,
        left: allowed(packed),
    })
}

/// Reads an entry into memory.
pub(crate) fn bytes(archive: &mut ZipArchive<Input>, index: usize) -> Result<Vec<u8>, Flaw> {
    let mut bytes = Vec::new();
    let stream = stream(archive, index)?;
    let read = stream.take(HELD + 1).read_to_end(&mut bytes);
    read.map_err(|error| entry_error(&error))?;
    if bytes.len() as u64 > HELD {
        return Err(too_large());
    }
    Ok(bytes)
}

fn allowed(packed: u64) -> u64 {
    packed.saturating_mul(RATIO).clamp(UNPACKED_FREE, UNPACKED)
}

fn too_large() -> Flaw {
    Flaw::new("file_too_large").with("bytes", HELD)
}

fn broken(error: ZipError) -> Flaw {
    match error {
        ZipError::Io(error) => unreadable(&error),
        ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            Flaw::new("file_locked")
        }
        _ => Flaw::new("file_broken"),
    }
}

/// Within an entry any failure to read is the entry's: the disk was read to open it.
fn entry_error(error: &std::io::Error) -> Flaw {
    let flaw = unreadable(error);
    if flaw.code == "file_unreadable" {
        Flaw::new("file_broken")
    } else {
        flaw
    }
}

struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(to)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| std::io::Error::other(Unreadable("file_too_large")))?;
        Ok(read)
    }
}

/// Looks through all parts of a workbook that will be read: none larger than it may be, the checksums right,
/// no piece of XML so long that it could not be held. It unpacks everything once; reading it takes ten times
/// as long.
pub(crate) fn guard(archive: &mut ZipArchive<Input>) -> Result<(), Flaw> {
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let name = {
            let entry = archive.by_index_raw(index).map_err(broken)?;
            if entry.encrypted() {
                return Err(Flaw::new("file_locked"));
            }
            entry.name_raw().to_ascii_lowercase()
        };
        let read = name.ends_with(b".xml") || name.ends_with(b".rels");
        if !read {
            continue;
        }
        let held = !name.starts_with(b"xl/worksheets/");
        let size = look_through(stream(archive, index)?)?;
        total += size;
        if total > UNPACKED || (held && size > HELD) {
            return Err(too_large());
        }
    }
    Ok(())
}

fn look_through(mut part: impl Read) -> Result<u64, Flaw> {
    let mut chunk = vec![0; 64 << 10];
    let (mut size, mut run) = (0, 0);
    loop {
        let read = part.read(&mut chunk).map_err(|error| entry_error(&error))?;
        if read == 0 {
            return Ok(size);
        }
        size += read as u64;
        let seen = &chunk[..read];
        match (memchr::memchr(b'<', seen), memchr::memrchr(b'<', seen)) {
            (Some(first), Some(last)) if run + first <= XML_RUN => run = read - last,
            (None, _) if run + read <= XML_RUN => run += read,
            _ => return Err(Flaw::new("cell_too_long").with("limit", crate::limits::CELL_CHARS)),
        }
    }
}
