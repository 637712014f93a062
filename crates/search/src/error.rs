//! What can go wrong: the folder or the engine. Nothing a user types is an error.

use std::fmt;

/// A failure of the folder or of the index in it.
///
/// After an error of [`Index::put`](crate::Index::put), [`Index::delete`](crate::Index::delete) or
/// [`Index::commit`](crate::Index::commit) everything since the last commit is gone: feed again from
/// [`Index::cursor`](crate::Index::cursor).
#[derive(Debug)]
pub enum Error {
    /// The folder cannot be made, read or written.
    Folder(std::io::Error),
    /// The index cannot be read or written. Opening the folder again repairs it or empties it.
    Engine(Box<tantivy::TantivyError>),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Folder(e) => write!(f, "search folder: {e}"),
            Error::Engine(e) => write!(f, "search index: {e}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Folder(e) => Some(e),
            Error::Engine(e) => Some(e),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Error {
        Error::Folder(e)
    }
}

impl From<tantivy::TantivyError> for Error {
    fn from(e: tantivy::TantivyError) -> Error {
        Error::Engine(Box::new(e))
    }
}
