//! The last place of a conversation from logs where everything is over before a moment: what is new from then on
//! changes nothing in front of it, so that a long talk need not be read for every piece of a file.

use base::{Id, Ms, Problem};
use store::{Tx, args};

use crate::book::Book;
use crate::message::Sender;

/// A place between two sessions.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Quiet {
    /// The number of the message that ended the session before it; 0: the beginning.
    pub(super) seq: i64,
    /// Where the book stands there.
    pub(super) book: Book,
}

impl Quiet {
    /// The place for what is new from `at` on. The session before it is played again too: what the conversation's own
    /// row says of the last one is taken from it.
    pub(super) fn before(tx: &mut Tx<'_>, org: Id, id: Id, at: Ms) -> Result<Quiet, Problem> {
        let sessions: Vec<(i64, Ms)> = tx.rows(
            "SELECT no, ended_at FROM session WHERE org_id = $1 AND conversation_id = $2 AND ended_at < $3
             ORDER BY no DESC LIMIT 2",
            args![org, id, at],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let [_, (session, ended)] = sessions[..] else {
            return Ok(Quiet::default());
        };
        let round: Option<(i64, i64)> = tx.row(
            "SELECT no, buyer_seq FROM round WHERE org_id = $1 AND conversation_id = $2 AND session <= $3
             ORDER BY no DESC LIMIT 1",
            args![org, id, session],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let (round, after) = round.unwrap_or_default();
        // Whatever else is of that moment stands behind the end of the session.
        let end: Option<(i64, Sender, Option<i64>)> = tx.row(
            "SELECT seq, sender, log_run FROM message
             WHERE org_id = $1 AND conversation_id = $2 AND seq > $3 AND at >= $4 ORDER BY seq LIMIT 1",
            args![org, id, after, ended],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        Ok(match end {
            Some((seq, Sender::System, Some(0))) => Quiet {
                seq,
                book: Book {
                    session,
                    round,
                    ..Book::default()
                },
            },
            _ => Quiet::default(),
        })
    }
}
