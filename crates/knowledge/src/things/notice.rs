//! Urgent notices to the team: a wrong price, a courier that stops, a recall (row 309). Everybody concerned is
//! told at once and signs that they have read it.

use std::collections::BTreeMap;

use base::{
    Actor, Id, Live, Ms, Page, PageAsk, Permission, Problem, Shops, Topic, Who, clean_line, clean_text,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Arg, Row, Tx, args, pad, text_enum};

use crate::bounds;
use crate::things::holding::{NEVER, shown};
use crate::things::noted::tell;
use crate::things::reach::{concerns, shops_for, someone, staff};
use crate::things::receipt;

text_enum! {
    /// What a notice is about.
    pub enum NoticeKind {
        /// A price is wrong.
        PriceError = "price_error",
        /// A courier stops, or an area is closed to it.
        CourierStop = "courier_stop",
        /// Goods are called back.
        Recall = "recall",
        /// Anything else.
        Other = "other",
    }
}

text_enum! {
    /// Where a notice stands.
    pub enum NoticeState {
        /// It holds.
        Current = "current",
        /// Its time is over.
        Over = "over",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

/// A notice, as somebody of the team sees it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Notice {
    /// What it says.
    #[serde(flatten)]
    pub said: NoticeBody,
    /// When I signed it; null: not yet.
    pub read_at: Option<Ms>,
    /// How many of those concerned signed it.
    pub read: usize,
    /// How many it concerns.
    pub concerned: usize,
}

/// What a notice says, the same for everybody; also the live frame.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct NoticeBody {
    /// Its id.
    pub id: Id,
    /// What it is about.
    pub kind: NoticeKind,
    /// Its headline.
    pub title: String,
    /// What to know and to do.
    pub text: String,
    /// For these shops; null: all.
    pub shops: Option<Vec<Id>>,
    /// It is over from here on; null: when it is withdrawn.
    pub until: Option<Ms>,
    /// When it was issued.
    pub issued_at: Ms,
    /// By whom; null: the program.
    pub issued_by: Option<Id>,
    /// Their name.
    pub issued_by_name: Option<String>,
    /// When it was taken back.
    pub withdrawn_at: Option<Ms>,
    /// Where it stands.
    pub state: NoticeState,
}

/// A notice to be issued.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNotice {
    /// What it is about.
    pub kind: NoticeKind,
    /// Its headline, at most 60 characters.
    pub title: String,
    /// What to know and to do, at most 2,000 characters.
    pub text: String,
    /// For these shops; left out: all.
    pub shops: Option<Vec<Id>>,
    /// It is over from here on; left out: when it is withdrawn.
    pub until: Option<Ms>,
}

/// Which notices a list holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeView {
    /// Those that hold now.
    #[default]
    Current,
    /// Of these, those I have not signed.
    Unread,
    /// Also those that are over or withdrawn.
    All,
}

/// Which notices a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NoticeFilter {
    /// `current` when left out.
    #[param(inline)]
    pub state: Option<NoticeView>,
    /// That concern this shop.
    pub shop: Option<Id>,
}

const COLUMNS: &str = "n.id, n.kind, n.title, n.text, n.until, n.issued_at, n.issued_by, n.withdrawn_at";

/// Without its shops, which stand in rows of their own.
fn read(row: &Row<'_>, now: Ms) -> Result<NoticeBody, Problem> {
    let until: Ms = row.get(4)?;
    let withdrawn_at: Option<Ms> = row.get(7)?;
    let state = match withdrawn_at {
        Some(_) => NoticeState::Withdrawn,
        None if until <= now => NoticeState::Over,
        None => NoticeState::Current,
    };
    Ok(NoticeBody {
        id: row.get(0)?,
        kind: row.get(1)?,
        title: row.get(2)?,
        text: row.get(3)?,
        shops: None,
        until: shown(until),
        issued_at: row.get(5)?,
        issued_by: row.get(6)?,
        issued_by_name: None,
        withdrawn_at,
        state,
    })
}

/// Notices with the shops they concern.
fn with_shops(tx: &mut Tx<'_>, org: Id, mut bodies: Vec<NoticeBody>) -> Result<Vec<NoticeBody>, Problem> {
    let ids: Vec<Id> = bodies.iter().map(|body| body.id).collect();
    let sql = format!(
        "SELECT notice_id, shop_id FROM notice_shop WHERE org_id = $1 AND notice_id IN {} ORDER BY shop_id",
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(&ids));
    let mut shops: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for (notice, shop) in tx.rows(&sql, &arguments, |row| Ok((row.get(0)?, row.get(1)?)))? {
        shops.entry(notice).or_default().push(shop);
    }
    for body in &mut bodies {
        body.shops = shops.remove(&body.id);
    }
    Ok(bodies)
}

/// Issues a notice and tells everybody concerned at once. Needs [`Permission::IssueNotices`] and its shops (all,
/// for one to all). Whoever issues it has read it.
pub fn issue_notice(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewNotice) -> Result<Notice, Problem> {
    staff(who)?;
    let shops = shops_for(tx, who, new.shops.clone())?;
    who.need(Permission::IssueNotices)?;
    if let Some(until) = new.until {
        bounds::moment("until", until)?;
        if until <= now {
            let detail = "A notice ends after it is issued.";
            return Err(Problem::input("until", "ends_before_start", detail));
        }
    }
    let body = NoticeBody {
        id: tx.id(),
        kind: new.kind,
        title: clean_line("title", &new.title, 60)?,
        text: clean_text("text", &new.text, 2_000)?,
        shops,
        until: new.until,
        issued_at: now,
        issued_by: who.person(),
        issued_by_name: name(tx, who.org, who.person())?,
        withdrawn_at: None,
        state: NoticeState::Current,
    };
    tx.exec(
        "INSERT INTO notice (org_id, id, kind, title, text, until, issued_at, issued_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            who.org,
            body.id,
            body.kind,
            &body.title,
            &body.text,
            body.until.unwrap_or(NEVER),
            now,
            body.issued_by
        ],
    )?;
    for shop in body.shops.iter().flatten() {
        tx.exec(
            "INSERT INTO notice_shop (org_id, notice_id, shop_id) VALUES ($1, $2, $3)",
            args![who.org, body.id, *shop],
        )?;
    }
    if let Some(person) = who.person() {
        receipt::sign(tx, now, who.org, body.id, person)?;
    }
    let data = json!({ "kind": [null, body.kind], "shops": body.shops, "until": [null, body.until] });
    tell(tx, now, who, "notice.issued", body.id, data)?;
    let frame = bounds::to_text(&NoticeFrame {
        on: "notice",
        notice: &body,
    })?;
    publish(tx, who.org, body.shops.as_deref(), &frame);
    view(tx, who, body)
}

#[derive(Serialize)]
struct NoticeFrame<'a> {
    on: &'static str,
    notice: &'a NoticeBody,
}

/// Takes a notice back, and off everybody's screen. Needs what issuing it needs; once only
/// (`notice_withdrawn`).
pub fn withdraw_notice(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Notice, Problem> {
    let found = known(tx, now, who, id)?;
    who.need(Permission::IssueNotices)?;
    let all = found
        .shops
        .as_ref()
        .map_or(Shops::All, |shops| Shops::only(shops.clone()));
    if !who.shops.covers(&all) {
        return Err(Problem::forbidden());
    }
    if found.state == NoticeState::Withdrawn {
        return Err(Problem::conflict("notice_withdrawn", "It was withdrawn already."));
    }
    tx.exec(
        "UPDATE notice SET withdrawn_at = $3 WHERE org_id = $1 AND id = $2",
        args![who.org, id, now],
    )?;
    tell(
        tx,
        now,
        who,
        "notice.withdrawn",
        id,
        json!({ "withdrawn_at": [null, now] }),
    )?;
    let frame = json!({ "on": "notice_gone", "notice": id }).to_string();
    publish(tx, who.org, found.shops.as_deref(), &frame);
    let gone = NoticeBody {
        withdrawn_at: Some(now),
        state: NoticeState::Withdrawn,
        ..found
    };
    view(tx, who, gone)
}

/// Signs that one has read a notice; doing so again keeps the first time. One's other tabs are told.
pub fn read_notice(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Notice, Problem> {
    let found = known(tx, now, who, id)?;
    let person = someone(who)?;
    if receipt::sign(tx, now, who.org, id, person)? {
        tell(tx, now, who, "notice.read", id, json!({}))?;
        tx.live(Live {
            topics: vec![Topic::Person(person)],
            frame: json!({ "on": "notice_read", "notice": id }).to_string().into(),
        });
    }
    view(tx, who, found)
}

/// Notices that concern somebody, the last first.
pub fn notices(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &NoticeFilter,
    page: &PageAsk,
) -> Result<Page<Notice>, Problem> {
    staff(who)?;
    let mine = match filter.shop {
        Some(shop) => {
            who.need_shop(shop)?;
            Shops::only(vec![shop])
        }
        None => who.shops.clone(),
    };
    let state = filter.state.unwrap_or_default();
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let (reach, shops) = reach(&mine, 8);
    let sql = format!(
        "SELECT {COLUMNS} FROM notice n
         WHERE n.org_id = $1 AND n.id < $2
           AND ($3 = 1 OR (n.withdrawn_at IS NULL AND n.until > $4))
           AND ($5 = 0 OR NOT EXISTS (SELECT 1 FROM notice_receipt r
                                      WHERE r.org_id = n.org_id AND r.notice_id = n.id AND r.person_id = $6))
           AND {reach}
         ORDER BY n.id DESC LIMIT $7"
    );
    let mut arguments = args![
        who.org,
        before,
        state == NoticeView::All,
        now,
        state == NoticeView::Unread,
        who.person().unwrap_or(Id::NONE),
        page.limit() + 1
    ]
    .to_vec();
    arguments.extend(shops);
    let rows = tx.rows(&sql, &arguments, |row| read(row, now))?;
    let cut = Page::cut(rows, page.limit(), |one| vec![one.id.0]);
    Ok(Page {
        items: seen_by(tx, who, cut.items)?,
        next: cut.next,
    })
}

/// A condition for notices that concern one of these shops; its arguments begin at `$first`.
fn reach(mine: &Shops, first: usize) -> (String, Vec<Arg<'static>>) {
    let Shops::Only(shops) = mine else {
        return ("1 = 1".to_owned(), Vec::new());
    };
    let list = Tx::in_list(first, shops.len());
    let of_this = "FROM notice_shop s WHERE s.org_id = n.org_id AND s.notice_id = n.id";
    let condition =
        format!("(NOT EXISTS (SELECT 1 {of_this}) OR EXISTS (SELECT 1 {of_this} AND s.shop_id IN {list}))");
    (condition, pad(shops))
}

/// A notice that concerns the actor; another does not exist.
pub(crate) fn known(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<NoticeBody, Problem> {
    staff(who)?;
    let sql = format!("SELECT {COLUMNS} FROM notice n WHERE n.org_id = $1 AND n.id = $2");
    let found = tx.rows(&sql, args![who.org, id], |row| read(row, now))?;
    with_shops(tx, who.org, found)?
        .pop()
        .filter(|body| concerns(&who.shops, body.shops.as_deref()))
        .ok_or_else(Problem::not_found)
}

fn view(tx: &mut Tx<'_>, who: &Actor, body: NoticeBody) -> Result<Notice, Problem> {
    seen_by(tx, who, vec![body])?.pop().ok_or_else(Problem::internal)
}

/// Notices with what the team made of them.
fn seen_by(tx: &mut Tx<'_>, who: &Actor, bodies: Vec<NoticeBody>) -> Result<Vec<Notice>, Problem> {
    if bodies.is_empty() {
        return Ok(Vec::new());
    }
    let team = receipt::team_of(tx, who.org)?;
    let ids: Vec<Id> = bodies.iter().map(|body| body.id).collect();
    let signed = receipt::signed(tx, who.org, &ids)?;
    let mut seen = Vec::with_capacity(bodies.len());
    for mut body in with_shops(tx, who.org, bodies)? {
        if body.issued_by_name.is_none() {
            body.issued_by_name = name(tx, who.org, body.issued_by)?;
        }
        let at = |person: Id| signed.get(&(body.id, person)).copied();
        let (mut read, mut concerned) = (0, 0);
        for one in receipt::concerned(&team, body.shops.as_deref()) {
            concerned += 1;
            read += usize::from(at(one.id).is_some());
        }
        seen.push(Notice {
            read_at: who.person().and_then(at),
            read,
            concerned,
            said: body,
        });
    }
    Ok(seen)
}

fn name(tx: &mut Tx<'_>, org: Id, person: Option<Id>) -> Result<Option<String>, Problem> {
    let Some(person) = person else { return Ok(None) };
    Ok(team::person(tx, org, person)?.map(|one| one.name))
}

/// Everybody at a console of these shops hears the frame once; none of those without one of them does.
fn publish(tx: &mut Tx<'_>, org: Id, shops: Option<&[Id]>, frame: &str) {
    let topics = match shops {
        None => vec![Topic::Org(org)],
        Some(shops) => shops
            .iter()
            .flat_map(|shop| [Topic::Shop(*shop), Topic::ShopQueue(*shop)])
            .collect(),
    };
    tx.live(Live {
        topics,
        frame: frame.into(),
    });
}

/// Whether the actor may see who has read what.
pub(crate) fn may_look(who: &Actor) -> bool {
    who.may(Permission::IssueNotices) || who.may(Permission::Supervise) || who.who == Who::Program
}
