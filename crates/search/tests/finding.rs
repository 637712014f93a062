//! What a user types and what comes back.

use search::{Ask, Cursor, Doc, Found, Index, Kind, Sort};
use tempfile::TempDir;

fn index(docs: &[Doc]) -> (Index, TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    let (index, _) = Index::open(dir.path(), "e").expect("opens");
    index.put(docs).expect("puts");
    index.commit(1).expect("commits");
    (index, dir)
}

fn message(sub: i64, body: &str) -> Doc {
    Doc {
        shop: 7,
        at: sub * 1000,
        body: body.into(),
        ..Doc::new(1, Kind::Message, 10, sub)
    }
}

fn customer(id: i64, names: &[&str], exact: &[&str]) -> Doc {
    let texts = |list: &[&str]| list.iter().map(|s| s.to_string()).collect();
    Doc {
        names: texts(names),
        exact: texts(exact),
        at: id,
        ..Doc::new(1, Kind::Customer, id, 0)
    }
}

fn subs(found: &Found) -> Vec<i64> {
    found.hits.iter().map(|h| h.sub).collect()
}

fn ask(index: &Index, text: &str) -> Vec<i64> {
    subs(&index.search(&Ask::new(1, text)).expect("answers"))
}

fn ask_ids(index: &Index, text: &str) -> Vec<i64> {
    index
        .search(&Ask::new(1, text))
        .expect("answers")
        .hits
        .iter()
        .map(|h| h.id)
        .collect()
}

#[test]
fn words_are_found_newest_first_wherever_they_stand() {
    let (index, _dir) = index(&[
        message(1, "您好，什么时候可以发货？"),
        message(2, "发货时间是什么时候"),
        message(3, "已经发货了"),
        message(4, "退货什么时候退款"),
    ]);
    assert_eq!(ask(&index, "什么时候发货"), [2, 1]);
    assert_eq!(ask(&index, "发货"), [3, 2, 1]);
    assert_eq!(ask(&index, "货"), [4, 3, 2, 1]);
    assert_eq!(ask(&index, "发货 退款"), [] as [i64; 0]);
}

#[test]
fn when_nothing_has_all_the_words_most_of_them_will_do() {
    let (index, _dir) = index(&[
        message(1, "裙子有红色的吗"),
        message(2, "这条裙子红色有货"),
        message(3, "在吗"),
    ]);
    assert_eq!(ask(&index, "裙子红色发货"), [2, 1]);
    assert_eq!(
        ask(&index, "连衣裙子"),
        [] as [i64; 0],
        "one piece of three is not most"
    );
}

#[test]
fn latin_words_fold_and_continue() {
    let (index, _dir) = index(&[
        message(1, "有ＩＰｈｏｎｅ１５的壳吗"),
        message(2, "iphone 15 pro max"),
        message(3, "身高175cm穿什么码"),
        message(4, "WiFi连不上"),
    ]);
    assert_eq!(ask(&index, "iphone15"), [2, 1]);
    assert_eq!(ask(&index, "IPHO"), [2, 1]);
    assert_eq!(ask(&index, "175"), [3]);
    assert_eq!(ask(&index, "wifi"), [4]);
    assert_eq!(ask(&index, "ｗｉｆｉ 连不上"), [4]);
}

#[test]
fn numbers_in_messages_are_found_by_their_beginning() {
    let (index, _dir) = index(&[
        message(1, "订单号2026112112345678什么时候到"),
        message(2, "手机13800138000"),
    ]);
    assert_eq!(ask(&index, "20261121"), [1]);
    assert_eq!(ask(&index, "202611211234"), [1]);
    assert_eq!(ask(&index, "2026112112345678"), [1]);
    assert_eq!(ask(&index, "138001"), [2]);
}

#[test]
fn ids_are_found_whole_and_by_their_beginning_with_their_punctuation() {
    let (index, _dir) = index(&[
        customer(1, &[], &["tb_88-2011", "2026-1121-0001-9999"]),
        customer(2, &[], &["t***8"]),
        customer(3, &[], &["小明の店_01", "AB 12"]),
    ]);
    for text in [
        "tb_88-2011",
        "TB_8",
        "tb_88-20",
        "2026-1121-0001",
        "2026-1121-0001-9999",
    ] {
        assert_eq!(ask_ids(&index, text), [1], "{text}");
    }
    assert_eq!(ask_ids(&index, "t***8"), [2]);
    assert_eq!(ask_ids(&index, "t**"), [2]);
    assert_eq!(ask_ids(&index, "小明の店_0"), [3]);
    assert_eq!(ask_ids(&index, "ab 12"), [3]);
}

#[test]
fn names_are_found_by_characters_pinyin_and_initials() {
    let (index, _dir) = index(&[
        customer(1, &["张三丰"], &[]),
        customer(2, &["单田芳", "Tom Cruise"], &[]),
        customer(3, &["吕小明"], &[]),
    ]);
    for text in [
        "张三",
        "三丰",
        "丰",
        "zhangsanfeng",
        "zhangsan",
        "zhangs",
        "zsf",
        "zs",
        "z",
        "ZSF",
        "sanfeng",
        "sf",
    ] {
        assert!(ask_ids(&index, text).contains(&1), "{text}");
    }
    for text in [
        "shantianfang",
        "dantianfang",
        "stf",
        "dtf",
        "tom",
        "crui",
        "tom cruise",
    ] {
        assert_eq!(ask_ids(&index, text), [2], "{text}");
    }
    for text in ["lvxiaoming", "luxiaoming", "lxm", "xiaoming"] {
        assert_eq!(ask_ids(&index, text), [3], "{text}");
    }
}

#[test]
fn another_organisation_shop_or_kind_is_never_found() {
    let theirs = Doc {
        body: "发货".into(),
        ..Doc::new(2, Kind::Message, 10, 1)
    };
    let other_shop = Doc {
        shop: 8,
        body: "发货".into(),
        ..Doc::new(1, Kind::Message, 10, 2)
    };
    let faq = Doc {
        shop: 7,
        body: "发货".into(),
        ..Doc::new(1, Kind::Faq, 10, 3)
    };
    let (index, _dir) = index(&[theirs, other_shop, faq, message(4, "发货")]);
    let found = |shops: Option<Vec<i64>>, kinds: &[Kind]| {
        let ask = Ask {
            shops,
            kinds: kinds.to_vec(),
            ..Ask::new(1, "发货")
        };
        subs(&index.search(&ask).expect("answers"))
    };
    assert_eq!(found(None, &[]), [4, 3, 2]);
    assert_eq!(found(Some(vec![7]), &[]), [4, 3]);
    assert_eq!(found(Some((7..8).chain(100..200).collect()), &[]), [4, 3]);
    assert_eq!(found(Some((7..8).chain(100..200).collect()), &[Kind::Faq]), [3]);
    assert_eq!(found(Some(vec![]), &[]), [] as [i64; 0]);
    assert_eq!(found(Some(vec![7, 8]), &[Kind::Message]), [4, 2]);
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat() {
    // Many at the same millisecond, so that the order within it counts, and several segments.
    let dir = tempfile::tempdir().expect("a folder");
    let (index, _) = Index::open(dir.path(), "e").expect("opens");
    for part in 0..5 {
        let docs: Vec<Doc> = (0..41)
            .map(|n| Doc {
                at: (n * 7 + part) % 5,
                ..message(part * 100 + n, "请问发货了吗")
            })
            .collect();
        index.put(&docs).expect("puts");
        index.commit(part.into()).expect("commits");
    }
    for sort in [Sort::Recent, Sort::Best] {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let found = index
                .search(&Ask {
                    after,
                    limit: 10,
                    sort,
                    ..Ask::new(1, "发货")
                })
                .expect("answers");
            all.extend(found.hits);
            let Some(next) = found.next else { break };
            after = Some(next.to_string().parse::<Cursor>().expect("reads its own cursor"));
        }
        assert_eq!(all.len(), 205);
        let mut subs: Vec<i64> = all.iter().map(|h| h.sub).collect();
        if sort == Sort::Recent {
            assert!(all.is_sorted_by_key(|h| std::cmp::Reverse((h.at, h.sub))));
        }
        subs.sort_unstable();
        subs.dedup();
        assert_eq!(subs.len(), 205, "{sort:?}");
    }
}

#[test]
fn the_best_has_the_words_in_its_title_and_loose_ones_follow() {
    let faq = |id, title: &str, body: &str| Doc {
        title: title.into(),
        body: body.into(),
        ..Doc::new(1, Kind::Faq, id, 0)
    };
    let (index, _dir) = index(&[
        faq(1, "运费", "退货的运费由谁承担，退货时请联系客服"),
        faq(2, "退货运费由谁承担", "质量问题我们承担"),
        faq(3, "发票", "可以开电子发票"),
        faq(4, "退货流程", "七天内可以退货"),
    ]);
    let ask = Ask {
        sort: Sort::Best,
        ..Ask::new(1, "退货运费")
    };
    let ids: Vec<i64> = index
        .search(&ask)
        .expect("answers")
        .hits
        .iter()
        .map(|h| h.id)
        .collect();
    assert_eq!(ids[0], 2);
    assert_eq!(ids[1], 1);
    assert!(ids.contains(&4) && !ids.contains(&3), "{ids:?}");
    for limit in 1..4 {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let found = index
                .search(&Ask {
                    limit,
                    after,
                    ..ask.clone()
                })
                .expect("answers");
            all.extend(found.hits.iter().map(|h| h.id));
            after = found.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(all, ids);
    }
}

#[test]
fn an_exact_id_beats_its_beginnings() {
    let (index, _dir) = index(&[
        customer(1, &[], &["12345678"]),
        customer(2, &[], &["1234"]),
        customer(3, &[], &["12349"]),
    ]);
    let ask = Ask {
        sort: Sort::Best,
        ..Ask::new(1, "1234")
    };
    let ids: Vec<i64> = index
        .search(&ask)
        .expect("answers")
        .hits
        .iter()
        .map(|h| h.id)
        .collect();
    assert_eq!((ids[0], ids.len()), (2, 3));
}

#[test]
fn hostile_questions_never_fail() {
    let (index, _dir) = index(&[
        message(1, "正常的一句话 hello 123456"),
        customer(5, &["张三"], &["----"]),
    ]);
    let long = "发货了吗".repeat(1250);
    let texts = [
        "",
        " ",
        "\0",
        "\0\0\0",
        "，。！？",
        "----",
        "\"",
        "\"a b\"~3",
        "a AND b OR (c",
        "body:x",
        "*",
        "a*",
        "[a TO b]",
        "+ -",
        "\\",
        "/.*/",
        "a^2",
        "'; DROP TABLE messages; --",
        "<script>alert(1)</script>",
        "👍",
        "👨‍👩‍👧‍👦",
        "\u{202e}txet",
        "مرحبا بالعالم",
        "שלום",
        "สวัสดีครับ",
        "がんばる",
        "한국어",
        "\u{200b}\u{feff}",
        "\u{10ffff}",
        "\u{1}\u{2}",
        "İ",
        "ß",
        "ﬀ",
        "𠮷野家",
        "Ⅷ①",
        "e\u{301}",
        &long,
        &"x".repeat(5000),
        &"1".repeat(5000),
        &"a ".repeat(2500),
        &"😀".repeat(5000),
        &"a1".repeat(2500),
        &"-".repeat(5000),
    ];
    for text in texts {
        for sort in [Sort::Recent, Sort::Best] {
            index
                .search(&Ask {
                    sort,
                    ..Ask::new(1, text)
                })
                .unwrap_or_else(|e| panic!("{text:?}: {e}"));
        }
        search::snippet("正常的一句话 hello 123456", text);
        search::snippet(text, "发货");
    }
    assert_eq!(ask_ids(&index, "----"), [5]);
    assert!(ask(&index, "").is_empty() && ask(&index, "，。！？").is_empty());
}

#[test]
fn hostile_documents_are_kept_and_found() {
    let texts = [
        "\0发货\0",
        "👍👍",
        "مرحبا بالعالم",
        "𠮷野家",
        "\u{202e}abc",
        "e\u{301}te",
        &"长".repeat(5000),
    ];
    let docs: Vec<Doc> = texts
        .iter()
        .zip(1..)
        .map(|(text, sub)| message(sub, text))
        .collect();
    let (index, _dir) = index(&docs);
    let asks = ["发货", "👍", "بالعالم", "𠮷野", "abc", "éte", "长长长长"];
    for (text, sub) in asks.iter().zip(1..) {
        let expected = if *text == "éte" { vec![] } else { vec![sub] };
        assert_eq!(ask(&index, text), expected, "{text}");
    }
    assert_eq!(ask(&index, "ete"), [6]);
}
