//! A text as lines, where it is no table.

use crate::book::Book;
use crate::decode::Text;
use crate::fault::{Fault, Flaw};

/// Bytes of a text that is held in memory as a whole.
const HELD: usize = 64 << 20;

impl Book {
    /// The lines of the text `index`, up to so many bytes; none of what is no text. Characters that are broken read as
    /// [`crate::row::DAMAGED`]; marks of an encoding (of files that were put together) and control characters are left
    /// out. Refuses with `file_too_large` a text that is too long to be held.
    pub fn lines(&mut self, index: usize, upto: Option<usize>) -> Result<Vec<String>, Fault> {
        let Some(text) = self.text_of(index)? else {
            return Ok(Vec::new());
        };
        gather(text, upto).map_err(|flaw| self.fault(index, flaw))
    }
}

fn gather(mut text: Text<'_>, upto: Option<usize>) -> Result<Vec<String>, Flaw> {
    let mut whole = String::new();
    while !text.ended() && upto.is_none_or(|upto| whole.len() < upto) {
        text.more()?;
        whole.push_str(text.rest());
        text.advance(text.rest().len());
        if whole.len() > HELD {
            return Err(Flaw::new("file_too_large").with("bytes", HELD as u64));
        }
    }
    Ok(whole
        .split('\n')
        .flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
        .map(plain)
        .collect())
}

/// A line without what nobody sees.
fn plain(line: &str) -> String {
    let unseen = |c: char| c == '\u{feff}' || (c.is_control() && c != '\t');
    if line.contains(unseen) {
        line.replace(unseen, "")
    } else {
        line.to_owned()
    }
}
