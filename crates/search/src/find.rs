//! How a question is answered: of the documents that match, the best places win. What matches is decided in
//! query.rs.
//!
//! Every segment is sorted by `at`, newest first. [`Sort::Recent`] therefore walks each segment from its
//! newest hit and stops as soon as the page is full and what follows is older: a frequent word costs no
//! more than a rare one, and a later page begins where the page before ended.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use tantivy::columnar::ColumnValues;
use tantivy::query::{EnableScoring, Query};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED};

use crate::ask::Place;
use crate::query::Asker;
use crate::schema::Fields;
use crate::{Ask, Cursor, Error, Found, Hit, Kind, Plan, Sort};

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
