//! Rules that look at the reply as a whole: bare, negative, long.

use super::checker::{Found, Look};
use super::folded::{Folded, Span};
use super::lexicon::lexicon;
use super::rule::Rule;

/// Characters besides fillers a no may have and still explain nothing.
const MOST_LEFT: u32 = 16;
/// A longer reply has said something.
const MOST_TEXT: u32 = 60;

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    if look.on(Rule::Bare) {
        found.extend(bare(look.plain));
    }
    if look.on(Rule::Negative) {
        found.extend(negative(look));
    }
    if look.on(Rule::Quarrel) {
        found.extend(only_marks(look.plain));
    }
    if look.on(Rule::Long) {
        let length = own_length(look.plain);
        if length > look.rules.long_limit {
            found.push(
                Found::new(Rule::Long, "long", look.plain.all())
                    .with("length", length)
                    .with("limit", look.rules.long_limit),
            );
        }
    }
}

/// Whether a character is seen as none: blanks, marks, emoji.
fn is_mark(c: char) -> bool {
    c.is_whitespace()
        || c.is_ascii_punctuation()
        || matches!(c, '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' | '\u{fe00}'..='\u{ffef}')
        || matches!(c, '\u{1f000}'..='\u{1faff}')
}

/// A lone 在, 嗯 or 好, whatever particles and marks are put around it (row 168); also a mark or a digit alone.
fn bare(text: &Folded) -> Option<Found> {
    /// More is no longer a lone word.
    const LONGEST: usize = 8;
    let words = &lexicon().reply;
    let said: Vec<char> = text
        .chars
        .iter()
        .copied()
        .filter(|c| !is_mark(*c))
        .take(LONGEST + 1)
        .collect();
    let core = said.iter().filter(|c| words.bare_core.contains(**c)).count();
    let only = said
        .iter()
        .all(|c| words.bare_core.contains(*c) || words.bare_rest.contains(*c));
    let word = core > 0 && only && said.len() <= LONGEST;
    if !word && !says_nothing(text) {
        return None;
    }
    let here = said.contains(&'在');
    let mut bare = Found::new(Rule::Bare, "bare", text.all());
    bare.replacement = Some(if here { &words.bare_here } else { &words.bare_yes });
    Some(bare)
}

/// Nothing but one letter or digit, or marks that are no question and no emoji.
fn says_nothing(text: &Folded) -> bool {
    let mut shown = text.chars.iter().filter(|c| !c.is_whitespace());
    match (shown.next(), shown.next()) {
        (Some(one), None) if one.is_ascii_alphanumeric() => true,
        (Some(_), _) => text.chars.iter().all(|c| {
            c.is_whitespace()
                || matches!(c, '。' | '、' | '…' | '·' | '!'..='/' | ':'..='>' | '['..='`' | '{'..='~')
        }),
        (None, _) => false,
    }
}

/// Nothing but question marks asks the buyer what they want.
fn only_marks(text: &Folded) -> Option<Found> {
    let mut marks = text.chars.iter().filter(|c| !c.is_whitespace());
    let only = marks.all(|c| matches!(c, '?' | '!' | '。' | '.' | '…'));
    (only && text.chars.contains(&'?')).then(|| {
        Found::new(Rule::Quarrel, "quarrel_question", text.all()).with("word", text.words(text.all()))
    })
}

/// A no that gives no reason, no other way and no next step (rows 74, 171).
fn negative(look: &Look<'_>) -> Option<Found> {
    let lists = look.lexicon.lists;
    if look.plain.len() > MOST_TEXT {
        return None;
    }
    let harmless = look.lexicon.harmless[Rule::Negative as usize].map(|term| look.words.of(term));
    let is_harmless = |no: &&Span| harmless.is_some_and(|all| all.iter().any(|safe| safe.covers(**no)));
    let nos: Vec<&Span> = look
        .words
        .of(lists.no)
        .iter()
        .filter(|no| !is_harmless(no))
        .collect();
    let first = nos.first()?.from;
    let no = **nos.iter().filter(|no| no.from == first).max_by_key(|no| no.to)?;
    let way = look.words.of(lists.way);
    if way.iter().any(|way| !nos.iter().any(|no| denied(**no, *way))) {
        return None;
    }
    if plain_state(look.plain, no) || wished_for(look) {
        return None;
    }
    let mut said = vec![true; look.plain.len() as usize];
    for filler in look.words.of(lists.filler) {
        said[filler.from as usize..filler.to as usize].fill(false);
    }
    for (said, c) in said.iter_mut().zip(&look.plain.chars) {
        *said &= !is_mark(*c);
    }
    let left = said.iter().filter(|said| **said).count() as u32;
    if left > MOST_LEFT {
        return None;
    }
    Some(Found::new(Rule::Negative, "negative", no).with("word", look.plain.words(no)))
}

/// Whether a way out is part of the no itself: the 可以 of 不可以, the 有的 of 没有的.
fn denied(no: Span, way: Span) -> bool {
    no.covers(way) || no.from < way.from && way.from < no.to
}

/// 还没有完成 says how things stand; 还没有 alone refuses.
fn plain_state(text: &Folded, no: Span) -> bool {
    let still = text
        .before(no.from)
        .is_some_and(|c| matches!(c, '还' | '并' | '要'));
    let goes_on = text
        .at(no.to)
        .is_some_and(|c| !is_mark(c) && !"的呢哦哈啊呀亲了".contains(c));
    still && goes_on
}

/// Whether the buyer is glad of the no: it is the answer to a fear (会掉色吗? 不会的). 不会 promises that
/// something bad will not happen; 没有 and 不是 may also deny a wish, so it takes the buyer's words to tell.
fn wished_for(look: &Look<'_>) -> bool {
    if !denies_only(look.plain) {
        return false;
    }
    if look.plain.text.contains("不会") {
        return true;
    }
    let Some(last) = look.reply.buyer.and_then(|buyer| buyer.lines().next_back()) else {
        return false;
    };
    let words = look.lexicon.hits(&Folded::of(last));
    !words.of(look.lexicon.lists.worry).is_empty()
}

/// Whether it only says that something is not so, and refuses nothing.
fn denies_only(text: &Folded) -> bool {
    const REFUSES: [&str; 9] = [
        "不能",
        "不可",
        "不行",
        "不支持",
        "不知道",
        "不清楚",
        "没有货",
        "没有库存",
        "没有办法",
    ];
    !REFUSES.iter().any(|word| text.text.contains(word))
}

/// The characters of one's own words: without blanks, codes of emoji and addresses of sites. A Latin word
/// or a number takes as long to read as a fourth of its letters.
fn own_length(text: &Folded) -> usize {
    const LATIN: usize = 4;
    let mut length = 0;
    let mut word = 0_usize;
    let mut site = false;
    // Runs of ASCII with a dot or slash in a row of letters are addresses.
    for c in text.chars.iter().copied().chain(std::iter::once(' ')) {
        if c.is_ascii_graphic() {
            word += 1;
            site |= matches!(c, '/' | '=' | '%');
        } else {
            if !(site && word > 10) {
                length += usize::div_ceil(word, LATIN);
            }
            (word, site) = (0, false);
            length += usize::from(!c.is_whitespace());
        }
    }
    length
}
