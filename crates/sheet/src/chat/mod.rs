//! Chat logs as people export and copy them: who wrote what to which buyer and when. There is no official export in
//! bulk; these are the four forms that are met (`export-headers`, C1 to C4).

mod day;
mod quoted;
mod reader;
mod system;
mod text;
mod web;
mod when;
mod whose;

use std::collections::BTreeMap;

use base::Ms;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::book::{Book, Form};
use crate::fault::{Fault, Flaw};

pub use system::{Happened, System};

/// Messages of one file at most; they are held in memory until they are sorted by buyer.
const MOST: usize = 500_000;
/// Characters of a name.
const NAME: usize = 64;
/// What a message says of which a file shows nothing: a picture, a card.
const UNSHOWN: &str = "[未能导出的内容]";

/// Which of the forms a log has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatForm {
    /// 旺旺 text: `2011年5月3日12:34:56 name: text`, below a line with the agent's account.
    Wangwang,
    /// Text copied out of 千牛: `name 2023-1-5 9:08:07`, and what was said below.
    Qianniu,
    /// `[name] 2024-01-01 10:00:00`, and what was said below.
    Bracket,
    /// The table of 千牛's web page: a sheet a customer, times of day only.
    Web,
}

impl ChatForm {
    /// Its name in plans and on the wire.
    pub fn key(self) -> &'static str {
        match self {
            ChatForm::Wangwang => "wangwang",
            ChatForm::Qianniu => "qianniu",
            ChatForm::Bracket => "bracket",
            ChatForm::Web => "qianniu_web",
        }
    }
}

/// Who wrote a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The buyer.
    Buyer,
    /// An account of the shop: `shop:sub`, or the main one.
    Account(String),
    /// A program of the platform or the shop.
    Program,
    /// Nobody: the platform tells what happened.
    System(System),
}

/// One thing that was said or happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatLine {
    /// When.
    pub at: Ms,
    /// By whom.
    pub by: By,
    /// What, as it stands.
    pub text: String,
}

/// Everything a file tells of one buyer, in the order of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatTalk {
    /// The buyer's nick.
    pub buyer: String,
    /// What was said.
    pub lines: Vec<ChatLine>,
}

/// An account of the shop that a file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatAccount {
    /// Messages of it.
    pub messages: u64,
    /// Its first.
    pub from: Ms,
    /// Its last.
    pub until: Ms,
}

/// A log that was read.
#[derive(Clone, Debug)]
pub struct ChatLog {
    /// Its form; of several files in an archive, the first one's.
    pub form: ChatForm,
    /// What a text is written in.
    pub encoding: Option<String>,
    /// By buyer.
    pub talks: Vec<ChatTalk>,
    /// What could not be read.
    pub faults: Vec<Fault>,
    /// Messages that are not among the talks because of a fault.
    pub refused: u64,
    /// By name.
    pub accounts: BTreeMap<String, ChatAccount>,
    /// Names of which nobody can tell whether they are the shop's, of a text those who wrote most first.
    pub unsure: Vec<String>,
    /// The day of the last message in tables that tell times of day only: as asked, else as the file's name tells.
    pub day: Option<Date>,
    /// Such a day is needed, and nobody told it.
    pub day_missing: bool,
}

/// How a log is to be read.
#[derive(Clone, Copy, Debug)]
pub struct ChatAsk<'a> {
    /// Where its times are meant.
    pub zone: &'a TimeZone,
    /// The day of the last message, for tables without one.
    pub day: Option<Date>,
    /// Names that are known to be the shop's accounts.
    pub accounts: &'a [String],
    /// Names that are known to be buyers'.
    pub buyers: &'a [String],
    /// No message can be later.
    pub latest: Ms,
}

/// A message as it stands in a file, before it is known whose side its name is on.
struct Said {
    row: u64,
    at: Ms,
    name: String,
    /// Whom it is said to, where the file tells.
    to: Option<String>,
    text: String,
    system: Option<System>,
    /// Of a file that has both: whether the name is the shop's.
    ours: Option<bool>,
}

/// What belongs together in a file: a text, a block of it, a sheet.
struct Part {
    place: Fault,
    said: Vec<Said>,
    /// Names the part declares to be the shop's.
    accounts: Vec<String>,
}

/// Whether the file looks like a chat log, by its beginning.
pub fn looks_like_chat(book: &mut Book) -> bool {
    (0..book.sheets().len().min(8)).any(|index| match book.sheets()[index].form {
        Form::Text { .. } => {
            let text = book.lines(index, Some(64 << 10));
            text.is_ok_and(|text| text::form(&text).is_some())
                || web::is_chat(book, index).unwrap_or_default()
        }
        Form::Xlsx | Form::Xls | Form::Markup => web::is_chat(book, index).unwrap_or_default(),
    })
}

/// Reads a log, all of it. A file in which nothing is a message of any form is refused with `chat_unknown`, or with
/// what is wrong with its head.
pub fn read(book: &mut Book, ask: &ChatAsk<'_>) -> Result<ChatLog, Fault> {
    let mut read = Read {
        form: None,
        encoding: None,
        parts: Vec::new(),
        faults: Vec::new(),
        refused: 0,
        day: None,
        day_missing: false,
        headless: None,
    };
    for index in 0..book.sheets().len() {
        read.sheet(book, index, ask)?;
        if read.parts.iter().map(|part| part.said.len()).sum::<usize>() > MOST {
            let flaw = Flaw::new("file_too_large").with("messages", MOST as u64);
            return Err(place(book, 0).of(None, None, flaw));
        }
    }
    let Some(form) = read.form else {
        let unknown = place(book, 0).of(None, None, Flaw::new("chat_unknown"));
        return Err(read.headless.unwrap_or(unknown));
    };
    let mut sorted = whose::sort(read.parts, ask);
    sorted.faults.splice(0..0, read.faults);
    Ok(ChatLog {
        form,
        encoding: read.encoding,
        talks: sorted.talks,
        faults: sorted.faults,
        refused: read.refused + sorted.refused,
        accounts: sorted.accounts,
        unsure: sorted.unsure,
        day: read.day,
        day_missing: read.day_missing,
    })
}

struct Read {
    form: Option<ChatForm>,
    encoding: Option<String>,
    parts: Vec<Part>,
    faults: Vec<Fault>,
    refused: u64,
    day: Option<Date>,
    day_missing: bool,
    /// What is wrong with the head of a sheet that may have been a table.
    headless: Option<Fault>,
}

impl Read {
    fn sheet(&mut self, book: &mut Book, index: usize, ask: &ChatAsk<'_>) -> Result<(), Fault> {
        let encoding = match book.sheets()[index].form {
            Form::Text { encoding, .. } => encoding,
            Form::Xlsx | Form::Xls | Form::Markup => return self.table(book, index, ask).map(drop),
        };
        let place = place(book, index);
        let lines = book.lines(index, None)?;
        if let Some(form) = text::form(&lines) {
            self.form.get_or_insert(form);
            let (parts, faults) = text::parts(&lines, form, &place, ask.zone);
            self.parts.extend(parts);
            self.refused += faults.len() as u64;
            self.faults.extend(faults);
        } else if !self.table(book, index, ask)? {
            self.faults.push(place.of(None, None, Flaw::new("chat_unknown")));
            return Ok(());
        }
        self.encoding.get_or_insert_with(|| encoding.to_owned());
        Ok(())
    }

    /// Reads a sheet if it is a table of messages; answers whether it is: beside the customers' sheets there may be a
    /// summary.
    fn table(&mut self, book: &mut Book, index: usize, ask: &ChatAsk<'_>) -> Result<bool, Fault> {
        match web::is_chat(book, index) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(fault) => {
                self.headless.get_or_insert(fault);
                return Ok(false);
            }
        }
        self.form.get_or_insert(ChatForm::Web);
        let sheet = web::sheet(book, index, ask)?;
        self.refused += sheet.faults.len() as u64;
        self.faults.extend(sheet.faults);
        self.day_missing |= sheet.day_missing;
        self.day = self.day.max(sheet.day);
        self.parts.push(Part {
            place: place(book, index),
            said: sheet.said,
            accounts: Vec::new(),
        });
        Ok(true)
    }
}

/// The place of a sheet, for faults.
fn place(book: &Book, index: usize) -> Fault {
    let sheet = book.sheets().get(index);
    Fault {
        file: sheet.map_or_else(|| "".into(), |sheet| sheet.file.clone()),
        sheet: sheet.and_then(|sheet| sheet.name.clone()),
        row: None,
        column: None,
        code: "",
        params: Vec::new(),
        whole: None,
    }
}

impl Fault {
    /// The fault of a row in the same place.
    fn of(&self, row: Option<u64>, column: Option<&str>, flaw: Flaw) -> Fault {
        Fault {
            row,
            column: column.map(str::to_owned),
            code: flaw.code,
            params: flaw.params,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests;
