//! Talks of the past days, so that lists, history and search hold something from the first moment on.

use std::collections::HashMap;
use std::sync::Arc;

use base::{Actor, Fen, Id, Ms, Problem};
use reception::{BuyerSays, Mark, Say, Saying, Upload};
use store::{FileRow, NewFile, Tx};
use team::http::random;

use super::content::{Content, Deed, Side, Talk, Turn, asset};
use super::{DAY_MS, Facts, day_of};
use crate::app::App;

/// How many talks are over when the demo begins, and over how many days they lie.
const OVER: usize = 40;
const DAYS: i64 = 7;
/// How many are going on with people who have no robot, and how many wait.
const OPEN: usize = 5;
const QUEUED: usize = 2;
/// The longest pause of a talk of the past, ms: below what ends a session.
const PAUSE_MS: i64 = 240_000;
const CLOSE_REASON: &str = "已解答，买家稍后处理";

/// How a talk ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Closed by the agent.
    Over,
    /// The buyer's last words wait for the agent.
    Open,
    /// Nobody took it yet.
    Queued,
}

/// A talk of the past.
#[derive(Clone)]
struct Past {
    talk: Talk,
    start: Ms,
    end: End,
    /// Login of the agent.
    agent: &'static str,
    /// The hash by which an anonymous buyer is known.
    visitor: String,
    files: HashMap<String, NewFile>,
}

/// Plays them, oldest first, unless there are conversations already.
pub(crate) async fn play(app: &App, content: &Content, facts: &Arc<Facts>) -> Result<(), Problem> {
    let org = facts.org;
    if !app
        .edge
        .db
        .read(move |tx| reception::ids_after(tx, org, Id::NONE, 1))
        .await?
        .is_empty()
    {
        return Ok(());
    }
    let coupons = content
        .shop
        .coupon
        .iter()
        .map(|coupon| (coupon.code.clone(), coupon.clone()));
    let coupons: Arc<HashMap<_, _>> = Arc::new(coupons.collect());
    for mut past in plan(content, app.edge.now())? {
        for name in past
            .talk
            .turns
            .iter()
            .flat_map(|turn| turn.picture.iter().chain(&turn.voice))
        {
            if let Some((_, file, bytes)) = asset(name) {
                past.files
                    .insert(name.clone(), app.files.take(file, bytes.to_vec()).await?);
            }
        }
        let (facts, coupons) = (Arc::clone(facts), Arc::clone(&coupons));
        let key = past.talk.key.clone();
        let played = app
            .edge
            .db
            .write(move |tx| {
                Player {
                    facts: &facts,
                    coupons: &coupons,
                    past: &past,
                }
                .play(tx)
            })
            .await;
        // One talk more or less: the demo starts all the same.
        if let Err(problem) = played {
            tracing::debug!(%key, %problem, "a talk of the past could not be played");
        }
    }
    Ok(())
}

/// Which talks, when, by whom.
fn plan(content: &Content, now: Ms) -> Result<Vec<Past>, Problem> {
    let seed: String = random::bytes::<28>()?
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let fits = |talk: &&Talk| {
        let blocked = content
            .customers
            .iter()
            .any(|c| c.blocked.is_some() && Some(&c.key) == talk.customer.as_ref());
        let later = talk
            .turns
            .iter()
            .any(|turn| matches!(turn.kind, Deed::Order | Deed::Pay | Deed::Confirm));
        !blocked && !later && talk.hours.is_none()
    };
    let all: Vec<&Talk> = content.talks.iter().filter(fits).collect();
    let count = OVER + OPEN + QUEUED;
    let mut planned = Vec::new();
    for index in 0..count.min(all.len()) {
        // Every second one and then the others, so that all stages come early and late.
        let step = if all.len().is_multiple_of(2) {
            all.len() - 1
        } else {
            all.len()
        };
        let Some(talk) = all.get((index * 2) % step) else {
            continue;
        };
        let end = match index {
            _ if index < OVER => End::Over,
            _ if index < OVER + OPEN => End::Open,
            _ => End::Queued,
        };
        let number = i64::try_from(index).unwrap_or(0);
        let start = if end == End::Over {
            // From 9 to 21 o'clock, over the days, the last ones an hour ago at least.
            let day = day_of(now).plus(-DAY_MS * (1 + number % DAYS));
            day.plus((9 + number * 5 % 12) * 3_600_000 + number * 17 % 60 * 60_000)
        } else {
            now.plus(-40_000 * (1 + number - OVER as i64))
        };
        planned.push(Past {
            agent: agent(talk, end, index),
            talk: (*talk).clone(),
            start,
            end,
            visitor: format!("{index:08x}{seed}"),
            files: HashMap::new(),
        });
    }
    planned.sort_by_key(|past| past.start);
    Ok(planned)
}

fn agent(talk: &Talk, end: End, index: usize) -> &'static str {
    let of: &[&'static str] = match (end, talk.stage) {
        (End::Open | End::Queued, reception::Stage::Pre) => &[super::NEWCOMER, "wb_doukou"],
        (End::Open | End::Queued, _) => &[super::NEWCOMER, "zhouyanqiu"],
        (End::Over, reception::Stage::Pre) => &[super::NEWCOMER, "heqing", "tangmujin", "xumaidong"],
        (End::Over, reception::Stage::In) => &["heqing", "xumaidong", super::NEWCOMER],
        (End::Over, reception::Stage::After) => &["songzhuying", "xumaidong", "zhouyanqiu"],
    };
    of[index % of.len()]
}

struct Player<'a> {
    facts: &'a Facts,
    coupons: &'a HashMap<String, super::content::Coupon>,
    past: &'a Past,
}

impl Player<'_> {
    fn play(&self, tx: &mut Tx<'_>) -> Result<(), Problem> {
        let (talk, org) = (&self.past.talk, self.facts.org);
        let shop = self.facts.shops.get(&talk.shop).ok_or_else(Problem::internal)?.id;
        let mut at = self.past.start;
        let customer = match &talk.customer {
            Some(key) => {
                let kind = customers::IdentityKind::ShopUser;
                customers::by_identity(tx, org, kind, shop, key)?.ok_or_else(Problem::not_found)?
            }
            None => customers::visitor(tx, at, org, shop, &self.past.visitor)?.id,
        };
        let buyer = Actor::buyer(org, shop, customer);
        let (mut agent, mut nick) = self.person(tx, self.past.agent)?;
        let mut conversation = None;
        let turns = match self.past.end {
            End::Over => &talk.turns[..],
            // Begun a moment ago: as far as the buyer's second turn in a row of words.
            End::Open => &talk.turns[..talk.turns.len().min(5)],
            End::Queued => &talk.turns[..1],
        };
        // What waits must be the buyer's.
        let kept = turns
            .iter()
            .rposition(|turn| turn.by == Side::Buyer)
            .map_or(0, |last| last + 1);
        let turns = if self.past.end == End::Over {
            turns
        } else {
            &turns[..kept]
        };
        let mut spoken = 0;
        for (index, turn) in turns.iter().enumerate() {
            at = match self.past.end {
                End::Over => at.plus((turn.after * 1_000).clamp(1_000, PAUSE_MS)),
                End::Open | End::Queued => at.plus(4_000),
            };
            match (turn.by, conversation) {
                (Side::Buyer, _) => {
                    let Some(saying) = self.buyers(tx, at, &buyer, shop, turn)? else {
                        continue;
                    };
                    let says = BuyerSays {
                        shop,
                        client_id: format!("past-{}-{index}", talk.key),
                        saying,
                        quote: None,
                        stage: Some(talk.stage),
                        language: None,
                    };
                    let card = reception::buyer_says(tx, at, &buyer, &says)?.1;
                    conversation = Some(card.id);
                    if spoken == 0 && self.past.end != End::Queued {
                        reception::claim(tx, at.plus(900), &agent, card.id)?;
                    }
                    spoken += 1;
                }
                (Side::Agent, Some(id)) if turn.kind == Deed::Transfer => {
                    if let Some(to) = &turn.to {
                        let (next, name) = self.person(tx, to)?;
                        reception::take_over(tx, at, &next, id)?;
                        (agent, nick) = (next, name);
                    }
                }
                (Side::Agent, Some(id)) => {
                    let Some(saying) = self.agents(turn, &nick, index as u64) else {
                        continue;
                    };
                    let client_id = format!("past-{}-{index}", talk.key);
                    let typed_ms = Some(turn.text.chars().count() as i64 * 260).filter(|ms| *ms > 0);
                    reception::say(
                        tx,
                        at,
                        &agent,
                        &Say {
                            conversation: id,
                            client_id,
                            saying,
                            quote: None,
                            typed_ms,
                            promise_ms: None,
                            confirmed: None,
                            filled: None,
                        },
                    )?;
                }
                (Side::Agent, None) => {}
            }
        }
        match conversation {
            Some(id) if self.past.end == End::Over => self.finish(tx, at, &agent, &buyer, id),
            _ => Ok(()),
        }
    }

    /// Marks, record, closing, rating.
    fn finish(&self, tx: &mut Tx<'_>, at: Ms, agent: &Actor, buyer: &Actor, id: Id) -> Result<(), Problem> {
        let talk = &self.past.talk;
        let at = at.plus(15_000);
        if !talk.tags.is_empty() {
            reception::mark(tx, at, agent, id, &Mark::Tags(talk.tags.clone()))?;
        }
        if let Some(record) = &talk.record {
            reception::keep_record(tx, at, agent, id, &record.topic, self.product(), &record.solution)?;
        }
        let at = at.plus(20_000);
        let card = match reception::close(tx, at, agent, id, talk.close_reason.as_deref()) {
            Err(problem) if problem.code == "close_reason_required" => {
                reception::close(tx, at, agent, id, Some(CLOSE_REASON))?
            }
            other => other?,
        };
        if let Some(rating) = &talk.rating {
            let comment = Some(rating.comment.as_str());
            reception::rate(
                tx,
                at.plus(30_000),
                buyer,
                id,
                card.session,
                rating.score,
                comment,
            )?;
        }
        Ok(())
    }

    fn person(&self, tx: &mut Tx<'_>, login: &str) -> Result<(Actor, String), Problem> {
        let person = self
            .facts
            .people
            .iter()
            .find(|person| person.login == login)
            .ok_or_else(Problem::internal)?;
        let actor = team::actor_of(tx, self.facts.org, person.id)?.ok_or_else(Problem::not_found)?;
        Ok((actor, person.nick.clone()))
    }

    fn product(&self) -> Option<Id> {
        let code = self.past.talk.product.as_ref()?;
        let of = self
            .facts
            .skus
            .iter()
            .find(|(sku, _)| sku.split('-').next() == Some(code.as_str()));
        of.map(|(_, sku)| sku.product)
    }

    fn buyers(
        &self,
        tx: &mut Tx<'_>,
        at: Ms,
        buyer: &Actor,
        shop: Id,
        turn: &Turn,
    ) -> Result<Option<Saying>, Problem> {
        let name = turn.picture.as_ref().or(turn.voice.as_ref());
        let file = name.and_then(|name| self.past.files.get(name));
        let upload = match file {
            Some(file) => Some(Upload {
                file: FileRow::keep(tx, at, buyer, shop, file)?.id,
                ms: turn.ms,
            }),
            None => None,
        };
        Ok(match (turn.kind, upload) {
            (Deed::Text, _) => Some(Saying::Text {
                text: turn.text.clone(),
            }),
            (Deed::Image, Some(upload)) => Some(Saying::Image(upload)),
            (Deed::Voice, Some(upload)) => Some(Saying::Voice(upload)),
            _ => None,
        })
    }

    fn agents(&self, turn: &Turn, nick: &str, choice: u64) -> Option<Saying> {
        match turn.kind {
            Deed::Text => Some(Saying::Text {
                text: turn.words(choice, nick),
            }),
            Deed::Note => Some(Saying::Note {
                text: turn.text.clone(),
                mentions: Vec::new(),
            }),
            Deed::Product => {
                let sku = self.facts.skus.get(turn.sku.as_ref()?)?;
                Some(Saying::Product {
                    product: sku.product,
                    sku: Some(sku.sku),
                })
            }
            Deed::Coupon => {
                let coupon = self.coupons.get(turn.coupon.as_ref()?)?;
                Some(Saying::Coupon {
                    title: coupon.title.clone(),
                    amount_fen: Fen(coupon.amount_fen),
                    floor_fen: Fen(coupon.floor_fen),
                    code: coupon.code.clone(),
                    until: day_of(self.past.start).plus(coupon.until_days * DAY_MS),
                })
            }
            _ => None,
        }
    }
}
