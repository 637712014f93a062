//! The reply check against the developing half of the labelled replies. Their texts are not ours to pass
//! on: the test reads them from the data beside the repository, and says so and passes where a file of them is not
//! at hand.

use std::path::PathBuf;

use knowledge::check::eval::{Half, SOURCES, compare, read};
use knowledge::check::{CheckRules, Level, Rule};

/// The folder of the data beside the repository.
fn data() -> PathBuf {
    std::env::var("XIAOER_DATA_SAMPLES").map_or_else(
        |_| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    )
}

#[test]
fn what_stops_a_reply_is_right_nine_times_in_ten() {
    let folder = data();
    if let Some((_, missing)) = SOURCES.iter().find(|(_, name)| !folder.join(name).exists()) {
        eprintln!("skipped: {missing} is not at hand");
        return;
    }
    let open = |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|e| e.to_string());
    let rows = read(include_str!("labels/replies.tsv"), Some(Half::Dev), open).expect("labels and chats");
    let (figures, differences) = compare(&rows, &CheckRules::default());
    assert!(rows.len() >= 100);
    for rule in Rule::ALL
        .iter()
        .filter(|rule| rule.default_level() >= Level::Confirm)
    {
        let Some(scores) = figures.rules.get(rule.key()) else {
            continue;
        };
        let precision = scores.all.precision.expect("something was found");
        let wrong: Vec<_> = differences.iter().filter(|d| d.rule == *rule).collect();
        assert!(precision >= 0.9, "{}: {precision} {wrong:?}", rule.key());
    }
}

#[test]
fn labels_that_do_not_fit_the_chats_are_named() {
    let chats = |name: &str| match name {
        "jd-chat/sessions.jsonl" => Ok(
            r#"{"id":"a","turns":[{"role":"buyer","text":"在吗"},{"role":"agent","text":"在的"}]}"#
                .to_owned(),
        ),
        other => Err(format!("{other} is not there")),
    };
    let rows = read("# a comment\njd-chat\ta\t1\tbare\trandom\n", None, chats).expect("fine");
    assert_eq!(
        (rows[0].text.as_str(), rows[0].buyer.as_deref()),
        ("在的", Some("在吗"))
    );
    let (figures, differences) = compare(&rows, &CheckRules::default());
    let bare = figures.rules["bare"];
    assert_eq!(
        (bare.all.hit, bare.random.hit, bare.searched.hit, bare.all.f1),
        (1, 1, 0, Some(1.0))
    );
    assert_eq!((figures.rows, figures.fine, differences.len()), (1, 0, 0));
    for (labels, said) in [
        ("jd-chat\ta\t1\tbare", "line 1: five columns are expected"),
        (
            "jd-chat\tb\t1\tbare\trandom",
            "line 1: the data has no such session",
        ),
        (
            "jd-chat\ta\t9\tbare\trandom",
            "line 1: the session has no such turn",
        ),
        ("jd-chat\ta\tx\tbare\trandom", "line 1: the turn is no number"),
        ("jd-chat\ta\t1\trude\trandom", "line 1: an unknown label"),
        ("mail\ta\t1\tok\trandom", "line 1: an unknown source"),
        (
            "taobao-chat\ta\t1\tok\trandom",
            "taobao-chat/windows.jsonl is not there",
        ),
    ] {
        assert_eq!(read(labels, None, chats).err().as_deref(), Some(said));
    }
}
