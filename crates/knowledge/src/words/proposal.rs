use base::{Actor, Id, Ms, Permission, Problem, clean_text};
use serde::Deserialize;
use store::{Tx, args, pad};

use crate::words::faq::{Faq, editable};
use crate::words::told::Tell;
use crate::words::{faq_keep, version};
use crate::{FaqStatus, NewFaq, WordKind, place};

/// What an agent proposes, out of a talk or of their own experience (row 295).
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Propose {
    /// The shop it came up in.
    pub shop: Id,
    /// The question, in words any buyer could use.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// What it is about.
    #[serde(default)]
    pub category: String,
    /// The talk it comes from.
    #[serde(default)]
    pub conversation: Option<Id>,
    /// The number of the message in it.
    #[serde(default)]
    pub seq: Option<i64>,
}

/// What to change of a proposal when it is published; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Publish {
    /// The standard question.
    pub question: Option<String>,
    /// It in English.
    pub question_en: Option<String>,
    /// Other ways to ask it.
    pub similar: Option<Vec<String>>,
    /// The answer.
    pub answer: Option<String>,
    /// The answer in English.
    pub answer_en: Option<String>,
    /// What it is about.
    pub category: Option<String>,
    /// What the buyer is after.
    pub intent: Option<String>,
    /// The products it is about.
    pub products: Option<Vec<Id>>,
    /// Who answers for it; left out: who publishes it.
    pub owner: Option<Id>,
    /// Good from then on.
    pub valid_from: Option<Ms>,
    /// Good before.
    pub valid_until: Option<Ms>,
    /// The campaign it belongs to.
    pub campaign: Option<Id>,
}

/// Proposes an entry. Needs [`Permission::Talk`] and the shop. It holds in that shop and is seen by those
/// who decide and by who proposed it; personal numbers in it are refused (`personal_data`).
pub fn propose_faq(tx: &mut Tx<'_>, now: Ms, who: &Actor, propose: &Propose) -> Result<Faq, Problem> {
    who.need(Permission::Talk)?;
    let shop = place::shop(tx, who, Some(propose.shop))?;
    if shop == Id::NONE {
        return Err(Problem::not_found());
    }
    let mut new = NewFaq::new(&propose.question, &propose.answer);
    new.category.clone_from(&propose.category);
    // Checked as what it shall become: what cannot be published need not be proposed.
    let mut new = faq_keep::clean(tx, who, shop, None, &new)?;
    impersonal("question", &new.question)?;
    impersonal("answer", &new.answer)?;
    new.status = FaqStatus::Proposed;
    let kept = faq_keep::insert(tx, now, who, ("", shop), &new, Tell::Each)?;
    tx.exec(
        "UPDATE faq SET proposed_by = $3, proposed_at = $4, conversation_id = $5, seq = $6
         WHERE org_id = $1 AND id = $2",
        args![
            who.org,
            kept.id,
            who.person(),
            now,
            propose.conversation,
            propose.seq
        ],
    )?;
    Faq::load(tx, who.org, kept.id)?.ok_or_else(Problem::internal)
}

/// Publishes a proposal, with what is to be changed of it. Needs [`Permission::EditKnowledge`]; refuses
/// with `not_proposed` what is decided already.
pub fn publish_faq(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, edit: &Publish) -> Result<Faq, Problem> {
    let was = undecided(tx, who, id)?;
    let base = was.as_new();
    let new = NewFaq {
        question: edit.question.clone().unwrap_or(base.question),
        question_en: edit.question_en.clone().unwrap_or(base.question_en),
        similar: edit.similar.clone().unwrap_or(base.similar),
        answer: edit.answer.clone().unwrap_or(base.answer),
        answer_en: edit.answer_en.clone().unwrap_or(base.answer_en),
        category: edit.category.clone().unwrap_or(base.category),
        intent: edit.intent.clone().unwrap_or(base.intent),
        products: edit.products.clone().unwrap_or(base.products),
        owner: edit.owner.or(base.owner).or(who.person()),
        valid_from: edit.valid_from.or(base.valid_from),
        valid_until: edit.valid_until.or(base.valid_until),
        campaign: edit.campaign.or(base.campaign),
        status: FaqStatus::Published,
        shop: base.shop,
        version: None,
    };
    faq_keep::change_faq(tx, now, who, id, &new)
}

/// Declines a proposal, saying why. Needs [`Permission::EditKnowledge`].
pub fn decline_faq(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, reason: &str) -> Result<Faq, Problem> {
    let was = undecided(tx, who, id)?;
    let reason = clean_text("reason", reason, 300)?;
    tx.exec(
        "UPDATE faq SET status = $3, reason = $4, version = version + 1, changed_at = $5, changed_by = $6
         WHERE org_id = $1 AND id = $2",
        args![who.org, id, FaqStatus::Retired, &reason, now, who.person()],
    )?;
    faq_keep::told(tx, now, who, id, (Some(was.status), "faq.declined"), Tell::Each)
}

/// Talks asked for in one statement.
const TALKS: usize = 200;

/// Forgets what was proposed out of these talks: their buyer is erased. What nobody ever published goes; of what was
/// published the words stay, which somebody checked, without the talk and without what was saved before. No right is
/// asked: whoever erases asked them.
pub fn forget_proposals(tx: &mut Tx<'_>, now: Ms, who: &Actor, talks: &[Id]) -> Result<(), Problem> {
    let mut ids: Vec<Id> = Vec::new();
    for some in talks.chunks(TALKS) {
        let list = Tx::in_list(2, some.len());
        let sql = format!("SELECT id FROM faq WHERE org_id = $1 AND conversation_id IN {list} ORDER BY id");
        let mut arguments = args![who.org].to_vec();
        arguments.extend(pad(some));
        ids.extend(tx.rows(&sql, &arguments, |row| row.get::<Id>(0))?);
    }
    for id in ids {
        match version::first_published(tx, who.org, WordKind::Faq, id)? {
            Some(first) => {
                version::drop_before(tx, who.org, WordKind::Faq, id, first)?;
                tx.exec(
                    "UPDATE faq SET conversation_id = NULL, seq = NULL WHERE org_id = $1 AND id = $2",
                    args![who.org, id],
                )?;
            }
            None => {
                if let Some(gone) = Faq::load(tx, who.org, id)? {
                    faq_keep::take_away(tx, now, who, &gone)?;
                }
            }
        }
    }
    Ok(())
}

fn undecided(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Faq, Problem> {
    let found = editable(tx, who, id)?;
    if found.status == FaqStatus::Proposed {
        return Ok(found);
    }
    let detail = "Somebody decided on this proposal already.";
    Err(Problem::conflict("not_proposed", detail))
}

/// Refuses numbers that may be somebody's phone, order or parcel, and mail addresses: an entry is for all
/// buyers.
fn impersonal(field: &'static str, text: &str) -> Result<(), Problem> {
    if crate::words::mask::has_number(text) {
        let detail = "Leave out phone, order and parcel numbers; the entry is for all buyers.";
        return Err(Problem::input(field, "personal_data", detail));
    }
    Ok(())
}
