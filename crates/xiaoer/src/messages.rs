//! Search over everything: the index is fed from the log, hits are read again and checked against rights.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::Extension;
use base::{Actor, Id, Ms, Problem, Shops, found};
use reception::{Conversation, Kind, Message, Standing};
use search::{Ask, Doc, Index};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Cursor, LogRow, Tx};
use team::http::{Ask as Query, Caller, Failure};

use crate::app::App;

/// The index, opened on first use: most of a start is not for searching.
#[derive(Clone)]
pub(crate) struct Searcher {
    folder: PathBuf,
    index: Arc<Mutex<Option<Arc<Index>>>>,
}

impl Searcher {
    pub(crate) fn new(folder: PathBuf) -> Searcher {
        Searcher {
            folder,
            index: Arc::default(),
        }
    }

    fn open(&self, epoch: &str) -> Result<Arc<Index>, Problem> {
        let mut slot = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = &*slot {
            return Ok(Arc::clone(index));
        }
        let (index, _) = Index::open(&self.folder, epoch).map_err(|e| failed(&e))?;
        let index = Arc::new(index);
        *slot = Some(Arc::clone(&index));
        Ok(index)
    }
}

fn failed(error: &search::Error) -> Problem {
    tracing::error!(%error, "the search index failed");
    Problem::unavailable()
}

/// Messages were emptied.
const ERASED: &str = "conversation.erased";
/// Looks after which what was emptied is taken out of the files of the index, however busy it is; some two minutes.
const PURGE_LOOKS: u32 = 300;
/// Looks without anything to feed after which it is done at once.
const PURGE_QUIET: u32 = 5;

const PAGE: usize = 1_000;
/// Documents after which a page ends: one row may stand for many messages of a chat log.
const DOCS: usize = 20_000;
/// Pages of the log that one commit of the index takes in.
const PAGES: usize = 20;

/// Follows the log for ever.
pub(crate) async fn feed(app: App) {
    let mut tick = tokio::time::interval(Duration::from_millis(400));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut quiet = 0_u32;
    // Looks since something was emptied that is still in the files of the index.
    let mut stale = None;
    loop {
        tick.tick().await;
        stale = stale.map(|looks: u32| looks + 1);
        loop {
            let fed = feed_pages(&app).await;
            if let Ok((_, true)) = fed {
                stale = stale.or(Some(0));
            }
            match fed.map(|(fed, _)| fed) {
                Ok(Fed::More) => quiet = 0,
                Ok(Fed::Nothing) => {
                    quiet += 1;
                    break;
                }
                Ok(Fed::Everything) => {
                    quiet = 0;
                    break;
                }
                Err(problem) => {
                    tracing::warn!(%problem, "the search index was not fed");
                    break;
                }
            }
        }
        if stale.is_some_and(|looks| looks >= PURGE_LOOKS || quiet >= PURGE_QUIET) {
            stale = purge(&app).await;
        }
        // Nothing for ten seconds: the writer lets go of its memory.
        if quiet == 25
            && let Ok(index) = app.searcher.open(app.edge.db.epoch())
        {
            let _ = tokio::task::spawn_blocking(move || index.rest()).await;
        }
    }
}

/// Takes what was emptied out of the files of the index; answers whether it is to be tried again.
async fn purge(app: &App) -> Option<u32> {
    let index = app.searcher.open(app.edge.db.epoch()).ok()?;
    match tokio::task::spawn_blocking(move || index.purge()).await {
        Ok(Ok(true)) => None,
        Ok(Ok(false)) => Some(0),
        Ok(Err(error)) => {
            tracing::warn!(%error, "what was erased is still in the files of the search index");
            Some(0)
        }
        Err(_) => Some(0),
    }
}

/// How far feeding came.
enum Fed {
    Nothing,
    Everything,
    More,
}

/// Puts what the log has, up to so many pages, into the index with one commit: a commit costs as much as
/// some thousand messages. Answers also whether something was erased.
async fn feed_pages(app: &App) -> Result<(Fed, bool), Problem> {
    let searcher = app.searcher.clone();
    let epoch = app.edge.db.epoch().to_owned();
    let index = tokio::task::spawn_blocking(move || searcher.open(&epoch))
        .await
        .map_err(|_| Problem::internal())??;
    let mut at = unpack(index.cursor());
    let mut fed = Fed::Nothing;
    let mut erased = false;
    for _ in 0..PAGES {
        let (rows, docs, more) = app
            .edge
            .db
            .read(move |tx| {
                let mut rows = tx.log_after(at, PAGE)?;
                let read = rows.len();
                let mut docs = Vec::new();
                let mut taken = 0;
                for row in &rows {
                    docs.extend(documents(tx, row)?);
                    taken += 1;
                    if docs.len() >= DOCS {
                        break;
                    }
                }
                rows.truncate(taken);
                Ok((rows, docs, read == PAGE || taken < read))
            })
            .await?;
        let Some(last) = rows.last().map(|row| row.cursor) else {
            break;
        };
        at = last;
        erased |= rows
            .iter()
            .any(|row| row.kind == ERASED || row.kind == "customer.erased");
        let index = Arc::clone(&index);
        on_index(move || index.put(&docs)).await?;
        fed = Fed::More;
        if !more {
            fed = Fed::Everything;
            break;
        }
    }
    if !matches!(fed, Fed::Nothing) {
        on_index(move || index.commit(pack(at))).await?;
    }
    Ok((fed, erased))
}

async fn on_index(work: impl FnOnce() -> Result<(), search::Error> + Send + 'static) -> Result<(), Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Problem::internal())?
        .map_err(|e| failed(&e))
}

/// A place in the log as the one number the index keeps.
fn pack(cursor: Cursor) -> i128 {
    i128::from(cursor.xid) << 64 | i128::from(cursor.seq)
}

fn unpack(packed: i128) -> Cursor {
    let seq = i64::try_from(packed & i128::from(i64::MAX)).unwrap_or_default();
    Cursor {
        xid: i64::try_from(packed >> 64).unwrap_or_default(),
        seq,
    }
}

/// What a row of the log puts into the index.
pub(crate) fn documents(tx: &mut Tx<'_>, row: &LogRow) -> Result<Vec<Doc>, Problem> {
    let mut docs = emptied(row);
    docs.extend(woven(tx, row)?);
    docs.extend(people(tx, row)?);
    docs.extend(document(tx, row)?);
    Ok(docs)
}

/// The documents of messages that were emptied: nothing of them is found any more.
fn emptied(row: &LogRow) -> Vec<Doc> {
    if row.kind != ERASED {
        return Vec::new();
    }
    let data: Value = serde_json::from_str(&row.data).unwrap_or_default();
    let (from, to) = (
        data["from"].as_i64().unwrap_or(1),
        data["to"].as_i64().unwrap_or(0),
    );
    let doc = |seq| {
        let mut doc = Doc::new(row.org.0, search::Kind::Message, row.subject.0, seq);
        doc.shop = row.shop.0;
        doc.at = row.at.0;
        doc
    };
    (from..=to).map(doc).collect()
}

/// The documents of talks from logs whose messages have changed places: those that are there, and nothing where none
/// is any more.
fn woven(tx: &mut Tx<'_>, row: &LogRow) -> Result<Vec<Doc>, Problem> {
    let mut docs = Vec::new();
    for (talk, from, to) in reception::woven(row) {
        for seq in from..=to {
            let doc = |message: &Message| message_doc(row, talk, message);
            let gone = || Doc::new(row.org.0, search::Kind::Message, talk.0, seq);
            let found = Message::load(tx, row.org, talk, seq)?;
            docs.push(found.as_ref().map_or_else(gone, doc));
        }
    }
    Ok(docs)
}

/// The documents of the customer an event is about, as they are now. Who is erased is forgotten under every number
/// they were known by: each that was joined into theirs had a name and a document of its own.
fn people(tx: &mut Tx<'_>, row: &LogRow) -> Result<Vec<Doc>, Problem> {
    if !row.kind.starts_with("customer.") {
        return Ok(Vec::new());
    }
    let ids = match row.kind.starts_with("customer.eras") {
        true => found(customers::ids_of(tx, row.org, row.subject))?.unwrap_or_default(),
        false => vec![row.subject],
    };
    let summaries = customers::summaries(tx, row.at, row.org, &ids)?;
    let doc = |customer: customers::Summary| {
        let mut doc = Doc::new(row.org.0, search::Kind::Customer, customer.id.0, 0);
        doc.at = row.at.0;
        doc.exact = vec![customer.id.to_string()];
        doc.names = vec![customer.name.clone()];
        doc.title = customer.name;
        doc
    };
    Ok(summaries.into_values().map(doc).collect())
}

/// The document a message or an order is, as it is now.
fn document(tx: &mut Tx<'_>, row: &LogRow) -> Result<Option<Doc>, Problem> {
    let noun = row.kind.split('.').next().unwrap_or_default();
    match noun {
        "message" => {
            let data: Value = serde_json::from_str(&row.data).unwrap_or_default();
            let seq = data["seq"].as_i64().unwrap_or_default();
            let message = Message::load(tx, row.org, row.subject, seq)?;
            Ok(message.map(|message| message_doc(row, row.subject, &message)))
        }
        "order" => {
            let who = Actor::program(row.org);
            // An order that is gone since is not an error of the index.
            let Some(order) = found(orders::order(tx, &who, row.subject))? else {
                return Ok(None);
            };
            let mut doc = Doc::new(row.org.0, search::Kind::Order, row.subject.0, 0);
            doc.shop = order.shop.0;
            doc.at = order.placed_at.unwrap_or(row.at).0;
            doc.exact = vec![order.number.clone(), row.subject.to_string()];
            doc.body = order
                .lines
                .iter()
                .map(|line| line.title.as_str())
                .collect::<Vec<_>>()
                .join(" ");
            doc.title = order.number;
            Ok(Some(doc))
        }
        _ => Ok(None),
    }
}

fn message_doc(row: &LogRow, conversation: Id, message: &Message) -> Doc {
    let mut doc = Doc::new(row.org.0, search::Kind::Message, conversation.0, message.seq);
    doc.shop = row.shop.0;
    doc.at = message.at.0;
    if message.state == Standing::Sent {
        doc.body = words_of(message);
        doc.names = message.name.clone().into_iter().collect();
    }
    doc
}

/// What of a message can be looked for.
fn words_of(message: &Message) -> String {
    let body: Value = serde_json::from_str(message.body.get()).unwrap_or_default();
    let field = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    match message.kind {
        Kind::Text | Kind::Note => field("text"),
        Kind::File => field("name"),
        Kind::Product | Kind::Coupon | Kind::Form => field("title"),
        Kind::Order => field("number"),
        Kind::Image | Kind::Voice | Kind::System => String::new(),
    }
}

/// What is looked for.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchAsk {
    /// Words, a number, or a name in characters or pinyin.
    q: String,
    /// In this shop only.
    shop: Option<Id>,
    /// `messages`, `customers`, `orders` or `all`.
    kind: Option<String>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// At most so many, up to 50.
    limit: Option<usize>,
}

impl SearchAsk {
    /// Everything, from the beginning.
    pub(crate) fn new(q: String, shop: Option<Id>, limit: usize) -> SearchAsk {
        SearchAsk {
            q,
            shop,
            kind: None,
            cursor: None,
            limit: Some(limit),
        }
    }
}

/// Something that was found.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Found {
    /// `message`, `customer` or `order`.
    pub kind: &'static str,
    /// The customer or order; of a message, its conversation.
    pub id: Id,
    /// The number of a message.
    pub seq: Option<i64>,
    /// Whose it is.
    pub title: String,
    /// The words round the hit, hits between U+0001 and U+0002.
    pub snippet: String,
    /// When.
    pub at: Ms,
}

/// A page of what was found.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FoundPage {
    /// What was found, the newest first.
    pub items: Vec<Found>,
    /// Give this as `cursor` for more.
    pub next: Option<String>,
}

/// Finds messages of all time, customers and orders.
#[utoipa::path(get, path = "/search", tag = "search", params(SearchAsk), responses((status = 200, body = FoundPage)))]
pub(crate) async fn find(
    Extension(app): Extension<App>,
    Caller(who): Caller,
    Query(ask): Query<SearchAsk>,
) -> Result<Json<FoundPage>, Failure> {
    Ok(Json(search_all(&app, &who, ask).await?))
}

/// Looks up, reads every hit again and leaves out what the actor may not see.
pub(crate) async fn search_all(app: &App, who: &Actor, ask: SearchAsk) -> Result<FoundPage, Problem> {
    let limit = ask.limit.unwrap_or(20).clamp(1, 50);
    let kinds = match ask.kind.as_deref() {
        None | Some("all") => vec![search::Kind::Message, search::Kind::Customer, search::Kind::Order],
        Some("messages") => vec![search::Kind::Message],
        Some("customers") => vec![search::Kind::Customer],
        Some("orders") => vec![search::Kind::Order],
        Some(_) => {
            return Err(Problem::input(
                "kind",
                "choice_unknown",
                "messages, customers, orders or all.",
            ));
        }
    };
    let shops = match (ask.shop, &who.shops) {
        (Some(shop), _) => {
            who.need_shop(shop)?;
            Some(vec![shop.0])
        }
        (None, Shops::All) => None,
        (None, Shops::Only(shops)) => Some(shops.iter().map(|shop| shop.0).collect()),
    };
    // Customers belong to the organisation and have no shop.
    let shops = shops.map(|mut shops: Vec<i64>| {
        shops.push(0);
        shops
    });
    let mut asked = Ask::new(who.org.0, ask.q.clone());
    (asked.shops, asked.kinds) = (shops, kinds);
    asked.after = ask.cursor.as_deref().and_then(|cursor| cursor.parse().ok());
    let mut page = FoundPage {
        items: Vec::new(),
        next: None,
    };
    // Of a shop's talks an agent may see few: the index knows the shop, the store knows whose they are.
    for _ in 0..LOOKS {
        asked.limit = limit - page.items.len();
        let found = look_up(app, asked.clone()).await?;
        page.items
            .extend(all_read_again(app, who, &ask.q, found.hits).await?);
        page.next = found.next.as_ref().map(ToString::to_string);
        asked.after = found.next;
        if page.items.len() >= limit || page.next.is_none() {
            break;
        }
    }
    Ok(page)
}

/// Pages of the index that are looked through for one page of what somebody may see; after that many, what was
/// found is answered with where to go on.
const LOOKS: usize = 50;

async fn look_up(app: &App, asked: Ask) -> Result<search::Found, Problem> {
    let (searcher, epoch) = (app.searcher.clone(), app.edge.db.epoch().to_owned());
    let found =
        tokio::task::spawn_blocking(move || searcher.open(&epoch)?.search(&asked).map_err(|e| failed(&e)));
    found.await.map_err(|_| Problem::internal())?
}

async fn all_read_again(
    app: &App,
    who: &Actor,
    text: &str,
    hits: Vec<search::Hit>,
) -> Result<Vec<Found>, Problem> {
    let (who, text) = (who.clone(), text.to_owned());
    app.edge
        .db
        .read(move |tx| {
            let mut items = Vec::new();
            for hit in &hits {
                items.extend(read_again(tx, &who, hit, &text)?);
            }
            Ok(items)
        })
        .await
}

fn read_again(tx: &mut Tx<'_>, who: &Actor, hit: &search::Hit, text: &str) -> Result<Option<Found>, Problem> {
    let (id, at) = (Id(hit.id), Ms(hit.at));
    match hit.kind {
        search::Kind::Message => {
            let Some(conversation) = Conversation::load(tx, who.org, id)?.filter(|c| c.visible_to(who))
            else {
                return Ok(None);
            };
            let Some(message) =
                Message::load(tx, who.org, id, hit.sub)?.filter(|m| m.state == Standing::Sent)
            else {
                return Ok(None);
            };
            let snippet = search::snippet(&words_of(&message), text);
            let title = conversation.customer_name;
            Ok(Some(Found {
                kind: "message",
                id,
                seq: Some(hit.sub),
                title,
                snippet,
                at,
            }))
        }
        search::Kind::Customer if who.may(base::Permission::SeeCustomers) => {
            let customer = customers::summary(tx, at, who.org, id)?;
            Ok(customer.map(|c| {
                let snippet = search::snippet(&c.name, text);
                Found {
                    kind: "customer",
                    id,
                    seq: None,
                    title: c.name,
                    snippet,
                    at,
                }
            }))
        }
        search::Kind::Order if who.may(base::Permission::SeeOrders) => {
            let order = found(orders::order(tx, who, id))?;
            Ok(order.map(|order| {
                let lines: Vec<&str> = order.lines.iter().map(|line| line.title.as_str()).collect();
                Found {
                    kind: "order",
                    id,
                    seq: None,
                    title: order.number,
                    snippet: search::snippet(&lines.join(" · "), text),
                    at,
                }
            }))
        }
        _ => Ok(None),
    }
}
