//! How the team speaks: the first answers of rounds, judged by the words that ship (rows 86, 167).

use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem};
use knowledge::Manners;
use serde::Serialize;
use serde_json::Value;
use store::{Tx, args};

use crate::list::shops_asked;
use crate::wall::with_shops;

/// So many answers are looked at, the newest ones.
const MOST: usize = 5_000;
/// So many curt answers of a person are shown, the newest ones.
const SHOWN: usize = 5;

/// How the team answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TeamManners {
    /// Who answered, the lowest score first.
    pub agents: Vec<AgentManners>,
    /// Answers that were looked at.
    pub looked: i64,
    /// Whether there are older ones in this time that were not.
    pub more: bool,
}

/// How one agent answers.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AgentManners {
    /// The person.
    pub person: Id,
    /// Their name.
    pub name: String,
    /// Their answers that were looked at.
    pub answers: i64,
    /// Of these, with a polite word and no curt one.
    pub polite: i64,
    /// Of these, with a curt word.
    pub curt: i64,
    /// `100 × polite ÷ answers`, rounded down.
    pub score: i64,
    /// Their last curt answers, the newest first.
    pub last_curt: Vec<CurtAnswer>,
}

/// An answer with a word that pushes buyers away.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CurtAnswer {
    /// Where it was said.
    pub conversation: Id,
    /// Its place there.
    pub seq: i64,
    /// When.
    pub at: Ms,
    /// The word.
    pub word: String,
}

/// How the team of the shops in scope (or of one of them) answered in the rounds that began from `from` on and before
/// `until`: the first text of a person in each, the newest 5,000. Needs [`Permission::Supervise`].
pub fn team_manners(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Option<Id>,
    from: Ms,
    until: Ms,
) -> Result<TeamManners, Problem> {
    who.need(Permission::Supervise)?;
    let shops = shops_asked(tx, who, shop)?;
    let (list, args) = with_shops(args![who.org, from, until, MOST as i64 + 1], &shops);
    let sql = format!(
        "SELECT m.person_id, m.conversation_id, m.seq, m.at, m.body
         FROM (SELECT conversation_id, reply_seq, began_at FROM round
               WHERE org_id = $1 AND shop_id IN {list} AND began_at >= $2 AND began_at < $3 AND ended = 'answered'
               ORDER BY began_at DESC LIMIT $4) r
         JOIN message m ON m.org_id = $1 AND m.conversation_id = r.conversation_id AND m.seq = r.reply_seq
         WHERE m.kind = 'text' AND m.state = 'sent' AND m.person_id IS NOT NULL
         ORDER BY m.at DESC, m.conversation_id, m.seq"
    );
    let answers = tx.rows(&sql, &args, |row| {
        let answer = CurtAnswer {
            conversation: row.get(1)?,
            seq: row.get(2)?,
            at: row.get(3)?,
            word: String::new(),
        };
        Ok((row.get::<Id>(0)?, answer, row.get::<String>(4)?))
    })?;
    let mut agents: BTreeMap<Id, AgentManners> = BTreeMap::new();
    let looked = answers.len().min(MOST);
    let more = answers.len() > MOST;
    for (person, answer, body) in answers.into_iter().take(MOST) {
        let agent = agents.entry(person).or_insert_with(|| AgentManners::of(person));
        agent.hear(answer, &said(&body));
    }
    let people: Vec<Id> = agents.keys().copied().collect();
    let names = team::names(tx, who.org, &people)?;
    let mut agents: Vec<AgentManners> = agents.into_values().collect();
    for agent in &mut agents {
        agent.name = names.get(&agent.person).cloned().unwrap_or_default();
        agent.score = agent.polite * 100 / agent.answers.max(1);
    }
    agents.sort_by_key(|agent| (agent.score, agent.person));
    Ok(TeamManners {
        agents,
        looked: looked as i64,
        more,
    })
}

/// What a text says; of a body that is none, nothing.
fn said(body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    body["text"].as_str().unwrap_or_default().to_owned()
}

impl AgentManners {
    fn of(person: Id) -> AgentManners {
        AgentManners {
            person,
            name: String::new(),
            answers: 0,
            polite: 0,
            curt: 0,
            score: 0,
            last_curt: Vec::new(),
        }
    }

    fn hear(&mut self, answer: CurtAnswer, text: &str) {
        self.answers += 1;
        match knowledge::manners(text) {
            Manners::Polite => self.polite += 1,
            Manners::Plain => {}
            Manners::Curt(word) => {
                self.curt += 1;
                if self.last_curt.len() < SHOWN {
                    let word = word.to_owned();
                    self.last_curt.push(CurtAnswer { word, ..answer });
                }
            }
        }
    }
}
