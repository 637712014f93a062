//! What the messages of a talk are, system messages with them, given what logs tell of it. Pure.
//!
//! A log says who wrote what, and not who had the talk when or when it ended. So it is taken that a buyer's wait is
//! that of whoever answers it, that a session ends by the rule of live ones, and that nobody waits any more when for a
//! day nobody said anything.

use base::{Id, Ms, Problem};
use orders::StageThen;
use serde_json::{Value, json};
use team::AccountPeople;

use crate::book::{Book, Entry};
use crate::conversation::Stage;
use crate::logs::item::{Item, What};
use crate::logs::quiet::Quiet;
use crate::logs::row::Row;
use crate::message::{Kind, Sender, Standing};
use crate::rebuild::entry_of;

/// How long nobody says anything before a wait in a log is over.
const SILENCE_MS: i64 = 86_400_000;
/// Who ends such a wait.
const NOBODY: &str = "log";

/// What talks are played by.
pub(super) struct Ground<'a> {
    /// Whose the accounts are.
    pub(super) people: &'a AccountPeople,
    /// Version of the settings sessions run under.
    pub(super) version: Id,
    /// After how long a session ends by itself.
    pub(super) session_end: i64,
    /// How long after shipping a talk is about after-sale.
    pub(super) after: i64,
    /// What the buyer's orders were when.
    pub(super) orders: &'a [StageThen],
}

/// What a talk is made of.
pub(super) enum Piece {
    /// Something a log tells.
    Told(Item),
    /// A message that stands as it is: a note of somebody here.
    Kept(Row),
}

impl Piece {
    pub(super) fn at(&self) -> Ms {
        match self {
            Piece::Told(item) => item.at,
            Piece::Kept(row) => row.at,
        }
    }
}

/// The messages behind those that are `fixed`, which stand behind `from`, of these pieces in the order of time.
pub(super) fn play(
    from: Quiet,
    fixed: &[Row],
    pieces: &[Piece],
    ground: &Ground<'_>,
) -> Result<Vec<Row>, Problem> {
    let mut player = Player {
        ground,
        book: from.book,
        human_at: None,
        said_at: None,
        rows: Vec::new(),
        seq: from.seq,
    };
    for row in fixed {
        player.enter(row)?;
    }
    for (at, piece) in pieces.iter().enumerate() {
        player.end_before(piece.at())?;
        match piece {
            Piece::Kept(row) => player.push(row.clone())?,
            Piece::Told(item) => player.told(item, &pieces[at + 1..])?,
        }
    }
    player.end_before(Ms(i64::MAX))?;
    Ok(player.rows)
}

struct Player<'a> {
    ground: &'a Ground<'a>,
    book: Book,
    /// The last effective message of an agent in this session.
    human_at: Option<Ms>,
    /// The last word of anybody.
    said_at: Option<Ms>,
    rows: Vec<Row>,
    seq: i64,
}

impl Player<'_> {
    /// Lets the book follow a message.
    fn enter(&mut self, row: &Row) -> Result<(), Problem> {
        self.seq += 1;
        let message = row.message(Id::NONE, self.seq)?;
        let (entry, _) = entry_of(&message)?;
        let before = self.book.session;
        self.book.apply(self.seq, row.at, entry, None);
        if self.book.session != before {
            self.human_at = None;
        }
        match entry {
            Entry::Human(_) if row.state != Standing::Undone => self.human_at = Some(row.at),
            _ => {}
        }
        if matches!(entry, Entry::Human(_) | Entry::Buyer) {
            self.said_at = Some(row.at);
        }
        Ok(())
    }

    fn push(&mut self, row: Row) -> Result<(), Problem> {
        self.enter(&row)?;
        self.rows.push(row);
        Ok(())
    }

    fn follows(&mut self, at: Ms, body: &Value) -> Result<(), Problem> {
        self.push(Row::follows(at, body))
    }

    /// Ends the open session, if it is over before `at`.
    fn end_before(&mut self, at: Ms) -> Result<(), Problem> {
        if !self.book.session_open {
            return Ok(());
        }
        let (end, body) = match (self.book.waiting, self.human_at) {
            (None, Some(human)) => (human.plus(self.ground.session_end), json!({"event": "timed_out"})),
            _ => (
                self.said_at.unwrap_or_default().plus(SILENCE_MS),
                json!({"event": "closed", "by": NOBODY}),
            ),
        };
        if end <= at {
            self.follows(end, &body)?;
        }
        Ok(())
    }

    fn told(&mut self, item: &Item, later: &[Piece]) -> Result<(), Problem> {
        match &item.what {
            What::Buyer => self.buyer(item, later),
            What::Account(account) => self.answer(item, account),
            What::Program => self.push(row(item, Sender::Auto, Kind::Text, item.words())),
            What::HandedOn { from, to } => self.handed_on(item, from, to),
            What::Happened => {
                let body = json!({"event": "log", "text": item.text}).to_string();
                self.push(row(item, Sender::System, Kind::System, body))
            }
        }
    }

    fn buyer(&mut self, item: &Item, later: &[Piece]) -> Result<(), Problem> {
        let begins = !self.book.session_open;
        let waits = self.book.waiting.is_some();
        let answers = if waits {
            None
        } else {
            self.who_answers(item.at, later)
        };
        let taken = answers.filter(|(person, _)| self.book.agent != Some(*person));
        if begins {
            let stage = self.stage(item.at);
            let body = json!({"event": "queued", "stage": stage.key(), "version": self.ground.version});
            self.follows(item.at, &body)?;
        } else if let Some((person, account)) = &taken {
            self.assign(item.at, *person, account)?;
        }
        let (kind, body) = item.shown();
        self.push(row(item, Sender::Buyer, kind, body))?;
        match taken {
            Some((person, account)) if begins => self.assign(item.at, person, &account),
            _ => Ok(()),
        }
    }

    fn answer(&mut self, item: &Item, account: &str) -> Result<(), Problem> {
        let person = self.ground.people.at(account, item.at);
        if !self.book.session_open {
            let stage = self.stage(item.at);
            let (stage, version) = (stage.key(), self.ground.version);
            let body = json!({"event": "reopened", "by": person, "name": account, "stage": stage, "version": version});
            self.follows(item.at, &body)?;
        } else if let Some(person) = person
            && self.book.waiting.is_none()
            && self.book.agent != Some(person)
        {
            self.assign(item.at, person, account)?;
        }
        let (kind, body) = item.shown();
        let mut said = row(item, Sender::Agent, kind, body);
        (said.person, said.name) = (person, Some(account.to_owned()));
        self.push(said)
    }

    fn handed_on(&mut self, item: &Item, from: &str, to: &str) -> Result<(), Problem> {
        let person = self.ground.people.at(to, item.at);
        // Outside a session nobody waits for anybody.
        let event = if self.book.session_open {
            "transferred"
        } else {
            "log"
        };
        let body = json!({
            "event": event, "from": null, "from_name": from, "to": person, "name": to, "to_account": to, "text": item.text,
        });
        self.push(row(item, Sender::System, Kind::System, body.to_string()))
    }

    fn assign(&mut self, at: Ms, person: Id, account: &str) -> Result<(), Problem> {
        self.follows(at, &json!({"event": "assigned", "to": person, "name": account}))
    }

    /// Who answers what was said at `at`: the next account that writes, unless the platform hands it on before.
    fn who_answers(&self, at: Ms, later: &[Piece]) -> Option<(Id, String)> {
        let mut said_at = at;
        for piece in later {
            let Piece::Told(item) = piece else { continue };
            if item.at.since(said_at) > SILENCE_MS {
                return None;
            }
            match &item.what {
                What::Account(account) => {
                    let person = self.ground.people.at(account, item.at)?;
                    return Some((person, account.clone()));
                }
                What::HandedOn { .. } => return None,
                _ if item.is_said() => said_at = item.at,
                _ => {}
            }
        }
        None
    }

    /// What a talk that begins at `at` is about, as far as the buyer's orders tell.
    fn stage(&self, at: Ms) -> Stage {
        let lately = |order: &StageThen| {
            order
                .shipped_at
                .is_some_and(|sent| sent <= at && at.since(sent) < self.ground.after)
        };
        let paid = |order: &StageThen| {
            order.paid_at.is_some_and(|paid| paid <= at)
                && order.shipped_at.map_or(order.open, |sent| sent > at)
        };
        if self.ground.orders.iter().any(lately) {
            Stage::After
        } else if self.ground.orders.iter().any(paid) {
            Stage::In
        } else {
            Stage::Pre
        }
    }
}

/// The message of an item.
fn row(item: &Item, sender: Sender, kind: Kind, body: String) -> Row {
    Row {
        at: item.at,
        sender,
        kind,
        body,
        person: None,
        name: None,
        client_id: Some(item.own_id.clone()),
        quote: None,
        state: Standing::Sent,
        typed_ms: None,
        log_run: Some(item.run),
        rev: 1,
    }
}
