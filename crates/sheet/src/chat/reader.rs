//! Messages of a text as their lines come.

use base::Ms;

use super::text::Head;
use super::{Happened, Part, Said, System, UNSHOWN, system};
use crate::fault::{Fault, Flaw};
use crate::row::DAMAGED;

/// Characters of a message; a longer one is cut.
const TEXT: usize = 5_000;

/// Puts lines together.
pub(super) struct Reader<'p> {
    place: &'p Fault,
    parts: Vec<Part>,
    faults: Vec<Fault>,
    /// The message whose lines come.
    open: Option<Said>,
    body: Vec<String>,
    /// The platform told something below the last head.
    told: bool,
    /// A message that cannot be taken: its lines are nobody's.
    refused: bool,
}

impl<'p> Reader<'p> {
    pub(super) fn new(place: &'p Fault) -> Reader<'p> {
        let mut reader = Reader {
            place,
            parts: Vec::new(),
            faults: Vec::new(),
            open: None,
            body: Vec::new(),
            told: false,
            refused: false,
        };
        reader.part(Vec::new());
        reader
    }

    fn part(&mut self, accounts: Vec<String>) {
        self.parts.push(Part {
            place: self.place.clone(),
            said: Vec::new(),
            accounts,
        });
    }

    /// A block of an account begins.
    pub(super) fn part_of(&mut self, account: String) {
        self.close();
        self.part(vec![account]);
    }

    /// The head of a message.
    pub(super) fn begin(&mut self, row: u64, at: Ms, head: Head) {
        self.close();
        (self.told, self.refused) = (false, false);
        self.body.push(head.text);
        self.open = Some(Said {
            row,
            at,
            name: head.name,
            to: head.to,
            text: String::new(),
            system: None,
            ours: None,
        });
    }

    /// A head that is none.
    pub(super) fn refuse(&mut self, row: u64, code: &'static str) {
        self.close();
        self.refused = true;
        self.faults.push(self.place.of(Some(row), None, Flaw::new(code)));
    }

    /// A line below a head.
    pub(super) fn line(&mut self, row: u64, line: &str) {
        if system::noise(line) || self.refused {
            return;
        }
        let Some(open) = &self.open else {
            if !line.trim().is_empty() {
                let flaw = Flaw::new("chat_line").seen(line.trim());
                self.faults.push(self.place.of(Some(row), None, flaw));
            }
            return;
        };
        let told = system::told(line).filter(|system| self.is_told(open, system));
        let Some(system) = told else {
            self.body.push(line.trim_end().to_owned());
            return;
        };
        let said = Said {
            row,
            at: open.at,
            name: String::new(),
            to: None,
            text: line.trim().to_owned(),
            system: Some(system),
            ours: None,
        };
        // What follows below is still the same message's, should anything follow.
        let more = Said {
            row,
            at: open.at,
            name: open.name.clone(),
            to: open.to.clone(),
            text: String::new(),
            system: None,
            ours: None,
        };
        self.told = true;
        self.close();
        self.push(said);
        self.open = Some(more);
    }

    /// Whether a line like the platform's is the platform's: right below a head it is what somebody wrote, and a
    /// reason is only told of something that was told.
    fn is_told(&self, open: &Said, system: &System) -> bool {
        match system.0 {
            Happened::Recalled => true,
            Happened::Other => self.told,
            _ => self.told || self.has_words() || system::is_platform(&open.name),
        }
    }

    fn has_words(&self) -> bool {
        self.body.iter().any(|line| !line.trim().is_empty())
    }

    /// Ends the message whose lines came.
    fn close(&mut self) {
        let text = self.body.join("\n");
        self.body.clear();
        let Some(mut said) = self.open.take() else {
            return;
        };
        let text = match text.trim() {
            "" if self.told => return,
            "" => UNSHOWN,
            text => text,
        };
        if [&said.name, said.to.as_deref().unwrap_or_default(), text]
            .iter()
            .any(|text| text.contains(DAMAGED))
        {
            let fault = self.place.of(Some(said.row), None, Flaw::new("text_damaged"));
            self.faults.push(fault);
            return;
        }
        said.text = text.chars().take(TEXT).collect();
        self.push(said);
    }

    fn push(&mut self, said: Said) {
        if let Some(part) = self.parts.last_mut() {
            part.said.push(said);
        }
    }

    /// All that was read, and what could not be.
    pub(super) fn end(mut self) -> (Vec<Part>, Vec<Fault>) {
        self.close();
        self.parts.retain(|part| !part.said.is_empty());
        (self.parts, self.faults)
    }
}
