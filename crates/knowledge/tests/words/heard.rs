use base::{Id, PageAsk};
use knowledge::{Asked, WordKind};
use store::{args, on_both};

use crate::faq::{add, of};
use crate::kit::{DAY, NOW, Scene, TABLES, code, scene};

fn asked(s: &Scene, customer: i64, seq: i64, text: &str) -> Asked {
    Asked {
        shop: s.tea,
        customer: Id(customer),
        conversation: Id(1_000 + customer),
        seq,
        text: text.into(),
    }
}

async fn hear(s: &Scene, entry: Id, asked: Asked) -> bool {
    let org = s.org;
    s.db.write(move |tx| knowledge::keep_heard(tx, NOW, org, entry, &asked))
        .await
        .expect("heard")
}

async fn miss(s: &Scene, asked: Asked, nearest: Option<(Id, f64)>) -> bool {
    let org = s.org;
    s.db.write(move |tx| knowledge::keep_missed(tx, NOW, org, &asked, nearest))
        .await
        .expect("missed")
}

async fn suggested(s: &Scene, entry: Id) -> Vec<(String, i64)> {
    let page = s
        .read(&s.boss, move |tx, who| {
            knowledge::heard(tx, who, Some(entry), None, &PageAsk::default())
        })
        .await;
    page.expect("a list")
        .items
        .into_iter()
        .map(|one| (one.text, one.times))
        .collect()
}

async fn report(s: &Scene, days: i64) -> Vec<knowledge::Unanswered> {
    s.read(&s.boss, move |tx, who| {
        knowledge::unanswered(tx, NOW, who, None, days)
    })
    .await
    .expect("a report")
}

async fn number(s: &Scene, sql: &'static str) -> i64 {
    let found = s.db.read(move |tx| tx.value(sql, args![])).await;
    found.expect("read").expect("a number")
}

on_both! { TABLES;
    async fn what_buyers_asked_becomes_a_similar_question(db: &TestDb) {
        let s = scene(db).await;
        let entry = add(&s, &s.boss, of(&s, "什么时候发货", &["多久发货"])).await.expect("kept").id;
        assert!(hear(&s, entry, asked(&s, 1, 1, "订单20261122000188几号能发出来呀")).await);
        assert!(!hear(&s, entry, asked(&s, 1, 1, "订单20261122000188几号能发出来呀")).await, "a message is heard once");
        assert!(hear(&s, entry, asked(&s, 2, 5, "订单30261122000188几号能发出来呀")).await);
        assert!(!hear(&s, entry, asked(&s, 3, 1, "多久发货？")).await, "it is known already");
        assert!(!hear(&s, entry, asked(&s, 3, 2, "发到杭州市西湖区文三路8号")).await, "an address is not kept");
        assert_eq!(suggested(&s, entry).await, [("订单***几号能发出来呀".to_owned(), 2)]);
        let one = s.read(&s.boss, |tx, who| Ok(knowledge::heard(tx, who, None, None, &PageAsk::default())?.items[0].id)).await.expect("one");
        assert_eq!(code(s.write(&s.man, move |tx, who| knowledge::accept_heard(tx, NOW, who, one)).await), "forbidden");
        let kept = s.write(&s.boss, move |tx, who| knowledge::accept_heard(tx, NOW, who, one)).await.expect("accepted");
        assert_eq!(kept.similar.last().map(|one| one.text.as_str()), Some("订单***几号能发出来呀"));
        assert!(suggested(&s, entry).await.is_empty());
    }

    async fn what_was_answered_in_another_program_becomes_a_similar_question_too(db: &TestDb) {
        let s = scene(db).await;
        let entry = add(&s, &s.boss, of(&s, "什么时候发货", &["多久发货"])).await.expect("kept").id;
        let copy = async |who: &base::Actor, at: i64, text: &'static str| {
            let tea = s.tea;
            s.write(who, move |tx, who| knowledge::picked(tx, NOW.plus(at), who, (WordKind::Faq, entry), text, Some(tea))).await
        };
        let tea = s.tea;
        let paste = |text: &'static str| s.write(&s.man, move |tx, who| knowledge::keep_asked(tx, NOW, who, tea, text, None));
        assert!(paste("订单20261122000188几号能发出来呀").await.expect("kept"));
        assert!(paste("能不能放门口").await.expect("kept"));
        copy(&s.man, 1_000, "订单20261122000188几号能发出来呀").await.expect("copied");
        assert_eq!(report(&s, 30).await.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["能不能放门口"], "what was answered is no open question");
        copy(&s.man, 60_000, "订单20261122000188几号能发出来呀").await.expect("copied");
        assert_eq!(suggested(&s, entry).await, [("订单***几号能发出来呀".to_owned(), 1)], "copied twice is asked once");
        copy(&s.man, 700_000, "订单30261122000188几号能发出来呀？").await.expect("copied");
        hear(&s, entry, asked(&s, 1, 1, "订单40261122000188几号能发出来呀")).await;
        assert_eq!(suggested(&s, entry).await[0].1, 3, "later, and in a talk of ours, it was asked again");
        for text in ["多久发货？", "发到杭州市西湖区文三路8号", "嗯"] {
            copy(&s.man, 0, text).await.expect("copied");
        }
        assert_eq!(suggested(&s, entry).await.len(), 1, "neither what is known nor an address");
        assert_eq!(number(&s, "SELECT COUNT(*) FROM faq_heard WHERE customer_id <> 0").await, 1, "nobody is named");
        assert_eq!(number(&s, "SELECT uses FROM faq").await, 6, "each was a use");
        assert_eq!(code(copy(&s.far, 0, "哪天能发").await), "not_found");
        let one = s.read(&s.boss, |tx, who| Ok(knowledge::heard(tx, who, None, None, &PageAsk::default())?.items[0].id)).await.expect("one");
        let kept = s.write(&s.boss, move |tx, who| knowledge::accept_heard(tx, NOW, who, one)).await.expect("accepted");
        assert!(kept.similar.last().is_some_and(|one| one.text.starts_with("订单***几号能发出来呀")));
        assert!(suggested(&s, entry).await.is_empty());
    }

    async fn a_dismissed_suggestion_stays_away(db: &TestDb) {
        let s = scene(db).await;
        let entry = add(&s, &s.boss, of(&s, "包邮吗", &[])).await.expect("kept").id;
        hear(&s, entry, asked(&s, 1, 1, "运费谁出呀")).await;
        hear(&s, entry, asked(&s, 2, 1, "运费谁出呀？")).await;
        let one = s.read(&s.boss, |tx, who| Ok(knowledge::heard(tx, who, None, None, &PageAsk::default())?.items[0].id)).await.expect("one");
        s.write(&s.boss, move |tx, who| knowledge::dismiss_heard(tx, who, one)).await.expect("away");
        assert!(suggested(&s, entry).await.is_empty());
        assert_eq!(code(s.write(&s.far, move |tx, who| knowledge::dismiss_heard(tx, who, one)).await), "not_found");
    }

    async fn unanswered_questions_come_together_by_likeness(db: &TestDb) {
        let s = scene(db).await;
        let entry = add(&s, &s.boss, of(&s, "能开发票吗", &[])).await.expect("kept").id;
        for (customer, text) in [(1, "能不能送到楼上"), (2, "能不能送到楼上？"), (3, "能送到楼上吗"), (4, "发票抬头怎么改"), (5, "好的谢谢您")] {
            miss(&s, asked(&s, customer, 1, text), (customer == 4).then_some((entry, 0.31))).await;
        }
        assert!(!miss(&s, asked(&s, 1, 1, "能不能送到楼上"), None).await, "a message is missed once");
        let found = report(&s, 30).await;
        assert_eq!((found[0].text.as_str(), found[0].times, found[0].others.as_slice()), ("能不能送到楼上？", 3, ["能送到楼上吗".to_owned()].as_slice()));
        assert_eq!(found.len(), 2, "thanks ask nothing");
        let nearest = found[1].nearest.as_ref().expect("a nearest entry");
        assert_eq!((nearest.id, nearest.question.as_str()), (entry, "能开发票吗"));
        let texts = found[0].texts.clone();
        s.write(&s.boss, move |tx, who| knowledge::dismiss_unanswered(tx, who, &texts)).await.expect("away");
        assert_eq!(report(&s, 30).await.len(), 1);
        assert_eq!(code(s.read(&s.man, |tx, who| knowledge::unanswered(tx, NOW, who, None, 30)).await), "forbidden");
        let fresh = s.read(&s.boss, |tx, who| knowledge::unanswered(tx, NOW.plus(8 * DAY), who, None, 7)).await.expect("a report");
        assert!(fresh.is_empty(), "it is older than a week");
    }

    async fn what_is_asked_in_another_program_is_counted_once_and_without_who_asked(db: &TestDb) {
        let s = scene(db).await;
        let entry = add(&s, &s.boss, of(&s, "能开发票吗", &[])).await.expect("kept").id;
        let ask = async |who: &base::Actor, at: i64, text: &'static str, nearest: Option<(Id, f64)>| {
            let tea = s.tea;
            s.write(who, move |tx, who| knowledge::keep_asked(tx, NOW.plus(at), who, tea, text, nearest)).await
        };
        assert!(ask(&s.man, 0, "能不能送到楼上 13812345678", None).await.expect("kept"));
        assert!(!ask(&s.man, 60_000, "能不能送到楼上 13812345678", None).await.expect("asked"), "it was pasted twice");
        assert!(ask(&s.gu, 700_000, "能不能送到楼上？", None).await.expect("kept"), "asked again later");
        assert!(!ask(&s.man, 0, "发票能开吗", Some((entry, 0.99))).await.expect("asked"), "it has its answer");
        assert!(!ask(&s.man, 0, "好的谢谢您", None).await.expect("asked"), "thanks ask nothing");
        miss(&s, asked(&s, 1, 1, "能不能送到楼上"), None).await;
        let found = s.read(&s.boss, |tx, who| knowledge::unanswered(tx, NOW.plus(800_000), who, None, 30)).await.expect("a report");
        assert_eq!((found.len(), found[0].times), (1, 3));
        assert_eq!(found[0].conversations.iter().map(|place| place.conversation).collect::<Vec<_>>(), [Id(1_001)], "only a talk can be opened");
        assert!(found[0].texts.iter().all(|text| !text.contains("138")), "{:?}", found[0].texts);
        assert_eq!(code(ask(&s.li, 0, "能不能送到楼上", None).await), "not_found");
        assert_eq!(code(ask(&s.packer, 0, "能不能送到楼上", None).await), "forbidden");
    }

    async fn entries_are_counted_by_who_may_see_them(db: &TestDb) {
        let s = scene(db).await;
        let tea = s.tea;
        for (who, question) in [(&s.man, "能送货上门吗"), (&s.man, "能刻字吗"), (&s.gu, "能试喝吗")] {
            let propose = knowledge::Propose { shop: tea, question: question.into(), answer: "可以的".into(), category: String::new(), conversation: None, seq: None };
            s.write(who, move |tx, who| knowledge::propose_faq(tx, NOW, who, &propose)).await.expect("proposed");
        }
        let count = async |who: &base::Actor, shop: Option<Id>, status| s.read(who, move |tx, who| knowledge::faq_count(tx, who, shop, status)).await;
        use knowledge::FaqStatus::{Proposed, Retired};
        assert_eq!((count(&s.boss, None, Proposed).await.expect("n"), count(&s.man, Some(tea), Proposed).await.expect("n"), count(&s.far, None, Proposed).await.expect("n")), (3, 2, 0));
        let theirs = s.read(&s.man, |tx, who| Ok(knowledge::faqs(tx, who, &knowledge::FaqFilter { status: Some(Proposed), ..Default::default() }, &PageAsk::default())?.items[0].id)).await.expect("one");
        s.write(&s.boss, move |tx, who| knowledge::decline_faq(tx, NOW, who, theirs, "平台不支持")).await.expect("declined");
        let old = add(&s, &s.boss, of(&s, "旧的", &[])).await.expect("kept").id;
        s.write(&s.boss, move |tx, who| knowledge::set_faq_status(tx, NOW, who, old, Retired)).await.expect("retired");
        assert_eq!((count(&s.boss, None, Retired).await.expect("n"), count(&s.man, None, Retired).await.expect("n"), count(&s.gu, None, Retired).await.expect("n")), (1, 1, 0), "what was only put out of use is no proposal");
        assert_eq!(code(count(&s.li, Some(tea), Proposed).await), "not_found");
    }

    async fn a_question_that_was_answered_after_all_is_no_open_one(db: &TestDb) {
        let s = scene(db).await;
        let entry = add(&s, &s.boss, of(&s, "能开发票吗", &[])).await.expect("kept").id;
        miss(&s, asked(&s, 1, 4, "开票怎么弄呢"), None).await;
        hear(&s, entry, asked(&s, 1, 4, "开票怎么弄呢")).await;
        assert!(report(&s, 30).await.is_empty());
    }

    async fn what_a_buyer_asked_goes_with_the_buyer(db: &TestDb) {
        let s = scene(db).await;
        let entry = add(&s, &s.boss, of(&s, "能开发票吗", &[])).await.expect("kept").id;
        hear(&s, entry, asked(&s, 1, 1, "开票怎么弄呢")).await;
        miss(&s, asked(&s, 2, 2, "能不能送到楼上"), None).await;
        let org = s.org;
        s.db.write(move |tx| knowledge::join_customers(tx, org, Id(2), Id(1))).await.expect("joined");
        s.db.write(move |tx| knowledge::forget_customer(tx, org, Id(1))).await.expect("forgotten");
        assert!(suggested(&s, entry).await.is_empty() && report(&s, 30).await.is_empty());
    }

    async fn a_use_names_the_question_and_help_is_no_second_use(db: &TestDb) {
        let s = scene(db).await;
        let entry = add(&s, &s.boss, of(&s, "能开发票吗", &[])).await.expect("kept").id;
        s.write(&s.man, move |tx, who| {
            knowledge::used_faq(tx, NOW, who, entry, Some((Id(5), 9)), None)?;
            knowledge::used_faq(tx, NOW, who, entry, Some((Id(5), 9)), Some(false))
        }).await.expect("used");
        let after = s.read(&s.man, move |tx, who| knowledge::faq(tx, who, entry)).await.expect("seen");
        assert_eq!((after.uses, after.helped, after.not_helped), (1, 0, 1));
        let used: Vec<_> = s.log("faq").await.into_iter().filter(|row| row.kind == "faq.used").map(|row| row.data).collect();
        assert_eq!(used, [r#"{"conversation":5,"seq":9}"#], "what did not help is no evidence");
    }

    async fn a_pick_counts_as_a_use_and_is_kept_masked(db: &TestDb) {
        let s = scene(db).await;
        let entry = add(&s, &s.boss, of(&s, "能开发票吗", &[])).await.expect("kept").id;
        for text in ["开票 13812345678", "开票 13812345679", "地址杭州市西湖区文三路8号"] {
            s.write(&s.man, move |tx, who| knowledge::picked(tx, NOW, who, (WordKind::Faq, entry), text, None)).await.expect("picked");
        }
        let org = s.org;
        let kept = s.db.read(move |tx| tx.rows("SELECT text, times FROM faq_picked WHERE org_id = $1", args![org], |row| {
            Ok((row.get::<String>(0)?, row.get::<i64>(1)?))
        })).await.expect("read");
        assert_eq!(kept, [("开票 ***".to_owned(), 2)]);
        assert_eq!(s.read(&s.man, move |tx, who| knowledge::faq(tx, who, entry)).await.expect("seen").uses, 3);
    }
}
