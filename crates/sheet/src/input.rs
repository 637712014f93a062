use std::fs::File;
use std::io::{BufReader, Cursor, Read, Result, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use crate::decode::unreadable;
use crate::fault::Flaw;

/// The bytes of a file: on the disk, or in memory.
pub(crate) enum Input {
    Disk(PathBuf, BufReader<File>),
    Memory(Cursor<Arc<[u8]>>),
}

impl Input {
    pub(crate) fn disk(path: PathBuf) -> std::result::Result<Input, Flaw> {
        let file = File::open(&path).map_err(|error| unreadable(&error))?;
        Ok(Input::Disk(path, BufReader::with_capacity(64 << 10, file)))
    }

    pub(crate) fn memory(bytes: impl Into<Arc<[u8]>>) -> Input {
        Input::Memory(Cursor::new(bytes.into()))
    }

    /// The same bytes from their beginning.
    pub(crate) fn again(&self) -> std::result::Result<Input, Flaw> {
        match self {
            Input::Disk(path, _) => Input::disk(path.clone()),
            Input::Memory(cursor) => Ok(Input::memory(Arc::clone(cursor.get_ref()))),
        }
    }

    /// Length in bytes.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Input::Disk(_, reader) => reader.get_ref().metadata().map_or(0, |meta| meta.len()),
            Input::Memory(cursor) => cursor.get_ref().len() as u64,
        }
    }
}

impl Read for Input {
    fn read(&mut self, to: &mut [u8]) -> Result<usize> {
        match self {
            Input::Disk(_, reader) => reader.read(to),
            Input::Memory(cursor) => cursor.read(to),
        }
    }
}

impl Seek for Input {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        match self {
            Input::Disk(_, reader) => reader.seek(to),
            Input::Memory(cursor) => cursor.seek(to),
        }
    }
}
