use std::collections::BTreeSet;

use base::{Actor, Id, Ms, Permission, Problem, clean_line, found};
use serde_json::json;
use store::{Arg, Tx, args};

use crate::things::campaign_name;
use crate::words::faq::{Faq, editable};
use crate::words::input;
use crate::words::told::{Tell, changed};
use crate::words::version::{self, Version};
use crate::{FaqStatus, NewFaq, WordKind, check_variables, place};

/// Similar questions one entry may have.
const SIMILAR_MAX: usize = 500;
/// Products one entry may name.
const PRODUCTS_MAX: usize = 500;

/// Keeps a new entry. Needs [`Permission::EditKnowledge`].
pub fn add_faq(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewFaq) -> Result<Faq, Problem> {
    add(tx, now, who, "", new, Tell::Each)
}

/// Keeps a new entry of shipped content under its `key`.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    key: &str,
    new: &NewFaq,
    tell: Tell,
) -> Result<Faq, Problem> {
    who.need(Permission::EditKnowledge)?;
    let shop = place::shop(tx, who, new.shop)?;
    let new = clean(tx, who, shop, None, new)?;
    insert(tx, now, who, (key, shop), &new, tell)
}

/// Writes a checked entry.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    (key, shop): (&str, Id),
    new: &NewFaq,
    tell: Tell,
) -> Result<Faq, Problem> {
    let id = tx.id();
    tx.exec(
        "INSERT INTO faq (org_id, id, shop_id, key, category, intent, question, question_en, answer, answer_en, \
         owner_id, status, valid_from, valid_until, version, uses, helped, not_helped, created_at, changed_at, changed_by, \
         campaign_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, 0, 0, 0, $15, $15, $16, $17)",
        args![
            who.org, id, shop, key, &new.category, &new.intent, &new.question, &new.question_en, &new.answer,
            &new.answer_en, new.owner, new.status, new.valid_from, new.valid_until, now, who.person(), new.campaign
        ],
    )?;
    keep_questions(tx, who.org, id, new)?;
    keep_products(tx, who.org, id, &new.products)?;
    told(tx, now, who, id, (None, "faq.added"), tell)
}

/// Changes an entry into what `new` says; every save is a version. Needs [`Permission::EditKnowledge`].
pub fn change_faq(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, new: &NewFaq) -> Result<Faq, Problem> {
    change(tx, now, who, id, new, Tell::Each)
}

/// Changes one, told in one of two ways.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    new: &NewFaq,
    tell: Tell,
) -> Result<Faq, Problem> {
    let was = editable(tx, who, id)?;
    version::read_last(new.version, was.version)?;
    let shop = place::shop(tx, who, new.shop)?;
    let new = clean(tx, who, shop, Some(&was), new)?;
    if was.as_new() == new {
        return Ok(was);
    }
    tx.exec(
        "UPDATE faq SET shop_id = $3, category = $4, intent = $5, question = $6, question_en = $7, answer = $8, \
         answer_en = $9, owner_id = $10, status = $11, \
         reason = CASE WHEN $11 = 'retired' THEN reason ELSE NULL END, valid_from = $12, valid_until = $13, version = version + 1, \
         changed_at = $14, changed_by = $15, campaign_id = $16 WHERE org_id = $1 AND id = $2",
        args![
            who.org, id, shop, &new.category, &new.intent, &new.question, &new.question_en, &new.answer,
            &new.answer_en, new.owner, new.status, new.valid_from, new.valid_until, now, who.person(), new.campaign
        ],
    )?;
    if was.question != new.question || was.as_new().similar != new.similar {
        tx.exec(
            "DELETE FROM faq_question WHERE org_id = $1 AND faq_id = $2",
            args![who.org, id],
        )?;
        keep_questions(tx, who.org, id, &new)?;
    }
    if was.products != new.products {
        tx.exec(
            "DELETE FROM faq_product WHERE org_id = $1 AND faq_id = $2",
            args![who.org, id],
        )?;
        keep_products(tx, who.org, id, &new.products)?;
    }
    told(tx, now, who, id, (Some(was.status), "faq.changed"), tell)
}

/// Publishes, retires or reopens an entry. One that is proposed is decided by its own verbs.
pub fn set_faq_status(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    status: FaqStatus,
) -> Result<Faq, Problem> {
    let was = editable(tx, who, id)?;
    change_faq(
        tx,
        now,
        who,
        id,
        &NewFaq {
            status,
            ..was.as_new()
        },
    )
}

/// Removes an entry that is out of use or never was in it (`still_published` else).
pub fn remove_faq(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let gone = editable(tx, who, id)?;
    if gone.status == FaqStatus::Published {
        let detail = "Retire the entry first; agents are using it.";
        return Err(Problem::conflict("still_published", detail));
    }
    take_away(tx, now, who, &gone)
}

/// Takes an entry away with all that hangs on it. No right is asked.
pub(crate) fn take_away(tx: &mut Tx<'_>, now: Ms, who: &Actor, gone: &Faq) -> Result<(), Problem> {
    for table in ["faq_question", "faq_product", "faq_heard", "faq_picked"] {
        let sql = format!("DELETE FROM {table} WHERE org_id = $1 AND faq_id = $2");
        tx.exec(&sql, args![who.org, gone.id])?;
    }
    tx.exec(
        "DELETE FROM faq WHERE org_id = $1 AND id = $2",
        args![who.org, gone.id],
    )?;
    version::drop_all(tx, who.org, WordKind::Faq, gone.id)?;
    let data = json!({"status": [gone.status, null]});
    changed(
        tx,
        now,
        who,
        (WordKind::Faq, "faq.removed"),
        (gone.id, gone.shop, None),
        data,
        Tell::Each,
    )
}

/// The states an entry was saved in, the newest first.
pub fn faq_versions(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Vec<Version>, Problem> {
    crate::faq(tx, who, id)?;
    version::all(tx, who.org, WordKind::Faq, id)
}

/// Brings back what a version said, as a new version; where the entry stands stays as it is.
pub fn restore_faq(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, number: i64) -> Result<Faq, Problem> {
    let status = editable(tx, who, id)?.status;
    let new: NewFaq = version::one(tx, who.org, WordKind::Faq, id, number)?;
    change_faq(tx, now, who, id, &NewFaq { status, ..new })
}

/// Checks and cleans what shall be kept for `shop`.
pub(crate) fn clean(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Id,
    was: Option<&Faq>,
    new: &NewFaq,
) -> Result<NewFaq, Problem> {
    let mut products = new.products.clone();
    products.sort_unstable();
    products.dedup();
    let new = NewFaq {
        shop: (shop != Id::NONE).then_some(shop),
        category: input::category(&new.category)?,
        intent: input::line("intent", &new.intent, 60)?,
        question: clean_line("question", &new.question, input::TITLE_MAX)?,
        question_en: input::line("question_en", &new.question_en, input::TITLE_MAX)?,
        similar: Vec::new(),
        answer: input::text("answer", &new.answer, input::TEXT_MAX)?,
        answer_en: input::text("answer_en", &new.answer_en, input::TEXT_MAX)?,
        products,
        valid_from: input::second(new.valid_from),
        valid_until: input::second(new.valid_until),
        version: None,
        ..new.clone()
    }
    .with_similar(&new.similar)?;
    let undecided = was.is_some_and(|was| was.status == FaqStatus::Proposed);
    if new.status == FaqStatus::Proposed && !undecided {
        let detail = "Propose an entry with its own verb; it is not saved as proposed.";
        return Err(Problem::input("status", "choice_unknown", detail));
    }
    if input::folded(&new.question).is_empty() {
        return Err(Problem::input("question", "text_empty", "A question has words."));
    }
    if new.status == FaqStatus::Published && new.answer.is_empty() {
        let detail = "Write the answer before the entry is published.";
        return Err(Problem::input("answer", "answer_empty", detail));
    }
    check_variables("answer", &new.answer)?;
    check_variables("answer_en", &new.answer_en)?;
    input::valid(new.valid_from, new.valid_until)?;
    known(tx, who, was, &new)?;
    if matches!(new.status, FaqStatus::Published | FaqStatus::Draft) {
        no_twin(tx, who.org, shop, was.map(|was| was.id), &new)?;
    }
    Ok(new)
}

impl NewFaq {
    /// Its questions, the standard one first and marked.
    fn questions(&self) -> impl Iterator<Item = (bool, &String)> {
        std::iter::once((true, &self.question)).chain(self.similar.iter().map(|text| (false, text)))
    }

    /// The entry with these similar questions, each once and none like the standard one.
    fn with_similar(mut self, similar: &[String]) -> Result<NewFaq, Problem> {
        if similar.len() > SIMILAR_MAX {
            let detail = format!(
                "At most {SIMILAR_MAX} similar questions; this has {}.",
                similar.len()
            );
            return Err(Problem::input("similar", "similar_too_many", detail).with("limit", SIMILAR_MAX));
        }
        let mut seen = BTreeSet::from([input::folded(&self.question)]);
        for text in similar {
            let text = input::line("similar", text, input::TITLE_MAX)?;
            let folded = input::folded(&text);
            if !folded.is_empty() && seen.insert(folded) {
                self.similar.push(text);
            }
        }
        Ok(self)
    }
}

/// Products, campaign and owner that are new to the entry must be there.
fn known(tx: &mut Tx<'_>, who: &Actor, was: Option<&Faq>, new: &NewFaq) -> Result<(), Problem> {
    if new.products.len() > PRODUCTS_MAX {
        let detail = format!("At most {PRODUCTS_MAX} products; leave them out where it holds for all.");
        return Err(Problem::input("products", "products_too_many", detail).with("limit", PRODUCTS_MAX));
    }
    for product in &new.products {
        let had = was.is_some_and(|was| was.products.contains(product));
        if !had && found(catalogue::product(tx, who, *product))?.is_none() {
            let detail = "There is no such product in your shops.";
            return Err(Problem::input("products", "product_unknown", detail).with("product", product.0));
        }
    }
    campaign_name::newly_seen(tx, who, was.and_then(|was| was.campaign), new.campaign)?;
    let owner_is_new = new.owner.is_some() && was.is_none_or(|was| was.owner != new.owner);
    if let Some(owner) = new.owner.filter(|_| owner_is_new)
        && team::person(tx, who.org, owner)?.is_none_or(|person| person.disabled)
    {
        return Err(Problem::input(
            "owner",
            "owner_unknown",
            "There is no such person.",
        ));
    }
    Ok(())
}

/// Refuses a question that another living entry of the same shop has. All questions are looked up by one
/// statement: of an import each costs a way to the database.
fn no_twin(tx: &mut Tx<'_>, org: Id, shop: Id, id: Option<Id>, new: &NewFaq) -> Result<(), Problem> {
    let folded: Vec<String> = new.questions().map(|(_, text)| input::folded(text)).collect();
    let slots = folded.len().next_power_of_two();
    let mut arguments = args![org, shop, id.unwrap_or(Id::NONE)].to_vec();
    arguments.extend((0..slots).map(|at| Arg::from(folded[at.min(folded.len() - 1)].as_str())));
    let sql = format!(
        "SELECT q.folded, f.id FROM faq_question q JOIN faq f ON f.org_id = q.org_id AND f.id = q.faq_id
         WHERE q.org_id = $1 AND f.shop_id = $2 AND f.id <> $3 AND q.folded IN {}
           AND f.status IN ('draft', 'published')
         ORDER BY f.id",
        Tx::in_list(4, folded.len())
    );
    let twins = tx.rows(&sql, &arguments, |row| {
        Ok((row.get::<String>(0)?, row.get::<Id>(1)?))
    })?;
    for ((standard, text), folded) in new.questions().zip(&folded) {
        if let Some((_, twin)) = twins.iter().find(|(twin, _)| twin == folded) {
            let detail = format!("Another entry answers this question already: {text}");
            let field = if standard { "question" } else { "similar" };
            let problem = Problem::input(field, "question_exists", detail);
            return Err(problem.with("faq", twin.0).with("question", text.clone()));
        }
    }
    Ok(())
}

fn keep_questions(tx: &mut Tx<'_>, org: Id, id: Id, new: &NewFaq) -> Result<(), Problem> {
    let folded: Vec<String> = new.questions().map(|(_, text)| input::folded(text)).collect();
    let mut arguments: Vec<Arg<'_>> = Vec::with_capacity(6 * folded.len());
    for ((standard, text), folded) in new.questions().zip(&folded) {
        let question = tx.id();
        arguments.extend_from_slice(args![org, question, id, standard, text, folded]);
    }
    let head = "INSERT INTO faq_question (org_id, id, faq_id, standard, text, folded)";
    tx.insert_many(head, 6, "", &arguments).map(drop)
}

fn keep_products(tx: &mut Tx<'_>, org: Id, id: Id, products: &[Id]) -> Result<(), Problem> {
    let arguments: Vec<Arg<'_>> = products
        .iter()
        .flat_map(|product| args![org, id, *product].to_vec())
        .collect();
    let head = "INSERT INTO faq_product (org_id, faq_id, product_id)";
    tx.insert_many(head, 3, "", &arguments).map(drop)
}

/// Keeps the version, writes it down, tells it, and answers what is kept.
pub(crate) fn told(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    (was, event): (Option<FaqStatus>, &'static str),
    tell: Tell,
) -> Result<Faq, Problem> {
    let kept = Faq::load(tx, who.org, id)?.ok_or_else(Problem::internal)?;
    version::keep(
        tx,
        now,
        (who.org, who.person()),
        (WordKind::Faq, id),
        kept.version,
        &kept.as_new(),
    )?;
    let data = json!({"status": [was, kept.status], "version": kept.version, "similar": kept.similar.len()});
    changed(
        tx,
        now,
        who,
        (WordKind::Faq, event),
        (id, kept.shop, None),
        data,
        tell,
    )?;
    Ok(kept)
}
