use aho_corasick::AhoCorasick;
use serde_json::{Map, Value, json};

use super::folded::{Folded, Span, folded_word};
use super::lexicon::{Hits, Lexicon, lexicon};
use super::rule::{CheckRules, Finding, Level, Reply, Rule};
use super::{link, number, phrase, whole};

/// Findings that are told of one reply; the most serious stay.
const MOST_FINDINGS: usize = 50;

/// The reply check of one shop. Cheap to make: the words that ship are shared by all.
pub struct Checker {
    lexicon: &'static Lexicon,
    rules: CheckRules,
    forbidden: Option<AhoCorasick>,
    allowed: Option<AhoCorasick>,
    /// The shop's own sites among what it allows.
    sites: Vec<String>,
}

/// A reply as the rules look at it.
pub(super) struct Look<'a> {
    pub(super) lexicon: &'static Lexicon,
    pub(super) rules: &'a CheckRules,
    pub(super) reply: &'a Reply<'a>,
    /// The folded text and the words in it.
    pub(super) plain: &'a Folded,
    pub(super) words: &'a Hits,
    /// The same without blanks and dots between letters.
    pub(super) squeezed: &'a Folded,
    pub(super) squeezed_words: &'a Hits,
    /// The same, letters and digits only.
    pub(super) joined: &'a Folded,
    pub(super) joined_words: &'a Hits,
    /// The shop's own sites.
    pub(super) sites: &'a [String],
}

/// Which of the folded texts a place is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    Plain,
    Squeezed,
    Joined,
}

/// What a rule found, in the characters of one of the folded texts.
pub(super) struct Found {
    pub(super) rule: Rule,
    pub(super) hint: &'static str,
    pub(super) span: Span,
    pub(super) view: View,
    pub(super) params: Map<String, Value>,
    pub(super) replacement: Option<&'static str>,
}

impl Found {
    /// A finding in the plain text that speaks of nothing.
    pub(super) fn new(rule: Rule, hint: &'static str, span: Span) -> Found {
        Found {
            rule,
            hint,
            span,
            view: View::Plain,
            params: Map::new(),
            replacement: None,
        }
    }

    /// The same with something the sentence speaks of.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Found {
        self.params.insert(name.to_owned(), value.into());
        self
    }
}

impl Look<'_> {
    /// Whether the shop looks at a rule.
    pub(super) fn on(&self, rule: Rule) -> bool {
        self.rules.levels[rule as usize] != Level::Off
    }

    /// A folded text and the words in it.
    pub(super) fn view(&self, view: View) -> (&Folded, &Hits) {
        match view {
            View::Plain => (self.plain, self.words),
            View::Squeezed => (self.squeezed, self.squeezed_words),
            View::Joined => (self.joined, self.joined_words),
        }
    }
}

impl Checker {
    /// The check under a shop's rules.
    pub fn new(rules: &CheckRules) -> Checker {
        let sites = rules
            .allowed
            .iter()
            .map(|word| folded_word(word.trim()))
            .filter(|word| !word.is_empty())
            .collect();
        Checker {
            lexicon: lexicon(),
            rules: rules.clone(),
            forbidden: automaton(&rules.forbidden),
            allowed: automaton(&rules.allowed),
            sites,
        }
    }

    /// The shop's rules.
    pub(super) fn rules(&self) -> &CheckRules {
        &self.rules
    }

    /// What is wrong with a reply, by its place in the text. Takes time in proportion to the text's
    /// length, whatever it holds.
    pub fn check(&self, reply: &Reply<'_>) -> Vec<Finding> {
        let plain = Folded::of(reply.text);
        let squeezed = plain.squeezed();
        let joined = plain.joined();
        let words = self.lexicon.hits(&plain);
        let squeezed_words = self.lexicon.hits(&squeezed);
        let joined_words = self.lexicon.hits(&joined);
        let look = Look {
            lexicon: self.lexicon,
            rules: &self.rules,
            reply,
            plain: &plain,
            words: &words,
            squeezed: &squeezed,
            squeezed_words: &squeezed_words,
            joined: &joined,
            joined_words: &joined_words,
            sites: &self.sites,
        };
        let mut found = Vec::new();
        whole::look(&look, &mut found);
        phrase::look(&look, &mut found);
        if look.on(Rule::Contact) {
            number::look(&look, &mut found);
            link::look(&look, &mut found);
        }
        if look.on(Rule::Forbidden) {
            self.own_words(&squeezed, &mut found);
        }
        self.tell(found, &look)
    }

    /// The shop's own forbidden words, also with blanks and dots between their letters.
    fn own_words(&self, squeezed: &Folded, found: &mut Vec<Found>) {
        let Some(forbidden) = &self.forbidden else { return };
        for hit in forbidden.find_iter(&squeezed.text) {
            let span = squeezed.span(hit.start(), hit.end());
            let word = squeezed.words(span);
            let mut own = Found::new(Rule::Forbidden, "forbidden", span).with("word", word);
            own.view = View::Squeezed;
            found.push(own);
        }
    }

    /// Turns what was found into findings: places in the original, without what the shop allows and
    /// without saying the same of the same place twice.
    fn tell(&self, found: Vec<Found>, look: &Look<'_>) -> Vec<Finding> {
        let allowed = self.allowed_in(look.squeezed);
        let mut findings: Vec<Finding> = Vec::new();
        for one in found {
            let (from, to) = look.view(one.view).0.original(one.span);
            // An allowed word in a reply excuses only what is said there.
            let whole = matches!(one.rule, Rule::Long | Rule::Bare | Rule::Negative);
            if !whole && allowed.iter().any(|own| own.0 < to && from < own.1) {
                continue;
            }
            let told = findings
                .iter()
                .any(|other| other.rule == one.rule && from < other.to && other.from < to);
            // Places of different rules may overlap: each has its own remedy.
            if !told && findings.len() < MOST_FINDINGS * 4 {
                findings.push(Finding {
                    rule: one.rule,
                    level: self.rules.levels[one.rule as usize],
                    from,
                    to,
                    hint: one.hint.to_owned(),
                    params: one.params,
                    replacement: one.replacement.map(str::to_owned),
                });
            }
        }
        findings.sort_by_key(|finding| (std::cmp::Reverse(finding.level), finding.from));
        findings.truncate(MOST_FINDINGS);
        findings.sort_by_key(|finding| (finding.from, finding.to));
        findings
    }

    /// Where words stand that the shop allows, in UTF-16 units of the original.
    fn allowed_in(&self, text: &Folded) -> Vec<(u32, u32)> {
        let Some(allowed) = &self.allowed else {
            return Vec::new();
        };
        // A site or number inside a longer one is another.
        let goes_on = |a: Option<char>, b: Option<char>| {
            let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            part(a) && part(b)
        };
        let spans = allowed
            .find_iter(&text.text)
            .map(|hit| text.span(hit.start(), hit.end()));
        let spans = spans.filter(|span| {
            !goes_on(text.before(span.from), text.at(span.from))
                && !goes_on(text.before(span.to), text.at(span.to))
        });
        spans.map(|span| text.original(span)).collect()
    }
}

/// Finds any of the words, which are folded as texts are; none without words.
fn automaton(words: &[String]) -> Option<AhoCorasick> {
    let words: Vec<String> = words
        .iter()
        .map(|word| Folded::of(word.trim()).squeezed().text)
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        return None;
    }
    AhoCorasick::builder()
        .match_kind(aho_corasick::MatchKind::LeftmostLongest)
        .build(words)
        .ok()
}

/// A word as a parameter of a finding's sentence.
pub(super) fn word(text: &Folded, span: Span) -> Map<String, Value> {
    let mut params = Map::new();
    params.insert("word".to_owned(), json!(text.words(span)));
    params
}
