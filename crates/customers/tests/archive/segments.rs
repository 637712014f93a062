//! Segments, their members and their export; referrals.

use std::collections::BTreeSet;

use base::{Fen, Id, PageAsk, Permission};
use customers::{
    ConsentChannel, ConsentSource, ConsentState, CustomerChange, Figures, NewConsent, NewContact,
    NewReferral, NewSegment, NewTag, Region, RosterForm, SegmentRule, Span, TagColor,
};
use store::on_both;
use store::testing::TestDb;

use crate::scene::{DAY, NOW, Scene, TABLES, act, code, log, scene};

/// Somebody who paid `orders` times, the last time so many days ago.
async fn bought(
    db: &TestDb,
    scene: &Scene,
    nick: &'static str,
    orders: i64,
    fen: i64,
    days: i64,
    city: &'static str,
) -> Id {
    let id = scene.buyer(db, nick).await;
    act(db, &scene.head(), move |tx, who| {
        customers::record_purchase(tx, NOW, who, id, Fen(fen), orders)?;
        let figures = Figures {
            first_paid_at: Some(NOW.plus(-400 * DAY)),
            last_paid_at: Some(NOW.plus(-days * DAY)),
            refunds: i64::from(orders == 3),
            regions: BTreeSet::from([("浙江".to_owned(), city.to_owned())]),
            skus: BTreeSet::from([Id(orders)]),
            ..Figures::default()
        };
        customers::keep_figures(tx, NOW, who, &[(id, figures)])
    })
    .await
    .expect("bought");
    id
}

async fn count(db: &TestDb, scene: &Scene, rule: SegmentRule) -> i64 {
    act(db, &scene.head(), move |tx, who| {
        customers::count_segment(tx, NOW, who, &rule)
    })
    .await
    .expect("counted")
    .count
}

fn span(min: Option<i64>, max: Option<i64>) -> Option<Span> {
    Some(Span { min, max })
}

fn named(name: &str, rule: SegmentRule) -> NewSegment {
    NewSegment {
        name: name.into(),
        rule,
    }
}

on_both! { TABLES;
    async fn every_condition_narrows_and_all_of_them_hold(db: &TestDb) {
        let scene = scene(db).await;
        let head = scene.head();
        let a = bought(db, &scene, "甲", 1, 1_000, 10, "杭州").await;
        let b = bought(db, &scene, "乙", 2, 50_000, 40, "宁波").await;
        let c = bought(db, &scene, "丙", 3, 90_000, 200, "杭州").await;
        scene.buyer(db, "丁").await;
        let tag = act(db, &head, |tx, who| customers::add_tag(tx, NOW, who, &NewTag { name: "送礼".into(), color: TagColor::Red })).await.expect("made").id;
        for id in [a, c] { act(db, &head, move |tx, who| customers::tag_customer(tx, NOW, who, id, tag)).await.expect("tagged"); }
        act(db, &head, move |tx, who| customers::edit_customer(tx, NOW, who, b, &CustomerChange { vip: Some(true), level: Some(2), ..CustomerChange::default() })).await.expect("changed");
        act(db, &head, move |tx, who| customers::set_consent(tx, NOW, who, c, &NewConsent { channel: ConsentChannel::Sms, state: ConsentState::Given, source: ConsentSource::Form, proof: "会员表 3".into(), said_at: None })).await.expect("kept");
        let none = SegmentRule::default();
        let region = |city: Option<&str>| vec![Region { province: "浙江".into(), city: city.map(str::to_owned) }];
        for (rule, wanted) in [
            (none.clone(), 4),
            (SegmentRule { recency_days: span(None, Some(40)), ..none.clone() }, 2),
            (SegmentRule { recency_days: span(Some(40), None), ..none.clone() }, 2),
            (SegmentRule { recency_days: span(None, Some(3_650)), ..none.clone() }, 3),
            (SegmentRule { orders: span(Some(0), Some(0)), ..none.clone() }, 1),
            (SegmentRule { orders: span(Some(2), None), spent_fen: span(None, Some(60_000)), ..none.clone() }, 1),
            (SegmentRule { problems: span(Some(1), None), ..none.clone() }, 1),
            (SegmentRule { levels: vec![1, 2], ..none.clone() }, 1),
            (SegmentRule { vip: Some(false), ..none.clone() }, 3),
            (SegmentRule { tags: vec![tag, Id(1)], ..none.clone() }, 2),
            (SegmentRule { without_tags: vec![tag], ..none.clone() }, 2),
            (SegmentRule { skus: vec![Id(1), Id(3)], ..none.clone() }, 2),
            (SegmentRule { regions: region(Some("杭州")), ..none.clone() }, 2),
            (SegmentRule { regions: region(None), ..none.clone() }, 3),
            (SegmentRule { consent: vec![ConsentChannel::Sms, ConsentChannel::Mail], ..none.clone() }, 1),
            (SegmentRule { tags: vec![tag], regions: region(Some("杭州")), recency_days: span(Some(100), None), consent: vec![ConsentChannel::Sms], ..none.clone() }, 1),
            (SegmentRule { tags: vec![tag], vip: Some(true), ..none.clone() }, 0),
        ] {
            assert_eq!(count(db, &scene, rule.clone()).await, wanted, "{rule:?}");
        }
        for (field, rule) in [
            ("orders", SegmentRule { orders: span(Some(3), Some(2)), ..none.clone() }),
            ("recency_days", SegmentRule { recency_days: span(Some(-1), None), ..none.clone() }),
            ("levels", SegmentRule { levels: vec![1; 51], ..none.clone() }),
            ("regions", SegmentRule { regions: vec![Region { province: String::new(), city: None }], ..none.clone() }),
        ] {
            let refused = act(db, &head, move |tx, who| customers::count_segment(tx, NOW, who, &rule)).await.expect_err("refused");
            assert_eq!(refused.field.as_deref(), Some(field));
        }
        let regions = act(db, &head, customers::regions).await.expect("regions");
        assert_eq!(regions.iter().map(|one| (one.city.as_str(), one.customers)).collect::<Vec<_>>().len(), 2);
    }

    async fn a_segment_is_kept_listed_and_exported_masked_and_safe(db: &TestDb) {
        let scene = scene(db).await;
        let head = scene.head();
        for (n, nick) in ["甲", "乙", "=HYPERLINK(1)"].into_iter().enumerate() {
            let id = bought(db, &scene, nick, 2, 1_000, n as i64, "杭州").await;
            let new = NewContact { phone: Some("13812345678".into()), real_name: Some("林青".into()), address: None };
            act(db, &head, move |tx, who| customers::keep_contact(tx, NOW, who, id, &new)).await.expect("kept");
        }
        let rule = SegmentRule { orders: span(Some(2), None), ..SegmentRule::default() };
        let new = named("回头客", rule);
        let made = { let new = new.clone(); act(db, &head, move |tx, who| customers::add_segment(tx, NOW, who, &new)).await.expect("made").id };
        assert_eq!(code({ let new = new.clone(); act(db, &head, move |tx, who| customers::add_segment(tx, NOW, who, &new)).await }), "segment_exists");
        let page = |cursor: Option<String>| act(db, &head, move |tx, who| customers::members(tx, NOW, who, made, &PageAsk { cursor: cursor.clone(), limit: Some(2) }));
        let first = page(None).await.expect("a page");
        let rest = page(first.next.clone()).await.expect("a page");
        let names: Vec<&str> = first.items.iter().chain(&rest.items).map(|one| one.name.as_str()).collect();
        assert_eq!((names, rest.next), (vec!["甲", "乙", "=HYPERLINK(1)"], None), "who paid last comes first");

        let export = async |who: &base::Actor, full: bool| customers::export_segment(&db.db, NOW, who, made, RosterForm::Csv, full).await;
        let csv = String::from_utf8(export(&head, false).await.expect("a file")).expect("text");
        assert!(csv.contains("138****5678") && !csv.contains("13812345678") && !csv.contains("林青"), "{csv}");
        assert!(!csv.lines().any(|line| line.split(',').any(|cell| cell.starts_with('='))), "{csv}");
        let plain = String::from_utf8(export(&head, true).await.expect("a file")).expect("text");
        assert!(plain.contains("13812345678"));
        let book = customers::export_segment(&db.db, NOW, &head, made, RosterForm::Xlsx, false).await.expect("a file");
        assert!(book.starts_with(b"PK"));
        assert_eq!(code(export(&scene.with(&[Permission::SeeCustomers]), false).await), "forbidden");
        assert_eq!(code(export(&scene.with(&[Permission::SeeCustomers, Permission::Export]), true).await), "forbidden");
        assert_eq!(code(export(&scene.stranger(), false).await), "not_found");
        let told: Vec<String> = log(db).await.into_iter().filter(|row| row.kind == "segment.exported").map(|row| row.data).collect();
        assert_eq!(told, [r#"{"full":false}"#, r#"{"full":true}"#, r#"{"full":false}"#]);
        assert_eq!(code({ let new = new.clone(); act(db, &scene.stranger(), move |tx, who| customers::edit_segment(tx, NOW, who, made, &new)).await }), "not_found");
        assert_eq!(code(act(db, &scene.with(&[Permission::SeeCustomers]), move |tx, who| customers::remove_segment(tx, NOW, who, made)).await), "forbidden");
        act(db, &head, move |tx, who| customers::remove_segment(tx, NOW, who, made)).await.expect("removed");
        assert!(act(db, &head, customers::segments).await.expect("a list").is_empty());
    }

    async fn who_brought_whom_is_written_down_and_counted(db: &TestDb) {
        let scene = scene(db).await;
        let head = scene.head();
        let (a, b) = (scene.buyer(db, "甲").await, bought(db, &scene, "乙", 1, 100, 1, "杭州").await);
        let set = |of: Id, by: Option<Id>| act(db, &head, move |tx, who| customers::set_referral(tx, NOW, who, of, &NewReferral { by }));
        set(b, Some(a)).await.expect("kept");
        assert_eq!(code(set(a, Some(b)).await), "referral_circle");
        assert_eq!(code(set(a, Some(a)).await), "referral_circle");
        assert_eq!(code(set(a, Some(Id(1))).await), "not_found");
        let seen = scene.see(db, a).await;
        assert_eq!((seen.brought, seen.brought_paid, seen.referral), (1, 1, None));
        assert_eq!(scene.see(db, b).await.referral.map(|one| one.name).as_deref(), Some("甲"));
        set(b, None).await.expect("taken back");
        assert_eq!(scene.see(db, a).await.brought, 0);
        assert_eq!(code(act(db, &scene.with(&[]), move |tx, who| customers::set_referral(tx, NOW, who, b, &NewReferral { by: None })).await), "forbidden");
    }
}
