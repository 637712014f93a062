use base::{Actor, Id, Ms, Problem};
use store::{Tx, args};

use crate::words::heard::Asked;
use crate::words::settings::confident_from;
use crate::{Language, Render, WordKind, render_words};

/// What entry `nearest` answers to a buyer with nobody there to look at it: none unless it is as likely as the shop
/// wants (`knowledge.confident`), good now, about no product in particular, and has no variable that stays open.
/// Counts as a use, and as no evidence for the ranking. No right is asked: the program calls it.
pub fn answer_alone(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    asked: &Asked,
    (entry, chance): (Id, f64),
) -> Result<Option<String>, Problem> {
    if chance < confident_from(tx, org, Some(asked.shop))? {
        return Ok(None);
    }
    // What is said of one product is no answer to somebody who may ask for another.
    let bound = "SELECT product_id FROM faq_product WHERE org_id = $1 AND faq_id = $2 LIMIT 1";
    if tx.value::<Id>(bound, args![org, entry])?.is_some() {
        return Ok(None);
    }
    let program = Actor::program(org);
    let ask = Render {
        shop: asked.shop,
        lang: english(&asked.text).then_some(Language::En),
        product: None,
        sku: None,
        total_fen: None,
        items: Vec::new(),
        facts: crate::Facts::default(),
    };
    let said = match render_words(tx, now, &program, (WordKind::Faq, entry), &ask) {
        Ok(said) if said.missing.is_empty() => said,
        // It was changed, or ended, since the question was weighed.
        Ok(_) => return Ok(None),
        Err(problem) if matches!(&*problem.code, "expired" | "not_found") => return Ok(None),
        Err(problem) => return Err(problem),
    };
    crate::used_faq(tx, now, &program, entry, None, None)?;
    Ok(Some(said.text))
}

/// Whether it is asked in English: Latin letters and nothing of Chinese.
fn english(question: &str) -> bool {
    let chinese = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c);
    question.chars().any(|c| c.is_ascii_alphabetic()) && !question.chars().any(chinese)
}
