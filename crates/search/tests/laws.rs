//! What holds for any documents: each is found by everything it should be found by, and by no one else.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::{Index as Pick, select};
use search::{Ask, Doc, Index, Kind, Sort, pinyin, words};

/// Characters of shop talk, some with several readings, some rare.
const HAN: &str =
    "发货退款什么时候的了吗你好请问单重行长乐曾解仇查区吕翀瑸𠮷连衣裙尺码颜色红黑快递到没有在客服";
const LATIN: [&str; 8] = [
    "iPhone15",
    "ok",
    "ＸＬ",
    "175cm",
    "WiFi",
    "e2f3a4",
    "café",
    "Привет",
];
const GAPS: [&str; 8] = ["，", " ", "！？", "\n", "\0", "…", "~", "\u{200b}"];

fn han(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let chars: Vec<char> = HAN.chars().collect();
    prop::collection::vec(select(chars), length).prop_map(String::from_iter)
}

fn body() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        5 => han(1..8),
        2 => select(LATIN.to_vec()).prop_map(str::to_owned),
        3 => select(GAPS.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => select(vec!["👍", "👨‍👩‍👧", "مرحبا", "<b>", "カタカナ"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{6,24}",
        "[a-zA-Z]{2,4}[-_.*#][a-zA-Z0-9_*-]{2,12}",
        "[A-Z]{2}[0-9]{10,13}",
        "[a-z]{4,70}"
    ]
}

prop_compose! {
    fn doc()(
        org in 1..3i64, shop in 0..3i64, kind in select(Kind::ALL.to_vec()), id in 1..6i64, sub in 0..4i64,
        at in 0..5i64, title in prop_oneof![Just(String::new()), body()], body in body(),
        exact in prop::collection::vec(id(), 0..3), names in prop::collection::vec(han(1..5), 0..2),
    ) -> Doc {
        Doc { org, shop, kind, id, sub, at, title, body, exact, names }
    }
}

type Key = (i64, Kind, i64, i64);

fn key(doc: &Doc) -> Key {
    (doc.org, doc.kind, doc.id, doc.sub)
}

/// Everything the index answers, page by page.
fn all(index: &Index, ask: &Ask) -> BTreeSet<Key> {
    let mut out = BTreeSet::new();
    let mut ask = ask.clone();
    loop {
        let found = index.search(&ask).expect("answers");
        for hit in &found.hits {
            assert!(out.insert((ask.org, hit.kind, hit.id, hit.sub)), "found twice");
        }
        ask.after = found.next;
        if ask.after.is_none() {
            return out;
        }
    }
}

fn found(index: &Index, doc: &Doc, text: &str, sort: Sort) -> bool {
    all(
        index,
        &Ask {
            sort,
            limit: 7,
            ..Ask::new(doc.org, text)
        },
    )
    .contains(&key(doc))
}

/// What a document must be found by.
fn asks(doc: &Doc, pick: &[Pick]) -> Vec<String> {
    let mut out = words::words(&doc.body);
    out.extend(words::words(&doc.title));
    for text in [&doc.body, &doc.title] {
        for run in words::runs(text)
            .iter()
            .filter(|run| run.class == words::Class::Unit)
        {
            out.extend(words::pairs(&run.text).into_iter().map(str::to_owned));
            out.extend(run.text.chars().map(String::from));
            out.push(run.text.clone());
        }
    }
    for id in &doc.exact {
        out.push(id.clone());
        let chars: Vec<char> = id.chars().collect();
        let end = 4 + pick[0].index(chars.len().max(5) - 4);
        out.push(chars[..end.min(chars.len())].iter().collect());
        out.push(id.to_uppercase());
    }
    for name in &doc.names {
        out.push(name.clone());
        let readings: Vec<Vec<String>> = name.chars().map(pinyin::readings).collect();
        // 𠮷 has no reading: such a name is found by its characters.
        if readings.iter().all(|r| !r.is_empty()) {
            let read = |c: usize| pick[c % pick.len()].get(&readings[c]).as_str();
            let full: String = (0..readings.len()).map(read).collect();
            let initials: String = (0..readings.len()).map(|c| &read(c)[..1]).collect();
            out.push(full[..1 + pick[0].index(full.len())].to_owned());
            out.extend([full, initials]);
        }
    }
    // Whole texts too, as when a message is pasted into the search field.
    out.push(doc.body.clone());
    out.retain(|text| !words::runs(text).is_empty());
    out
}

fn indexed(docs: &[Doc]) -> (Index, BTreeMap<Key, Doc>, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    let (index, _) = Index::open(dir.path(), "e").expect("opens");
    // In two lists and two commits, so that replacing works within and across them.
    let (first, second) = docs.split_at(docs.len() / 2);
    index.put(first).expect("puts");
    index.commit(1).expect("commits");
    index.put(second).expect("puts");
    index.commit(2).expect("commits");
    let there = docs.iter().map(|doc| (key(doc), doc.clone())).collect();
    (index, there, dir)
}

/// A failure prints its smallest case; that case then becomes a test of its own in finding.rs.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn every_document_is_found_by_its_words_pairs_ids_and_spelled_names(
        docs in prop::collection::vec(doc(), 1..12),
        pick in prop::collection::vec(any::<Pick>(), 4),
    ) {
        let (index, there, _dir) = indexed(&docs);
        prop_assert_eq!(index.len(), there.len() as u64);
        for doc in there.values() {
            for text in asks(doc, &pick) {
                prop_assert!(found(&index, doc, &text, Sort::Recent), "{:?} by {:?}", doc, text);
                prop_assert!(found(&index, doc, &text, Sort::Best), "{:?} best by {:?}", doc, text);
            }
        }
    }

    #[test]
    fn nothing_is_found_outside_the_organisation_the_shops_and_the_kinds(
        docs in prop::collection::vec(doc(), 1..20),
        text in body(),
        shops in prop::option::of(prop::collection::vec(prop_oneof![0..3i64, 100..200i64, 100..200i64], 0..16)),
        kinds in prop::collection::vec(select(Kind::ALL.to_vec()), 0..3),
        best in any::<bool>(),
    ) {
        let (index, there, _dir) = indexed(&docs);
        let sort = if best { Sort::Best } else { Sort::Recent };
        for org in 1..4 {
            let ask = Ask { shops: shops.clone(), kinds: kinds.clone(), sort, limit: 5, ..Ask::new(org, text.clone()) };
            for key in all(&index, &ask) {
                let doc = &there[&key];
                prop_assert_eq!(doc.org, org);
                prop_assert!(shops.as_ref().is_none_or(|shops| shops.contains(&doc.shop)));
                prop_assert!(kinds.is_empty() || kinds.contains(&doc.kind));
            }
        }
    }

    #[test]
    fn what_is_deleted_is_never_found_again(
        docs in prop::collection::vec(doc(), 1..16),
        gone in prop::collection::vec((any::<Pick>(), any::<bool>()), 1..5),
        pick in prop::collection::vec(any::<Pick>(), 4),
    ) {
        let (index, mut there, _dir) = indexed(&docs);
        for (which, whole) in gone {
            let (org, kind, id, sub) = key(which.get(&docs));
            index.delete(org, kind, id, (!whole).then_some(sub)).expect("deletes");
            there.retain(|k, _| !(k.0 == org && k.1 == kind && k.2 == id && (whole || k.3 == sub)));
        }
        index.commit(3).expect("commits");
        prop_assert_eq!(index.len(), there.len() as u64);
        for doc in &docs {
            for text in asks(doc, &pick) {
                let ask = Ask { limit: 3, ..Ask::new(doc.org, text) };
                prop_assert!(all(&index, &ask).iter().all(|key| there.contains_key(key)));
            }
        }
        for doc in there.values() {
            for text in asks(doc, &pick) {
                prop_assert!(found(&index, doc, &text, Sort::Recent), "{:?} by {:?}", doc, text);
            }
        }
    }

    #[test]
    fn newest_first_is_the_order_over_all_pages(docs in prop::collection::vec(doc(), 1..30), text in han(1..3)) {
        let (index, there, _dir) = indexed(&docs);
        let mut ask = Ask { limit: 4, ..Ask::new(1, text) };
        let mut ats = Vec::new();
        loop {
            let found = index.search(&ask).expect("answers");
            for hit in &found.hits {
                let doc = &there[&(1, hit.kind, hit.id, hit.sub)];
                prop_assert_eq!((doc.at, doc.shop), (hit.at, hit.shop));
                ats.push(hit.at);
            }
            ask.after = found.next;
            if ask.after.is_none() { break }
        }
        prop_assert!(ats.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn reopening_keeps_the_last_commit_and_nothing_after_it(
        docs in prop::collection::vec(doc(), 1..12),
        after in prop::collection::vec(doc(), 0..6),
        cursor in any::<i64>(),
    ) {
        let (index, there, dir) = indexed(&docs);
        index.commit(cursor.into()).expect("commits");
        index.put(&after).expect("puts");
        index.delete(docs[0].org, docs[0].kind, docs[0].id, None).expect("deletes");
        drop(index);
        let (index, opened) = Index::open(dir.path(), "e").expect("opens");
        prop_assert!(!opened.needs_rebuild());
        prop_assert_eq!((index.cursor(), index.len()), (i128::from(cursor), there.len() as u64));
    }
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn a_snippet_is_a_piece_of_its_text_with_marks(text in body(), ask in body(), times in 1..20usize) {
        let text = text.repeat(times);
        let snippet = search::snippet(&text, &ask);
        let bare: String = snippet.chars().filter(|c| !['\u{1}', '\u{2}'].contains(c)).collect();
        let bare = bare.strip_prefix('…').filter(|b| !text.contains(b)).unwrap_or(&bare);
        let flat = |s: &str| s.chars().filter(|c| !c.is_whitespace() && !c.is_control() && *c != '…').collect::<String>();
        prop_assert!(flat(&text).contains(&flat(bare)), "{:?} in {:?}", snippet, text);
        let mut open = false;
        for c in snippet.chars() {
            match c {
                '\u{1}' => { prop_assert!(!open); open = true; }
                '\u{2}' => { prop_assert!(open); open = false; }
                c => prop_assert!(!c.is_control() || c == ' '),
            }
        }
        prop_assert!(!open);
    }

    #[test]
    fn a_whole_question_marks_its_own_text(text in han(2..6)) {
        prop_assert!(search::snippet(&text, &text).contains(search::MARK_START));
    }
}
