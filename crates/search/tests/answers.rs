//! Laws of the ranker of answers: what must hold whatever is fed, in whatever order.

use proptest::prelude::*;
use search::answers::{Answers, Entry, Hit, Why};

/// Topics of invented talk, five wordings each; the last of each is asked, the others are learned.
const TALK: [(&str, [&str; 6]); 5] = [
    (
        "发货时间",
        [
            "什么时候发货",
            "今天能发货吗",
            "拍下多久发出",
            "几天能发",
            "还没发货吗",
            "啥时候可以发货呀",
        ],
    ),
    (
        "开发票",
        [
            "可以开发票吗",
            "发票怎么开",
            "能开公司抬头的票吗",
            "要电子发票",
            "有没有发票",
            "请问发票可以开吗",
        ],
    ),
    (
        "退货",
        [
            "怎么退货",
            "不喜欢可以退吗",
            "我想退掉这件",
            "支持七天无理由吗",
            "退货地址给我",
            "我要退货怎么弄",
        ],
    ),
    (
        "尺码",
        [
            "我一百六穿什么码",
            "尺码偏大吗",
            "M码还是L码合适",
            "腰围多少",
            "码数怎么选",
            "尺码怎么选呢",
        ],
    ),
    (
        "优惠",
        [
            "能便宜点吗",
            "有优惠券吗",
            "最低多少钱",
            "有没有活动",
            "券怎么领",
            "有没有优惠券呀",
        ],
    ),
];

fn entry(id: i64, group: &str, question: &str, similar: &[&str]) -> Entry {
    Entry {
        id,
        group: group.to_owned(),
        question: question.to_owned(),
        similar: similar.iter().map(|text| (*text).to_owned()).collect(),
        answer: String::new(),
    }
}

/// One entry a topic.
fn learned() -> Vec<Entry> {
    (1..)
        .zip(TALK)
        .map(|(id, (group, texts))| entry(id, group, texts[0], &texts[1..5]))
        .collect()
}

/// One entry a wording, without topics.
fn loose() -> Vec<Entry> {
    let texts = TALK.iter().flat_map(|(_, texts)| texts[..5].iter());
    (1..)
        .zip(texts)
        .map(|(id, text)| entry(id, "", text, &[]))
        .collect()
}

fn ids(hits: &[Hit]) -> Vec<i64> {
    hits.iter().map(|hit| hit.id).collect()
}

#[test]
fn an_unseen_wording_finds_its_topic() {
    let answers = Answers::build(learned());
    for (id, (group, texts)) in (1..).zip(TALK) {
        let hits = answers.ask(texts[5], 3);
        assert_eq!(hits[0].id, id, "{group}: {hits:?}");
        assert!(hits[0].score > hits[1].score);
    }
}

#[test]
fn wordings_alone_find_the_nearest_entry() {
    let answers = Answers::build(loose());
    let hits = answers.ask("退货地址给我！", 3);
    assert_eq!((hits[0].id, hits[0].why), (15, Why::Wording));
    assert!(hits[0].score > 0.9, "{hits:?}");
}

#[test]
fn a_wrong_character_and_typed_pinyin_are_understood() {
    for answers in [Answers::build(learned()), Answers::build(loose())] {
        let right = ids(&answers.ask("发票怎么开", 1));
        assert_eq!(ids(&answers.ask("发漂怎么开", 1)), right);
        assert_eq!(ids(&answers.ask("fapiao zenme kai", 1)), right);
    }
}

#[test]
fn initials_find_a_short_entry() {
    let answers = Answers::build([entry(1, "", "欢迎语", &[]), entry(2, "", "发票说明", &[])]);
    assert_eq!(ids(&answers.ask("hyy", 1)), [1]);
}

#[test]
fn talk_about_something_else_is_not_sure_of_anything() {
    for answers in [Answers::build(learned()), Answers::build(loose())] {
        for text in ["地球到月球的距离", "哈哈哈", "qwrtp"] {
            let sure = answers.ask(text, 1).first().is_some_and(|hit| hit.score > 0.5);
            assert!(!sure, "{text}: {:?}", answers.ask(text, 1));
        }
    }
}

#[test]
fn nothing_asked_or_nothing_known_finds_nothing() {
    let answers = Answers::build(learned());
    for text in ["", "  ", "？？", "\u{200b}"] {
        assert!(answers.ask(text, 5).is_empty());
    }
    assert!(answers.ask("发货", 0).is_empty());
    assert!(Answers::build([]).ask("发货", 5).is_empty());
}

#[test]
fn an_answer_is_found_by_its_words_after_questions_are() {
    let mut with = entry(1, "", "包裹破损怎么办", &[]);
    with.answer = "请先拍照再联系承运商".to_owned();
    let answers = Answers::build([with, entry(2, "", "怎么联系承运商", &[])]);
    assert_eq!(ids(&answers.ask("联系承运商", 2)), [2, 1]);
}

#[test]
fn the_best_entry_of_another_topic_stands_before_the_second_of_the_same() {
    let entries: Vec<Entry> = (1..)
        .zip(
            TALK.iter()
                .flat_map(|(group, texts)| texts[..5].iter().map(move |text| (group, text))),
        )
        .map(|(id, (group, text))| entry(id, group, text, &[]))
        .collect();
    let answers = Answers::build(entries);
    let hits = answers.ask("怎么退货，有优惠券吗", 2);
    let topics: Vec<i64> = hits.iter().map(|hit| (hit.id - 1) / 5).collect();
    assert!(topics.contains(&2) && topics.contains(&4), "{hits:?}");
}

#[test]
fn a_pick_teaches_a_wording_at_once() {
    let mut answers = Answers::build(learned());
    let text = "小票随箱放不放";
    assert_ne!(ids(&answers.ask(text, 1)), [1], "it must not know already");
    answers.picked(text, 1);
    assert_eq!(ids(&answers.ask(text, 1)), [1]);
    // It stays when the entry is edited, and goes with the entry.
    answers.put(&learned()[0]);
    assert_eq!(ids(&answers.ask(text, 1)), [1]);
    answers.remove(1);
    assert!(!ids(&answers.ask(text, 9)).contains(&1));
}

#[test]
fn an_edited_entry_is_found_by_its_new_words_only() {
    let mut answers = Answers::build(loose());
    answers.put(&entry(15, "", "周末有人上班吗", &[]));
    assert_eq!(ids(&answers.ask("周末有人上班吗", 1)), [15]);
    assert!(!ids(&answers.ask("退货地址给我", 25)).contains(&15));
}

#[test]
fn what_is_followed_change_by_change_answers_like_a_new_build() {
    let mut followed = Answers::build(learned().into_iter().take(3));
    for entry in &learned()[3..] {
        followed.put(entry);
    }
    followed.put(&entry(1, "别的", "完全不同的内容", &[]));
    followed.put(&learned()[0]);
    let built = Answers::build(learned());
    for (_, texts) in TALK {
        let (a, b) = (followed.ask(texts[5], 1)[0], built.ask(texts[5], 1)[0]);
        assert_eq!(a.id, b.id, "{}", texts[5]);
        assert!((a.score - b.score).abs() < 0.3, "{a:?} {b:?}");
    }
    followed.learn();
    for (_, texts) in TALK {
        assert_eq!(
            followed.ask(texts[5], 5),
            built.ask(texts[5], 5),
            "equal once learned again"
        );
    }
}

#[test]
fn changes_one_by_one_add_up_until_all_is_to_be_learned_again() {
    let mut answers = Answers::build(loose());
    assert_eq!((answers.changes(), answers.is_due()), (0, false));
    for id in 1..=4 {
        answers.put(&entry(id, "", "周末有人上班吗", &[]));
    }
    answers.remove(5);
    answers.remove(5);
    assert_eq!(
        (answers.changes(), answers.is_due()),
        (5, true),
        "what is gone goes once"
    );
    answers.learn();
    answers.shelve(&loose()[..4], &[]);
    answers.follow();
    assert_eq!((answers.changes(), answers.is_due()), (4, false));
    answers.learn();
    let found = ids(&answers.ask("周末有人上班吗", 3));
    answers.shelve(&loose()[..6], &[7]);
    assert_eq!(
        (answers.changes(), answers.is_due()),
        (7, true),
        "so many at once are to be learned"
    );
    assert_ne!(
        ids(&answers.ask("周末有人上班吗", 3)),
        found,
        "and are found before"
    );
}

#[test]
fn many_at_once_are_the_same_as_a_build() {
    let mut answers = Answers::default();
    answers.shelve(&learned(), &[]);
    assert!(
        !answers.ask("发票呢", 5).is_empty(),
        "found by its wordings before it is learned"
    );
    answers.learn();
    let built = Answers::build(learned());
    assert_eq!((answers.len(), answers.is_empty()), (5, false));
    assert_eq!(answers.ask("发票呢", 5), built.ask("发票呢", 5));
    assert!(answers.bytes() > 10_000);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[发货退票码券怎么时候吗地址]{1,8}",
        "[a-z0-9 ]{0,6}",
        any::<String>().prop_map(|text| text.chars().take(20).collect()),
    ]
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let group = prop_oneof![Just(String::new()), "[甲乙丙]"];
    let one = (
        0..12i64,
        group,
        text(),
        prop::collection::vec(text(), 0..6),
        text(),
    );
    let one = one.prop_map(|(id, group, question, similar, answer)| Entry {
        id,
        group,
        question,
        similar,
        answer,
    });
    prop::collection::vec(one, 0..10).prop_map(|mut entries| {
        let mut seen = std::collections::BTreeSet::new();
        entries.retain(|entry| seen.insert(entry.id));
        entries
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_entries_does_not_matter(entries in entries(), asked in text()) {
        let mut turned = entries.clone();
        turned.reverse();
        prop_assert_eq!(Answers::build(entries).ask(&asked, 10), Answers::build(turned).ask(&asked, 10));
    }

    #[test]
    fn what_was_removed_was_never_there(entries in entries(), other in entries(), asked in text()) {
        let kept: Vec<Entry> = entries.into_iter().map(|e| Entry { id: e.id + 100, ..e }).collect();
        let mut answers = Answers::build(kept.iter().chain(&other).cloned());
        for entry in &other {
            answers.remove(entry.id);
        }
        prop_assert!(answers.ask(&asked, 20).iter().all(|hit| hit.id >= 100));
        answers.learn();
        prop_assert_eq!(answers.ask(&asked, 10), Answers::build(kept).ask(&asked, 10));
    }

    #[test]
    fn scores_fall_from_one_to_nought_and_no_entry_comes_twice(entries in entries(), asked in text(), k in 0..12usize) {
        let hits = Answers::build(entries).ask(&asked, k);
        prop_assert!(hits.len() <= k);
        prop_assert!(hits.iter().all(|hit| (0.0..=1.001).contains(&hit.score)), "{:?}", hits);
        prop_assert!(hits.is_sorted_by(|a, b| a.score >= b.score));
        let mut seen = ids(&hits);
        seen.sort_unstable();
        seen.dedup();
        prop_assert_eq!(seen.len(), hits.len());
    }
}
