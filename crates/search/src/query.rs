//! How a plan becomes a query over terms. Which documents then win is decided in find.rs.

use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, InvertedIndexRangeQuery, Occur, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use crate::plan::Chunk;
use crate::schema::{Fields, PREFIX_MAX, head, whole};
use crate::words::{self, WORD_MAX};
use crate::{Ask, Plan, Sort, Word};

/// A question limited to up to this many shops asks the index for them; for more, each hit is looked at.
const SHOPS_ASKED: usize = 8;
/// How much a word in the title or a name counts beside the same word in the text.
const TITLE_BOOST: f32 = 1.5;
/// What an id or a name typed in full is worth: more than any word.
const WHOLE_SCORE: f32 = 20.0;
/// Shortest word whose continuations are looked for in texts, as it may still be typed.
const TYPING_MIN: usize = 3;

type Clauses = Vec<(Occur, Box<dyn Query>)>;

/// Turns a plan into queries.
pub(crate) struct Asker<'a> {
    fields: &'a Fields,
    ask: &'a Ask,
    plan: &'a Plan,
    scored: bool,
}

impl<'a> Asker<'a> {
    pub(crate) fn new(fields: &'a Fields, ask: &'a Ask, plan: &'a Plan) -> Asker<'a> {
        Asker {
            fields,
            ask,
            plan,
            scored: ask.sort == Sort::Best,
        }
    }

    /// Every word must be there.
    pub(crate) fn strict(&self) -> Box<dyn Query> {
        let mut clauses = self.limits();
        let last = self.plan.words().last();
        for chunk in &self.plan.chunks {
            clauses.push((Occur::Must, self.chunk(chunk, last)));
        }
        Box::new(BooleanQuery::new(clauses))
    }

    /// Some of the pieces must be there, and not all the words; `None` when there is nothing to loosen.
    pub(crate) fn loose(&self) -> Option<Box<dyn Query>> {
        let pieces = self.plan.pieces();
        let need = match self.ask.sort {
            Sort::Recent => (pieces.len() * 3).div_ceil(5),
            Sort::Best => pieces.len().div_ceil(3),
        };
        if pieces.len() < 2 || need == pieces.len() {
            return None;
        }
        let some = pieces
            .iter()
            .map(|piece| (Occur::Should, self.word(piece, false)))
            .collect();
        let mut clauses = self.limits();
        clauses.push((
            Occur::Must,
            Box::new(BooleanQuery::with_minimum_required_clauses(some, need)),
        ));
        clauses.push((Occur::MustNot, self.strict()));
        Some(Box::new(BooleanQuery::new(clauses)))
    }

    /// Organisation, kinds and shops. They save work; [`Columns::admits`] is what keeps them.
    fn limits(&self) -> Clauses {
        let org = self.term(Term::from_field_i64(self.fields.org, self.ask.org), false);
        let mut clauses: Clauses = vec![(Occur::Must, self.unscored(org))];
        let kinds = self
            .ask
            .kinds
            .iter()
            .map(|k| Term::from_field_u64(self.fields.kind, k.code()));
        if !self.ask.kinds.is_empty() {
            clauses.push((
                Occur::Must,
                self.unscored(self.any(kinds.map(|t| self.term(t, false)).collect())),
            ));
        }
        if let Some(shops) = self.ask.shops.as_ref().filter(|shops| shops.len() <= SHOPS_ASKED) {
            let shops = shops.iter().map(|s| Term::from_field_i64(self.fields.shop, *s));
            clauses.push((
                Occur::Must,
                self.unscored(self.any(shops.map(|t| self.term(t, false)).collect())),
            ));
        }
        clauses
    }

    fn chunk(&self, chunk: &Chunk, last: Option<&Word>) -> Box<dyn Query> {
        let words = chunk
            .words
            .iter()
            .map(|word| self.word(word, Some(word) == last))
            .collect::<Vec<_>>();
        let words = (!words.is_empty()).then(|| self.all(words));
        match (&chunk.id, words) {
            (Some(id), words) => self.any(self.keys(id).into_iter().chain(words).collect()),
            (None, Some(words)) => words,
            (None, None) => self.any(Vec::new()),
        }
    }

    fn word(&self, word: &Word, typing: bool) -> Box<dyn Query> {
        match word {
            Word::Units(units) => self.all(
                words::pairs(units)
                    .into_iter()
                    .map(|pair| self.text(pair))
                    .collect(),
            ),
            Word::Latin(word) => {
                let mut ways = vec![self.text(word)];
                let parts = words::parts(word);
                if !parts.is_empty() {
                    ways.push(self.all(parts.into_iter().map(|part| self.text(part)).collect()));
                }
                ways.extend(self.keys(word));
                let letters = !word.chars().any(char::is_numeric);
                if typing && letters && word.chars().nth(TYPING_MIN - 1).is_some() {
                    ways.push(range(self.fields.text, word));
                }
                self.any(ways)
            }
        }
    }

    fn text(&self, term: &str) -> Box<dyn Query> {
        let text = self.term(Term::from_field_text(self.fields.text, term), true);
        if !self.scored {
            return text;
        }
        let title = self.term(Term::from_field_text(self.fields.title, term), true);
        self.any(vec![text, Box::new(BoostQuery::new(title, TITLE_BOOST))])
    }

    /// The ways to find an id or a spelled name by what may be its beginning.
    fn keys(&self, key: &str) -> Vec<Box<dyn Query>> {
        let whole = self.term(Term::from_field_text(self.fields.keys, &whole(key)), false);
        let mut ways: Vec<Box<dyn Query>> = vec![Box::new(ConstScoreQuery::new(whole, WHOLE_SCORE))];
        if key.chars().nth(PREFIX_MAX).is_some() {
            ways.push(range(self.fields.keys, head(key, WORD_MAX)));
        } else {
            ways.push(self.term(Term::from_field_text(self.fields.keys, key), false));
        }
        ways
    }

    fn term(&self, term: Term, counted: bool) -> Box<dyn Query> {
        let read = if counted && self.scored {
            IndexRecordOption::WithFreqs
        } else {
            IndexRecordOption::Basic
        };
        Box::new(TermQuery::new(term, read))
    }

    fn unscored(&self, query: Box<dyn Query>) -> Box<dyn Query> {
        if self.scored {
            Box::new(ConstScoreQuery::new(query, 0.0))
        } else {
            query
        }
    }

    fn any(&self, ways: Vec<Box<dyn Query>>) -> Box<dyn Query> {
        one_or(ways, BooleanQuery::union)
    }

    fn all(&self, musts: Vec<Box<dyn Query>>) -> Box<dyn Query> {
        one_or(musts, BooleanQuery::intersection)
    }
}

fn one_or(mut queries: Vec<Box<dyn Query>>, join: fn(Vec<Box<dyn Query>>) -> BooleanQuery) -> Box<dyn Query> {
    match queries.pop() {
        Some(only) if queries.is_empty() => only,
        Some(last) => {
            queries.push(last);
            Box::new(join(queries))
        }
        None => Box::new(BooleanQuery::new(Vec::new())),
    }
}

/// Every term that begins with `start`.
fn range(field: Field, start: &str) -> Box<dyn Query> {
    let end = format!("{start}\u{10ffff}");
    Box::new(InvertedIndexRangeQuery::new(
        Bound::Included(Term::from_field_text(field, start)),
        Bound::Excluded(Term::from_field_text(field, &end)),
    ))
}
