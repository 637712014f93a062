//! One thing that was said or happened, as a log tells it, on its way into a conversation or read out of one.

use base::{Ms, Problem};
use serde_json::{Value, json};
use sheet::chat::{By, ChatLine, Happened, System};

use crate::logs::row::Row;
use crate::message::{Kind, Sender};

/// What a log tells.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// The buyer wrote.
    Buyer,
    /// An account of the shop wrote.
    Account(String),
    /// A program wrote.
    Program,
    /// The talk went to an account.
    HandedOn { from: String, to: String },
    /// Something else happened.
    Happened,
}

impl What {
    /// Which side it is of. Which account of the shop it was, one form of a log may tell otherwise than another.
    fn side(&self) -> &'static str {
        match self {
            What::Buyer => "buyer",
            What::Account(_) => "shop",
            What::Program => "program",
            What::HandedOn { .. } | What::Happened => "system",
        }
    }
}

/// One of them, with where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    pub(super) at: Ms,
    pub(super) what: What,
    pub(super) text: String,
    /// What it is recognised by: the same again is the same message.
    pub(super) own_id: String,
    /// The import that brought it.
    pub(super) run: i64,
    /// The card of the product it is a link to, as it was when it came.
    pub(super) card: Option<String>,
}

impl Item {
    /// A line of a log, brought by `run`.
    pub(super) fn of(line: &ChatLine, run: i64) -> Item {
        let what = match &line.by {
            By::Buyer => What::Buyer,
            By::Account(name) => What::Account(name.clone()),
            By::Program => What::Program,
            By::System(System(Happened::HandedOn { from, to })) => {
                let (from, to) = (from.clone(), to.clone());
                What::HandedOn { from, to }
            }
            By::System(_) => What::Happened,
        };
        let text = line.text.replace('\0', "");
        Item {
            own_id: own_id(line.at, what.side(), &text),
            at: line.at,
            what,
            text,
            run,
            card: None,
        }
    }

    /// What a row was made of, if it stands for something a log told.
    pub(super) fn of_row(row: &Row) -> Result<Option<Item>, Problem> {
        let (Some(run), Some(own_id)) = (row.log_run.filter(|run| *run > 0), &row.client_id) else {
            return Ok(None);
        };
        let body: Value = serde_json::from_str(&row.body).map_err(|_| Problem::internal())?;
        let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let what = match row.sender {
            Sender::Buyer => What::Buyer,
            Sender::Agent => What::Account(row.name.clone().unwrap_or_default()),
            Sender::Auto => What::Program,
            Sender::System if body["to_account"].is_string() => What::HandedOn {
                from: word("from_name"),
                to: word("to_account"),
            },
            Sender::System => What::Happened,
        };
        let text = word(if row.kind == Kind::Product { "url" } else { "text" });
        Ok(Some(Item {
            at: row.at,
            what,
            text,
            own_id: own_id.clone(),
            run,
            card: (row.kind == Kind::Product).then(|| row.body.clone()),
        }))
    }

    /// Whether it is said, and not only happened.
    pub(super) fn is_said(&self) -> bool {
        matches!(self.what, What::Buyer | What::Account(_))
    }

    /// Its body as a text.
    pub(super) fn words(&self) -> String {
        json!({ "text": self.text }).to_string()
    }

    /// What it shows: the product, where it is a link to one that is known, else its words.
    pub(super) fn shown(&self) -> (Kind, String) {
        match &self.card {
            Some(card) => (Kind::Product, card.clone()),
            None => (Kind::Text, self.words()),
        }
    }

    /// The number of the item it is a link to and nothing else.
    pub(super) fn link(&self) -> Option<&str> {
        let text = self.text.trim();
        if !self.is_said() || !text.starts_with("http") || text.contains(char::is_whitespace) {
            return None;
        }
        let (address, asked) = text.split_once('?').unwrap_or((text, ""));
        let named = asked.split('&').find_map(|one| one.strip_prefix("id="));
        // JD puts it into the path: item.jd.com/100012043978.html
        let last = || address.rsplit('/').next()?.strip_suffix(".html");
        let number = named.or_else(last)?;
        (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(number)
    }
}

/// `log:moment-hash`: of the same second, side and words there is one message.
fn own_id(at: Ms, side: &str, text: &str) -> String {
    let bytes = side.bytes().chain([0]).chain(text.bytes());
    // FNV-1a, which stays what it is.
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("log:{:x}-{hash:016x}", at.0)
}
