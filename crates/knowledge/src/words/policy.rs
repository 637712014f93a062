use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::{Arg, Row, Tx, args};

use crate::words::input;
use crate::{Status, Variable, place, variables_of};

/// What holds in the shop: returns, warranty, freight (row 35).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Policy {
    /// Its id.
    pub id: Id,
    /// The shop; 0: all shops.
    pub shop: Id,
    /// The name of shipped content; empty: written here.
    pub key: String,
    /// What it is about, in a word; may be empty.
    pub category: String,
    /// The platform it holds on; empty: any.
    pub platform: String,
    /// What it is called.
    pub title: String,
    /// The title in English; may be empty.
    pub title_en: String,
    /// What it says, with variables.
    pub text: String,
    /// It in English; may be empty.
    pub text_en: String,
    /// The variables of both texts.
    pub variables: Vec<Variable>,
    /// Where it stands.
    pub status: Status,
    /// Good from then on; null: always was.
    pub valid_from: Option<Ms>,
    /// Good before; null: always will be.
    pub valid_until: Option<Ms>,
    /// The campaign it belongs to.
    pub campaign: Option<Id>,
    /// When that campaign ends; it cannot be sent from then on, nor before it starts.
    pub campaign_ends: Option<Ms>,
    /// When that campaign starts.
    #[serde(skip)]
    pub(crate) campaign_starts: Option<Ms>,
    /// How often it was saved.
    pub version: i64,
    /// When it was last saved.
    pub changed_at: Ms,
    /// By whom; null: the program.
    pub changed_by: Option<Id>,
}

/// A policy to be kept, or what one shall be.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPolicy {
    /// The shop; left out: all shops.
    #[serde(default)]
    pub shop: Option<Id>,
    /// What it is about.
    #[serde(default)]
    pub category: String,
    /// The platform it holds on; left out: any.
    #[serde(default)]
    pub platform: String,
    /// What it is called.
    pub title: String,
    /// The title in English.
    #[serde(default)]
    pub title_en: String,
    /// What it says, with variables.
    pub text: String,
    /// It in English.
    #[serde(default)]
    pub text_en: String,
    /// Where it stands; left out: published.
    #[serde(default = "crate::words::script::published")]
    pub status: Status,
    /// Good from then on.
    #[serde(default)]
    pub valid_from: Option<Ms>,
    /// Good before.
    #[serde(default)]
    pub valid_until: Option<Ms>,
    /// The campaign it belongs to.
    #[serde(default)]
    pub campaign: Option<Id>,
    /// The version that was read, to save over nothing newer (`changed_meanwhile`); left out: whatever is there.
    #[serde(default, skip_serializing)]
    pub version: Option<i64>,
}

impl NewPolicy {
    /// A policy of all shops with nothing but a title and a text.
    pub fn new(title: &str, text: &str) -> NewPolicy {
        NewPolicy {
            shop: None,
            category: String::new(),
            platform: String::new(),
            title: title.to_owned(),
            title_en: String::new(),
            text: text.to_owned(),
            text_en: String::new(),
            status: Status::Published,
            valid_from: None,
            valid_until: None,
            campaign: None,
            version: None,
        }
    }
}

/// Which policies a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PolicyFilter {
    /// Words of title or text.
    pub q: Option<String>,
    /// Those that are good in this shop.
    pub shop: Option<Id>,
    /// What they are about.
    pub category: Option<String>,
    /// Those that hold on this platform, or on any.
    pub platform: Option<String>,
    /// Where they stand; who does not look after them sees those in use.
    pub status: Option<Status>,
}

const COLUMNS: &str = "id, shop_id, key, category, platform, title, title_en, text, text_en, status, valid_from, \
    valid_until, version, changed_at, changed_by, campaign_id, \
    (SELECT c.starts_at FROM campaign c WHERE c.org_id = policy.org_id AND c.id = policy.campaign_id), \
    (SELECT c.ends_at FROM campaign c WHERE c.org_id = policy.org_id AND c.id = policy.campaign_id)";

impl Policy {
    fn read(row: &Row<'_>) -> Result<Policy, Problem> {
        let (text, text_en): (String, String) = (row.get(7)?, row.get(8)?);
        Ok(Policy {
            id: row.get(0)?,
            shop: row.get(1)?,
            key: row.get(2)?,
            category: row.get(3)?,
            platform: row.get(4)?,
            title: row.get(5)?,
            title_en: row.get(6)?,
            variables: variables_of(&format!("{text}\n{text_en}")),
            text,
            text_en,
            status: row.get(9)?,
            valid_from: row.get(10)?,
            valid_until: row.get(11)?,
            version: row.get(12)?,
            changed_at: row.get(13)?,
            changed_by: row.get(14)?,
            campaign: row.get(15)?,
            campaign_starts: row.get(16)?,
            campaign_ends: row.get(17)?,
        })
    }

    /// The policy as it would be saved anew.
    pub(crate) fn as_new(&self) -> NewPolicy {
        NewPolicy {
            shop: (self.shop != Id::NONE).then_some(self.shop),
            category: self.category.clone(),
            platform: self.platform.clone(),
            title: self.title.clone(),
            title_en: self.title_en.clone(),
            text: self.text.clone(),
            text_en: self.text_en.clone(),
            status: self.status,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            campaign: self.campaign,
            version: None,
        }
    }

    /// Whether it holds at `now`.
    pub(crate) fn good(&self, now: Ms) -> bool {
        self.status == Status::Published
            && input::is_valid(now, self.valid_from, self.valid_until)
            && input::is_valid(now, self.campaign_starts, self.campaign_ends)
    }

    /// Policies that satisfy a condition on the organisation `$1` and what follows.
    pub(crate) fn rows(tx: &mut Tx<'_>, condition: &str, args: &[Arg<'_>]) -> Result<Vec<Policy>, Problem> {
        let sql = format!("SELECT {COLUMNS} FROM policy WHERE org_id = $1 AND {condition}");
        tx.rows(&sql, args, Policy::read)
    }

    /// The policy of this id; no right is asked.
    pub(crate) fn load(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Policy>, Problem> {
        Ok(Policy::rows(tx, "id = $2", args![org, id])?.pop())
    }
}

/// A policy one may see.
pub fn policy(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Policy, Problem> {
    place::reader(who)?;
    let found = Policy::load(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
    if place::seen(who, found.shop) {
        Ok(found)
    } else {
        Err(Problem::not_found())
    }
}

/// A policy one may change: needs [`Permission::EditKnowledge`].
pub(crate) fn editable(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Policy, Problem> {
    let found = policy(tx, who, id)?;
    who.need(Permission::EditKnowledge)?;
    place::editable(who, found.shop)?;
    Ok(found)
}

/// Policies one may see, the last changed first.
pub fn policies(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &PolicyFilter,
    page: &PageAsk,
) -> Result<Page<Policy>, Problem> {
    place::reader(who)?;
    let [before, before_id] = page.numbers::<2>().unwrap_or([i64::MAX, i64::MAX]);
    let words = filter
        .q
        .as_deref()
        .map(str::trim)
        .filter(|q| !q.is_empty())
        .map(input::anywhere);
    let status = match who.may(Permission::EditKnowledge) {
        true => filter.status,
        false => Some(Status::Published),
    };
    let (reach, list) = place::condition(tx, who, filter.shop, "shop_id", 8)?;
    let condition = format!(
        "(changed_at < $2 OR (changed_at = $2 AND id < $3)) AND ($4 IS NULL OR category = $4)
         AND ($5 IS NULL OR platform IN ('', $5)) AND ($6 IS NULL OR status = $6)
         AND ($7 IS NULL OR title LIKE $7 ESCAPE '!' OR text LIKE $7 ESCAPE '!') AND {reach}
         ORDER BY changed_at DESC, id DESC LIMIT {}",
        page.limit() + 1
    );
    let mut arguments = args![
        who.org,
        before,
        before_id,
        filter.category.as_deref(),
        filter.platform.as_deref(),
        status.map(Status::key),
        words.as_deref()
    ]
    .to_vec();
    arguments.extend(list);
    let found = Policy::rows(tx, &condition, &arguments)?;
    Ok(Page::cut(found, page.limit(), |one| {
        vec![one.changed_at.0, one.id.0]
    }))
}
