use base::{Actor, Id, Ms, Problem, Who};
use serde_json::Value;

use crate::{Row, Tx, args};

/// Something that happened, written in the transaction that did it.
///
/// `data` carries ids, figures and masked values, never names, phones, addresses or texts: personal
/// data stands in its owning table only.
pub struct Event<'a> {
    /// When.
    pub at: Ms,
    /// Who did it.
    pub who: &'a Actor,
    /// The shop, or [`Id::NONE`].
    pub shop: Id,
    /// Noun and what was done: `conversation.claimed`.
    pub kind: &'static str,
    /// The id of the noun.
    pub subject: Id,
    /// Facts; changes as `{"field": [from, to]}`.
    pub data: Value,
}

/// A place in the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The transaction (always 0 on SQLite, whose numbers commit in order).
    pub xid: i64,
    /// The row.
    pub seq: i64,
}

/// A row of the log.
#[derive(Clone, Debug)]
pub struct LogRow {
    /// Its place.
    pub cursor: Cursor,
    /// The organisation.
    pub org: Id,
    /// The shop, or [`Id::NONE`].
    pub shop: Id,
    /// When.
    pub at: Ms,
    /// `person`, `token`, `buyer` or `program`.
    pub actor_kind: String,
    /// The person (also behind a token) or customer; 0 for the program.
    pub actor: Id,
    /// Noun and what was done.
    pub kind: String,
    /// The id of the noun.
    pub subject: Id,
    /// Facts, as JSON.
    pub data: String,
}

impl LogRow {
    /// The columns [`LogRow::read`] expects.
    pub const COLUMNS: &'static str =
        "seq, xid, org_id, shop_id, at, actor_kind, actor_id, kind, subject, data";

    /// Reads a row selected with [`LogRow::COLUMNS`].
    pub fn read(row: &Row<'_>) -> Result<LogRow, Problem> {
        Ok(LogRow {
            cursor: Cursor {
                seq: row.get(0)?,
                xid: row.get(1)?,
            },
            org: row.get(2)?,
            shop: row.get(3)?,
            at: row.get(4)?,
            actor_kind: row.get(5)?,
            actor: row.get(6)?,
            kind: row.get(7)?,
            subject: row.get(8)?,
            data: row.get(9)?,
        })
    }
}

impl Cursor {
    /// The end of the log: everything up to it is committed, nothing can still appear before it.
    pub fn end(tx: &mut Tx<'_>) -> Result<Cursor, Problem> {
        let sql = tx.engine().log_end();
        Ok(tx
            .row(sql, args![], |row| {
                Ok(Cursor {
                    xid: row.get(0)?,
                    seq: row.get(1)?,
                })
            })?
            .unwrap_or_default())
    }
}

impl Tx<'_> {
    /// Writes an event to the log.
    pub fn emit(&mut self, event: Event<'_>) -> Result<(), Problem> {
        let (actor_kind, actor) = match event.who.who {
            Who::Person(person) => ("person", person),
            Who::Token { person, .. } => ("token", person),
            Who::Buyer(customer) => ("buyer", customer),
            Who::Program => ("program", Id::NONE),
        };
        self.exec(
            "INSERT INTO log (org_id, shop_id, at, actor_kind, actor_id, kind, subject, data)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![
                event.who.org,
                event.shop,
                event.at,
                actor_kind,
                actor,
                event.kind,
                event.subject,
                &event.data.to_string()
            ],
        )?;
        Ok(())
    }

    /// The log after `cursor`, in an order in which nothing is ever inserted before what was read.
    pub fn log_after(&mut self, cursor: Cursor, limit: usize) -> Result<Vec<LogRow>, Problem> {
        let sql = self.engine().log_page();
        self.rows(sql, args![cursor.xid, cursor.seq, limit], LogRow::read)
    }

    /// All that stands in the log after `cursor` at this moment, also what [`Tx::log_after`] still holds back.
    /// For telling somebody at once what they missed; never go on from the last row of it, as others may
    /// still appear before that.
    pub fn log_present(&mut self, cursor: Cursor, limit: usize) -> Result<Vec<LogRow>, Problem> {
        let sql = self.engine().log_present();
        self.rows(sql, args![cursor.xid, cursor.seq, limit], LogRow::read)
    }
}

impl Tx<'_> {
    /// Empties these facts in all that the log says of a subject: they were of a person who was erased. Messages are
    /// not looked at, as the log holds no more of them than their numbers.
    pub fn blank_log(&mut self, org: Id, subject: Id, facts: &[&str]) -> Result<(), Problem> {
        let rows: Vec<(i64, String)> = self.rows(
            "SELECT seq, data FROM log WHERE org_id = $1 AND subject = $2 AND kind <> 'message.sent'",
            args![org, subject],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        for (seq, text) in rows {
            let Ok(Value::Object(mut data)) = serde_json::from_str(&text) else {
                continue;
            };
            let held = facts
                .iter()
                .filter(|fact| data.get(**fact).is_some_and(|value| !value.is_null()));
            for fact in held.copied().collect::<Vec<_>>() {
                data.insert(fact.to_owned(), Value::Null);
            }
            let blank = Value::Object(data).to_string();
            if blank != text {
                self.exec("UPDATE log SET data = $2 WHERE seq = $1", args![seq, &blank])?;
            }
        }
        Ok(())
    }
}

impl Tx<'_> {
    /// How far the reader `name` has read the log.
    pub fn reader(&mut self, name: &str) -> Result<Cursor, Problem> {
        let kept: Option<String> = self.value(
            "SELECT value FROM meta WHERE name = $1",
            args![&format!("reader.{name}")],
        )?;
        let numbers = kept.as_deref().and_then(|text| text.split_once('.'));
        let cursor = numbers.and_then(|(xid, seq)| {
            Some(Cursor {
                xid: xid.parse().ok()?,
                seq: seq.parse().ok()?,
            })
        });
        Ok(cursor.unwrap_or_default())
    }

    /// Keeps how far the reader `name` has read, in the transaction that did what it read about.
    pub fn keep_reader(&mut self, name: &str, cursor: Cursor) -> Result<(), Problem> {
        self.exec(
            "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            args![&format!("reader.{name}"), &format!("{}.{}", cursor.xid, cursor.seq)],
        )?;
        Ok(())
    }
}

/// Which rows of the log somebody asks for.
#[derive(Clone, Debug, Default)]
pub struct LogFilter<'a> {
    /// By this person.
    pub who: Option<Id>,
    /// Of exactly this kind.
    pub kind: Option<&'a str>,
    /// Of kinds like this (`LIKE`, escaped with `!`).
    pub like: Option<&'a str>,
    /// About this.
    pub subject: Option<Id>,
    /// From then on.
    pub from: Option<Ms>,
    /// Before then.
    pub to: Option<Ms>,
    /// Of these shops; empty: of all and of none.
    pub shops: &'a [Id],
}

impl Tx<'_> {
    /// What happened in an organisation but the messages, the latest first, before row `before`.
    pub fn log_back(
        &mut self,
        org: Id,
        before: i64,
        filter: &LogFilter<'_>,
        limit: usize,
    ) -> Result<Vec<LogRow>, Problem> {
        let scope = match filter.shops {
            [] => String::new(),
            shops => format!("AND shop_id IN {}", Tx::in_list(10, shops.len())),
        };
        // Written out where it is asked for, so that the index of it is found.
        let subject = match filter.subject {
            Some(_) => "subject = $6",
            None => "$6 IS NULL",
        };
        let sql = format!(
            "SELECT {} FROM log
             WHERE org_id = $1 AND kind <> 'message.sent' AND {subject} AND seq < $2
               AND ($3 IS NULL OR (actor_id = $3 AND actor_kind IN ('person', 'token')))
               AND ($4 IS NULL OR kind = $4) AND ($5 IS NULL OR kind LIKE $5 ESCAPE '!')
               AND ($7 IS NULL OR at >= $7) AND ($8 IS NULL OR at < $8) {scope}
             ORDER BY seq DESC LIMIT $9",
            LogRow::COLUMNS
        );
        let mut values = args![
            org,
            before,
            filter.who,
            filter.kind,
            filter.like,
            filter.subject,
            filter.from,
            filter.to,
            limit
        ]
        .to_vec();
        if !filter.shops.is_empty() {
            values.extend(crate::pad(filter.shops));
        }
        self.rows(&sql, &values, LogRow::read)
    }
}
