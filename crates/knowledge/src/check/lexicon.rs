use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::folded::{Folded, Span, folded_word};
use super::rule::Rule;

/// What the check knows of words; built once from `defaults/check.toml`.
pub(super) struct Lexicon {
    automaton: AhoCorasick,
    /// For every word of the automaton its terms, and whether it is of Latin letters or digits.
    words: Vec<Word>,
    terms: usize,
    /// What to find.
    pub(super) finds: Vec<Find>,
    /// By rule, the words that mean no harm.
    pub(super) harmless: [Option<Term>; Rule::ALL.len()],
    /// Word lists the rules written in Rust look at.
    pub(super) lists: Lists,
    /// By platform, the sites that belong to it.
    pub(super) platforms: BTreeMap<String, Vec<String>>,
    /// For replies as a whole.
    pub(super) reply: ReplyWords,
}

struct Word {
    terms: Vec<Term>,
    latin_first: bool,
    latin_last: bool,
}

/// A set of words that are looked for together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Term(usize);

/// Something to find, as `defaults/check.toml` explains.
pub(super) struct Find {
    pub(super) rule: Rule,
    pub(super) hint: String,
    /// Terms in order; each at most so many characters behind the one before.
    pub(super) say: Vec<(u32, Term)>,
    pub(super) unless: Option<Term>,
    pub(super) unless_before: Option<Term>,
    pub(super) unless_after: Option<Term>,
    /// Characters around in which an excuse is looked for.
    pub(super) reach: u32,
    pub(super) squeezed: bool,
    pub(super) replace: Option<String>,
    /// Also looked for where its words are parted by other characters.
    pub(super) hidden: Hidden,
}

/// How far a word may be taken apart and is still looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hidden {
    /// It is not.
    No,
    /// By blanks, dots and dashes.
    Squeezed,
    /// By anything that is no letter, and by line ends.
    Joined,
}

/// Lists the rules written in Rust look at.
#[derive(Clone, Copy)]
pub(super) struct Lists {
    pub(super) no: Term,
    pub(super) way: Term,
    pub(super) filler: Term,
    pub(super) worry: Term,
    pub(super) phone: Term,
    pub(super) parcel: Term,
    pub(super) yours: Term,
    pub(super) qq: Term,
    pub(super) wechat: Term,
    pub(super) wechat_letters: Term,
}

/// What is known of replies as a whole.
#[derive(Deserialize)]
pub(super) struct ReplyWords {
    pub(super) bare_core: String,
    pub(super) bare_rest: String,
    pub(super) bare_here: String,
    pub(super) bare_yes: String,
    pub(super) ends: String,
}

#[derive(Deserialize)]
struct File {
    words: BTreeMap<String, String>,
    harmless: BTreeMap<Rule, String>,
    platform: BTreeMap<String, String>,
    reply: ReplyWords,
    find: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    rule: Rule,
    hint: String,
    say: String,
    unless: Option<String>,
    unless_before: Option<String>,
    unless_after: Option<String>,
    reach: Option<u32>,
    folded: Option<Form>,
    replace: Option<String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Form {
    Squeezed,
}

/// Characters around a find in which an excuse is looked for, where the row names no other.
const REACH: u32 = 8;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is part of the program and read by a test"
    )]
    Lexicon::read(include_str!("../../defaults/check.toml")).expect("defaults/check.toml can be read")
});

/// The words that ship.
pub(super) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

/// Where the words of a text stand, by term, sorted by their begin.
pub(super) struct Hits(Vec<Vec<Span>>);

impl Hits {
    /// Where the words of a term stand.
    pub(super) fn of(&self, term: Term) -> &[Span] {
        &self.0[term.0]
    }

    /// The words of a term that begin in `from..=to`.
    pub(super) fn within(&self, term: Term, from: u32, to: u32) -> &[Span] {
        let all = self.of(term);
        let first = all.partition_point(|span| span.from < from);
        let end = all.partition_point(|span| span.from <= to);
        &all[first..end]
    }
}

impl Lexicon {
    /// Finds all words in a text.
    pub(super) fn hits(&self, text: &Folded) -> Hits {
        let mut hits = vec![Vec::new(); self.terms];
        for found in self.automaton.find_overlapping_iter(&text.text) {
            let word = &self.words[found.pattern().as_usize()];
            let span = text.span(found.start(), found.end());
            let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase());
            // "wx" in "gwxyz" is no word; in "is w x" it is.
            if word.latin_first && letter(text.before(span.from)) && !text.parted_before(span.from)
                || word.latin_last && letter(text.at(span.to)) && !text.parted_before(span.to)
            {
                continue;
            }
            for term in &word.terms {
                hits[term.0].push(span);
            }
        }
        for spans in &mut hits {
            spans.sort_by_key(|span| span.from);
        }
        Hits(hits)
    }

    fn read(text: &str) -> Result<Lexicon, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut maker = Maker {
            lists: file
                .words
                .iter()
                .map(|(name, words)| (name.as_str(), words.split_whitespace().map(listed).collect()))
                .collect(),
            terms: HashMap::new(),
            words: BTreeMap::new(),
        };
        let lists = Lists {
            no: maker.term("@no")?,
            way: maker.term("@way")?,
            filler: maker.term("@filler")?,
            worry: maker.term("@worry")?,
            phone: maker.term("@phone")?,
            parcel: maker.term("@parcel")?,
            yours: maker.term("@yours")?,
            qq: maker.term("@qq")?,
            wechat: maker.term("@wechat|@wechat_hidden")?,
            wechat_letters: maker.term("@wechat_letters")?,
        };
        let mut harmless = [None; Rule::ALL.len()];
        for (rule, words) in &file.harmless {
            let alternatives = words.split_whitespace().collect::<Vec<_>>().join("|");
            harmless[*rule as usize] = Some(maker.term(&alternatives)?);
        }
        let finds = file
            .find
            .into_iter()
            .map(|row| maker.find(row))
            .collect::<Result<_, _>>()?;
        let platforms = file.platform.into_iter();
        let platforms = platforms
            .map(|(name, sites)| (name, sites.split_whitespace().map(str::to_owned).collect()))
            .collect();
        let automaton = AhoCorasick::new(maker.words.keys()).map_err(|error| error.to_string())?;
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase());
        let words = maker.words.iter().map(|(word, terms)| Word {
            terms: terms.clone(),
            latin_first: latin(word.chars().next()),
            latin_last: latin(word.chars().last()),
        });
        Ok(Lexicon {
            automaton,
            words: words.collect(),
            terms: maker.terms.len(),
            finds,
            harmless,
            lists,
            platforms,
            reply: file.reply,
        })
    }
}

/// A word as the file writes it: `_` stands for a blank.
fn listed(word: &str) -> String {
    folded_word(&word.replace('_', " "))
}

struct Maker<'a> {
    lists: HashMap<&'a str, Vec<String>>,
    /// Terms by how they are written.
    terms: HashMap<String, Term>,
    /// Terms by word.
    words: BTreeMap<String, Vec<Term>>,
}

impl Maker<'_> {
    fn find(&mut self, row: Row) -> Result<Find, String> {
        let mut say = Vec::new();
        let mut gap = 0;
        for part in row.say.split_whitespace() {
            match part.strip_prefix('~') {
                Some(most) => gap = most.parse().map_err(|_| format!("{part} is no distance"))?,
                None => say.push((std::mem::take(&mut gap), self.term(part)?)),
            }
        }
        if say.is_empty() {
            return Err(format!("a row of {} says nothing", row.rule.key()));
        }
        let mut excuse = |words: Option<String>| {
            words
                .map(|words| self.term(&words.split_whitespace().collect::<Vec<_>>().join("|")))
                .transpose()
        };
        Ok(Find {
            rule: row.rule,
            hint: row.hint,
            say,
            unless: excuse(row.unless)?,
            unless_before: excuse(row.unless_before)?,
            unless_after: excuse(row.unless_after)?,
            reach: row.reach.unwrap_or(REACH),
            squeezed: row.folded == Some(Form::Squeezed),
            replace: row.replace,
            hidden: match row.rule {
                Rule::Contact | Rule::Reward => Hidden::Joined,
                Rule::Quarrel | Rule::Absolute => Hidden::Squeezed,
                _ => Hidden::No,
            },
        })
    }

    /// The term of `'a|b|@list'`.
    fn term(&mut self, written: &str) -> Result<Term, String> {
        if let Some(known) = self.terms.get(written) {
            return Ok(*known);
        }
        let term = Term(self.terms.len());
        self.terms.insert(written.to_owned(), term);
        for alternative in written.split('|') {
            let words = match alternative.strip_prefix('@').filter(|list| !list.is_empty()) {
                Some(list) => self
                    .lists
                    .get(list)
                    .ok_or_else(|| format!("there is no list {list}"))?
                    .clone(),
                None => vec![listed(alternative)],
            };
            for word in words {
                if word.is_empty() {
                    return Err(format!("an empty word in {written}"));
                }
                let terms = self.words.entry(word).or_default();
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
        }
        Ok(term)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_ship_can_be_read() {
        let lexicon = Lexicon::read(include_str!("../../defaults/check.toml")).expect("fine");
        assert!(lexicon.words.len() > 1_000);
        for rule in Rule::ALL {
            let by_words = lexicon.finds.iter().any(|find| find.rule == *rule);
            let by_code = [Rule::Bare, Rule::Negative, Rule::Long, Rule::Forbidden].contains(rule);
            assert!(by_words || by_code, "{} has no words", rule.key());
        }
    }

    #[test]
    fn a_mistake_in_the_file_is_named() {
        let wrong = include_str!("../../defaults/check.toml").replacen("@rude", "@rood", 1);
        assert_eq!(
            Lexicon::read(&wrong).err().as_deref(),
            Some("there is no list rood")
        );
    }
}
