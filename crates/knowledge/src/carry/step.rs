use base::{Actor, Id, Problem};
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;
use store::{Tx, args};

use super::line::Line;
use super::names;
use crate::words::policy_keep;
use crate::words::{faq_keep, input, script_keep};
use crate::{
    Bargain, Faq, FaqStatus, NewFaq, NewPolicy, NewScript, Policy, Script, Status, WordKind, WordStage,
};

/// What a line of a file does.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Nothing: it is so already.
    Same,
    /// Makes an entry, or changes the one named from what it was.
    Faq(Option<(Id, NewFaq)>, NewFaq),
    /// Makes a script, or changes the one named from what it was.
    Script(Option<(Id, NewScript)>, NewScript),
    /// Makes a policy, or changes the one named from what it was.
    Policy(Option<(Id, NewPolicy)>, NewPolicy),
}

impl Step {
    /// How many statements it takes, about; many similar questions are written by one, and count as what they are.
    pub(super) fn weight(&self) -> usize {
        /// What checks, writes, reads again and tells one thing.
        const ONE: usize = 9;
        match self {
            Step::Same => 0,
            Step::Faq(_, new) => ONE + new.similar.len() / 5,
            Step::Script(..) | Step::Policy(..) => ONE,
        }
    }

    /// Whether something new is made.
    pub(super) fn makes(&self) -> bool {
        matches!(
            self,
            Step::Faq(None, _) | Step::Script(None, _) | Step::Policy(None, _)
        )
    }

    /// What it is called, what it was and what it is, field by field; nothing where nothing changes.
    pub(super) fn shown(&self) -> Option<(String, Value, Value)> {
        fn both<T: Serialize>(title: &str, was: Option<&T>, is: &T) -> Option<(String, Value, Value)> {
            let was = was
                .and_then(|was| serde_json::to_value(was).ok())
                .unwrap_or_default();
            Some((title.to_owned(), was, serde_json::to_value(is).ok()?))
        }
        match self {
            Step::Same => None,
            Step::Faq(was, is) => both(&is.question, was.as_ref().map(|(_, was)| was), is),
            Step::Script(was, is) => both(&is.title, was.as_ref().map(|(_, was)| was), is),
            Step::Policy(was, is) => both(&is.title, was.as_ref().map(|(_, was)| was), is),
        }
    }
}

/// What a line does to what is there; refused with the field that is wrong. Columns the file lacks stay as
/// they are.
pub(super) fn step(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Id,
    kind: WordKind,
    line: &Line,
    zone: &TimeZone,
) -> Result<Step, Problem> {
    match kind {
        WordKind::Faq => faq(tx, who, shop, line, zone),
        WordKind::Script => script(tx, who, shop, line, zone),
        WordKind::Policy => policy(tx, who, shop, line, zone),
    }
}

/// What makes two lines of one file the same thing: the field that says it, and its folded values.
pub(super) fn keys(kind: WordKind, line: &Line) -> Vec<(&'static str, String)> {
    let text = |column: &str| line.text(column).unwrap_or_default();
    match kind {
        WordKind::Faq => {
            let similar = line.several("similar").unwrap_or_default();
            let similar = similar.iter().map(|text| ("similar", input::folded(text)));
            let mut keys = vec![("question", input::folded(text("question")))];
            keys.extend(similar);
            keys.dedup_by(|a, b| a.1 == b.1);
            keys
        }
        WordKind::Script => match text("code").trim() {
            "" => Vec::new(),
            code => vec![("code", code.to_lowercase())],
        },
        WordKind::Policy => vec![(
            "title",
            format!("{}\n{}", input::folded(text("title")), text("platform")),
        )],
    }
}

fn some(shop: Id) -> Option<Id> {
    (shop != Id::NONE).then_some(shop)
}

/// Whether a line speaks of something out of use; only then is that looked for.
fn retired(line: &Line) -> bool {
    let said = line.choice("status", Status::ALL, Status::key);
    matches!(said, Ok(Some(Some(Status::Retired))))
}

/// Puts what the file says over what is there.
fn over(is: &mut String, said: Option<&str>) {
    if let Some(said) = said {
        said.clone_into(is);
    }
}

fn faq(tx: &mut Tx<'_>, who: &Actor, shop: Id, line: &Line, zone: &TimeZone) -> Result<Step, Problem> {
    let question = line.text("question").unwrap_or_default();
    let id: Option<Id> = tx.value(
        "SELECT f.id FROM faq_question q JOIN faq f ON f.org_id = q.org_id AND f.id = q.faq_id
         WHERE q.org_id = $1 AND q.folded = $2 AND q.standard = 1 AND f.shop_id = $3
           AND (f.status <> 'retired' OR $4 = 1)
         ORDER BY CASE f.status WHEN 'published' THEN 0 WHEN 'draft' THEN 1 ELSE 2 END, f.id LIMIT 1",
        args![who.org, &input::folded(question), shop, retired(line)],
    )?;
    let was = match id {
        Some(id) => Faq::load(tx, who.org, id)?,
        None => None,
    };
    let mut new = was
        .as_ref()
        .map_or_else(|| NewFaq::new(question, ""), Faq::as_new);
    new.shop = some(shop);
    over(&mut new.question, line.text("question"));
    over(&mut new.question_en, line.text("question_en"));
    over(&mut new.answer, line.text("answer"));
    over(&mut new.answer_en, line.text("answer_en"));
    over(&mut new.category, line.text("category"));
    over(&mut new.intent, line.text("intent"));
    if let Some(similar) = line.several("similar") {
        new.similar = similar;
    }
    match line.choice("status", FaqStatus::ALL, FaqStatus::key)? {
        Some(Some(status)) => new.status = status,
        // Without an answer it waits for one.
        _ if was.is_none() && new.answer.trim().is_empty() => new.status = FaqStatus::Draft,
        _ => {}
    }
    if let Some(from) = line.moment("valid_from", zone, false)? {
        new.valid_from = from;
    }
    if let Some(until) = line.moment("valid_until", zone, true)? {
        new.valid_until = until;
    }
    if let Some(owner) = names::owner(tx, who, line, new.owner)? {
        new.owner = owner;
    }
    if let Some(products) = names::products(tx, who, line, &new.products)? {
        new.products = products;
    }
    if let Some(campaign) = names::campaign(tx, who, line, new.campaign)? {
        new.campaign = campaign;
    }
    if was.as_ref().is_some_and(|was| was.as_new() == new) {
        return Ok(Step::Same);
    }
    let new = faq_keep::clean(tx, who, shop, was.as_ref(), &new)?;
    Ok(match was {
        Some(was) if was.as_new() == new => Step::Same,
        was => Step::Faq(was.map(|was| (was.id, was.as_new())), new),
    })
}

fn script(tx: &mut Tx<'_>, who: &Actor, shop: Id, line: &Line, zone: &TimeZone) -> Result<Step, Problem> {
    let (code, title) = (
        line.text("code").unwrap_or_default().trim(),
        line.text("title").unwrap_or_default(),
    );
    let text = line.text("text").unwrap_or_default();
    let title = if title.trim().is_empty() {
        input::title_of(text.trim())
    } else {
        title.trim().to_owned()
    };
    // By its code; without one by its title.
    let (column, value) = if code.is_empty() {
        ("title", title.as_str())
    } else {
        ("code", code)
    };
    let condition = format!(
        "{column} = $2 AND shop_id = $3 AND person_id IS NULL AND group_id IS NULL AND (status <> 'retired' OR $4 = 1)
         ORDER BY CASE status WHEN 'retired' THEN 1 ELSE 0 END, id LIMIT 1"
    );
    let was = Script::rows(tx, &condition, args![who.org, value, shop, retired(line)])?.pop();
    let mut new = was.as_ref().map_or_else(|| NewScript::new(text), Script::as_new);
    new.shop = some(shop);
    over(&mut new.text, line.text("text"));
    over(&mut new.text_en, line.text("text_en"));
    over(&mut new.code, line.text("code"));
    over(&mut new.title, line.text("title"));
    over(&mut new.title_en, line.text("title_en"));
    over(&mut new.category, line.text("category"));
    if let Some(stage) = line.choice("stage", WordStage::ALL, WordStage::key)? {
        new.stage = stage.unwrap_or(WordStage::Any);
    }
    if let Some(bargain) = line.choice("bargain", Bargain::ALL, Bargain::key)? {
        new.bargain = bargain;
    }
    if let Some(step) = line.count("step")? {
        new.step = step;
    }
    if let Some(Some(status)) = line.choice("status", Status::ALL, Status::key)? {
        new.status = status;
    }
    if let Some(from) = line.moment("valid_from", zone, false)? {
        new.valid_from = from;
    }
    if let Some(until) = line.moment("valid_until", zone, true)? {
        new.valid_until = until;
    }
    if let Some(campaign) = names::campaign(tx, who, line, new.campaign)? {
        new.campaign = campaign;
    }
    if was.as_ref().is_some_and(|was| was.as_new() == new) {
        return Ok(Step::Same);
    }
    let (_, new) = script_keep::clean(tx, who, was.as_ref(), &new)?;
    Ok(match was {
        Some(was) if was.as_new() == new => Step::Same,
        was => Step::Script(was.map(|was| (was.id, was.as_new())), new),
    })
}

fn policy(tx: &mut Tx<'_>, who: &Actor, shop: Id, line: &Line, zone: &TimeZone) -> Result<Step, Problem> {
    let title = line.text("title").unwrap_or_default().trim();
    let platform = line.text("platform").unwrap_or_default().trim();
    let condition = "title = $2 AND platform = $3 AND shop_id = $4 AND (status <> 'retired' OR $5 = 1)
         ORDER BY CASE status WHEN 'retired' THEN 1 ELSE 0 END, id LIMIT 1";
    let was = Policy::rows(
        tx,
        condition,
        args![who.org, title, platform, shop, retired(line)],
    )?
    .pop();
    let text = line.text("text").unwrap_or_default();
    let mut new = was
        .as_ref()
        .map_or_else(|| NewPolicy::new(title, text), Policy::as_new);
    new.shop = some(shop);
    over(&mut new.text, line.text("text"));
    over(&mut new.text_en, line.text("text_en"));
    over(&mut new.title_en, line.text("title_en"));
    over(&mut new.category, line.text("category"));
    over(&mut new.platform, line.text("platform"));
    if let Some(Some(status)) = line.choice("status", Status::ALL, Status::key)? {
        new.status = status;
    }
    if let Some(from) = line.moment("valid_from", zone, false)? {
        new.valid_from = from;
    }
    if let Some(until) = line.moment("valid_until", zone, true)? {
        new.valid_until = until;
    }
    if let Some(campaign) = names::campaign(tx, who, line, new.campaign)? {
        new.campaign = campaign;
    }
    if was.as_ref().is_some_and(|was| was.as_new() == new) {
        return Ok(Step::Same);
    }
    let (_, new) = policy_keep::clean(tx, who, was.as_ref(), &new)?;
    Ok(match was {
        Some(was) if was.as_new() == new => Step::Same,
        was => Step::Policy(was.map(|was| (was.id, was.as_new())), new),
    })
}
