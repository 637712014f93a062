//! How a question is answered: the plan becomes a query over terms, the best places win.
//!
//! Every segment is sorted by `at`, newest first. [`Sort::Recent`] therefore walks each segment from its
//! newest hit and stops as soon as the page is full and what follows is older: a frequent word costs no
//! more than a rare one, and a later page begins where the page before ended.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Bound;
use std::sync::Arc;

use tantivy::columnar::ColumnValues;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, EnableScoring, InvertedIndexRangeQuery, Occur, Query,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};

use crate::ask::Place;
use crate::plan::Chunk;
use crate::schema::{Fields, PREFIX_MAX, head, whole};
use crate::words::{self, WORD_MAX};
use crate::{Ask, Cursor, Error, Found, Hit, Kind, Plan, Sort, Word};

/// A question limited to up to this many shops asks the index for them; for more, each hit is looked at.
const SHOPS_ASKED: usize = 8;
/// How much a word in the title or a name counts beside the same word in the text.
const TITLE_BOOST: f32 = 1.5;
/// What an id or a name typed in full is worth: more than any word.
const WHOLE_SCORE: f32 = 20.0;
/// Shortest word whose continuations are looked for in texts, as it may still be typed.
const TYPING_MIN: usize = 3;

type Clauses = Vec<(Occur, Box<dyn Query>)>;

/// Answers a question on one state of the index.
pub(crate) fn find(searcher: &Searcher, fields: &Fields, ask: &Ask) -> Result<Found, Error> {
    let limit = ask.limit.min(Ask::LIMIT_MAX);
    let nowhere = ask.shops.as_ref().is_some_and(Vec::is_empty);
    if limit == 0 || nowhere || searcher.num_docs() == 0 {
        return Ok(Found::default());
    }
    let plan = Plan::of(&ask.text);
    if plan.is_empty() {
        return Ok(Found::default());
    }
    let asker = Asker::new(fields, ask, &plan);
    let mut page = Page {
        searcher,
        ask,
        limit,
        shops: sorted(ask.shops.as_deref()),
        hits: Vec::new(),
    };
    if ask.after.is_none_or(|c| !c.loose) {
        page.fill(&*asker.strict(), false)?;
    }
    let more = match ask.sort {
        // The order by time holds over all pages, so the looser hits come instead of the strict ones
        // and never after them.
        Sort::Recent => page.hits.is_empty() && ask.after.is_none_or(|c| c.loose),
        Sort::Best => page.hits.len() <= limit,
    };
    if more && let Some(loose) = asker.loose() {
        page.fill(&*loose, true)?;
    }
    Ok(page.cut())
}

fn sorted(shops: Option<&[i64]>) -> Option<Vec<i64>> {
    shops.map(|shops| {
        let mut shops = shops.to_vec();
        shops.sort_unstable();
        shops.dedup();
        shops
    })
}

/// Turns a plan into queries.
struct Asker<'a> {
    fields: &'a Fields,
    ask: &'a Ask,
    plan: &'a Plan,
    scored: bool,
}

impl<'a> Asker<'a> {
    fn new(fields: &'a Fields, ask: &'a Ask, plan: &'a Plan) -> Asker<'a> {
        Asker {
            fields,
            ask,
            plan,
            scored: ask.sort == Sort::Best,
        }
    }

    /// Every word must be there.
    fn strict(&self) -> Box<dyn Query> {
        let mut clauses = self.limits();
        let last = self.plan.words().last();
        for chunk in &self.plan.chunks {
            clauses.push((Occur::Must, self.chunk(chunk, last)));
        }
        Box::new(BooleanQuery::new(clauses))
    }

    /// Some of the pieces must be there, and not all the words; `None` when there is nothing to loosen.
    fn loose(&self) -> Option<Box<dyn Query>> {
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

/// The columns of a segment. Every document has a value in each.
pub(crate) struct Columns {
    org: Arc<dyn ColumnValues<i64>>,
    shop: Arc<dyn ColumnValues<i64>>,
    kind: Arc<dyn ColumnValues<u64>>,
    id: Arc<dyn ColumnValues<i64>>,
    sub: Arc<dyn ColumnValues<i64>>,
    at: Arc<dyn ColumnValues<i64>>,
}

impl Columns {
    pub(crate) fn of(segment: &SegmentReader) -> Result<Columns, Error> {
        let fast = segment.fast_fields();
        Ok(Columns {
            org: fast.column_first_or_default("org")?,
            shop: fast.column_first_or_default("shop")?,
            kind: fast.column_first_or_default("kind")?,
            id: fast.column_first_or_default("id")?,
            sub: fast.column_first_or_default("sub")?,
            at: fast.column_first_or_default("at")?,
        })
    }

    /// Whether the asker may have this document, whatever the query was.
    fn admits(&self, doc: DocId, ask: &Ask, shops: Option<&[i64]>) -> bool {
        self.org.get_val(doc) == ask.org
            && shops.is_none_or(|shops| shops.binary_search(&self.shop.get_val(doc)).is_ok())
            && (ask.kinds.is_empty() || ask.kinds.iter().any(|k| k.code() == self.kind.get_val(doc)))
    }

    fn place(&self, doc: DocId, score: f32) -> Place {
        Place {
            score,
            at: self.at.get_val(doc),
            kind: self.kind.get_val(doc),
            id: self.id.get_val(doc),
            sub: self.sub.get_val(doc),
        }
    }

    /// The first document that is not newer than `at`.
    fn first_not_after(&self, at: i64) -> DocId {
        let (mut low, mut high) = (0, self.at.num_vals());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.at.get_val(middle) > at {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// The page being filled: one hit more than asked for, to know whether another page follows.
struct Page<'a> {
    searcher: &'a Searcher,
    ask: &'a Ask,
    limit: usize,
    shops: Option<Vec<i64>>,
    hits: Vec<(bool, Hit)>,
}

impl Page<'_> {
    /// Adds the best places of a query behind the hits that are there.
    fn fill(&mut self, query: &dyn Query, loose: bool) -> Result<(), Error> {
        let mut top = Top {
            room: self.limit + 1 - self.hits.len(),
            after: self.ask.after.filter(|c| c.loose == loose).map(|c| c.place),
            heap: BinaryHeap::new(),
        };
        if top.room == 0 {
            return Ok(());
        }
        let mut segments = Vec::new();
        for segment in self.searcher.segment_readers() {
            segments.push((segment, Columns::of(segment)?));
        }
        segments.sort_by_key(|(_, columns)| Reverse(columns.at.max_value()));
        let recent = self.ask.sort == Sort::Recent;
        let scoring = match self.ask.sort {
            Sort::Recent => EnableScoring::disabled_from_searcher(self.searcher),
            Sort::Best => EnableScoring::enabled_from_searcher(self.searcher),
        };
        let weight = query.weight(scoring)?;
        for (segment, columns) in &segments {
            if recent && top.worst().is_some_and(|worst| columns.at.max_value() < worst.at) {
                break;
            }
            let mut scorer = weight.scorer(segment, 1.0)?;
            if recent && let Some(after) = top.after {
                let start = columns.first_not_after(after.at);
                if scorer.doc() < start {
                    scorer.seek(start);
                }
            }
            while scorer.doc() != TERMINATED {
                let doc = scorer.doc();
                let score = if recent { 0.0 } else { scorer.score() };
                if let Some(worst) = top.worst() {
                    if recent && columns.at.get_val(doc) < worst.at {
                        break;
                    }
                    if score < worst.score {
                        scorer.advance();
                        continue;
                    }
                }
                if !segment.is_deleted(doc) && columns.admits(doc, self.ask, self.shops.as_deref()) {
                    top.offer(columns.place(doc, score), columns.shop.get_val(doc));
                }
                scorer.advance();
            }
        }
        self.hits.extend(top.into_hits().map(|hit| (loose, hit)));
        Ok(())
    }

    fn cut(mut self) -> Found {
        let more = self.hits.len() > self.limit;
        self.hits.truncate(self.limit);
        let next = self.hits.last().filter(|_| more).map(|(loose, hit)| Cursor {
            loose: *loose,
            place: Place {
                score: hit.score,
                at: hit.at,
                kind: hit.kind.code(),
                id: hit.id,
                sub: hit.sub,
            },
        });
        Found {
            hits: self.hits.into_iter().map(|(_, hit)| hit).collect(),
            next,
        }
    }
}

/// The best `room` places behind `after`.
struct Top {
    room: usize,
    after: Option<Place>,
    heap: BinaryHeap<Reverse<(Place, i64)>>,
}

impl Top {
    /// The place to beat; `None` while there is room.
    fn worst(&self) -> Option<&Place> {
        self.heap
            .peek()
            .filter(|_| self.heap.len() == self.room)
            .map(|Reverse((place, _))| place)
    }

    fn offer(&mut self, place: Place, shop: i64) {
        if self.after.is_some_and(|after| place >= after) {
            return;
        }
        if self.heap.len() < self.room {
            self.heap.push(Reverse((place, shop)));
        } else if let Some(mut worst) = self.heap.peek_mut()
            && worst.0.0 < place
        {
            *worst = Reverse((place, shop));
        }
    }

    fn into_hits(self) -> impl Iterator<Item = Hit> {
        self.heap
            .into_sorted_vec()
            .into_iter()
            .filter_map(|Reverse((place, shop))| {
                let Place {
                    score,
                    at,
                    kind,
                    id,
                    sub,
                } = place;
                Some(Hit {
                    kind: Kind::from_code(kind)?,
                    id,
                    sub,
                    shop,
                    at,
                    score,
                })
            })
    }
}
