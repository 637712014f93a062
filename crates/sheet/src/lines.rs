//! A text as lines, where it is no table.

use crate::book::Book;
use crate::decode::Text;
use crate::fault::{Fault, Flaw};
use crate::row::DAMAGED;

/// Bytes of a text that is held in memory as a whole.
const HELD: usize = 64 << 20;

impl Book {
    /// The lines of the text `index`, up to so many bytes; none of what is no text. Characters that are broken read as
    /// the mark for that. Refuses with `file_too_large` a text that is too long to be held.
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
    let damaged = text.damaged();
    Ok(whole
        .split('\n')
        .flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
        .map(|line| match damaged {
            true => line.replace(DAMAGED, "\u{fffd}"),
            false => line.to_owned(),
        })
        .collect())
}
