use std::sync::LazyLock;

use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, Shops};
use serde::{Deserialize, Serialize};
use store::{Arg, Tx, args};

use crate::card::Card;
use crate::conversation::{Conversation, Stage, State};
use crate::dealing::waiting;
use crate::queue::{Waiting, before};

/// Which list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    /// The actor's open conversations, who waits longest first.
    #[default]
    Mine,
    /// Waiting buyers, in the queue's order.
    Queue,
    /// All the actor may see, the latest first.
    All,
}

/// What a list was asked for.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Which list.
    #[serde(default)]
    #[param(inline)]
    pub tab: Tab,
    /// `All` only: of this state.
    #[param(inline)]
    pub state: Option<State>,
    /// Of this shop.
    pub shop: Option<Id>,
    /// Of this agent.
    pub agent: Option<Id>,
    /// Of this stage.
    #[param(inline)]
    pub stage: Option<Stage>,
}

/// Refuses whoever neither receives buyers nor may look on.
fn need_reader(who: &Actor) -> Result<(), Problem> {
    if who.may(Permission::SeeAllTalks) {
        Ok(())
    } else {
        who.need(Permission::Talk)
    }
}

/// A page of conversations.
pub fn conversations(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    asked: &Asked,
    page: &PageAsk,
) -> Result<Page<Card>, Problem> {
    need_reader(who)?;
    let shops = shops_asked(tx, who, asked.shop)?;
    match asked.tab {
        Tab::Mine => {
            let Some(person) = who.person() else {
                return Ok(Page {
                    items: Vec::new(),
                    next: None,
                });
            };
            let mut mine = of_agent(tx, who.org, person)?;
            mine.retain(|c| shops.contains(&c.shop) && fits(c, asked));
            mine.sort_by_key(|c| {
                (
                    c.waiting_since.is_none(),
                    c.waiting_since,
                    std::cmp::Reverse(c.last_at),
                )
            });
            Ok(Page {
                items: mine.iter().map(Conversation::card).collect(),
                next: None,
            })
        }
        Tab::Queue => queue(tx, now, who, asked, &shops, page),
        Tab::All => all(tx, who, asked, &shops, page),
    }
}

fn fits(c: &Conversation, asked: &Asked) -> bool {
    asked.stage.is_none_or(|stage| c.stage == stage) && asked.agent.is_none_or(|agent| c.agent == Some(agent))
}

/// Everything, newest first: each shop's own index gives its newest, and the newest of those are taken.
fn all(
    tx: &mut Tx<'_>,
    who: &Actor,
    asked: &Asked,
    shops: &[Id],
    page: &PageAsk,
) -> Result<Page<Card>, Problem> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        format!(
            "SELECT {} FROM conversation
             WHERE org_id = $1 AND shop_id = $2 AND (active_minute, id) < ($3, $4)
               AND ($5 = '' OR state = $5) AND ($6 = '' OR stage = $6) AND ($7 = 0 OR agent_id = $7)
               AND ($8 = 1 OR agent_id = $9 OR state = 'queued')
             ORDER BY active_minute DESC, id DESC LIMIT $10",
            Conversation::COLUMNS
        )
    });
    let [minute, id] = page.numbers::<2>().unwrap_or([i64::MAX, i64::MAX]);
    let limit = page.limit();
    let everybody = who.may(Permission::SeeAllTalks);
    let mut found = Vec::new();
    for shop in shops {
        let state = asked.state.map_or("", State::key);
        let stage = asked.stage.map_or("", Stage::key);
        let args = args![
            who.org,
            *shop,
            minute,
            id,
            state,
            stage,
            asked.agent.unwrap_or(Id::NONE),
            everybody,
            who.person().unwrap_or(Id::NONE),
            limit + 1
        ];
        found.extend(tx.rows(&SQL, args, Conversation::read)?);
    }
    found.sort_by_key(|c| std::cmp::Reverse((c.last_at.0 / 60_000, c.id)));
    let cut = Page::cut(found, limit, |c: &Conversation| {
        vec![c.last_at.0 / 60_000, c.id.0]
    });
    let mut items: Vec<Card> = cut.items.iter().map(Conversation::card).collect();
    // Within a page by the second; pages follow each other by the minute.
    items.sort_by_key(|card| std::cmp::Reverse(card.last.as_ref().map(|last| last.at)));
    Ok(Page {
        items,
        next: cut.next,
    })
}

/// The open conversations of one agent.
pub fn of_agent(tx: &mut Tx<'_>, org: Id, agent: Id) -> Result<Vec<Conversation>, Problem> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        format!(
            "SELECT {} FROM conversation WHERE org_id = $1 AND agent_id = $2 AND state = 'open'",
            Conversation::COLUMNS
        )
    });
    tx.rows(&SQL, args![org, agent], Conversation::read)
}

/// Waiting buyers in the queue's order. All pages follow the order of the moment the first was read, so that a wait
/// that rises between them moves nobody past the reader.
fn queue(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    asked: &Asked,
    shops: &[Id],
    page: &PageAsk,
) -> Result<Page<Card>, Problem> {
    let after = page.numbers::<5>();
    let as_of = after.map_or(now, |[as_of, ..]| Ms(as_of));
    let place = |w: &Waiting| before(as_of, w.priority, w.rises_at, Some(w.since), w.conversation);
    let last = after.map(|[_, priority, rises, since, id]| {
        before(as_of, priority, Some(Ms(rises)), Some(Ms(since)), Id(id))
    });
    let mut waiting = waiting(tx, who.org)?;
    waiting.retain(|w| {
        shops.contains(&w.shop)
            && asked.stage.is_none_or(|stage| w.stage == stage)
            && asked.agent.is_none_or(|agent| w.last_agent == Some(agent))
            && last.as_ref().is_none_or(|last| place(w) > *last)
    });
    waiting.sort_by_key(place);
    let cut = Page::cut(waiting, page.limit(), |w| {
        let rises = w.rises_at.unwrap_or(Ms(i64::MAX));
        vec![as_of.0, w.priority, rises.0, w.since.0, w.conversation.0]
    });
    let ids: Vec<Id> = cut.items.iter().map(|w| w.conversation).collect();
    let mut items = cards(tx, who, &ids)?;
    items.sort_by_key(|card| ids.iter().position(|id| *id == card.id));
    Ok(Page {
        items,
        next: cut.next,
    })
}

/// The conversations of a customer that the actor may see, the latest first.
pub fn of_customer(tx: &mut Tx<'_>, who: &Actor, customer: Id) -> Result<Vec<Card>, Problem> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        format!(
            "SELECT {} FROM conversation WHERE org_id = $1 AND customer_id = $2",
            Conversation::COLUMNS
        )
    });
    let mut found = tx.rows(&SQL, args![who.org, customer], Conversation::read)?;
    found.retain(|c| c.visible_to(who));
    found.sort_by_key(|c| std::cmp::Reverse(c.last_at));
    Ok(found.iter().map(Conversation::card).collect())
}

/// Several conversations at once, those the actor may see: what changed while a socket was away.
pub fn cards(tx: &mut Tx<'_>, who: &Actor, ids: &[Id]) -> Result<Vec<Card>, Problem> {
    let mut out = Vec::new();
    for some in ids.chunks(256) {
        let sql = format!(
            "SELECT {} FROM conversation WHERE org_id = $1 AND id IN {}",
            Conversation::COLUMNS,
            Tx::in_list(2, some.len())
        );
        let args: Vec<Arg<'_>> = std::iter::once(Arg::from(who.org))
            .chain(store::pad(some))
            .collect();
        out.extend(
            tx.rows(&sql, &args, Conversation::read)?
                .iter()
                .filter(|c| c.visible_to(who))
                .map(Conversation::card),
        );
    }
    Ok(out)
}

/// How many conversations stand in each list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Counts {
    /// Open and the actor's.
    pub mine: i64,
    /// Waiting for an agent in the actor's shops.
    pub queue: i64,
    /// Open or waiting, as far as the actor may see.
    pub all: i64,
    /// Of the actor's own, those whose buyer waits for an answer.
    pub waiting: i64,
}

/// The counts on the tabs; nothing for those who have no lists.
pub fn counts(tx: &mut Tx<'_>, who: &Actor) -> Result<Counts, Problem> {
    if need_reader(who).is_err() {
        return Ok(Counts::default());
    }
    let rows: Vec<(Id, Option<Id>, String, i64, i64)> = tx.rows(
        "SELECT shop_id, agent_id, state, count(*), CAST(SUM(CASE WHEN waiting_since IS NULL THEN 0 ELSE 1 END) AS BIGINT)
         FROM conversation WHERE org_id = $1 AND state = 'open' GROUP BY shop_id, agent_id, state
         UNION ALL
         SELECT shop_id, NULL, state, count(*), CAST(0 AS BIGINT)
         FROM conversation WHERE org_id = $1 AND state = 'queued' GROUP BY shop_id, state",
        args![who.org],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
    )?;
    let mut counts = Counts::default();
    for (shop, agent, state, count, waiting) in rows {
        if !who.shops.has(shop) {
            continue;
        }
        let mine = agent.is_some() && agent == who.person();
        if state == "queued" {
            counts.queue += count;
            counts.all += count;
        } else if mine {
            counts.mine += count;
            counts.waiting += waiting;
            counts.all += count;
        } else if who.may(Permission::SeeAllTalks) {
            counts.all += count;
        }
    }
    Ok(counts)
}

/// The shops a list is about: the one asked for, or all in scope.
pub(crate) fn shops_asked(tx: &mut Tx<'_>, who: &Actor, shop: Option<Id>) -> Result<Vec<Id>, Problem> {
    match (shop, &who.shops) {
        (Some(shop), _) => who.need_shop(shop).map(|()| vec![shop]),
        (None, Shops::Only(shops)) => Ok(shops.to_vec()),
        (None, Shops::All) => Ok(team::shops(tx, who)?.into_iter().map(|s| s.id).collect()),
    }
}
