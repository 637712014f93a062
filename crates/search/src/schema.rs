//! The fields of the index and the terms that stand in them.

use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};

use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STRING, Schema, TextFieldIndexing, TextOptions,
};

use crate::words::{self, Class};
use crate::{Doc, Kind, pinyin};

/// Changes whenever a document would be indexed differently; an index of another version is rebuilt.
pub(crate) const VERSION: u32 = 1;
/// The name of our tokenizer in the schema.
pub(crate) const TERMS: &str = "xiaoer";
/// Beginnings up to this many characters are terms of their own; longer ones are ranges over whole keys.
/// Beyond ten characters few keys share a beginning, so the range is short and the terms are saved.
pub(crate) const PREFIX_MAX: usize = 10;
/// Shortest beginning of an id and of a name that is a term.
const ID_MIN: usize = 3;
const NAME_MIN: usize = 2;
/// Ends a whole key, so that a whole key can be told from a beginning.
const END: char = '\u{1}';
/// From this length on, a word with a digit in a text is taken for an id (order, parcel, phone).
const ID_IN_TEXT_MIN: usize = 6;

/// The fields. `key` names a document for replacing and deleting; `org`, `shop` and `kind` narrow a search;
/// `text` holds the terms of all texts, `title` those of title and names once more (for ranking); `keys`
/// holds beginnings and wholes of ids and spelled names. Nothing is stored: `id`, `sub` and `at` are columns.
#[derive(Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) key: Field,
    pub(crate) org: Field,
    pub(crate) shop: Field,
    pub(crate) kind: Field,
    pub(crate) id: Field,
    pub(crate) sub: Field,
    pub(crate) at: Field,
    pub(crate) text: Field,
    pub(crate) title: Field,
    pub(crate) keys: Field,
}

/// The schema and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let terms = TextFieldIndexing::default()
        .set_tokenizer(TERMS)
        .set_index_option(IndexRecordOption::WithFreqs)
        .set_fieldnorms(true);
    let terms = TextOptions::default().set_indexing_options(terms);
    let column = NumericOptions::default() | FAST;
    let fields = Fields {
        key: schema.add_bytes_field("key", INDEXED),
        org: schema.add_i64_field("org", FAST | INDEXED),
        shop: schema.add_i64_field("shop", FAST | INDEXED),
        kind: schema.add_u64_field("kind", FAST | INDEXED),
        id: schema.add_i64_field("id", column.clone()),
        sub: schema.add_i64_field("sub", column.clone()),
        at: schema.add_i64_field("at", column),
        text: schema.add_text_field("text", terms.clone()),
        title: schema.add_text_field("title", terms),
        keys: schema.add_text_field("keys", STRING),
    };
    (schema.build(), fields)
}

/// The key of `(org, kind, id)`: the beginning of the keys of all its documents.
pub(crate) fn group_key(org: i64, kind: Kind, id: i64) -> Vec<u8> {
    let mut key = Vec::with_capacity(25);
    key.extend_from_slice(&org.to_be_bytes());
    key.push(u8::try_from(kind.code()).unwrap_or(u8::MAX));
    key.extend_from_slice(&id.to_be_bytes());
    key
}

/// The key of one document.
pub(crate) fn doc_key(org: i64, kind: Kind, id: i64, sub: i64) -> Vec<u8> {
    let mut key = group_key(org, kind, id);
    key.extend_from_slice(&sub.to_be_bytes());
    key
}

/// The first `chars` characters.
pub(crate) fn head(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(at, _)| &text[..at])
}

/// The term of a whole key.
pub(crate) fn whole(key: &str) -> String {
    format!("{}{END}", head(key, words::WORD_MAX))
}

/// The document as tantivy takes it.
pub(crate) fn document(fields: &Fields, doc: &Doc) -> TantivyDocument {
    let mut out = TantivyDocument::new();
    out.add_bytes(fields.key, &doc_key(doc.org, doc.kind, doc.id, doc.sub));
    out.add_i64(fields.org, doc.org);
    out.add_i64(fields.shop, doc.shop);
    out.add_u64(fields.kind, doc.kind.code());
    out.add_i64(fields.id, doc.id);
    out.add_i64(fields.sub, doc.sub);
    out.add_i64(fields.at, doc.at);
    let texts = [&doc.title, &doc.body]
        .into_iter()
        .chain(&doc.exact)
        .chain(&doc.names);
    for text in texts.clone().filter(|text| !text.is_empty()) {
        out.add_text(fields.text, text);
    }
    for text in std::iter::once(&doc.title)
        .chain(&doc.names)
        .filter(|text| !text.is_empty())
    {
        out.add_text(fields.title, text);
    }
    let mut keys = BTreeSet::new();
    for id in &doc.exact {
        words::folded(id)
            .split_whitespace()
            .for_each(|id| add_prefixes(&mut keys, id, ID_MIN));
    }
    for text in texts {
        ids_in(text, &mut keys);
    }
    for name in &doc.names {
        add_name(&mut keys, name);
    }
    for key in &keys {
        out.add_text(fields.keys, key);
    }
    out
}

fn add_prefixes(keys: &mut BTreeSet<String>, key: &str, min: usize) {
    keys.insert(whole(key));
    for (chars, (at, c)) in key.char_indices().enumerate().take(PREFIX_MAX) {
        if chars + 1 >= min {
            keys.insert(key[..at + c.len_utf8()].to_owned());
        }
    }
}

/// Numbers that people mention in their texts and later type the beginning of.
fn ids_in(text: &str, keys: &mut BTreeSet<String>) {
    // Most messages have no digit at all, and folding them twice would cost a third of the feed.
    if !text.chars().any(char::is_numeric) {
        return;
    }
    for run in words::runs(text) {
        let id = run.class == Class::Word && run.text.chars().any(char::is_numeric);
        if id && run.text.chars().nth(ID_IN_TEXT_MIN - 1).is_some() {
            add_prefixes(keys, &run.text, ID_MIN);
        }
    }
}

/// Names whose keys are kept: the same few people say most of what is said.
const NAMES_KEPT: usize = 4096;

fn add_name(keys: &mut BTreeSet<String>, name: &str) {
    static KEPT: LazyLock<Mutex<HashMap<String, BTreeSet<String>>>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(name) {
        return keys.extend(known.iter().cloned());
    }
    let mut new = BTreeSet::new();
    spell_name(&mut new, name);
    keys.extend(new.iter().cloned());
    if kept.len() >= NAMES_KEPT {
        kept.clear();
    }
    kept.insert(name.to_owned(), new);
}

fn spell_name(keys: &mut BTreeSet<String>, name: &str) {
    let spelled = pinyin::spellings(name);
    // The first letter alone finds a name while it is typed; from the given name it would find everyone.
    spelled.whole.iter().for_each(|s| add_prefixes(keys, s, 1));
    spelled.tails.iter().for_each(|s| add_prefixes(keys, s, NAME_MIN));
    for run in words::runs(name)
        .into_iter()
        .filter(|run| run.class == Class::Word)
    {
        add_prefixes(keys, &run.text, NAME_MIN);
    }
}
