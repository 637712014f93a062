//! Sessions and rounds, derived from the messages of a conversation. Pure: the live path and
//! `xiaoer check --rebuild` feed the same entries and get the same changes.

use base::{Id, Ms};

/// What a message means for sessions and rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The buyer wrote.
    Buyer,
    /// A person of the team wrote to the buyer: an effective reply.
    Human(Id),
    /// The buyer's wait is this agent's from now on (dealt, claimed, taken over, transferred to).
    Assigned(Id),
    /// Nobody has it any more: back to the queue, or to a group.
    Queued,
    /// The agent (or a buyer who leaves) ended the session.
    Closed(End),
    /// An agent opened the conversation again to write.
    Reopened(Id),
    /// The message of that number was taken back before it was read.
    Undone(i64),
    /// The buyer waits since then: they asked in another talk, which goes on here.
    Since(Ms),
    /// Automatic messages, notes and everything else: nothing.
    Nothing,
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Closed by an agent.
    Closed,
    /// The buyer left.
    Left,
    /// Ten minutes without an answer to the agent's last message.
    TimedOut,
}

impl End {
    /// As stored.
    pub fn key(self) -> &'static str {
        match self {
            End::Closed => "closed",
            End::Left => "left",
            End::TimedOut => "timed_out",
        }
    }
}

/// How a round ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundEnd {
    /// The agent addressed answered.
    Answered,
    /// It went to somebody else unanswered: charged to the one who had it.
    Transferred,
    /// It went back to the queue unanswered.
    Requeued,
    /// The session ended without an answer.
    Closed,
}

impl RoundEnd {
    /// As stored.
    pub fn key(self) -> &'static str {
        match self {
            RoundEnd::Answered => "answered",
            RoundEnd::Transferred => "transferred",
            RoundEnd::Requeued => "requeued",
            RoundEnd::Closed => "closed",
        }
    }
}

/// A change to the written sessions and rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A session began.
    SessionBegan {
        /// Its number in the conversation, from 1.
        no: i64,
        /// When.
        at: Ms,
        /// Whether the agent wrote first.
        by_agent: bool,
    },
    /// It ended.
    SessionEnded {
        /// Its number.
        no: i64,
        /// When.
        at: Ms,
        /// How.
        end: End,
    },
    /// A round began.
    RoundBegan(Round),
    /// The open round got an agent: the one who was dealt the waiting buyer.
    RoundTaken {
        /// Its number.
        no: i64,
        /// Whose it is now.
        agent: Id,
    },
    /// It ended.
    RoundEnded {
        /// Its number.
        no: i64,
        /// When.
        at: Ms,
        /// The reply's number, when answered.
        reply: Option<i64>,
        /// How.
        end: RoundEnd,
    },
    /// Its reply was undone: it is open again.
    RoundReopened {
        /// Its number.
        no: i64,
    },
    /// Its buyer waits longer than it is open.
    RoundSince {
        /// Its number.
        no: i64,
        /// When they asked first.
        buyer_at: Ms,
    },
}

/// A round as it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its number in the conversation, from 1.
    pub no: i64,
    /// The agent addressed, if somebody has the conversation.
    pub agent: Option<Id>,
    /// The buyer's first message without an answer.
    pub buyer_seq: i64,
    /// When the buyer wrote it.
    pub buyer_at: Ms,
    /// From when this agent's wait counts: `buyer_at`, or the moment of a transfer.
    pub began_at: Ms,
}

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// The agent who has it.
    pub agent: Option<Id>,
    /// The last session's number, 0 before the first.
    pub session: i64,
    /// Whether it is open.
    pub session_open: bool,
    /// The last round's number, 0 before the first.
    pub round: i64,
    /// The open round's first buyer message, if a round is open.
    pub waiting: Option<(i64, Ms)>,
}

impl Book {
    /// Takes in message `seq` of time `at`; `buyer_of` finds the buyer's first message of the last
    /// round (number, time) when its reply is undone.
    pub fn apply(&mut self, seq: i64, at: Ms, entry: Entry, last: Option<LastRound>) -> Vec<Change> {
        let mut changes = Vec::new();
        match entry {
            Entry::Nothing => {}
            Entry::Buyer => {
                self.begin_session(at, false, &mut changes);
                if self.waiting.is_none() {
                    self.begin_round(seq, at, at, &mut changes);
                }
            }
            Entry::Human(_) => {
                self.begin_session(at, true, &mut changes);
                self.end_round(at, Some(seq), RoundEnd::Answered, &mut changes);
            }
            Entry::Assigned(agent) => match (self.agent.replace(agent), self.waiting) {
                (None, Some(_)) => changes.push(Change::RoundTaken {
                    no: self.round,
                    agent,
                }),
                (Some(before), Some((buyer_seq, buyer_at))) if before != agent => {
                    self.end_round(at, None, RoundEnd::Transferred, &mut changes);
                    self.begin_round(buyer_seq, buyer_at, at, &mut changes);
                }
                _ => {}
            },
            Entry::Queued => {
                if let (Some(_), Some((buyer_seq, buyer_at))) = (self.agent.take(), self.waiting) {
                    self.end_round(at, None, RoundEnd::Requeued, &mut changes);
                    self.begin_round(buyer_seq, buyer_at, at, &mut changes);
                }
            }
            Entry::Closed(end) => {
                self.end_round(at, None, RoundEnd::Closed, &mut changes);
                if std::mem::take(&mut self.session_open) {
                    changes.push(Change::SessionEnded {
                        no: self.session,
                        at,
                        end,
                    });
                }
                self.agent = None;
            }
            Entry::Reopened(agent) => {
                self.begin_session(at, true, &mut changes);
                self.agent = Some(agent);
            }
            Entry::Undone(undone) => {
                if let Some(round) = last
                    && self.waiting.is_none()
                    && self.session_open
                    && round.reply == Some(undone)
                    && round.no == self.round
                {
                    self.waiting = Some((round.buyer_seq, round.buyer_at));
                    changes.push(Change::RoundReopened { no: self.round });
                }
            }
            // As after a transfer: the time until now was measured where they asked, the limits begin anew.
            Entry::Since(since) => {
                if let Some((buyer_seq, _)) = self.waiting.filter(|(_, at)| since < *at) {
                    self.waiting = Some((buyer_seq, since));
                    changes.push(Change::RoundSince {
                        no: self.round,
                        buyer_at: since,
                    });
                }
            }
        }
        changes
    }

    fn begin_session(&mut self, at: Ms, by_agent: bool, changes: &mut Vec<Change>) {
        if !self.session_open {
            self.session_open = true;
            self.session += 1;
            changes.push(Change::SessionBegan {
                no: self.session,
                at,
                by_agent,
            });
        }
    }

    fn begin_round(&mut self, buyer_seq: i64, buyer_at: Ms, began_at: Ms, changes: &mut Vec<Change>) {
        self.round += 1;
        self.waiting = Some((buyer_seq, buyer_at));
        changes.push(Change::RoundBegan(Round {
            no: self.round,
            agent: self.agent,
            buyer_seq,
            buyer_at,
            began_at,
        }));
    }

    fn end_round(&mut self, at: Ms, reply: Option<i64>, end: RoundEnd, changes: &mut Vec<Change>) {
        if self.waiting.take().is_some() {
            changes.push(Change::RoundEnded {
                no: self.round,
                at,
                reply,
                end,
            });
        }
    }
}

/// The last round as written, for an undone reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastRound {
    /// Its number.
    pub no: i64,
    /// Its reply.
    pub reply: Option<i64>,
    /// The buyer's first message.
    pub buyer_seq: i64,
    /// When the buyer wrote it.
    pub buyer_at: Ms,
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Id = Id(1);
    const B: Id = Id(2);

    fn play(entries: &[(i64, Entry)]) -> Vec<Change> {
        let mut book = Book::default();
        (1..)
            .zip(entries)
            .flat_map(|(seq, (at, entry))| book.apply(seq, Ms(*at), *entry, None))
            .collect()
    }

    fn rounds(changes: &[Change]) -> Vec<(Option<Id>, i64, RoundEnd)> {
        let began = |n: i64| {
            changes.iter().find_map(|c| match c {
                Change::RoundBegan(r) if r.no == n => Some(*r),
                _ => None,
            })
        };
        let taken = |n: i64| {
            changes.iter().find_map(|c| match c {
                Change::RoundTaken { no, agent } if *no == n => Some(*agent),
                _ => None,
            })
        };
        changes
            .iter()
            .filter_map(|c| match c {
                Change::RoundEnded { no, at, end, .. } => {
                    let round = began(*no)?;
                    Some((round.agent.or(taken(*no)), at.since(round.began_at), *end))
                }
                _ => None,
            })
            .collect()
    }

    /// practice.md 2.8, vector 1: two buyer messages and an automatic reply make one round of 60 s.
    #[test]
    fn an_automatic_reply_ends_no_round() {
        let changes = play(&[
            (0, Entry::Buyer),
            (0, Entry::Assigned(A)),
            (20_000, Entry::Buyer),
            (21_000, Entry::Nothing),
            (60_000, Entry::Human(A)),
        ]);
        assert_eq!(rounds(&changes), [(Some(A), 60_000, RoundEnd::Answered)]);
    }

    /// Vector 4: the agent who transfers without a word is charged an unanswered round, the next one
    /// has a round from the transfer on.
    #[test]
    fn a_silent_transfer_is_charged_to_the_one_who_transfers() {
        let changes = play(&[
            (0, Entry::Buyer),
            (5_000, Entry::Assigned(A)),
            (10_000, Entry::Assigned(B)),
            (50_000, Entry::Human(B)),
        ]);
        assert_eq!(
            rounds(&changes),
            [
                (Some(A), 10_000, RoundEnd::Transferred),
                (Some(B), 40_000, RoundEnd::Answered)
            ]
        );
    }

    #[test]
    fn a_vanished_agents_round_ends_and_the_wait_goes_on() {
        let changes = play(&[
            (0, Entry::Buyer),
            (0, Entry::Assigned(A)),
            (60_000, Entry::Queued),
            (90_000, Entry::Assigned(B)),
            (95_000, Entry::Human(B)),
        ]);
        assert_eq!(
            rounds(&changes),
            [
                (Some(A), 60_000, RoundEnd::Requeued),
                (Some(B), 35_000, RoundEnd::Answered)
            ]
        );
    }

    #[test]
    fn the_next_message_after_an_end_begins_the_next_session() {
        let changes = play(&[
            (0, Entry::Buyer),
            (1, Entry::Human(A)),
            (600_001, Entry::Closed(End::TimedOut)),
            (700_000, Entry::Buyer),
        ]);
        let sessions: Vec<i64> = changes
            .iter()
            .filter_map(|c| match c {
                Change::SessionBegan { no, .. } => Some(*no),
                _ => None,
            })
            .collect();
        assert_eq!(sessions, [1, 2]);
        assert!(changes.contains(&Change::SessionEnded {
            no: 1,
            at: Ms(600_001),
            end: End::TimedOut
        }));
    }

    #[test]
    fn a_wait_that_began_elsewhere_is_kept_and_measured_once() {
        let mut book = Book::default();
        assert_eq!(
            book.apply(1, Ms(50), Entry::Since(Ms(0)), None),
            [],
            "nobody waits"
        );
        book.apply(2, Ms(60), Entry::Buyer, None);
        let began = book.apply(3, Ms(60), Entry::Since(Ms(10)), None);
        assert_eq!(
            began,
            [Change::RoundSince {
                no: 1,
                buyer_at: Ms(10)
            }]
        );
        assert_eq!(book.waiting, Some((2, Ms(10))));
        assert_eq!(
            book.apply(4, Ms(61), Entry::Since(Ms(20)), None),
            [],
            "longer already"
        );
    }

    #[test]
    fn an_undone_reply_opens_its_round_again() {
        let mut book = Book::default();
        book.apply(1, Ms(0), Entry::Buyer, None);
        book.apply(2, Ms(5), Entry::Human(A), None);
        let last = LastRound {
            no: 1,
            reply: Some(2),
            buyer_seq: 1,
            buyer_at: Ms(0),
        };
        assert_eq!(
            book.apply(3, Ms(8), Entry::Undone(2), Some(last)),
            [Change::RoundReopened { no: 1 }]
        );
        assert_eq!(book.waiting, Some((1, Ms(0))));
        let ended = book.apply(4, Ms(9), Entry::Human(A), None);
        assert_eq!(
            ended,
            [Change::RoundEnded {
                no: 1,
                at: Ms(9),
                reply: Some(4),
                end: RoundEnd::Answered
            }]
        );
    }
}
