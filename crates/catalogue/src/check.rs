use base::{Fen, Problem};
use serde_json::{Map, Value, json};

/// The greatest amount a price may be: 100 million yuan, in fen.
const MOST_FEN: i64 = 10_000_000_000;
/// The greatest quantity that is not a slip of the keyboard.
const MOST_PIECES: i64 = 1_000_000_000;
/// Words that are looked for at once; what is typed beyond them narrows nothing any more.
const MOST_WORDS: usize = 8;

/// An amount that can be a price.
pub(crate) fn price(field: &'static str, amount: Fen) -> Result<Fen, Problem> {
    if (0..=MOST_FEN).contains(&amount.0) {
        Ok(amount)
    } else {
        let detail = format!("A price is between 0 and {MOST_FEN} fen.");
        Err(Problem::input(field, "out_of_range", detail)
            .with("min", 0)
            .with("max", MOST_FEN))
    }
}

/// A number of pieces.
pub(crate) fn pieces(field: &'static str, pieces: i64) -> Result<i64, Problem> {
    if (0..=MOST_PIECES).contains(&pieces) {
        Ok(pieces)
    } else {
        let detail = format!("A quantity is between 0 and {MOST_PIECES}.");
        Err(Problem::input(field, "out_of_range", detail)
            .with("min", 0)
            .with("max", MOST_PIECES))
    }
}

/// The words of what is looked for, in lower case.
pub(crate) fn words(text: &str) -> Vec<String> {
    let folded = text.to_lowercase();
    folded
        .split_whitespace()
        .take(MOST_WORDS)
        .map(str::to_owned)
        .collect()
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

/// What changed, for the log: `{"title": [from, to]}`; everything, from null, where there was nothing.
pub(crate) fn changes<const N: usize>(
    was: Option<[(&'static str, Value); N]>,
    is: [(&'static str, Value); N],
) -> Map<String, Value> {
    let mut changes = Map::new();
    for (i, (name, to)) in is.into_iter().enumerate() {
        let from = was.as_ref().map_or(Value::Null, |fields| fields[i].1.clone());
        if from != to {
            changes.insert(name.to_owned(), json!([from, to]));
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::{anywhere, words};

    #[test]
    fn what_is_searched_is_taken_literally() {
        assert_eq!(anywhere("50%_A!"), "%50!%!_a!!%");
    }

    #[test]
    fn words_are_parted_by_any_blank() {
        assert_eq!(words("  纯棉\u{3000}SJ01 四件套"), ["纯棉", "sj01", "四件套"]);
        assert!(words(" \u{3000}").is_empty());
        assert_eq!(words(&"a ".repeat(100)).len(), 8);
    }
}
