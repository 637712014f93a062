//! The folder: opened, fed, committed, emptied. What is in a document and how it is found is elsewhere.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, NoMergePolicy};
use tantivy::query::{InvertedIndexRangeQuery, TermSetQuery};
use tantivy::store::Compressor;
use tantivy::tokenizer::TokenizerManager;
use tantivy::{IndexReader, IndexSettings, IndexSortByField, IndexWriter, Order, ReloadPolicy, Term};

use crate::folder::{existing, payload, wipe};
use crate::schema::{self, Fields, TERMS};
use crate::words::Terms;
use crate::{Ask, Doc, Error, Found, Kind, Opened, find};

/// Memory of the writer before it flushes a segment, in bytes: the least tantivy accepts.
const WRITER_BYTES: usize = 15_000_000;
/// Segments of more documents are not merged any more: merging stays short, and old messages lie still.
const MERGE_MAX_DOCS: usize = 1_000_000;
/// A segment with a larger share of deleted documents is written anew.
const DELETED_MAX: f32 = 0.3;

/// A full-text index in a folder of its own. All methods may be called from any thread; searching never
/// waits for feeding.
pub struct Index {
    fields: Fields,
    index: tantivy::Index,
    reader: IndexReader,
    feed: Mutex<Feed>,
}

/// What feeding needs, behind one lock.
struct Feed {
    /// Made by the first change, dropped by [`Index::rest`].
    writer: Option<IndexWriter>,
    /// Whether anything changed since the last commit.
    dirty: bool,
    /// How far the last commit had read the log.
    cursor: i128,
    epoch: String,
}

impl Index {
    /// Opens the index in `dir`, which is made when missing and should hold nothing else. An index of
    /// another epoch or version, or one that cannot be read, is emptied: look at [`Opened`]. Reads a few
    /// small files only; the dictionary and the writer come with their first use.
    ///
    /// Errors when the folder cannot be made or written.
    pub fn open(dir: &Path, epoch: &str) -> Result<(Index, Opened), Error> {
        std::fs::create_dir_all(dir)?;
        let opened = match existing(dir, epoch) {
            Ok(Some(index)) => return Ok((index, Opened::Kept)),
            Ok(None) => Opened::New,
            Err(reason) => {
                tracing::warn!(folder = %dir.display(), ?reason, "search index is emptied and must be fed again");
                reason
            }
        };
        wipe(dir)?;
        let (schema, fields) = schema::schema();
        let settings = IndexSettings {
            // Newest first: see find.rs.
            sort_by_field: Some(IndexSortByField {
                field: "at".into(),
                order: Order::Desc,
            }),
            // No text is stored, so there is nothing to compress.
            docstore_compression: Compressor::None,
            docstore_compress_dedicated_thread: false,
            ..IndexSettings::default()
        };
        let index = tantivy::Index::builder()
            .schema(schema)
            .settings(settings)
            .create_in_dir(dir)?;
        Ok((Index::over(index, fields, 0, epoch)?, opened))
    }

    pub(crate) fn over(
        mut index: tantivy::Index,
        fields: Fields,
        cursor: i128,
        epoch: &str,
    ) -> Result<Index, Error> {
        // The default manager has the `raw` and `default` that tantivy wants for its other fields.
        let tokenizers = TokenizerManager::default();
        tokenizers.register(TERMS, Terms::default());
        index.set_tokenizers(tokenizers);
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(0)
            .try_into()?;
        let feed = Feed {
            writer: None,
            dirty: false,
            cursor,
            epoch: epoch.to_owned(),
        };
        Ok(Index {
            fields,
            index,
            reader,
            feed: Mutex::new(feed),
        })
    }

    /// How far the log was read at the last commit: what comes after it is not in the index.
    pub fn cursor(&self) -> i128 {
        self.feed().cursor
    }

    /// Documents that can be found (committed).
    pub fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Whether nothing can be found.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts documents; each replaces the one of the same `(org, kind, id, sub)`, and of two in the list
    /// the later wins. They are found after the next [`Index::commit`]. Give many at once: a list of a
    /// thousand costs far less than a thousand lists.
    pub fn put(&self, docs: &[Doc]) -> Result<(), Error> {
        if docs.is_empty() {
            return Ok(());
        }
        let mut last = HashMap::with_capacity(docs.len());
        for (place, doc) in docs.iter().enumerate() {
            last.insert(schema::doc_key(doc.org, doc.kind, doc.id, doc.sub), place);
        }
        self.change(|dirty, writer, fields| {
            // Nothing to replace in an empty index: a rebuild begins at full speed.
            if dirty || !self.is_empty() {
                let keys = last.keys().map(|key| Term::from_field_bytes(fields.key, key));
                writer.delete_query(Box::new(TermSetQuery::new(keys)))?;
            }
            for (place, doc) in docs.iter().enumerate() {
                if last.get(&schema::doc_key(doc.org, doc.kind, doc.id, doc.sub)) == Some(&place) {
                    writer.add_document(schema::document(fields, doc))?;
                }
            }
            Ok(())
        })
    }

    /// Deletes the document `(org, kind, id, sub)`, or with `None` all documents of `(org, kind, id)`.
    /// They are found until the next [`Index::commit`].
    pub fn delete(&self, org: i64, kind: Kind, id: i64, sub: Option<i64>) -> Result<(), Error> {
        self.change(|_, writer, fields| {
            let term = |key: Vec<u8>| Term::from_field_bytes(fields.key, &key);
            match sub {
                Some(sub) => writer.delete_query(Box::new(TermSetQuery::new([term(schema::doc_key(
                    org, kind, id, sub,
                ))])))?,
                None => writer.delete_query(Box::new(InvertedIndexRangeQuery::new(
                    std::ops::Bound::Included(term(schema::doc_key(org, kind, id, 0))),
                    std::ops::Bound::Included(term(schema::doc_key(org, kind, id, -1))),
                )))?,
            };
            Ok(())
        })
    }

    /// Makes everything since the last commit durable and findable, together with `cursor`: how far the
    /// log was read. Costs a few file flushes; once a second is plenty.
    pub fn commit(&self, cursor: i128) -> Result<(), Error> {
        let mut feed = self.feed();
        if !feed.dirty && feed.cursor == cursor {
            return Ok(());
        }
        let payload = payload(cursor, &feed.epoch);
        let done = self.writer(&mut feed).and_then(|writer| {
            let mut prepared = writer.prepare_commit()?;
            prepared.set_payload(&payload);
            prepared.commit()?;
            Ok(())
        });
        feed.settle(done)?;
        feed.dirty = false;
        feed.cursor = cursor;
        drop(feed);
        self.reader.reload()?;
        Ok(())
    }

    /// Empties the index and commits cursor 0 under `epoch`: the beginning of a rebuild.
    pub fn clear(&self, epoch: &str) -> Result<(), Error> {
        self.change(|_, writer, _| {
            // What was put and not committed is still on its way through the writer's thread.
            writer.rollback()?;
            writer.delete_all_documents()?;
            Ok(())
        })?;
        let mut feed = self.feed();
        epoch.clone_into(&mut feed.epoch);
        drop(feed);
        self.commit(0)
    }

    /// Writes every segment anew that still carries deleted documents, so that nothing of them is left
    /// in the folder. For the erasure of a person: call it after the commit. Takes seconds on a large
    /// index; feeding waits, searching does not. `false` when it did nothing because there is
    /// uncommitted work.
    pub fn purge(&self) -> Result<bool, Error> {
        let mut feed = self.feed();
        if feed.dirty {
            return Ok(false);
        }
        // Alone with the folder: a merge that runs meanwhile would hold the very segments.
        self.drop_writer(&mut feed)?;
        let searcher = self.reader.searcher();
        let stale = searcher.segment_readers().iter().filter(|s| s.has_deletes());
        let stale: Vec<_> = stale.map(|s| s.segment_id()).collect();
        drop(searcher);
        if !stale.is_empty() {
            let writer = self.writer(&mut feed)?;
            writer.set_merge_policy(Box::new(NoMergePolicy));
            let done = stale
                .into_iter()
                .try_for_each(|segment| writer.merge(&[segment]).wait().map(drop));
            feed.settle(done.map_err(Error::from))?;
            self.drop_writer(&mut feed)?;
        }
        Ok(true)
    }

    /// Gives the writer's memory back when nothing is fed for a while: waits for running merges and drops
    /// it. Does nothing while there is uncommitted work. The next change makes a new writer in a few
    /// milliseconds.
    pub fn rest(&self) -> Result<(), Error> {
        let mut feed = self.feed();
        if feed.dirty {
            return Ok(());
        }
        self.drop_writer(&mut feed)
    }

    /// Reads every file and compares it with its checksum; gives the names of those that differ. For
    /// `xiaoer check`: a healthy index answers with an empty list, a damaged one is cleared and fed again.
    pub fn check(&self) -> Result<Vec<String>, Error> {
        let damaged = self.index.validate_checksum()?;
        let mut damaged: Vec<String> = damaged
            .into_iter()
            .map(|path| path.display().to_string())
            .collect();
        damaged.sort_unstable();
        Ok(damaged)
    }

    /// Answers a question from what is committed. No text is an error: what has no words finds nothing.
    pub fn search(&self, ask: &Ask) -> Result<Found, Error> {
        find::find(&self.reader.searcher(), &self.fields, ask)
    }

    /// Opens everything a search opens, so that a damaged file shows itself now.
    pub(crate) fn touch(&self) -> Result<(), Error> {
        let searcher = self.reader.searcher();
        for segment in searcher.segment_readers() {
            let f = &self.fields;
            for field in [f.key, f.org, f.shop, f.kind, f.text, f.title, f.keys] {
                segment.inverted_index(field)?;
            }
            for field in [f.text, f.title] {
                segment.get_fieldnorms_reader(field)?;
            }
            find::Columns::of(segment)?;
        }
        Ok(())
    }

    fn change(
        &self,
        act: impl FnOnce(bool, &mut IndexWriter, &Fields) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut feed = self.feed();
        let dirty = std::mem::replace(&mut feed.dirty, true);
        let done = self
            .writer(&mut feed)
            .and_then(|writer| act(dirty, writer, &self.fields));
        feed.settle(done)
    }

    fn drop_writer(&self, feed: &mut Feed) -> Result<(), Error> {
        if let Some(writer) = feed.writer.take() {
            writer.wait_merging_threads()?;
            self.reader.reload()?;
        }
        Ok(())
    }

    fn writer<'a>(&self, feed: &'a mut Feed) -> Result<&'a mut IndexWriter, Error> {
        if feed.writer.is_none() {
            // One thread keeps documents in their order; one merge thread leaves a core to the buyers.
            let options = IndexWriterOptions::builder()
                .num_worker_threads(1)
                .num_merge_threads(1)
                .memory_budget_per_thread(WRITER_BYTES)
                .build();
            let writer = self.index.writer_with_options(options)?;
            let mut merging = LogMergePolicy::default();
            merging.set_max_docs_before_merge(MERGE_MAX_DOCS);
            merging.set_del_docs_ratio_before_merge(DELETED_MAX);
            writer.set_merge_policy(Box::new(merging));
            feed.writer = Some(writer);
        }
        feed.writer
            .as_mut()
            .ok_or_else(|| Error::Folder(std::io::Error::other("no writer")))
    }

    fn feed(&self) -> MutexGuard<'_, Feed> {
        // A panic while feeding leaves at worst a dead writer, and that answers with errors.
        self.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Feed {
    /// After an error the writer cannot be trusted: it goes, and with it all work since the last commit.
    fn settle(&mut self, done: Result<(), Error>) -> Result<(), Error> {
        if done.is_err() {
            self.writer = None;
            self.dirty = false;
        }
        done
    }
}
