use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, clean_line, clean_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Arg, Row, Tx, args};

use crate::told::changed;
use crate::version::{self, Version};
use crate::{Status, Variable, WordKind, check_variables, input, place, variables_of};

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
    #[serde(default = "crate::script::published")]
    pub status: Status,
    /// Good from then on.
    #[serde(default)]
    pub valid_from: Option<Ms>,
    /// Good before.
    #[serde(default)]
    pub valid_until: Option<Ms>,
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
    valid_until, version, changed_at, changed_by";

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
        }
    }

    /// Whether it holds at `now`.
    pub(crate) fn good(&self, now: Ms) -> bool {
        self.status == Status::Published && input::is_valid(now, self.valid_from, self.valid_until)
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

fn editable(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Policy, Problem> {
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
    let (reach, list) = place::condition(who, filter.shop, "shop_id", 8)?;
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

/// Keeps a new policy. Needs [`Permission::EditKnowledge`].
pub fn add_policy(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewPolicy) -> Result<Policy, Problem> {
    add(tx, now, who, "", new)
}

/// Keeps a new policy of shipped content under its `key`.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    key: &str,
    new: &NewPolicy,
) -> Result<Policy, Problem> {
    who.need(Permission::EditKnowledge)?;
    let (shop, new) = clean(tx, who, new)?;
    let id = tx.id();
    tx.exec(
        "INSERT INTO policy (org_id, id, shop_id, key, category, platform, title, title_en, text, text_en, status, \
         valid_from, valid_until, version, changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $15)",
        args![
            who.org, id, shop, key, &new.category, &new.platform, &new.title, &new.title_en, &new.text, &new.text_en,
            new.status, new.valid_from, new.valid_until, now, who.person()
        ],
    )?;
    told(tx, now, who, id, "policy.added")
}

/// Changes a policy into what `new` says; every save is a version. Needs [`Permission::EditKnowledge`].
pub fn change_policy(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    new: &NewPolicy,
) -> Result<Policy, Problem> {
    let was = editable(tx, who, id)?;
    let (shop, new) = clean(tx, who, new)?;
    if was.as_new() == new {
        return Ok(was);
    }
    tx.exec(
        "UPDATE policy SET shop_id = $3, category = $4, platform = $5, title = $6, title_en = $7, text = $8, \
         text_en = $9, status = $10, valid_from = $11, valid_until = $12, version = version + 1, changed_at = $13, \
         changed_by = $14 WHERE org_id = $1 AND id = $2",
        args![
            who.org, id, shop, &new.category, &new.platform, &new.title, &new.title_en, &new.text, &new.text_en,
            new.status, new.valid_from, new.valid_until, now, who.person()
        ],
    )?;
    told(tx, now, who, id, "policy.changed")
}

/// Publishes, retires or reopens a policy.
pub fn set_policy_status(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    status: Status,
) -> Result<Policy, Problem> {
    let was = editable(tx, who, id)?;
    change_policy(
        tx,
        now,
        who,
        id,
        &NewPolicy {
            status,
            ..was.as_new()
        },
    )
}

/// Removes a policy with its versions.
pub fn remove_policy(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let gone = editable(tx, who, id)?;
    tx.exec(
        "DELETE FROM policy WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    version::drop_all(tx, who.org, WordKind::Policy, id)?;
    let data = json!({"status": [gone.status, null]});
    changed(
        tx,
        now,
        who,
        (WordKind::Policy, "policy.removed"),
        (id, gone.shop, None),
        data,
    )
}

/// The states a policy was saved in, the newest first.
pub fn policy_versions(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Vec<Version>, Problem> {
    policy(tx, who, id)?;
    version::all(tx, who.org, WordKind::Policy, id)
}

/// Brings back what a version said, as a new version; where the policy stands stays as it is.
pub fn restore_policy(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, number: i64) -> Result<Policy, Problem> {
    let status = editable(tx, who, id)?.status;
    let new: NewPolicy = version::one(tx, who.org, WordKind::Policy, id, number)?;
    change_policy(tx, now, who, id, &NewPolicy { status, ..new })
}

fn clean(tx: &mut Tx<'_>, who: &Actor, new: &NewPolicy) -> Result<(Id, NewPolicy), Problem> {
    let shop = place::shop(tx, who, new.shop)?;
    if !new.platform.is_empty() && !team::PLATFORMS.contains(&new.platform.as_str()) {
        let detail = format!("One of: {}.", team::PLATFORMS.join(", "));
        return Err(Problem::input("platform", "choice_unknown", detail));
    }
    let new = NewPolicy {
        shop: (shop != Id::NONE).then_some(shop),
        category: input::category(&new.category)?,
        title: clean_line("title", &new.title, 100)?,
        title_en: input::line("title_en", &new.title_en, 200)?,
        text: clean_text("text", &new.text, input::TEXT_MAX)?,
        text_en: input::text("text_en", &new.text_en, input::TEXT_MAX)?,
        ..new.clone()
    };
    check_variables("text", &new.text)?;
    check_variables("text_en", &new.text_en)?;
    input::valid(new.valid_from, new.valid_until)?;
    Ok((shop, new))
}

/// Keeps the version, writes it down, tells it, and answers what is kept.
fn told(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, event: &'static str) -> Result<Policy, Problem> {
    let kept = Policy::load(tx, who.org, id)?.ok_or_else(Problem::internal)?;
    version::keep(
        tx,
        now,
        (who.org, who.person()),
        (WordKind::Policy, id),
        kept.version,
        &kept.as_new(),
    )?;
    let data = json!({"status": kept.status, "version": kept.version});
    changed(
        tx,
        now,
        who,
        (WordKind::Policy, event),
        (id, kept.shop, None),
        data,
    )?;
    Ok(kept)
}
