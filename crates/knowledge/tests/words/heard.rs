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
            s.write(&s.man, move |tx, who| knowledge::picked(tx, NOW, who, (WordKind::Faq, entry), text)).await.expect("picked");
        }
        let org = s.org;
        let kept = s.db.read(move |tx| tx.rows("SELECT text, times FROM faq_picked WHERE org_id = $1", args![org], |row| {
            Ok((row.get::<String>(0)?, row.get::<i64>(1)?))
        })).await.expect("read");
        assert_eq!(kept, [("开票 ***".to_owned(), 2)]);
        assert_eq!(s.read(&s.man, move |tx, who| knowledge::faq(tx, who, entry)).await.expect("seen").uses, 3);
    }
}
