use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::{Row, Tx, args};

use crate::{Bargain, Scope, Status, Variable, WordStage, place, variables_of};

/// A text an agent sends: found by code, words or pinyin, filled in and inserted.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Script {
    /// Its id.
    pub id: Id,
    /// The shop; 0: all shops.
    pub shop: Id,
    /// Whose own it is; null: not a person's.
    pub person: Option<Id>,
    /// The group's whose it is; null: not a group's.
    pub group: Option<Id>,
    /// Whose it is.
    pub scope: Scope,
    /// The name of shipped content; empty: written here.
    pub key: String,
    /// What is typed after `/`; may be empty.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// The title in English; may be empty.
    pub title_en: String,
    /// What it is about, in a word; may be empty.
    pub category: String,
    /// The part of a sale it is for.
    pub stage: WordStage,
    /// The kind of bargaining it answers.
    pub bargain: Option<Bargain>,
    /// The step of soothing it belongs to, 1 to 6.
    pub step: Option<i64>,
    /// The text, with variables.
    pub text: String,
    /// The text in English; may be empty.
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
    /// How often it was used.
    pub uses: i64,
    /// When it was last used.
    pub used_at: Option<Ms>,
    /// When it was last saved.
    pub changed_at: Ms,
    /// By whom; null: the program.
    pub changed_by: Option<Id>,
    /// Title and text as they are typed in pinyin, parted by spaces.
    #[serde(skip)]
    pub(crate) spelled: String,
}

/// A script to be kept, or what one shall be.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewScript {
    /// The shop; left out: all shops.
    #[serde(default)]
    pub shop: Option<Id>,
    /// Whose it is; left out: the shop's.
    #[serde(default = "shop_scope")]
    pub scope: Scope,
    /// The group, if it is a group's.
    #[serde(default)]
    pub group: Option<Id>,
    /// What is typed after `/`, at most 30 characters.
    #[serde(default)]
    pub code: String,
    /// What it is called; left out: the first words of the text.
    #[serde(default)]
    pub title: String,
    /// The title in English.
    #[serde(default)]
    pub title_en: String,
    /// What it is about.
    #[serde(default)]
    pub category: String,
    /// The part of a sale it is for.
    #[serde(default = "any_stage")]
    pub stage: WordStage,
    /// The kind of bargaining it answers; only in `bargaining`.
    #[serde(default)]
    pub bargain: Option<Bargain>,
    /// The step of soothing it belongs to, 1 to 6; only in `complaint`.
    #[serde(default)]
    pub step: Option<i64>,
    /// The text, with variables.
    pub text: String,
    /// The text in English.
    #[serde(default)]
    pub text_en: String,
    /// Where it stands; left out: published.
    #[serde(default = "published")]
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

fn shop_scope() -> Scope {
    Scope::Shop
}

fn any_stage() -> WordStage {
    WordStage::Any
}

pub(crate) fn published() -> Status {
    Status::Published
}

impl NewScript {
    /// A script of all shops with nothing but its text.
    pub fn new(text: &str) -> NewScript {
        NewScript {
            shop: None,
            scope: Scope::Shop,
            group: None,
            code: String::new(),
            title: String::new(),
            title_en: String::new(),
            category: String::new(),
            stage: WordStage::Any,
            bargain: None,
            step: None,
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

const COLUMNS: &str = "id, shop_id, person_id, group_id, key, code, title, title_en, category, stage, bargain, \
    step, text, text_en, spelled, status, valid_from, valid_until, campaign_id, version, uses, used_at, \
    changed_at, changed_by, \
    (SELECT c.starts_at FROM campaign c WHERE c.org_id = script.org_id AND c.id = script.campaign_id), \
    (SELECT c.ends_at FROM campaign c WHERE c.org_id = script.org_id AND c.id = script.campaign_id)";

impl Script {
    fn read(row: &Row<'_>) -> Result<Script, Problem> {
        let (person, group): (Option<Id>, Option<Id>) = (row.get(2)?, row.get(3)?);
        let bargain: Option<String> = row.get(10)?;
        let mut script = Script {
            id: row.get(0)?,
            shop: row.get(1)?,
            person,
            group,
            scope: match (person, group) {
                (Some(_), _) => Scope::Personal,
                (None, Some(_)) => Scope::Group,
                (None, None) => Scope::Shop,
            },
            key: row.get(4)?,
            code: row.get(5)?,
            title: row.get(6)?,
            title_en: row.get(7)?,
            category: row.get(8)?,
            stage: row.get(9)?,
            bargain: Bargain::ALL
                .iter()
                .copied()
                .find(|one| Some(one.key()) == bargain.as_deref()),
            step: row.get(11)?,
            text: row.get(12)?,
            text_en: row.get(13)?,
            variables: Vec::new(),
            spelled: row.get(14)?,
            status: row.get(15)?,
            valid_from: row.get(16)?,
            valid_until: row.get(17)?,
            campaign: row.get(18)?,
            version: row.get(19)?,
            uses: row.get(20)?,
            used_at: row.get(21)?,
            changed_at: row.get(22)?,
            changed_by: row.get(23)?,
            campaign_starts: row.get(24)?,
            campaign_ends: row.get(25)?,
        };
        script.variables = variables_of(&format!("{}\n{}", script.text, script.text_en));
        Ok(script)
    }

    /// The script as it would be saved anew.
    pub(crate) fn as_new(&self) -> NewScript {
        NewScript {
            shop: (self.shop != Id::NONE).then_some(self.shop),
            scope: self.scope,
            group: self.group,
            code: self.code.clone(),
            title: self.title.clone(),
            title_en: self.title_en.clone(),
            category: self.category.clone(),
            stage: self.stage,
            bargain: self.bargain,
            step: self.step,
            text: self.text.clone(),
            text_en: self.text_en.clone(),
            status: self.status,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            campaign: self.campaign,
            version: None,
        }
    }

    /// Whether it can be sent at `now`.
    pub(crate) fn good(&self, now: Ms) -> bool {
        self.status == Status::Published
            && crate::words::input::is_valid(now, self.valid_from, self.valid_until)
            && crate::words::input::is_valid(now, self.campaign_starts, self.campaign_ends)
    }

    /// All scripts that satisfy a condition on the organisation `$1` and what follows.
    pub(crate) fn rows(
        tx: &mut Tx<'_>,
        condition: &str,
        args: &[store::Arg<'_>],
    ) -> Result<Vec<Script>, Problem> {
        let sql = format!("SELECT {COLUMNS} FROM script WHERE org_id = $1 AND {condition}");
        tx.rows(&sql, args, Script::read)
    }

    /// The script of this id; no right is asked.
    pub(crate) fn load(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Script>, Problem> {
        Ok(Script::rows(tx, "id = $2", args![org, id])?.pop())
    }
}

/// The groups the actor is in.
pub(crate) fn my_groups(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Id>, Problem> {
    let Some(person) = who.person() else {
        return Ok(Vec::new());
    };
    let groups = team::groups_of_org(tx, who.org)?;
    Ok(groups
        .into_iter()
        .filter(|group| group.members.contains(&person))
        .map(|group| group.id)
        .collect())
}

/// Whether the actor may see a script: their own, their groups', their shops'; who looks after replies sees
/// those of all groups.
pub(crate) fn visible(who: &Actor, script: &Script, groups: &[Id]) -> bool {
    if !place::seen(who, script.shop) {
        return false;
    }
    match (script.person, script.group) {
        (Some(person), _) => who.person() == Some(person),
        (None, Some(group)) => groups.contains(&group) || who.may(Permission::EditReplies),
        (None, None) => true,
    }
}

/// A script one may see.
pub fn script(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Script, Problem> {
    place::reader(who)?;
    let found = Script::load(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
    let groups = match found.group {
        Some(_) => my_groups(tx, who)?,
        None => Vec::new(),
    };
    if visible(who, &found, &groups) {
        Ok(found)
    } else {
        Err(Problem::not_found())
    }
}

/// A script one may change: one's own, or the shop's and groups' with [`Permission::EditReplies`].
pub(crate) fn editable(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Script, Problem> {
    let found = script(tx, who, id)?;
    if found.scope == Scope::Personal {
        who.need(Permission::Talk)?;
    } else {
        who.need(Permission::EditReplies)?;
        place::editable(who, found.shop)?;
    }
    Ok(found)
}
