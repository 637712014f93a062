use base::{Actor, Id, Problem, clean_line, clean_text};
use store::Tx;

/// The level a customer may have at most.
const TOP_LEVEL: i64 = 99;

/// A customer level.
pub(crate) fn level(level: i64) -> Result<i64, Problem> {
    if (0..=TOP_LEVEL).contains(&level) {
        Ok(level)
    } else {
        let detail = format!("A level is between 0 and {TOP_LEVEL}.");
        Err(Problem::input("level", "out_of_range", detail)
            .with("min", 0)
            .with("max", TOP_LEVEL))
    }
}

/// A line that may be empty.
pub(crate) fn line(field: &'static str, text: &str, limit: usize) -> Result<String, Problem> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        clean_line(field, text, limit)
    }
}

/// A text of several lines that may be empty.
pub(crate) fn text(field: &'static str, text: &str, limit: usize) -> Result<String, Problem> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        clean_text(field, text, limit)
    }
}

/// A shop that exists and is in the actor's reach.
pub(crate) fn shop(tx: &mut Tx<'_>, who: &Actor, shop: Id) -> Result<(), Problem> {
    who.need_shop(shop)?;
    team::shop(tx, who.org, shop)?
        .map(|_| ())
        .ok_or_else(Problem::not_found)
}

/// `text` as a pattern for `LIKE ... ESCAPE '!'` on a folded column: anywhere in it, taken literally.
pub(crate) fn anywhere(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '!' | '%' | '_') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
