use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Problem};
use serde::{Deserialize, Serialize};
use store::{Arg, Row, Tx, args, pad};

use crate::words::version;
use crate::{FaqStatus, Variable, place, variables_of};

/// A question with its answer: one standard question, any number of similar ones 相似问.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Faq {
    /// Its id.
    pub id: Id,
    /// The shop; 0: all shops.
    pub shop: Id,
    /// The name of shipped content; empty: written here.
    pub key: String,
    /// What it is about, in a word; may be empty.
    pub category: String,
    /// What the buyer is after; may be empty.
    pub intent: String,
    /// The standard question.
    pub question: String,
    /// It in English; may be empty.
    pub question_en: String,
    /// Other ways to ask it.
    pub similar: Vec<Similar>,
    /// The answer, with variables.
    pub answer: String,
    /// The answer in English; may be empty.
    pub answer_en: String,
    /// The variables of both answers.
    pub variables: Vec<Variable>,
    /// The products it is about; none: any.
    pub products: Vec<Id>,
    /// Who answers for it.
    pub owner: Option<Id>,
    /// Their name.
    pub owner_name: Option<String>,
    /// Where it stands.
    pub status: FaqStatus,
    /// Why it was declined.
    pub reason: Option<String>,
    /// Who proposed it, out of which talk.
    pub proposal: Option<Proposal>,
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
    /// How often it was said to have helped.
    pub helped: i64,
    /// How often it was said not to have helped.
    pub not_helped: i64,
    /// When it was last used.
    pub used_at: Option<Ms>,
    /// When it was made.
    pub created_at: Ms,
    /// When it was last saved.
    pub changed_at: Ms,
    /// By whom; null: the program.
    pub changed_by: Option<Id>,
}

/// Another way to ask an entry's question.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Similar {
    /// Its id.
    pub id: Id,
    /// The question.
    pub text: String,
}

/// Where a proposed entry comes from.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Proposal {
    /// Who proposed it.
    pub by: Option<Id>,
    /// Their name.
    pub by_name: Option<String>,
    /// The talk it comes from.
    pub conversation: Option<Id>,
    /// The number of the message in it.
    pub seq: Option<i64>,
    /// When it was proposed.
    pub at: Ms,
}

/// An entry to be kept, or what one shall be.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFaq {
    /// The shop; left out: all shops.
    #[serde(default)]
    pub shop: Option<Id>,
    /// What it is about.
    #[serde(default)]
    pub category: String,
    /// What the buyer is after.
    #[serde(default)]
    pub intent: String,
    /// The standard question, at most 200 characters.
    pub question: String,
    /// It in English.
    #[serde(default)]
    pub question_en: String,
    /// Other ways to ask it, at most 500.
    #[serde(default)]
    pub similar: Vec<String>,
    /// The answer; may be empty as long as it is not published.
    #[serde(default)]
    pub answer: String,
    /// The answer in English.
    #[serde(default)]
    pub answer_en: String,
    /// The products it is about.
    #[serde(default)]
    pub products: Vec<Id>,
    /// Who answers for it.
    #[serde(default)]
    pub owner: Option<Id>,
    /// Where it stands; left out: published.
    #[serde(default = "published")]
    pub status: FaqStatus,
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

fn published() -> FaqStatus {
    FaqStatus::Published
}

impl NewFaq {
    /// A published entry of all shops with nothing but a question and its answer.
    pub fn new(question: &str, answer: &str) -> NewFaq {
        NewFaq {
            shop: None,
            category: String::new(),
            intent: String::new(),
            question: question.to_owned(),
            question_en: String::new(),
            similar: Vec::new(),
            answer: answer.to_owned(),
            answer_en: String::new(),
            products: Vec::new(),
            owner: None,
            status: FaqStatus::Published,
            valid_from: None,
            valid_until: None,
            campaign: None,
            version: None,
        }
    }
}

const COLUMNS: &str = "f.id, f.shop_id, f.key, f.category, f.intent, f.question, f.question_en, f.answer, \
    f.answer_en, f.owner_id, f.status, f.reason, f.proposed_by, f.proposed_at, f.conversation_id, f.seq, \
    f.valid_from, f.valid_until, f.version, f.uses, f.helped, f.not_helped, f.used_at, f.created_at, \
    f.changed_at, f.changed_by, f.campaign_id, \
    (SELECT c.starts_at FROM campaign c WHERE c.org_id = f.org_id AND c.id = f.campaign_id), \
    (SELECT c.ends_at FROM campaign c WHERE c.org_id = f.org_id AND c.id = f.campaign_id)";

impl Faq {
    fn read(row: &Row<'_>) -> Result<Faq, Problem> {
        let (by, at): (Option<Id>, Option<Ms>) = (row.get(12)?, row.get(13)?);
        let (conversation, seq) = (row.get(14)?, row.get(15)?);
        let answer: String = row.get(7)?;
        let answer_en: String = row.get(8)?;
        Ok(Faq {
            id: row.get(0)?,
            shop: row.get(1)?,
            key: row.get(2)?,
            category: row.get(3)?,
            intent: row.get(4)?,
            question: row.get(5)?,
            question_en: row.get(6)?,
            similar: Vec::new(),
            variables: variables_of(&format!("{answer}\n{answer_en}")),
            answer,
            answer_en,
            products: Vec::new(),
            owner: row.get(9)?,
            owner_name: None,
            status: row.get(10)?,
            reason: row.get(11)?,
            proposal: at.map(|at| Proposal {
                by,
                by_name: None,
                conversation,
                seq,
                at,
            }),
            valid_from: row.get(16)?,
            valid_until: row.get(17)?,
            version: row.get(18)?,
            uses: row.get(19)?,
            helped: row.get(20)?,
            not_helped: row.get(21)?,
            used_at: row.get(22)?,
            created_at: row.get(23)?,
            changed_at: row.get(24)?,
            changed_by: row.get(25)?,
            campaign: row.get(26)?,
            campaign_starts: row.get(27)?,
            campaign_ends: row.get(28)?,
        })
    }

    /// The entry as it would be saved anew.
    pub(crate) fn as_new(&self) -> NewFaq {
        NewFaq {
            shop: (self.shop != Id::NONE).then_some(self.shop),
            category: self.category.clone(),
            intent: self.intent.clone(),
            question: self.question.clone(),
            question_en: self.question_en.clone(),
            similar: self.similar.iter().map(|one| one.text.clone()).collect(),
            answer: self.answer.clone(),
            answer_en: self.answer_en.clone(),
            products: self.products.clone(),
            owner: self.owner,
            status: self.status,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            campaign: self.campaign,
            version: None,
        }
    }

    /// Whether it can be sent at `now`.
    pub(crate) fn good(&self, now: Ms) -> bool {
        self.status == FaqStatus::Published
            && crate::words::input::is_valid(now, self.valid_from, self.valid_until)
            && crate::words::input::is_valid(now, self.campaign_starts, self.campaign_ends)
    }

    /// Whole entries that satisfy a condition on `f` of the organisation `$1` and what follows.
    pub(crate) fn rows(
        tx: &mut Tx<'_>,
        org: Id,
        condition: &str,
        args: &[Arg<'_>],
    ) -> Result<Vec<Faq>, Problem> {
        let sql = format!("SELECT {COLUMNS} FROM faq f WHERE f.org_id = $1 AND {condition}");
        let mut found = tx.rows(&sql, args, Faq::read)?;
        fill(tx, org, &mut found)?;
        Ok(found)
    }

    /// The entry of this id; no right is asked.
    pub(crate) fn load(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Faq>, Problem> {
        Ok(Faq::rows(tx, org, "f.id = $2", args![org, id])?.pop())
    }
}

/// At most so many entries are filled by one statement.
const SLICE: usize = 512;

/// Adds what stands in other tables: similar questions, products, names.
fn fill(tx: &mut Tx<'_>, org: Id, entries: &mut [Faq]) -> Result<(), Problem> {
    let mut names: BTreeMap<Id, Option<String>> = BTreeMap::new();
    for slice in entries.chunks_mut(SLICE) {
        let ids: Vec<Id> = slice.iter().map(|entry| entry.id).collect();
        let mut arguments = args![org].to_vec();
        arguments.extend(pad(&ids));
        let list = Tx::in_list(2, ids.len());
        let sql = format!(
            "SELECT faq_id, id, text FROM faq_question
             WHERE org_id = $1 AND faq_id IN {list} AND standard = 0"
        );
        let mut similar: BTreeMap<Id, Vec<Similar>> = BTreeMap::new();
        for (entry, id, text) in tx.rows(&sql, &arguments, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })? {
            similar.entry(entry).or_default().push(Similar { id, text });
        }
        // Sorted here: asked to sort by id, SQLite goes through all questions of the organisation instead.
        for some in similar.values_mut() {
            some.sort_by_key(|one| one.id);
        }
        let sql = format!(
            "SELECT faq_id, product_id FROM faq_product WHERE org_id = $1 AND faq_id IN {list} ORDER BY product_id"
        );
        let mut products: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for (entry, product) in tx.rows(&sql, &arguments, |row| Ok((row.get(0)?, row.get(1)?)))? {
            products.entry(entry).or_default().push(product);
        }
        for entry in slice {
            entry.similar = similar.remove(&entry.id).unwrap_or_default();
            entry.products = products.remove(&entry.id).unwrap_or_default();
            entry.owner_name = named(tx, org, &mut names, entry.owner)?;
            if let Some(proposal) = &mut entry.proposal {
                proposal.by_name = named(tx, org, &mut names, proposal.by)?;
            }
        }
    }
    Ok(())
}

fn named(
    tx: &mut Tx<'_>,
    org: Id,
    names: &mut BTreeMap<Id, Option<String>>,
    person: Option<Id>,
) -> Result<Option<String>, Problem> {
    let Some(person) = person else { return Ok(None) };
    if let Some(known) = names.get(&person) {
        return Ok(known.clone());
    }
    let name = version::name(tx, org, Some(person))?;
    names.insert(person, name.clone());
    Ok(name)
}

/// An entry one may see.
pub fn faq(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Faq, Problem> {
    place::reader(who)?;
    let found = Faq::load(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
    if place::seen(who, found.shop) {
        Ok(found)
    } else {
        Err(Problem::not_found())
    }
}

/// An entry one may change: needs [`base::Permission::EditKnowledge`].
pub(crate) fn editable(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Faq, Problem> {
    let found = faq(tx, who, id)?;
    who.need(base::Permission::EditKnowledge)?;
    place::editable(who, found.shop)?;
    Ok(found)
}
