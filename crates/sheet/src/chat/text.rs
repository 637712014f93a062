//! Logs that are text (C1, C2, C3).

use std::collections::{BTreeSet, VecDeque};

use base::account_name;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::reader::Reader;
use super::when::{at_end, at_start, instant};
use super::{ChatForm, NAME, Part, quoted, system};
use crate::fault::Fault;

/// Lines by which the form is told.
const BEGINNING: usize = 400;

/// The form of a text, by its beginning: the one that most of its lines are heads of.
pub(super) fn form(lines: &[String]) -> Option<ChatForm> {
    let lines = &lines[..lines.len().min(BEGINNING)];
    let forms = [ChatForm::Wangwang, ChatForm::Bracket, ChatForm::Qianniu];
    let count = |form: ChatForm| {
        (0..lines.len())
            .filter(|at| head(lines, *at, form).is_some())
            .count()
    };
    forms
        .into_iter()
        .map(|form| (count(form), form))
        .filter(|(count, _)| *count > 0)
        // Of equal ones the first: what brackets hold is no name of copied text.
        .rev()
        .max_by_key(|(count, _)| *count)
        .map(|(_, form)| form)
}

/// The head of a message.
pub(super) struct Head {
    pub(super) name: String,
    pub(super) to: Option<String>,
    pub(super) at: DateTime,
    /// What is said in the same line.
    pub(super) text: String,
    /// Lines it takes.
    pub(super) lines: usize,
}

fn head(lines: &[String], at: usize, form: ChatForm) -> Option<Head> {
    let line = lines.get(at)?.trim();
    match form {
        ChatForm::Wangwang => wangwang(line),
        ChatForm::Bracket => bracket(line),
        ChatForm::Qianniu | ChatForm::Web => qianniu(lines, at),
    }
}

/// `2011年5月3日12:34:56 name: text`; an account in the name has a colon too, but no blank behind it.
fn wangwang(line: &str) -> Option<Head> {
    let (moment, rest) = at_start(line)?;
    let rest = rest.trim_start();
    let end = ending(rest)?;
    let (name, text) = rest.split_at(end);
    let text = text.chars().next().map_or("", |colon| &text[colon.len_utf8()..]);
    one_head(name, None, moment, text.trim(), 1)
}

/// Where the name ends: at a colon with a blank behind it, else at one that ends the line, else at the first.
fn ending(rest: &str) -> Option<usize> {
    let colons = || rest.char_indices().filter(|(_, c)| matches!(c, ':' | '：'));
    let blank = colons().find(|(at, c)| rest[at + c.len_utf8()..].starts_with(char::is_whitespace));
    let last = || {
        colons()
            .next_back()
            .filter(|(at, c)| at + c.len_utf8() == rest.len())
    };
    let (at, _) = blank.or_else(last).or_else(|| colons().next())?;
    Some(at)
}

/// `[name] 2024-01-01 10:00:00`.
fn bracket(line: &str) -> Option<Head> {
    let (before, moment) = at_end(line)?;
    let name = before.trim().strip_prefix('[')?.strip_suffix(']')?;
    one_head(name, None, moment, "", 1)
}

/// `name 2023-1-5 9:08:07`, `name --> name 2023-1-5 9:08:07`, or the name in one line and the time in the next.
fn qianniu(lines: &[String], at: usize) -> Option<Head> {
    let line = lines[at].trim();
    if let Some((before, moment)) = at_end(line) {
        let before = before.trim();
        return match before.split_once("-->") {
            Some((name, to)) => one_head(name, Some(to.trim().to_owned()), moment, "", 1),
            None => one_head(before, None, moment, "", 1),
        };
    }
    let next = lines.get(at + 1)?;
    let (before, moment) = at_end(next)?;
    if !before.trim().is_empty() {
        return None;
    }
    one_head(line, None, moment, "", 2)
}

fn one_head(name: &str, to: Option<String>, at: DateTime, text: &str, lines: usize) -> Option<Head> {
    let name = name.trim();
    // What has a delimiter within is a row of a table, and what has a mark of a sentence is somebody's words.
    let strange = |c: char| matches!(c, ',' | ';' | '|' | '\t' | '。' | '？' | '！' | '，');
    let fits = !name.is_empty() && name.chars().count() <= NAME && !name.contains(strange);
    let to = to.filter(|to| !to.is_empty());
    (fits && !system::noise(name)).then(|| Head {
        name: name.to_owned(),
        to,
        at,
        text: text.to_owned(),
        lines,
    })
}

/// An account alone in a line: below it stands what it wrote and heard (C1). `shops` are those of blocks before.
fn block(lines: &[String], at: usize, shops: &BTreeSet<String>) -> Option<String> {
    let line = lines[at].trim();
    let first = at == 0 || lines[at - 1].trim().is_empty();
    let fits = !line.is_empty()
        && line.chars().count() <= NAME
        && !line.contains(char::is_whitespace)
        && !line.contains("//");
    if !fits || wangwang(line).is_some() {
        return None;
    }
    let account = account_name(line);
    let sibling = account.contains(':') && shops.contains(shop_of(&account));
    let below = lines[at + 1..].iter().find(|line| !line.trim().is_empty());
    let heads = below.is_none_or(|line| wangwang(line.trim()).is_some());
    (heads && (first || sibling)).then_some(account)
}

fn shop_of(account: &str) -> &str {
    account.split(':').next().unwrap_or_default()
}

/// The heads of a text, each with the place of its line, but for what only looks like one.
fn heads(lines: &[String], form: ChatForm) -> VecDeque<(usize, Head)> {
    let mut heads = VecDeque::new();
    let mut at = 0;
    while at < lines.len() {
        match head(lines, at, form) {
            Some(head) => {
                let next = at + head.lines;
                heads.push_back((at, head));
                at = next;
            }
            None => at += 1,
        }
    }
    if form == ChatForm::Qianniu {
        quoted::leave_out(&mut heads);
    }
    heads
}

/// Reads a text into its parts; answers also what could not be read.
pub(super) fn parts(
    lines: &[String],
    form: ChatForm,
    place: &Fault,
    zone: &TimeZone,
) -> (Vec<Part>, Vec<Fault>) {
    let mut heads = heads(lines, form);
    let mut reader = Reader::new(place);
    let mut shops = BTreeSet::new();
    let mut at = 0;
    while at < lines.len() {
        let row = at as u64 + 1;
        if form == ChatForm::Wangwang
            && let Some(account) = block(lines, at, &shops)
        {
            shops.insert(shop_of(&account).to_owned());
            reader.part_of(account);
            at += 1;
        } else if let Some((_, head)) = heads.pop_front_if(|(line, _)| *line == at) {
            at += head.lines;
            match instant(head.at, zone) {
                Some(when) => reader.begin(row, when, head),
                None => reader.refuse(row, "date_bad"),
            }
        } else {
            reader.line(row, &lines[at]);
            at += 1;
        }
    }
    reader.end()
}
