//! The folder: what is kept, what is emptied, what a crash leaves.

use std::path::Path;

use search::{Ask, Doc, Index, Kind, Opened};

fn doc(id: i64, body: &str) -> Doc {
    Doc {
        shop: 1,
        at: id,
        body: body.into(),
        ..Doc::new(1, Kind::Message, id, 1)
    }
}

fn ids(index: &Index, text: &str) -> Vec<i64> {
    index
        .search(&Ask::new(1, text))
        .expect("answers")
        .hits
        .iter()
        .map(|h| h.id)
        .collect()
}

fn open(dir: &Path) -> (Index, Opened) {
    Index::open(dir, "epoch one").expect("opens")
}

#[test]
fn a_commit_survives_and_uncommitted_work_does_not() {
    let dir = tempfile::tempdir().expect("a folder");
    let (index, opened) = open(dir.path());
    assert_eq!(
        (opened, index.cursor(), opened.needs_rebuild()),
        (Opened::New, 0, true)
    );
    index.put(&[doc(1, "第一句话")]).expect("puts");
    index.commit(41).expect("commits");
    index.put(&[doc(2, "第二句话")]).expect("puts");
    index.delete(1, Kind::Message, 1, None).expect("deletes");
    drop(index);

    let (index, opened) = open(dir.path());
    assert_eq!(
        (opened, index.cursor(), opened.needs_rebuild()),
        (Opened::Kept, 41, false)
    );
    assert_eq!(ids(&index, "句话"), [1]);
    index.put(&[doc(2, "第二句话")]).expect("puts");
    index.commit(42).expect("commits");
    assert_eq!(ids(&index, "句话"), [2, 1]);
}

#[test]
fn a_cursor_may_move_without_documents() {
    let dir = tempfile::tempdir().expect("a folder");
    let (index, _) = open(dir.path());
    index.commit(-3).expect("commits");
    index.commit(99).expect("commits");
    drop(index);
    let (index, opened) = open(dir.path());
    assert_eq!((opened, index.cursor(), index.len()), (Opened::Kept, 99, 0));
}

#[test]
fn another_epoch_empties_the_index() {
    let dir = tempfile::tempdir().expect("a folder");
    let (index, _) = open(dir.path());
    index.put(&[doc(1, "旧的")]).expect("puts");
    index.commit(5).expect("commits");
    drop(index);
    let (index, opened) = Index::open(dir.path(), "epoch two").expect("opens");
    assert_eq!((opened, index.cursor(), index.len()), (Opened::OtherEpoch, 0, 0));
}

#[test]
fn another_version_empties_the_index() {
    let dir = tempfile::tempdir().expect("a folder");
    let (index, _) = open(dir.path());
    index.put(&[doc(1, "旧的")]).expect("puts");
    index.commit(5).expect("commits");
    drop(index);
    let meta = dir.path().join("meta.json");
    let text = std::fs::read_to_string(&meta).expect("reads");
    let version = text.find("5 epoch one").expect("the payload") - 2;
    let other = format!("{}9{}", &text[..version], &text[version + 1..]);
    std::fs::write(&meta, other).expect("writes");
    let (index, opened) = open(dir.path());
    assert_eq!(
        (opened, index.cursor(), index.len()),
        (Opened::OtherVersion, 0, 0)
    );
}

#[test]
fn a_broken_file_empties_the_index_and_it_works_again() {
    let whole = tempfile::tempdir().expect("a folder");
    let (index, _) = open(whole.path());
    index.put(&[doc(1, "一"), doc(2, "二")]).expect("puts");
    index.commit(5).expect("commits");
    index.delete(1, Kind::Message, 1, None).expect("deletes");
    index.commit(6).expect("commits");
    index.rest().expect("rests");
    drop(index);
    let names = std::fs::read_dir(whole.path())
        .expect("lists")
        .map(|e| e.expect("an entry").file_name());
    let names: Vec<_> = names
        .filter(|n| !n.to_string_lossy().ends_with(".lock"))
        .collect();
    assert!(names.len() > 5);
    for broken in &names {
        for (how, damage) in [("gone", None), ("empty", Some(0)), ("cut", Some(20))] {
            let dir = tempfile::tempdir().expect("a folder");
            for name in &names {
                std::fs::copy(whole.path().join(name), dir.path().join(name)).expect("copies");
            }
            std::fs::write(dir.path().join("notes.txt"), "not ours").expect("writes");
            let path = dir.path().join(broken);
            match damage {
                None => std::fs::remove_file(&path).expect("removes"),
                Some(bytes) => {
                    let text = std::fs::read(&path).expect("reads");
                    std::fs::write(&path, &text[..bytes.min(text.len())]).expect("writes");
                }
            }
            let (index, opened) = open(dir.path());
            if opened == Opened::Kept {
                // Some files are not read again: then everything must still be there.
                assert_eq!(
                    (index.cursor(), ids(&index, "二")),
                    (6, vec![2]),
                    "{broken:?} {how}"
                );
            } else {
                assert_eq!((index.cursor(), index.len()), (0, 0), "{broken:?} {how}");
            }
            index.put(&[doc(3, "三")]).expect("puts");
            index.commit(7).expect("commits");
            assert_eq!(ids(&index, "三"), [3], "{broken:?} {how}");
            drop(index);
            let (index, opened) = open(dir.path());
            assert_eq!((opened, index.cursor()), (Opened::Kept, 7), "{broken:?} {how}");
            assert!(dir.path().join("notes.txt").exists());
        }
    }
}

#[test]
fn putting_again_replaces_and_of_two_the_later_wins() {
    let dir = tempfile::tempdir().expect("a folder");
    let (index, _) = open(dir.path());
    index.put(&[doc(1, "旧话"), doc(1, "新话")]).expect("puts");
    index.put(&[doc(2, "旧话")]).expect("puts");
    index.put(&[doc(2, "新话")]).expect("puts");
    index.commit(1).expect("commits");
    assert_eq!((ids(&index, "旧话"), ids(&index, "新话")), (vec![], vec![2, 1]));
    index.put(&[doc(1, "最新")]).expect("puts");
    index.commit(2).expect("commits");
    assert_eq!(
        (ids(&index, "新话"), ids(&index, "最新"), index.len()),
        (vec![2], vec![1], 2)
    );
}

#[test]
fn deleting_takes_one_or_all_of_an_id() {
    let dir = tempfile::tempdir().expect("a folder");
    let (index, _) = open(dir.path());
    let said = |org, id, sub| Doc {
        body: "说过".into(),
        at: sub,
        ..Doc::new(org, Kind::Message, id, sub)
    };
    index
        .put(&[
            said(1, 1, 1),
            said(1, 1, 2),
            said(1, 1, -4),
            said(1, 2, 1),
            said(2, 1, 1),
        ])
        .expect("puts");
    index.commit(1).expect("commits");
    index.delete(1, Kind::Message, 1, Some(1)).expect("deletes");
    index.delete(1, Kind::Faq, 2, None).expect("deletes nothing");
    index.commit(2).expect("commits");
    assert_eq!(ids(&index, "说过"), [1, 2, 1]);
    index.delete(1, Kind::Message, 1, None).expect("deletes");
    index.commit(3).expect("commits");
    assert_eq!(ids(&index, "说过"), [2]);
    assert_eq!(index.search(&Ask::new(2, "说过")).expect("answers").hits.len(), 1);
}

#[test]
fn clearing_begins_a_rebuild() {
    let dir = tempfile::tempdir().expect("a folder");
    let (index, _) = open(dir.path());
    index.put(&[doc(1, "一句")]).expect("puts");
    index.commit(9).expect("commits");
    index.put(&[doc(2, "一句")]).expect("puts");
    index.clear("epoch two").expect("clears");
    assert_eq!((index.cursor(), index.len()), (0, 0));
    index.put(&[doc(3, "一句")]).expect("puts");
    index.commit(4).expect("commits");
    drop(index);
    let (index, opened) = Index::open(dir.path(), "epoch two").expect("opens");
    assert_eq!(
        (opened, index.cursor(), ids(&index, "一句")),
        (Opened::Kept, 4, vec![3])
    );
}

#[test]
fn resting_and_purging_keep_what_is_there() {
    let dir = tempfile::tempdir().expect("a folder");
    let (index, _) = open(dir.path());
    for id in 0..30 {
        index
            .put(&[doc(id, "保留"), doc(100 + id, "秘密")])
            .expect("puts");
        index.commit(id.into()).expect("commits");
    }
    for id in 0..30 {
        index.delete(1, Kind::Message, 100 + id, None).expect("deletes");
    }
    index.rest().expect("keeps uncommitted work");
    assert!(!index.purge().expect("waits for the commit"));
    index.commit(30).expect("commits");
    assert!(index.purge().expect("purges"));
    index.rest().expect("rests");
    assert_eq!(
        (index.cursor(), index.len(), ids(&index, "秘密").len()),
        (30, 30, 0)
    );
    let deletions = std::fs::read_dir(dir.path()).expect("lists").filter(|e| {
        e.as_ref()
            .is_ok_and(|e| e.path().extension().is_some_and(|e| e == "del"))
    });
    assert_eq!(deletions.count(), 0, "nothing deleted is left in the folder");
    index.put(&[doc(500, "醒来")]).expect("puts");
    index.commit(31).expect("commits");
    assert_eq!(ids(&index, "醒来"), [500]);
    drop(index);
    let (index, _) = open(dir.path());
    assert_eq!((index.cursor(), index.len()), (31, 31));
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("file");
    std::fs::write(&file, "x").expect("writes");
    assert!(Index::open(&file.join("below"), "e").is_err());
}

#[test]
fn a_copy_taken_in_the_middle_of_feeding_opens_at_the_last_commit() {
    let dir = tempfile::tempdir().expect("a folder");
    let (index, _) = open(dir.path());
    index.put(&[doc(1, "第一句话")]).expect("puts");
    index.commit(7).expect("commits");
    // More than the writer's memory, so that some of it is on disk without a commit.
    for batch in 0..8 {
        let docs: Vec<Doc> = (0..1000)
            .map(|n| doc(10 + batch * 1000 + n, &format!("第{n}句话{}", "很长".repeat(40))))
            .collect();
        index.put(&docs).expect("puts");
    }
    let copy = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(dir.path()).expect("lists") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        // A file that is just being replaced has such a name for a moment, then none.
        if !name.to_string_lossy().starts_with(".tmp") {
            std::fs::copy(&path, copy.path().join(name)).expect("copies");
        }
    }
    let (crashed, opened) = open(copy.path());
    assert_eq!((opened, crashed.cursor(), crashed.len()), (Opened::Kept, 7, 1));
    crashed.put(&[doc(2, "第二句话")]).expect("puts");
    crashed.commit(8).expect("commits");
    assert_eq!(ids(&crashed, "句话"), [2, 1]);
}

#[test]
fn a_flipped_byte_is_found_by_a_check() {
    let dir = tempfile::tempdir().expect("a folder");
    let (index, _) = open(dir.path());
    index.put(&[doc(1, "第一句话")]).expect("puts");
    index.commit(7).expect("commits");
    assert_eq!(index.check().expect("checks"), [] as [&str; 0]);
    let names = std::fs::read_dir(dir.path())
        .expect("lists")
        .map(|e| e.expect("an entry").path());
    let file = names
        .into_iter()
        .find(|p| p.extension().is_some_and(|e| e == "idx"))
        .expect("a file");
    let mut bytes = std::fs::read(&file).expect("reads");
    bytes[3] ^= 0x10;
    std::fs::write(&file, bytes).expect("writes");
    let damaged = index.check().expect("checks");
    assert_eq!(damaged, [file.file_name().expect("a name").to_string_lossy()]);
}

#[test]
fn searching_goes_on_while_feeding() {
    let dir = tempfile::tempdir().expect("a folder");
    let (index, _) = open(dir.path());
    index.put(&[doc(0, "大家说话")]).expect("puts");
    index.commit(0).expect("commits");
    std::thread::scope(|scope| {
        let feeding = scope.spawn(|| {
            for id in 1..40 {
                index
                    .put(&[doc(id, "大家说话"), doc(0, "大家说话")])
                    .expect("puts");
                index.commit(id.into()).expect("commits");
            }
            index.rest().expect("rests");
        });
        let mut last = 0;
        while !feeding.is_finished() {
            let found = ids(&index, "说话");
            assert!(
                found.len() >= last.min(20) && found.contains(&0) || found.len() == 20,
                "{found:?}"
            );
            last = found.len();
        }
    });
    assert_eq!(index.len(), 40);
}
