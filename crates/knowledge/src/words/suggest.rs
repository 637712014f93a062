use base::{Actor, Id, Ms, Permission, Problem};
use search::answers::{Hit, Why};
use serde::{Deserialize, Serialize};
use store::{Tx, args, pad, text_enum};

use crate::words::bargain::{is_greeting, sounds_like};
use crate::words::script::{my_groups, visible};
use crate::words::script_find::{Offered, offered};
use crate::words::settings::confident_from;
use crate::words::shelf::{Asker, Shelf};
use crate::words::shelf_part::Likely;
use crate::{Bargain, Faq, Policy, Script, Variable, WordKind, WordStage, place};

/// What an agent needs words for.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SuggestAsk {
    /// The buyer's last question, or what the agent types; empty: the scripts of the stage.
    #[serde(default)]
    pub q: String,
    /// The shop of the talk.
    pub shop: Option<Id>,
    /// The stage of the talk.
    pub stage: Option<WordStage>,
    /// The product the buyer looks at.
    pub product: Option<Id>,
    /// How many of each kind, at most 20; 5 when left out.
    pub limit: Option<usize>,
}

text_enum! {
    /// Why something is suggested.
    pub enum Reason {
        /// It was asked in almost these words.
        Question = "question",
        /// Questions like this were answered with it.
        Learned = "learned",
        /// It shares words.
        Words = "words",
        /// It is about the product the buyer looks at.
        Product = "product",
        /// It answers this kind of bargaining.
        Bargain = "bargain",
        /// It belongs to the stage and is used most.
        Stage = "stage",
    }
}

/// What is suggested.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Suggestions {
    /// False for a moment after the start, while the words are learned; nothing is ranked then.
    pub ready: bool,
    /// Whether the first entry answers the question; false: no entry answers it well.
    pub confident: bool,
    /// Entries, best first.
    pub faq: Vec<FaqHit>,
    /// Scripts, best first.
    pub scripts: Vec<ScriptHit>,
    /// Policies, best first.
    pub policies: Vec<PolicyHit>,
    /// The kind of bargaining the words sound like.
    pub bargain: Option<Bargain>,
}

/// An entry that may answer.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct FaqHit {
    /// The entry.
    pub id: Id,
    /// Its standard question.
    pub question: String,
    /// Its answer, with variables.
    pub answer: String,
    /// It in English; may be empty.
    pub answer_en: String,
    /// What it is about.
    pub category: String,
    /// How likely it answers the question, 0 to 1; learned from the shop's own wordings.
    pub score: f64,
    /// Whether that is as likely as the shop wants (`knowledge.confident`).
    pub confident: bool,
    /// Why.
    pub why: Reason,
    /// The variables of its answers.
    pub variables: Vec<Variable>,
}

/// A script that may fit.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ScriptHit {
    /// The script.
    pub id: Id,
    /// What is typed after `/`.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// Its text, with variables.
    pub text: String,
    /// It in English; may be empty.
    pub text_en: String,
    /// What it is about.
    pub category: String,
    /// The part of a sale it is for.
    pub stage: WordStage,
    /// The kind of bargaining it answers.
    pub bargain: Option<Bargain>,
    /// The step of soothing it belongs to.
    pub step: Option<i64>,
    /// How well it fits, 0 to 1.
    pub score: f64,
    /// Why.
    pub why: Reason,
    /// The variables of its texts.
    pub variables: Vec<Variable>,
}

/// A policy that may be meant.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PolicyHit {
    /// The policy.
    pub id: Id,
    /// What it is called.
    pub title: String,
    /// What it says, with variables.
    pub text: String,
    /// It in English; may be empty.
    pub text_en: String,
    /// What it is about.
    pub category: String,
    /// How well it fits, 0 to 1.
    pub score: f64,
    /// Why.
    pub why: Reason,
}

/// What the shelf found, to be read again from the database.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    ready: bool,
    faqs: Vec<Likely>,
    scripts: Vec<Hit>,
    policies: Vec<Hit>,
}

/// Characters of a question that are looked at.
const QUESTION_MAX: usize = 500;
/// What a matching stage or product adds to a score.
const FITS: f64 = 0.15;
/// Below this score words share too little to be worth a line; of scripts, which are many, more is asked.
const FAINT: f32 = 0.02;
const FAINT_SCRIPT: f32 = 0.1;

fn limit(ask: &SuggestAsk) -> usize {
    ask.limit.unwrap_or(5).clamp(1, 20)
}

/// Looks through the shelf; none when it is not filled yet. It reads no database, so it is done before the
/// transaction.
pub fn candidates(shelf: Option<&Shelf>, who: &Actor, ask: &SuggestAsk) -> Candidates {
    let Some(shelf) = shelf else {
        return Candidates::default();
    };
    let text: String = ask.q.chars().take(QUESTION_MAX).collect();
    let asker = Asker {
        shop: ask.shop,
        person: who.person(),
        product: ask.product,
    };
    // Some more than wanted: what ended or is out of reach is left out when it is read again.
    let find = |kind, least: f32| {
        let mut hits = shelf.ask(kind, &text, &asker, limit(ask) * 2);
        hits.retain(|hit: &Hit| hit.score >= least);
        hits
    };
    Candidates {
        ready: true,
        faqs: {
            let mut likely = shelf.likely(&text, &asker, limit(ask) * 2);
            likely.retain(|one| one.hit.score >= FAINT);
            likely
        },
        scripts: find(WordKind::Script, FAINT_SCRIPT),
        policies: find(WordKind::Policy, FAINT),
    }
}

/// Reads what the shelf found, leaves out what the actor may not see or cannot send now, and adds scripts
/// for the kind of bargaining and the stage. Needs [`Permission::Talk`].
pub fn suggest(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    ask: &SuggestAsk,
    found: &Candidates,
) -> Result<Suggestions, Problem> {
    who.need(Permission::Talk)?;
    if let Some(shop) = ask.shop {
        place::known(tx, who, shop)?;
    }
    let faq = faq_hits(tx, now, who, ask, found)?;
    let bargain = sounds_like(&ask.q);
    Ok(Suggestions {
        ready: found.ready,
        confident: faq.first().is_some_and(|hit| hit.confident),
        scripts: script_hits(tx, now, who, ask, found, bargain)?,
        policies: policy_hits(tx, now, who, ask, found)?,
        faq,
        bargain,
    })
}

fn with_ids(who: &Actor, hits: &[Hit]) -> (String, Vec<store::Arg<'static>>) {
    let ids: Vec<Id> = hits.iter().map(|hit| Id(hit.id)).collect();
    let mut arguments = args![who.org].to_vec();
    arguments.extend(pad(&ids));
    (Tx::in_list(2, ids.len()), arguments)
}

fn reason(why: Why) -> Reason {
    match why {
        Why::Wording => Reason::Question,
        Why::Topic => Reason::Learned,
        Why::Words => Reason::Words,
    }
}

fn in_shop(who: &Actor, ask: &SuggestAsk, shop: Id) -> bool {
    shop == Id::NONE || (place::seen(who, shop) && ask.shop.is_none_or(|asked| asked == shop))
}

fn faq_hits(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    ask: &SuggestAsk,
    found: &Candidates,
) -> Result<Vec<FaqHit>, Problem> {
    if found.faqs.is_empty() {
        return Ok(Vec::new());
    }
    let hits: Vec<Hit> = found.faqs.iter().map(|one| one.hit).collect();
    let (list, arguments) = with_ids(who, &hits);
    let enough = confident_from(tx, who.org, ask.shop)?;
    let rows = Faq::rows(tx, who.org, &format!("f.id IN {list}"), &arguments)?;
    let mut hits = Vec::new();
    for Likely { hit, chance } in &found.faqs {
        let row = rows.iter().find(|row| row.id.0 == hit.id);
        let Some(row) = row.filter(|row| row.good(now) && in_shop(who, ask, row.shop)) else {
            continue;
        };
        let about = ask.product.is_some_and(|product| row.products.contains(&product));
        let score = chance + if about { FITS } else { 0.0 };
        hits.push(FaqHit {
            id: row.id,
            question: row.question.clone(),
            answer: row.answer.clone(),
            answer_en: row.answer_en.clone(),
            category: row.category.clone(),
            score: score.min(1.0),
            confident: *chance >= enough,
            why: if about { Reason::Product } else { reason(hit.why) },
            variables: row.variables.clone(),
        });
    }
    hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    hits.truncate(limit(ask));
    Ok(hits)
}

fn script_hits(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    ask: &SuggestAsk,
    found: &Candidates,
    bargain: Option<Bargain>,
) -> Result<Vec<ScriptHit>, Problem> {
    let mut hits: Vec<ScriptHit> = Vec::new();
    if let Some(bargain) = bargain {
        let rows = offered(tx, now, who, ask.shop, Offered::Bargain(bargain), limit(ask))?;
        hits.extend(rows.iter().map(|row| script_hit(row, 1.0, Reason::Bargain)));
    }
    if is_greeting(&ask.q) {
        let rows = offered(tx, now, who, ask.shop, Offered::Greeting, limit(ask))?;
        hits.extend(rows.iter().map(|row| script_hit(row, 0.9, Reason::Stage)));
    }
    if !found.scripts.is_empty() {
        let (list, arguments) = with_ids(who, &found.scripts);
        let rows = Script::rows(tx, &format!("id IN {list}"), &arguments)?;
        let groups = my_groups(tx, who)?;
        for hit in &found.scripts {
            let row = rows.iter().find(|row| row.id.0 == hit.id);
            let good =
                |row: &&Script| row.good(now) && visible(who, row, &groups) && in_shop(who, ask, row.shop);
            let Some(row) = row.filter(good) else { continue };
            let staged = ask.stage.is_some_and(|stage| stage == row.stage);
            let score = f64::from(hit.score) + if staged { FITS } else { 0.0 };
            hits.push(script_hit(row, score.min(0.99), reason(hit.why)));
        }
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    }
    if hits.len() < limit(ask) && (ask.stage.is_some() || ask.q.trim().is_empty()) {
        // Some of them are among the hits already.
        let most = limit(ask) + hits.len();
        let rows = offered(tx, now, who, ask.shop, Offered::Stage(ask.stage), most)?;
        hits.extend(rows.iter().map(|row| script_hit(row, 0.0, Reason::Stage)));
    }
    let mut seen = std::collections::BTreeSet::new();
    hits.retain(|hit| seen.insert(hit.id));
    hits.truncate(limit(ask));
    Ok(hits)
}

fn script_hit(row: &Script, score: f64, why: Reason) -> ScriptHit {
    ScriptHit {
        id: row.id,
        code: row.code.clone(),
        title: row.title.clone(),
        text: row.text.clone(),
        text_en: row.text_en.clone(),
        category: row.category.clone(),
        stage: row.stage,
        bargain: row.bargain,
        step: row.step,
        score,
        why,
        variables: row.variables.clone(),
    }
}

fn policy_hits(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    ask: &SuggestAsk,
    found: &Candidates,
) -> Result<Vec<PolicyHit>, Problem> {
    if found.policies.is_empty() {
        return Ok(Vec::new());
    }
    let (list, arguments) = with_ids(who, &found.policies);
    let rows = Policy::rows(tx, &format!("id IN {list}"), &arguments)?;
    let platform = match ask.shop {
        Some(shop) => team::shop(tx, who.org, shop)?.map(|shop| shop.platform),
        None => None,
    };
    let here = |row: &&Policy| {
        let on =
            row.platform.is_empty() || platform.as_ref().is_none_or(|platform| *platform == row.platform);
        on && row.good(now) && in_shop(who, ask, row.shop)
    };
    let mut hits = Vec::new();
    for hit in &found.policies {
        if let Some(row) = rows.iter().find(|row| row.id.0 == hit.id).filter(here) {
            hits.push(PolicyHit {
                id: row.id,
                title: row.title.clone(),
                text: row.text.clone(),
                text_en: row.text_en.clone(),
                category: row.category.clone(),
                score: f64::from(hit.score),
                why: reason(hit.why),
            });
        }
    }
    hits.truncate(limit(ask));
    Ok(hits)
}

/// The entry most likely to answer a buyer's question, and how likely it does.
pub fn nearest(shelf: &Shelf, shop: Id, text: &str) -> Option<(Id, f64)> {
    let asker = Asker {
        shop: Some(shop),
        person: None,
        product: None,
    };
    let best = shelf.likely(text, &asker, 1).into_iter().next()?;
    Some((Id(best.hit.id), best.chance))
}
