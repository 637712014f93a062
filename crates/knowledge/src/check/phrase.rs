//! What is said in certain words: the rows of `defaults/check.toml`.

use super::amount;
use super::checker::{Found, Look, View, word};
use super::folded::{Folded, Span};
use super::lexicon::{Find, Hidden, Hits, Term};
use super::rule::Rule;

/// Applies every row of a rule the shop looks at.
pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    for find in &look.lexicon.finds {
        if !look.on(find.rule) {
            continue;
        }
        let view = if find.squeezed {
            View::Squeezed
        } else {
            View::Plain
        };
        for span in said_in(look, find, view) {
            found.extend(told(look, find, view, span));
        }
        let hidden = match find.hidden {
            Hidden::No => continue,
            Hidden::Squeezed => View::Squeezed,
            Hidden::Joined => View::Joined,
        };
        let text = look.view(hidden).0;
        for span in said_in(look, find, hidden) {
            // What is not taken apart was found before, or excused.
            if text.is_parted(span) && has_parted_word(look, find, hidden, span) {
                found.extend(told(look, find, hidden, span));
            }
        }
    }
}

/// Where a row is said in a text and nothing excuses it.
fn said_in(look: &Look<'_>, find: &Find, view: View) -> Vec<Span> {
    let (text, words) = look.view(view);
    let mut spans = said(find, text, words);
    spans.retain(|span| !excused(find, text, words, *span) && !is_harmless(look, find, words, *span));
    spans
}

/// What is told of a place, unless the agent may say it.
fn told(look: &Look<'_>, find: &'static Find, view: View, span: Span) -> Option<Found> {
    let text = look.view(view).0;
    let params = match find.rule {
        Rule::Promise if look.reply.free_hand => return None,
        Rule::Promise => {
            let limit = look.reply.limit.unwrap_or(look.rules.limit);
            amount::beyond(&find.hint, text, span, limit)?
        }
        _ => word(text, span),
    };
    Some(Found {
        rule: find.rule,
        hint: &find.hint,
        span,
        view,
        params,
        replacement: find.replace.as_deref(),
    })
}

/// Whether one of the row's words is taken apart, and not only what stands between two words.
fn has_parted_word(look: &Look<'_>, find: &Find, view: View, span: Span) -> bool {
    let (text, words) = look.view(view);
    find.say.iter().any(|(_, term)| {
        let near = words.within(*term, span.from, span.to).iter();
        near.into_iter()
            .any(|word| word.to <= span.to && text.is_parted(*word))
    })
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
