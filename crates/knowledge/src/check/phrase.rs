//! What is said in certain words: the rows of `defaults/check.toml`.

use super::amount;
use super::checker::{Found, Look, word};
use super::folded::{Folded, Span};
use super::lexicon::{Find, Hits, Term};
use super::rule::Rule;

/// Applies every row of a rule the shop looks at.
pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    for find in &look.lexicon.finds {
        if !look.on(find.rule) {
            continue;
        }
        let (text, words) = if find.squeezed {
            (look.squeezed, look.squeezed_words)
        } else {
            (look.plain, look.words)
        };
        for span in said(find, text, words) {
            if excused(find, text, words, span) || is_harmless(look, find, words, span) {
                continue;
            }
            let params = match find.rule {
                Rule::Promise if look.reply.free_hand => continue,
                Rule::Promise => match amount::beyond(&find.hint, text, span, look.rules) {
                    Some(params) => params,
                    None => continue,
                },
                _ => word(text, span),
            };
            found.push(Found {
                rule: find.rule,
                hint: &find.hint,
                span,
                squeezed: find.squeezed,
                params,
                replacement: find.replace.as_deref(),
            });
        }
    }
}

/// Where the row's words are said in their order. Looks from the last word to the first, so that the
/// time does not grow with the number of ways to combine them.
fn said(find: &Find, text: &Folded, words: &Hits) -> Vec<Span> {
    let last = find.say.len() - 1;
    let mut ends: Vec<Span> = words.of(find.say[last].1).to_vec();
    for step in (0..last).rev() {
        let gap = find.say[step + 1].0;
        let mut reaching = Vec::new();
        for span in words.of(find.say[step].1) {
            let next = ends.partition_point(|end| end.from < span.to);
            let next = ends[next..].iter().take_while(|end| end.from <= span.to + gap);
            let mut next = next.filter(|end| text.sentence(span.from) == text.sentence(end.from));
            if let Some(end) = next.next() {
                reaching.push(Span {
                    from: span.from,
                    to: end.to,
                });
            }
        }
        if reaching.is_empty() {
            return reaching;
        }
        ends = reaching;
    }
    ends
}

/// Whether words around it excuse it.
fn excused(find: &Find, text: &Folded, words: &Hits, span: Span) -> bool {
    let low = span.from.saturating_sub(find.reach);
    let high = span.to + find.reach;
    let sentence = text.sentence(span.from);
    let any = |term: Option<Term>, from: u32, to: u32, fits: &dyn Fn(Span) -> bool| {
        term.is_some_and(|term| {
            let near = words.within(term, from, to).iter();
            near.into_iter()
                .any(|word| fits(*word) && ends_in(text, *word, sentence))
        })
    };
    any(find.unless, low, high, &|_| true)
        || any(find.unless_before, low, span.from, &|word| word.from < span.from)
        || any(find.unless_after, span.from, high, &|word| word.to > span.to)
}

/// Whether a word belongs to a sentence; the mark that ends it does.
fn ends_in(text: &Folded, word: Span, sentence: u32) -> bool {
    text.sentence(word.from) == sentence
}

/// Whether its first or last word is part of one that means no harm.
fn is_harmless(look: &Look<'_>, find: &Find, words: &Hits, span: Span) -> bool {
    /// No harmless word is longer.
    const LONGEST: u32 = 10;
    let Some(harmless) = look.lexicon.harmless[find.rule as usize] else {
        return false;
    };
    let near = words.within(harmless, span.from.saturating_sub(LONGEST), span.to);
    let last = find.say[find.say.len() - 1].1;
    let first = words.within(find.say[0].1, span.from, span.from).iter();
    let last = words
        .within(last, span.to.saturating_sub(LONGEST), span.to)
        .iter();
    let last = last.filter(|last| last.to == span.to);
    let ends: Vec<Span> = first.chain(last).copied().collect();
    near.iter()
        .any(|safe| safe.covers(span) || ends.iter().any(|end| safe.covers(*end)))
}
