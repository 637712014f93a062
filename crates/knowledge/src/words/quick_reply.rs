use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::{Tx, args};

use crate::words::script_keep::spell;
use crate::words::{input, script_find};
use crate::{NewScript, Scope, Script, ScriptFilter};

/// A script as the composer's `/` shows it: a text inserted by a short code.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct QuickReply {
    /// Its id, that of the script.
    pub id: Id,
    /// The shop, or none for all shops.
    pub shop: Id,
    /// Whose own it is; null: everybody's.
    pub person: Option<Id>,
    /// What is typed after `/`.
    pub code: String,
    /// Where it belongs.
    pub category: String,
    /// The text.
    pub text: String,
    /// How often it was used.
    pub uses: i64,
    /// Grows with every save.
    pub version: i64,
}

/// A quick reply to be kept.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub struct NewQuickReply {
    /// The shop; left out: all shops.
    #[serde(default)]
    pub shop: Option<Id>,
    /// One's own, or everybody's (which needs a right).
    #[serde(default)]
    pub personal: bool,
    /// What is typed after `/`.
    pub code: String,
    /// Where it belongs.
    #[serde(default)]
    pub category: String,
    /// The text.
    pub text: String,
    /// The version that was read, to save over nothing newer (`changed_meanwhile`); left out: whatever is there.
    #[serde(default)]
    pub version: Option<i64>,
}

/// The most quick replies a composer is given.
const MOST: usize = 2_000;

impl From<Script> for QuickReply {
    fn from(script: Script) -> QuickReply {
        QuickReply {
            id: script.id,
            shop: script.shop,
            person: script.person,
            code: script.code,
            category: script.category,
            text: script.text,
            uses: script.uses,
            version: script.version,
        }
    }
}

/// Scripts with a code that one may send now, the most used first. The console filters them as one types.
pub fn quick_replies(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Option<Id>,
) -> Result<Vec<QuickReply>, Problem> {
    who.need(Permission::Talk)?;
    // A shop out of reach has none, as one that does not exist.
    if shop.is_some_and(|shop| !who.shops.has(shop)) {
        return Ok(Vec::new());
    }
    let filter = ScriptFilter {
        shop,
        ..ScriptFilter::default()
    };
    let found = script_find::find(tx, now, who, &filter)?;
    let coded = found.into_iter().filter(|script| !script.code.is_empty());
    Ok(coded.take(MOST).map(QuickReply::from).collect())
}

/// Keeps a new one, or (with `id`) changes one.
pub fn keep_quick_reply(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Option<Id>,
    new: &NewQuickReply,
) -> Result<QuickReply, Problem> {
    who.need(Permission::Talk)?;
    base::clean_line("code", &new.code, 30)?;
    let was = match id {
        Some(id) => Some(crate::script(tx, who, id)?.as_new()),
        None => None,
    };
    let title_follows = was
        .as_ref()
        .is_none_or(|was| was.title == input::title_of(&was.text));
    let mut script = was.unwrap_or_else(|| NewScript::new(&new.text));
    script.version = new.version;
    script.shop = new.shop;
    script.scope = match (new.personal, script.scope) {
        (true, _) => Scope::Personal,
        (false, Scope::Group) => Scope::Group,
        (false, _) => Scope::Shop,
    };
    script.code.clone_from(&new.code);
    script.category.clone_from(&new.category);
    script.text.clone_from(&new.text);
    if title_follows {
        script.title.clear();
    }
    let kept = match id {
        Some(id) => crate::change_script(tx, now, who, id, &script)?,
        None => crate::add_script(tx, now, who, &script)?,
    };
    Ok(kept.into())
}

/// Takes in a quick reply that an older version kept, as it stands: it was good enough to be sent. No right
/// is asked: the program calls it.
pub fn adopt_quick_reply(tx: &mut Tx<'_>, now: Ms, org: Id, reply: &QuickReply) -> Result<(), Problem> {
    let new = NewScript {
        code: reply.code.clone(),
        title: input::title_of(&reply.text),
        category: reply.category.clone(),
        ..NewScript::new(&reply.text)
    };
    tx.exec(
        "INSERT INTO script (org_id, id, shop_id, person_id, key, code, title, title_en, category, stage, text, text_en, \
         spelled, status, version, uses, changed_at)
         VALUES ($1, $2, $3, $4, '', $5, $6, '', $7, 'any', $8, '', $9, 'published', 1, $10, $11)
         ON CONFLICT (org_id, id) DO NOTHING",
        args![
            org,
            reply.id,
            reply.shop,
            reply.person,
            &new.code,
            &new.title,
            &new.category,
            &new.text,
            &spell(&new),
            reply.uses,
            now
        ],
    )?;
    Ok(())
}
